# SPDX-License-Identifier: GPL-2.0-only
"""Runs one glassgated, watches it, and at the stop checks what nobody may
leave behind: processes, files, or a warning that no test foresaw."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

import bodies
import icap
import lab

TESTFILES = "/usr/share/clamav-testfiles"
EICAR_NAME = "Eicar-Test-Signature"
CLAM_NAME = "Clam.Test"
FOLDER_NAME = "Folder.Test"
PROGRAMS = ("glassgated", "glassgate-keeper", "glassgate")
MODULE = "srv_glassgate.so"

_installed = None


def installed():
    """A copy of the built programs and templates that every user can reach,
    wherever the build tree stands."""
    global _installed
    if _installed:
        return _installed
    place = lab.new_folder("installed")
    for name in PROGRAMS + (MODULE,):
        copy_built(name, place)
    shutil.copytree(os.path.join(lab.SOURCE, "etc/templates"),
                    os.path.join(place, "templates"))
    for base, folders, files in os.walk(place):
        os.chmod(base, 0o755)
        for name in files:
            os.chmod(os.path.join(base, name), 0o755)
    if lab.options.sanitized:
        allow_faults_of_c_icap(place)
    _installed = place
    return place


def allow_faults_of_c_icap(place):
    """It looks four bytes before the start of a head that comes in pieces."""
    lab.write(place + "/asan.supp", "interceptor_via_lib:c-icap\n")
    os.chmod(place + "/asan.supp", 0o644)
    os.environ["GLASSGATE_ICAP_ASAN"] = "suppressions=%s/asan.supp" % place


def copy_built(name, place):
    """libtool puts the real thing into .libs when it needs a wrapper."""
    for path in (os.path.join(lab.options.build, ".libs", name),
                 os.path.join(lab.options.build, name)):
        if os.path.exists(path):
            shutil.copy(path, os.path.join(place, name))
            return
    raise SystemExit("not built: %s (in %s; --build names the build tree)" % (
        name, lab.options.build))


def no_settings():
    """A settings file that says nothing."""
    path = os.path.join(lab.folder(), "empty.conf")
    if not os.path.exists(path):
        lab.write(path, "")
    return path


def program(name):
    return os.path.join(installed(), name)


def signature_folder(eicar=True, clam=True):
    """Plain signature files: the test file's text, clam.exe's digest, and one
    that no built-in signature stands in for."""
    place = lab.new_folder("signatures")
    lab.write(place + "/folder.ndb", "%s:0:*:%s\n" % (
        FOLDER_NAME, bodies.FOLDER.hex()))
    if eicar:
        lab.write(place + "/test.ndb", "%s:0:0:%s\n" % (
            EICAR_NAME, bodies.eicar().hex()))
    if clam:
        data = lab.read(TESTFILES + "/clam.exe")
        lab.write(place + "/clam.hdb", "%s:%d:%s\n" % (
            hashlib.md5(data).hexdigest(), len(data), CLAM_NAME))
    return place


def under_valgrind(name, path, logs):
    """A program in its place that runs the real one under valgrind; all that
    it reads lies beside it, where its cage lets it look. Its version it tells
    without: there is no folder for valgrind's own files in that cage."""
    lab.write(logs + "/suppressions", lab.read(
        lab.SOURCE + "/tests/data/valgrind.supp"))
    return lab.script(os.path.join(logs, name), (
        "[ \"$*\" != -V ] || exec %s -V\n"
        "exec valgrind -q --error-markers=%s,%s --leak-check=no "
        "--log-file=%s/%s.%%p.log --suppressions=%s/suppressions "
        "%s \"$@\"\n") % (path, MARK, MARK, logs, name, logs, path))


_signatures = None


def signatures():
    global _signatures
    _signatures = _signatures or signature_folder()
    return _signatures


# What sanitizers say when they find something, and how valgrind marks it.
REPORTS = (r"AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer"
           r"|runtime error:")
MARK = "GG-VALGRIND"
# To expect: c-icap's own faults, which kill a child of it by certain requests.
FOREIGN = "faults of c-icap alone"
LINE = re.compile(r"^\S+Z (error|warn|info|debug) ([\w-]+)\[(\d+)\] (.*)$")


WEAKER_CAGE = {"sandbox": "best-effort", "test.seccomp": "off"}


class Gateway:
    """One glassgated with its own runtime folder and port. settings: what
    differs from the defaults of these tests, by key; None leaves it to the
    file. ready: False does not wait. under: as in lab.start. expect: patterns of warnings that this gateway may log."""

    def __init__(self, settings=None, ready=True, user=None, expect=(),
                 runtime=None, make_runtime=False, conf=None, under=()):
        self.user = user
        self.conf = conf
        home = lab.new_folder("gateway", user)
        self.runtime = runtime or os.path.join(home, "run")
        if make_runtime:
            os.mkdir(self.runtime)
        self.had_runtime = os.path.exists(self.runtime)
        self.log_path = os.path.join(home, "log")
        self.expected = list(expect)
        self.state = os.path.join(home, "state")
        self.bodies = os.path.join(home, "bodies")
        self.port = lab.free_port()
        self.address = ("127.0.0.1", self.port)
        self.reports = None
        self.settings = self.defaults()
        if lab.options.sanitized or lab.options.valgrind:
            self.add_weaker_cage()
        if lab.options.valgrind:
            self.add_valgrind()
        self.settings.update(settings or {})
        self.files = set()
        self.process = lab.start(self.command(), self.log_path, user,
                                 under=under)
        self.sid = self.process.pid
        self.stopped = False
        if ready:
            self.wait_ready()

    def defaults(self):
        place = installed()
        values = {
            "icap.listen": "127.0.0.1:%d" % self.port,
            "icap.module": os.path.join(place, MODULE),
            "scan.program": os.path.join(place, "glassgate-keeper"),
            "page.templates": os.path.join(place, "templates"),
            "signatures.folders": signatures(),
            "signatures.state_folder": self.state,
            "body.folder": self.bodies,
            "signatures.watch": "0",
            # Most tests are about scans, and send the same bodies.
            "cache.size": "0",
        }
        if lab.root and self.user is None:
            values["icap.user"] = str(lab.ICAP_USER)
            values["scan.user"] = str(lab.SCAN_USER)
        return values

    def add_weaker_cage(self):
        """Neither sanitizers nor valgrind can live in the whole cage."""
        self.settings.update(WEAKER_CAGE)
        self.expected.append("sandbox incomplete")

    def add_valgrind(self):
        """Keeper with its workers, and c-icap with the module."""
        self.reports = lab.new_folder("valgrind", mode=0o1777)
        for key, path in (("scan.program", self.settings["scan.program"]),
                          ("icap.program", shutil.which("c-icap"))):
            self.settings[key] = under_valgrind(
                os.path.basename(path), path, self.reports)
        self.settings["scan.small_seconds"] = "120"
        self.expected.append("child of c-icap not confined")
        self.settings["test.namespaces"] = "off"

    def command(self):
        line = [program("glassgated"), "-c", self.conf or no_settings(),
                "-r", self.runtime]
        for key, value in self.settings.items():
            if value is not None:
                line += ["-s", "%s=%s" % (key, value)]
        return line

    # State.

    def tool(self, *words):
        return lab.run([program("glassgate"), "-r", self.runtime] +
                       list(words), user=self.user)

    def status(self):
        done = self.tool("status", "--json")
        if done.returncode != 0:
            return None
        return json.loads(done.stdout)

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError("glassgated ended with %d: %s" % (
                self.process.returncode, self.log()))
        status = self.status()
        return status and status["state"] == "ready"

    def wait_ready(self, limit=20):
        try:
            lab.until(self.ready, "the gateway is ready", limit, 0.05)
        except AssertionError as e:
            log = self.log()
            self.kill()
            raise AssertionError("%s\n%s" % (e, log)) from None
        self.note_files()

    def counters(self):
        return self.status()["counters"]

    def counter(self, name):
        return self.counters()[name]

    def outcome(self, name):
        return self.counter('glassgate_outcomes_total{outcome="%s"}' % name)

    def scans(self):
        """Without those of the gateway's own checks, each counted when it is
        handed in and when it is decided."""
        now = self.counters()
        return now["glassgate_scans_total"] - now["glassgate_selfchecks_total"]

    def wait_scans(self, value, limit=10):
        lab.until(lambda: self.scans() == value, "%d scans" % value, limit)

    def icap_children(self):
        monitor = self.status()["pids"]["icap"]
        return [p.pid for p in self.processes() if p.ppid == monitor]

    def wait_counter(self, name, value, limit=10):
        """Counters are told after the answer went out."""
        lab.until(lambda: self.counter(name) == value,
                  "%s is %d" % (name, value), limit)

    def workers(self, lane=None):
        """Those that run: a place may be empty for a moment."""
        return [w for w in self.status()["workers"] if w["pid"] != 0 and
                (lane is None or w["lane"] == lane)]

    # The log.

    def log(self):
        """Whole lines: of one that is being written nothing yet."""
        text = lab.read(self.log_path).decode("utf-8", "replace")
        return text[:text.rfind("\n") + 1]

    def lines(self, pattern):
        return [l for l in self.log().splitlines() if re.search(pattern, l)]

    def wait_line(self, pattern, limit=10):
        return lab.until(lambda: self.lines(pattern),
                         "a log line %r" % pattern, limit)[-1]

    def expect(self, *patterns):
        self.expected += patterns

    def unexpected(self, since=0, expected=None):
        """Warnings and errors that no test announced, and reports of checkers
        wherever they stand. since: where in the log to begin."""
        bad = []
        log = self.log()[since:]
        expected = self.expected if expected is None else expected
        if FOREIGN in expected:
            log = without_foreign(log)
        for line in log.splitlines():
            if re.search(REPORTS, line):
                bad.append(line)
                continue
            m = LINE.match(line)
            if m and m.group(1) in ("info", "debug"):
                continue
            if not any(re.search(p, line) for p in expected):
                bad.append(line)
        return bad + self.valgrind_reports()

    def valgrind_reports(self):
        if self.reports is None:
            return []
        bad = []
        for name in sorted(os.listdir(self.reports)):
            text = lab.read(os.path.join(self.reports, name)).decode(
                "utf-8", "replace")
            if name.endswith(".log") and MARK in text:
                bad.append("%s: %s" % (name, text))
        return bad

    # Its processes.

    def processes(self):
        return lab.session(self.sid)

    def note_files(self):
        """c-icap's locks and shared memory, by what is open and mapped: other
        servers on this machine have their own."""
        for p in self.processes():
            self.files |= {f.removesuffix(" (deleted)") for f in p.files()
                           if re.match(r"/tmp/icap_lock_|/dev/shm/", f)}

    def icap(self, **more):
        more.setdefault("limit", 30 * lab.patience())
        return icap.Icap(self.address, **more)

    def respmod(self, body, **more):
        with self.icap() as connection:
            return connection.respmod(body, **more)

    def reqmod(self, body, **more):
        with self.icap() as connection:
            return connection.reqmod(body, **more)

    def hold_threads(self, count):
        """Connections in the middle of a body: each has a thread. One after the
        other: of some at once, c-icap can take one more into a process than
        that has threads, while another has one free."""
        held = []
        for n in range(count):
            held.append(self.icap())
            held[n].send(
                icap.head("RESPMOD", "glassgate", held[n].host, [],
                          [("res-hdr", icap.HTTP_OK)], "res-body")
                + icap.chunk(b"and so on"))
            lab.until(lambda: self.status()["icap_threads_busy"] > n,
                      "%d busy threads" % (n + 1))
        return held

    # The end.

    def stop(self, status=0, limit=20):
        """SIGTERM, and everything that must be true then."""
        if self.stopped:
            return
        self.note_files()
        self.process.send_signal(signal.SIGTERM)
        self.wait_end(status, limit)

    def wait_end(self, status, limit=20):
        self.stopped = True
        try:
            code = self.process.wait(limit * lab.patience())
        except subprocess.TimeoutExpired:
            code = "none: still there"
        left = [p for p in self.processes()]
        lab.end_session(self.sid)
        self.process.wait()
        problems = self.unexpected()
        if code != status:
            problems.append("exit status %s, not %s" % (code, status))
        problems += ["process left: %r" % p for p in left]
        problems += ["file left: " + f for f in sorted(self.leftovers())]
        if problems:
            raise AssertionError("\n".join(problems) + "\n--- log\n" +
                                 tail(self.log()))

    def leftovers(self):
        left = {f for f in self.files if os.path.exists(f)}
        if os.path.exists(self.runtime):
            if not self.had_runtime:
                left.add(self.runtime)
            for base, folders, files in os.walk(self.runtime):
                left |= {os.path.join(base, f) for f in folders + files}
        return left

    def kill(self):
        """Without any check: after a test that failed already."""
        self.stopped = True
        lab.end_session(self.sid)
        with contextlib.suppress(Exception):
            self.process.wait(5)
        for f in self.files:
            with contextlib.suppress(OSError):
                os.unlink(f)
        shutil.rmtree(self.runtime, ignore_errors=True)


def without_foreign(log):
    """Drops reports of the address sanitizer without a frame of ours."""
    def judge(report):
        return report.group(0) if "glassgate" in report.group(0) else ""
    return re.sub(r"^(?:=+|AddressSanitizer:DEADLYSIGNAL)\n(?:.*\n)*?"
                  r"==\d+==ABORTING\n", judge, log, flags=re.M)


def tail(text, count=30):
    """The end of a log, without its many verdicts."""
    lines = [l for l in text.splitlines() if "] verdict " not in l]
    return "\n".join(lines[-count:])


def refused(settings=None, conf=None, user=None, limit=15, under=()):
    """A start that must not come to anything: (exit status, what it said).
    Nothing may be left of it."""
    home = lab.new_folder("refused", user)
    port = lab.free_port()
    place = installed()
    values = {"icap.listen": "127.0.0.1:%d" % port,
              "icap.module": os.path.join(place, MODULE),
              "scan.program": os.path.join(place, "glassgate-keeper"),
              "page.templates": os.path.join(place, "templates"),
              "signatures.folders": signatures(),
              "signatures.state_folder": home + "/state",
              "body.folder": home + "/bodies"}
    if lab.root and user is None:
        values["icap.user"] = str(lab.ICAP_USER)
        values["scan.user"] = str(lab.SCAN_USER)
    if lab.options.sanitized or lab.options.valgrind:
        values.update(WEAKER_CAGE)
    values.update(settings or {})
    line = [program("glassgated"), "-c", conf or no_settings(),
            "-r", home + "/run"]
    for key, value in values.items():
        if value is not None:
            line += ["-s", "%s=%s" % (key, value)]
    process = lab.start(line, home + "/log", user, under=under)
    try:
        code = process.wait(limit * lab.patience())
    except subprocess.TimeoutExpired:
        code = None
    left = lab.session(process.pid)
    lab.end_session(process.pid)
    process.wait()
    text = lab.read(home + "/log").decode("utf-8", "replace")
    if left:
        raise AssertionError("left behind: %r\n%s" % (left, text))
    if os.path.exists(home + "/run"):
        raise AssertionError("its runtime folder is still there\n" + text)
    return code, text


@contextlib.contextmanager
def gateway(settings=None, **more):
    """A gateway of one test, stopped with all checks at its end."""
    g = Gateway(settings, **more)
    try:
        yield g
    except BaseException:
        log = g.log()
        g.kill()
        print("--- log\n" + tail(log))
        raise
    g.stop()


def pause(seconds):
    time.sleep(seconds * lab.slow())
