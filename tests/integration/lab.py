# SPDX-License-Identifier: GPL-2.0-only
"""What all tests share: the options of this run, private folders, free ports,
processes that are stopped by pid, and waiting with a limit."""

import atexit
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
ICAP_USER = 61771  # nobody on any machine has these numbers
SCAN_USER = 61772
PLAIN_USER = 61773


def build_tree(*places):
    """The first of them in which something is built; else the first."""
    return next((place for place in places if os.path.exists(
        os.path.join(place, "glassgated"))), places[0])


class Options:
    build = build_tree(os.getcwd(), os.path.join(SOURCE, "build"))
    valgrind = False
    sanitized = False
    verbose = False
    jobs = 1
    beside = False  # other topics run beside this one
    write_tables = False
    large = False  # bodies of gigabytes, too


options = Options()
root = os.geteuid() == 0
_folder = None


def slow():
    """How much longer everything may take in this run."""
    return 10 if options.valgrind else 3 if options.sanitized else 1


def patience():
    """How much longer we wait for what must come. Beside others all comes
    later; a test that measures runs alone."""
    return slow() * (4 if options.beside else 1)


def folder():
    """The private folder of this run; others may look into it (their part of
    the product runs there), nobody may write."""
    global _folder
    if _folder is None:
        _folder = tempfile.mkdtemp(prefix="gg-int-")
        os.chmod(_folder, 0o755)
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder


_count = 0


def new_folder(name, owner=None, mode=0o755):
    global _count
    _count += 1
    path = os.path.join(folder(), "%s-%d" % (name, _count))
    os.mkdir(path)
    os.chmod(path, mode)
    if owner is not None and root:
        os.chown(path, owner, owner)
    return path


def write(path, data, mode=0o644):
    if isinstance(data, str):
        data = data.encode()
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


def script(path, text):
    return write(path, "#!/bin/sh\n" + text, 0o755)


# Ports that the kernel gives to nobody who did not ask for them: one of those
# it gives out could be some connection's own end a moment later. Each run and
# each lane takes a block of them, which is its own as long as it holds an
# abstract socket of that name.
PORTS = range(12000, 32000, 100)
_ports = iter(())
_blocks = []


def _block_of_ports():
    for first in random.sample(PORTS, len(PORTS)):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            s.bind("\0glassgate-test-ports-%d" % first)
        except OSError:
            s.close()
            continue
        _blocks.append(s)
        return range(first, first + PORTS.step)
    raise AssertionError("no ports are left for tests")


def free_port(address="127.0.0.1"):
    """A port that is free, was not given out before, and that nobody else who
    asks here will get."""
    global _ports
    while True:
        for port in _ports:
            with socket.socket() as s, contextlib.suppress(OSError):
                s.bind((address, port))
                return port
        _ports = iter(_block_of_ports())


def until(condition, what, limit=10.0, step=None):
    """Waits until condition() gives something true, and gives it back. Asks
    every step seconds, or at first often and then less: who asks starts a
    program mostly, and others want to run, too."""
    limit *= patience()
    end = time.monotonic() + limit
    pause = 0.02
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("not within %g s: %s" % (limit, what))
        time.sleep(step or pause)
        pause = min(1.2 * pause, 0.1)


class Process:
    """One line of the process table, as /proc tells it."""

    def __init__(self, pid):
        with open("/proc/%d/stat" % pid, "rb") as f:
            text = f.read().decode("utf-8", "replace")
        rest = text[text.rindex(")") + 2:].split()
        self.pid = pid
        self.comm = text[text.index("(") + 1:text.rindex(")")]
        self.state, self.ppid = rest[0], int(rest[1])
        self.group, self.session = int(rest[2]), int(rest[3])
        self.started = int(rest[19])
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            raw = f.read().rstrip(b"\0")
        self.title = raw.replace(b"\0", b" ").decode("utf-8", "replace")

    def status(self, key):
        for line in open("/proc/%d/status" % self.pid):
            if line.startswith(key + ":"):
                return line.split(":", 1)[1].strip()
        return None

    def uid(self):
        return int(self.status("Uid").split()[0])

    def descriptors(self):
        base = "/proc/%d/fd" % self.pid
        found = {}
        for name in os.listdir(base):
            with contextlib.suppress(FileNotFoundError):
                found[int(name)] = os.readlink(os.path.join(base, name))
        return found

    def files(self):
        """Paths of all that is open or mapped."""
        found = set()
        with contextlib.suppress(OSError):
            found |= set(self.descriptors().values())
        with contextlib.suppress(OSError):
            for line in open("/proc/%d/maps" % self.pid):
                parts = line.split(None, 5)
                if len(parts) == 6:
                    found.add(parts[5].strip())
        return found

    def __repr__(self):
        return "%d (%s) %s" % (self.pid, self.state, self.title or self.comm)


def processes(want=lambda p: True):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                p = Process(int(name))
                if want(p):
                    found.append(p)
    return found


def session(sid):
    """Living processes of one session: whatever a program that we started in
    its own session started in turn, orphans too."""
    return processes(lambda p: p.session == sid and p.state not in "ZX")


def alive(pid):
    try:
        return Process(pid).state not in "ZX"
    except OSError:
        return False


def kill(pid, number=signal.SIGKILL):
    with contextlib.suppress(ProcessLookupError):
        assert pid > 0, pid  # else it would be us
        os.kill(pid, number)


@contextlib.contextmanager
def stopped(pids):
    """Holds processes still; those that live go on at the end."""
    for pid in pids:
        kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            kill(pid, signal.SIGCONT)


def end_session(sid):
    """Makes an end of all that is left of a session that we started."""
    for p in session(sid):
        kill(p.pid)


def as_user(user):
    """What to put before a command so that it runs as nobody in particular."""
    if user is None or not root:
        return []
    return ["setpriv", "--reuid", str(user), "--regid", str(user),
            "--clear-groups"]


# A command that starts another one, which does not see others' processes.
HIDDEN_PROC = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
               "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"", "sh"]


def start(command, log, user=None, env=None, cwd="/", under=()):
    """under: a command that starts this one, before it becomes that user."""
    with open(log, "ab") as out:
        return subprocess.Popen(
            list(under) + as_user(user) + command, stdin=subprocess.DEVNULL,
            stdout=out, stderr=out, start_new_session=True, cwd=cwd, env=env)


def run(command, limit=60, user=None, **more):
    """Runs a command to its end; stdout and stderr as text, exit in
    .returncode."""
    return subprocess.run(
        as_user(user) + command, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit * patience(),
        **more)


def is_socket(path):
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False


def found(pattern, text):
    return re.search(pattern, text, re.M)
