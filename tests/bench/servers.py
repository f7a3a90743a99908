# SPDX-License-Identifier: GPL-2.0-only
"""The servers that script/bench runs side by side: each in a private folder, on
a port of its own on loopback, in sessions of its own, by which its processes
are known, counted and ended."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time

import gateway
import icap
import lab
import peers

PACKAGES = ("/usr/lib/x86_64-linux-gnu/c_icap/virus_scan.so",
            "/usr/sbin/clamd")


def cpu_clock(pid):
    """That of all threads of a process, those that ended too (the kernel's
    CPUCLOCK_SCHED)."""
    return time.clock_gettime(~pid << 3 | 2)


def stat_fields(pid):
    with open("/proc/%d/stat" % pid, "rb") as f:
        text = f.read()
    return text[text.rindex(b")") + 2:].split()


def cpu_of(pid):
    """Seconds: its own, to the nanosecond, and of those that it reaped, to a
    tick."""
    fields = stat_fields(pid)
    tick = os.sysconf("SC_CLK_TCK")
    reaped = (int(fields[13]) + int(fields[14])) / tick
    if fields[0] in b"ZX":
        return (int(fields[11]) + int(fields[12])) / tick + reaped
    return cpu_clock(pid) + reaped


def members(sids):
    """Pids of all processes of these sessions, ended ones that nobody reaped
    too."""
    return [p.pid for p in lab.processes(lambda p: p.session in sids)]


def cpu(sids):
    total = 0.0
    for pid in members(sids):
        with contextlib.suppress(OSError):
            total += cpu_of(pid)
    return total


def pss(sids, title=""):
    """Bytes of those with such a title. OSError if somebody's memory may not be
    looked at."""
    total = 0
    for p in lab.processes(lambda p: p.session in sids and title in p.title):
        pid = p.pid
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            with open("/proc/%d/smaps_rollup" % pid) as f:
                total += sum(int(line.split()[1]) << 10 for line in f
                             if line.startswith("Pss:"))
    return total


def end_gently(processes):
    """c-icap takes its locks and shared memory away if it is asked; what is
    left all the same goes too."""
    files = set()
    for process in processes:
        for p in lab.session(process.pid):
            files |= {f.removesuffix(" (deleted)") for f in p.files()
                      if f.startswith(("/tmp/icap_lock_", "/dev/shm/c-icap"))}
    for process in processes:
        lab.kill(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        lab.end_session(process.pid)
        process.wait()
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


class Server:
    """One to be asked by ICAP. looks: it looks into bodies at all."""
    looks, floor = True, False
    service = "avscan"

    def cpu(self):
        return cpu(self.sids)

    def worker_cpu(self):
        return None

    def answers(self):
        try:
            with icap.Icap(("127.0.0.1", self.port)) as c:
                return c.options(self.service).status == 200
        except OSError:
            return False

    def stop(self):
        end_gently([self.process])


class Echo(Server):
    name, looks, service = "c-icap echo", False, "echo"

    def __init__(self, _):
        folder = lab.new_folder("echo", lab.PLAIN_USER)
        self.port = lab.free_port()
        text = peers.CICAP.format(folder=folder, scratch=folder,
                                  port=self.port, engine="")
        conf = lab.write(folder + "/c-icap.conf", text.replace(
            "Include /etc/c-icap/virus_scan.conf", "Service echo srv_echo.so"))
        self.process = lab.start(["c-icap", "-N", "-f", conf], folder + "/out",
                                 lab.PLAIN_USER)
        self.sids = {self.process.pid}
        atexit.register(lab.end_session, self.process.pid)
        lab.until(self.answers, "c-icap's echo answers", 30)


class Plain(Server):
    """c-icap as our supervisor runs it, with srv_plain alone."""
    name, looks, service = "plain service", False, "plain"

    def __init__(self, _):
        home = lab.new_folder("plain", lab.ICAP_USER)
        self.port = lab.free_port()
        module = os.path.join(home, "srv_plain.so")
        lab.write(module, lab.read(os.path.join(
            lab.options.build, "tests/bench/.libs/srv_plain.so")), 0o755)
        conf = lab.write(home + "/conf", "".join(line + "\n" for line in (
            "PidFile %s/pid" % home,
            "CommandsSocket %s/ctl" % home,
            "Port 127.0.0.1:%d" % self.port,
            "ServerLog %s/log" % home,
            "TmpDir %s" % home,
            "StartServers 2", "MaxServers 2", "ThreadsPerChild 64",
            "MinSpareThreads 0", "MaxSpareThreads 1000",
            "MaxRequestsPerChild 0", "MaxKeepAliveRequests 10000",
            "Service plain %s" % module)))
        self.process = lab.start(["c-icap", "-N", "-f", conf], home + "/out",
                                 lab.ICAP_USER if lab.root else None)
        self.sids = {self.process.pid}
        atexit.register(lab.end_session, self.process.pid)
        lab.until(self.answers, "the plain service answers")


class VirusScan(Server):
    """As Debian ships it; tmpfs: but for its temporary files."""

    def __init__(self, signatures, engine, tmpfs=False):
        self.name = "virus_scan, %s%s" % (engine, ", tmpfs" if tmpfs else "")
        self.scratch = tmpfs and folder_of(lab.PLAIN_USER)
        self.peer = peers.Peer(engine, signatures, self.scratch or None)
        self.port = self.peer.port
        self.sids = {p.pid for p in self.peer.started}

    def stop(self):
        end_gently(self.peer.started[::-1])


def memory_folder():
    place = tempfile.mkdtemp(prefix="gg-bench-", dir="/dev/shm")
    os.chmod(place, 0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def folder_of(user):
    place = memory_folder()
    if lab.root:
        os.chown(place, user, user)
    return place


class Glassgate(Server):
    """With its defaults; its runtime folder in memory, as /run is."""
    name, service = "Glassgate", "glassgate"

    def __init__(self, signatures, **settings):
        self.place = memory_folder()
        self.gateway = gateway.Gateway(
            dict({"signatures.folders": signatures, "cache.size": None},
                 **settings), ready=False,
            runtime=self.place + "/run", expect=["."])
        self.gateway.wait_ready(300)
        self.port, self.sids = self.gateway.port, {self.gateway.sid}

    def worker_cpu(self):
        """Of those that are there and those that are gone: their keeper reaps
        them."""
        total = 0.0
        for p in lab.session(self.gateway.sid):
            with contextlib.suppress(OSError):
                if "glassgate-worker" in p.title:
                    total += cpu_of(p.pid)
                elif "glassgate-keeper" in p.title:
                    total += cpu_of(p.pid) - cpu_clock(p.pid)
        return total

    def stop(self):
        self.gateway.stop()
        os.rmdir(self.place)


class Loop(Server):
    """No server: an engine in a loop in one thread."""
    floor = True

    def __init__(self, signatures, engine, corpus):
        self.name = {"libclamav": "libclamav alone",
                     "worker": "engine alone, as a worker has it"}[engine]
        scratch = lab.new_folder("loop")
        self.scratch = memory_folder() if engine == "worker" else None
        self.log = os.path.join(scratch, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [built("loop"), engine, signatures, self.scratch or scratch,
                 corpus], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, start_new_session=True)
        self.sids = {self.process.pid}
        self.hear("loaded")
        # Before there is any body beside the engine.
        self.loaded = pss(self.sids)

    def hear(self, expected=""):
        line = self.process.stdout.readline()
        if not line.startswith(expected) or not line:
            raise AssertionError("%s: %s" % (self.name, lab.read(
                self.log).decode("utf-8", "replace")))
        return line

    def scan(self, kind, count, first):
        """(CPU microseconds per scan, wrong verdicts)"""
        self.process.stdin.write("%s %d %d\n" % (kind, count, first))
        self.process.stdin.flush()
        us, wrong = self.hear().split()
        return float(us), int(wrong)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


def built(name):
    base = os.path.join(lab.options.build, "tests/bench")
    for path in (os.path.join(base, ".libs", name), os.path.join(base, name)):
        if os.path.exists(path):
            return path
    raise SystemExit("not built: tests/bench/%s (in %s)" % (
        name, lab.options.build))


class Origin:
    """The web site behind Squid."""

    def __init__(self, corpus):
        self.process = subprocess.Popen(
            [built("origin"), corpus], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


def ask(server, corpus, kind, requests, *, connections=1, protocol="icap",
        limit=600, **rules):
    """Runs the load, and gives back what it measured. rules: its further
    options."""
    return finish(begin(server, corpus, kind, requests, connections,
                        protocol, **rules), limit)


def begin(server, corpus, kind, requests, connections, protocol="icap",
          **rules):
    line = [built("load"), "--protocol", protocol, "--port", str(server.port),
            "--service", server.service, "--corpus", corpus, "--kind", kind,
            "--requests", str(requests), "--connections", str(connections)]
    line += [] if server.looks else ["--unjudged"]
    for name, value in rules.items():
        line += ["--" + name, str(value)]
    return subprocess.Popen(line, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def finish(process, limit):
    try:
        out, said = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        raise
    if process.returncode not in (0, 1):
        raise AssertionError("load: exit %d %s" % (process.returncode, said))
    return out
