# SPDX-License-Identifier: GPL-2.0-only
"""The faults of the fault suite: each does its harm to a house under load and
mends what only it can mend; what the log may say of it stands beside it."""

import bz2
import collections
import contextlib
import io
import os
import shutil
import signal
import socket
import struct
import subprocess
import tarfile
import threading
import time

import bodies
import chm
import gateway
import icap
import lab
from chaos import CHILD, DEGRADED, ICAP, TORN, WORKER, pids

DEATHS = WORKER % r"(signal|exit|deadline|abandoned|memory|protocol)"
SHORT = (r"scratch is short",
         r"call failed in a scan", r"engine complained",
         r"scratch not given back", r"scratch not cleared",
         r"worker lines dropped", DEATHS)
# One that cannot take a job in (no descriptor, or no memory for its body) hangs
# up on it and lives on, which only a captured one does otherwise: the lane is
# replaced. A full scratch and a killed worker are no such thing.
MUTE = (r"worker broke protocol", r"bad message from=client")
STARTS = (DEGRADED, r"start delayed", r"child ended child=")

# expect: patterns of the log. root: it takes root. own: in a house of its own
# (settings of it), for what ends the supervisor or needs a place of its own.
# disk: which folder of that house is a small file system of its own.
Fault = collections.namedtuple("Fault", "name harm expect root own disk")
ALL = []


def fault(name, *expect, root=False, own=None, disk=None):
    def mark(harm):
        ALL.append(Fault(name, harm, expect, root, own, disk))
        return harm
    return mark


def one(number, found):
    for pid in found:
        lab.kill(pid, number)


def scanning(house):
    """A worker with a job that it will not end: held before it got it."""
    victim = pids(house.g)[0]
    lab.kill(victim, signal.SIGSTOP)
    lab.until(lambda: any(w["pid"] == victim and w["state"] == "busy"
                          for w in house.g.workers()), "it has a job", 5)
    return victim


def hangs_for_ever(victim):
    lab.kill(victim, signal.SIGSTOP)
    lab.until(lambda: not lab.alive(victim), "it is replaced", 15)


@contextlib.contextmanager
def held(found):
    one(signal.SIGSTOP, found)
    try:
        yield
    finally:
        one(signal.SIGCONT, found)


# --- killed and stopped ---

@fault("kill -9 of a worker in a scan", DEATHS)
def _(house):
    lab.kill(scanning(house))


@fault("SIGSTOP of a worker in a scan", DEATHS)
def _(house):
    victim = scanning(house)
    lab.until(lambda: not lab.alive(victim), "it is killed", 8)


@fault("kill -9 of all workers", DEATHS, DEGRADED)
def _(house):
    one(signal.SIGKILL, pids(house.g))


@fault("SIGSTOP of all workers", DEATHS, DEGRADED)
def _(house):
    one(signal.SIGSTOP, pids(house.g))


@fault("kill -9 of the keeper", CHILD % "keeper", *STARTS)
def _(house):
    lab.kill(house.g.status()["pids"]["keeper"])


@fault("SIGSTOP of the keeper", "keeper hangs", *STARTS)
def _(house):
    hangs_for_ever(house.g.status()["pids"]["keeper"])


@fault("kill -9 of a c-icap child", ICAP)
def _(house):
    lab.kill(house.g.icap_children()[0])


@fault("SIGSTOP of a c-icap child, 4 s", ICAP, DEGRADED)
def _(house):
    with held(house.g.icap_children()[:1]):
        time.sleep(4)


@fault("SIGSTOP of a c-icap child, for ever", ICAP, DEGRADED,
       "c-icap hangs")
def _(house):
    hangs_for_ever(house.g.icap_children()[0])


@fault("SIGSTOP of c-icap's monitor, for ever", CHILD % "c-icap", ICAP,
       "c-icap hangs", *STARTS)
def _(house):
    """After its first sign of life: a start may take a minute."""
    time.sleep(2)
    house.g.note_files()
    hangs_for_ever(house.g.status()["pids"]["icap"])


@fault("kill -9 of c-icap's monitor", CHILD % "c-icap", ICAP, *STARTS)
def _(house):
    house.g.note_files()
    lab.kill(house.g.status()["pids"]["icap"])


@fault("SIGSTOP of c-icap's monitor, 4 s", ICAP)
def _(house):
    with held([house.g.status()["pids"]["icap"]]):
        time.sleep(4)


@fault("SIGSTOP of the supervisor, 4 s", DEGRADED)
def _(house):
    with held([house.g.sid]):
        time.sleep(4)


@fault("kill -9 of the supervisor, another is started", ICAP, *STARTS,
       own={})
def _(house):
    house.g.note_files()
    lab.kill(house.g.sid)
    house.g.process.wait()
    lab.until(lambda: not house.g.processes(), "all are gone", 10)
    house.start_again()


# --- the clock on the wall ---

class Clock:
    """Every program of the house has the same wrong clock: they are started
    with tests/fakes/fake_clock.c before libc."""

    def __init__(self):
        self.place = lab.new_folder("clock")
        self.shim = os.path.join(self.place, "fake_clock.so")
        lab.write(self.shim, lab.read(os.path.join(
            lab.options.build, "tests/fakes/.libs/fake_clock.so")), 0o755)
        self.file = os.path.join(self.place, "offset")
        self.set(0)
        os.environ.update(self.environment())

    def environment(self):
        return {"LD_PRELOAD": self.shim, "GLASSGATE_TEST_CLOCK": self.file}

    def set(self, seconds):
        with open(self.file, "r+b" if os.path.exists(self.file) else "wb") \
                as f:
            f.write(struct.pack("=q", seconds))

    def program(self, path):
        """One that starts the real one with this clock, as the supervisor
        gives its children no environment of ours."""
        return lab.script(
            os.path.join(self.place, "bin", os.path.basename(path)),
            "export LD_PRELOAD=%s GLASSGATE_TEST_CLOCK=%s\n"
            "exec %s \"$@\"\n" % (self.shim, self.file, path))

    def settings(self):
        os.mkdir(os.path.join(self.place, "bin"))
        keeper = os.path.join(gateway.installed(), "glassgate-keeper")
        return {"scan.program": self.program(keeper),
                "icap.program": self.program(shutil.which("c-icap"))}

    def end(self):
        for name in self.environment():
            os.environ.pop(name, None)


_clock = None


def with_a_clock():
    global _clock
    _clock = Clock()
    return _clock.settings()


@fault("clock set an hour back, then a day forward", own=with_a_clock)
def _(house):
    try:
        shown = house.shown_time()
        for seconds in (-3600, 86400):
            _clock.set(seconds)
            time.sleep(3)
            moved = house.shown_time() - shown
            if abs(moved - seconds) > 60:
                raise AssertionError("the clock moved by %d s" % moved)
    finally:
        _clock.end()


# --- full ---

FILL = ("while :; do for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/zero bs=1M "
        "of=/proc/self/fd/%d/fill-$i 2>/dev/null; done; sleep 0.05; done")


def fill(path, seconds, user=None):
    """The file system of this folder has no byte left, again and again."""
    place = os.open(path, os.O_DIRECTORY)
    try:
        lab.run(["timeout", str(seconds), "sh", "-c", FILL % place],
                user=user, pass_fds=(place,))
        for i in range(1, 10):
            with contextlib.suppress(OSError):
                os.unlink("fill-%d" % i, dir_fd=place)
    finally:
        os.close(place)


def scratches(house):
    """As the keeper sees them, in its mount namespace."""
    status = house.g.status()
    return "/proc/%d/root%s/gen-%d/scratch" % (
        status["pids"]["keeper"], house.g.runtime, status["generation"])


@fault("scratch of a worker full", "takes too much memory", *SHORT, root=True)
def _(house):
    for slot in "0", "1":
        fill("%s/%s" % (scratches(house), slot), 3, lab.SCAN_USER)


@fault("disk of the runtime folder full", r"folder .*No space",
       r"No space left", *SHORT, *STARTS, root=True,
       own={"test.namespaces": "off"}, disk="runtime")
def _(house):
    fill(house.g.runtime, 4)


NOT_KEPT = r"error icap\[\d+\] body not kept on disk "
SPILLS = {"body.memory": "1M"}  # what is larger needs the disk


def large_ones_are_told(house):
    """Those of the traffic are few: some more that need the disk."""
    name = "glassgate_body_disk_faults_total"
    before = house.g.counter(name)
    must_not_pass(house, bodies.infected_zip(3 << 20), 8, pause=0.4)
    if house.g.counter(name) == before:
        raise AssertionError("no body missed the disk")


def large_ones_are_decided(house):
    """Not through Squid, where one so large is cut."""
    answer = house.g.respmod(bodies.infected_zip(3 << 20))
    if not (answer.get("X-Infection-Found") or "").startswith("Type=0"):
        raise AssertionError("what goes to disk is not decided again")


@fault("disk of the body folder full", NOT_KEPT + ".*No.*space", root=True,
       own=SPILLS, disk="body.folder")
def _(house):
    filler = threading.Thread(
        target=fill, args=(house.g.settings["body.folder"], 5), daemon=True)
    filler.start()
    time.sleep(1)
    large_ones_are_told(house)
    filler.join()
    large_ones_are_decided(house)


@fault("body folder gone", NOT_KEPT + ".*No.*such.*file", own=SPILLS)
def _(house):
    place = house.g.settings["body.folder"]
    os.rename(place, place + "-gone")
    large_ones_are_told(house)
    os.rename(place + "-gone", place)
    large_ones_are_decided(house)


def soft_limit(pid, what):
    for line in open("/proc/%d/limits" % pid):
        if line.startswith(what):
            return line[len(what):].split()[0]
    return "unlimited"


@contextlib.contextmanager
def limited(found, option, what, value):
    """Soft limits of running processes, set as their own user may."""
    def put(pid, limit):
        with contextlib.suppress(OSError):
            lab.run(["prlimit", "--pid", str(pid), "--%s=%s:" % (
                option, limit)], user=lab.Process(pid).uid())
    old = {}
    for pid in found:
        with contextlib.suppress(OSError):
            old[pid] = soft_limit(pid, what)
            put(pid, value)
    try:
        yield
    finally:
        for pid, limit in old.items():
            put(pid, limit)


FILES = ("nofile", "Max open files")


@fault("no descriptors left in the keeper", "accept failed",
       "worker not started", "keeper fails .*poll: Invalid argument", DEATHS,
       *STARTS)
def _(house):
    """No fewer than it has: poll() takes no more than the limit. A keeper that
    just got one more ends, and another comes."""
    keeper = house.g.status()["pids"]["keeper"]
    has = len(os.listdir("/proc/%d/fd" % keeper))
    with limited([keeper], *FILES, has):
        time.sleep(3)


@fault("no descriptors left in the workers", "bad handover", *MUTE, *SHORT)
def _(house):
    with limited(pids(house.g), *FILES, 4):
        time.sleep(3)


@fault("no descriptors left in c-icap", ICAP, "body lost", "Too many open",
       "c-icap hangs process=child", *STARTS)
def _(house):
    """A child that cannot accept ends, and has some seconds for that. A body that cannot be kept is lost, and counted as often as told. Fewer
    than it has open by itself: it gets none at all."""
    name = "glassgate_bodies_lost_total"
    with limited(house.g.icap_children(), *FILES, 4):
        time.sleep(3)
        lab.until(lambda: house.g.lines("body lost"), "one is lost", 20)
    lab.until(lambda: house.g.counter(name) == len(
        house.g.lines("body lost")) > 0, "each lost body is counted")


# --- memory ---

def large():
    """60 MB of next to nothing in a tar, EICAR at its end."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in (("zeros", bytes(60 << 20)),
                           ("eicar.com", bodies.eicar())):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def bomb():
    return bz2.compress(large(), 9)


def must_not_pass(house, body, times, pause=0.0):
    for _ in range(times):
        time.sleep(pause)
        with contextlib.suppress(OSError, icap.Closed):
            answer = house.g.respmod(body)
            if not answer.get("X-Infection-Found"):
                house.wrong.append("ICAP %d" % answer.status)


@fault("a bz2 bomb, at the memory limit", "takes too much memory", DEATHS,
       *SHORT)
def _(house):
    must_not_pass(house, bomb(), 3)


@fault("a chm bomb, at the memory limit", "takes too much memory", DEATHS,
       *SHORT)
def _(house):
    must_not_pass(house, chm.chm("large.tar", large()), 3)


@fault("no new memory for a bz2 bomb and a chm", "no memory for",
       "takes too much memory", *MUTE, *SHORT)
def _(house):
    help_file = lab.read(gateway.TESTFILES + "/clam.chm")
    with limited(pids(house.g), "as", "Max address space", 1 << 20):
        for body in (bomb(), help_file):
            must_not_pass(house, body, 4)


# --- signatures ---

@fault("signature folder gone", r"reload refused", r"keeper fails", *STARTS)
def _(house):
    place = house.g.settings["signatures.folders"]
    os.rename(place, place + "-gone")
    house.reload()
    time.sleep(1)
    os.rename(place + "-gone", place)
    house.reload()


@fault("signature folder and kept sets gone, then kill -9 of the keeper",
       r"child not started child=keeper", r"keeper fails", r"reload refused",
       *STARTS)
def _(house):
    """With nothing to load, no keeper may serve the built-in ones alone."""
    place = house.g.settings["signatures.folders"]
    os.rename(place, place + "-gone")
    for name in os.listdir(house.g.state):
        if name.startswith("set-"):
            shutil.rmtree(os.path.join(house.g.state, name))
    lab.kill(house.g.status()["pids"]["keeper"])
    must_not_pass(house, bodies.FOLDER, 20, pause=0.1)
    os.rename(place + "-gone", place)
    house.reload()


@fault("signatures replaced while they are read", TORN, r"reload refused",
       r"keeper fails", *STARTS)
def _(house):
    path = house.g.settings["signatures.folders"] + "/more.ndb"
    end = threading.Event()

    def replace():
        while not end.is_set():
            lab.write(path, "More.Test:0:*:%s\n" % (b"a" * 999).hex() * 3000)
            lab.write(path, "More.Test:0:*:41")
    writer = threading.Thread(target=replace, daemon=True)
    writer.start()
    for _ in range(3):
        house.reload()
    end.set()
    writer.join()
    os.unlink(path)
    house.reload()


# --- clients ---

def request(c, body):
    return (icap.head("RESPMOD", "glassgate", c.host, [("Allow", "204")],
                      [("res-hdr", icap.HTTP_OK)], "res-body")
            + icap.chunks(body) + b"0\r\n\r\n")


def leave_at(house, part, times=30):
    """Clients that go after this part of their request, or all of it."""
    for _ in range(times):
        with house.g.icap() as c:
            data = request(c, bodies.infected_zip(3000))
            c.send(data[:int(len(data) * part)])


@fault("clients gone in the headers", ICAP)
def _(house):
    leave_at(house, 0.02)


@fault("clients gone in the preview", ICAP)
def _(house):
    for _ in range(30):
        with house.g.icap() as c:
            data = icap.head("RESPMOD", "glassgate", c.host,
                             [("Preview", "1024")],
                             [("res-hdr", icap.HTTP_OK)], "res-body")
            c.send(data + b"400\r\n" + bytes(300))


@fault("clients gone in the body", ICAP)
def _(house):
    leave_at(house, 0.7)


@fault("clients gone during the scan", ICAP, DEATHS)
def _(house):
    with held(pids(house.g)):
        leave_at(house, 1, 12)
        time.sleep(0.3)


@fault("clients gone while they read the answer", ICAP)
def _(house):
    body = bodies.words(2000000, 5)
    for _ in range(10):
        with house.g.icap() as c:
            c.send(request(c, body).replace(b"Allow: 204", b"X-Allow: no"))
            with contextlib.suppress(icap.Closed):
                c.more()


@fault("20 clients that send a byte a second", ICAP, DEGRADED)
def _(house):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(house.g.icap()) for _ in range(20)]
        for i in range(5):
            for c in slow:
                c.send(request(c, b"slow")[i:i + 1])
            time.sleep(1)


@fault("20 clients that read a byte a second", ICAP, DEGRADED)
def _(house):
    body = bodies.words(300000, 6)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(house.g.icap()) for _ in range(20)]
        for c in slow:
            c.send(request(c, body).replace(b"Allow: 204", b"X-Allow: no"))
        for _ in range(5):
            for c in slow:
                with contextlib.suppress(OSError):
                    c.socket.recv(1)
            time.sleep(1)


@fault("1000 idle connections, 4 s", ICAP, DEGRADED)
def _(house):
    idle = []
    for _ in range(1000):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(house.g.address)
        idle.append(s)
    time.sleep(4)
    for s in idle:
        s.close()


HEAD = b"RESPMOD icap://x/glassgate ICAP/1.0\r\n"
GARBAGE = (
    b"\0" * 1000, b"GET / HTTP/1.1\r\n\r\n", b"\r\n" * 500, b"RESPMOD\r\n\r\n",
    b"\xff\xfe" * 30000,
    HEAD + b"Encapsulated: res-hdr=99999999, res-body=1\r\n\r\n",
    HEAD + b"Encapsulated: res-hdr=0, res-body=-1\r\n\r\n",
    HEAD + b"Preview: 99999999999\r\nEncapsulated: res-body=0\r\n\r\n",
    HEAD + b"A: " + b"a" * 100000,
    HEAD + b"Encapsulated: res-body=0\r\n\r\nFFFFFFFFFFFFFFFF\r\nx\r\n",
    HEAD + b"Encapsulated: res-body=0\r\n\r\n7FFFFFFF\r\nxxxx",
)


@fault("garbage, truncated and oversized ICAP requests", ICAP, DEGRADED)
def _(house):
    for data in GARBAGE:
        for end in (len(data), len(data) // 2):
            with house.g.icap() as c:
                c.send_quietly(data[:end])


# --- two of it ---

@fault("a second supervisor on the same runtime folder")
def _(house):
    done = subprocess.run(
        house.g.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, timeout=20 * lab.slow())
    if done.returncode == 0:
        house.wrong.append("it was not refused")


@fault("module and daemon of different versions, 2 s", r"9\.9\.9", ICAP,
       "c-icap died at its start",
       *STARTS, CHILD % "c-icap", own={})
def _(house):
    monitor = house.g.status()["pids"]["icap"]
    with open(house.g.runtime + "/segment", "r+b") as f:
        head = f.read(64)
        at = head.index(b"0.")
        good = head[at:at + 5]
        f.seek(at)
        f.write(b"9.9.9")
        f.flush()
        lab.kill(monitor)
        house.g.wait_line(r"9\.9\.9", 20)
        time.sleep(2)
        f.seek(at)
        f.write(good)
    # As who mends it would: start it again.
    lab.kill(house.g.status()["pids"]["icap"])
