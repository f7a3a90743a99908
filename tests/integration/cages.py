# SPDX-License-Identifier: GPL-2.0-only
"""The tables of server/README.md that say what each process may do, what /proc
says about a process, and the attempts that a captured one could make."""

import contextlib
import errno
import os
import re
import socket
import struct
import time

import lab
import possess

README = os.path.join(lab.SOURCE, "server/README.md")
CAPABILITIES = ("chown dac_override dac_read_search fowner fsetid kill setgid "
                "setuid setpcap").split()
DAUNTED = ("EPERM", "EACCES", "ENOSYS", "EAFNOSUPPORT", "EROFS")


def landlock_abi():
    """What this kernel knows, as landlock_create_ruleset(2) tells it."""
    return max(0, possess.libc.syscall(444, None, 0, 1))


def table(first):
    """The table whose head begins with this word: {row: {column: cell}}."""
    lines = iter(open(README, encoding="utf-8"))
    head = next((l for l in lines if l.startswith("| %s |" % first)), None)
    if head is None:
        raise AssertionError("no table of %s in %s" % (first, README))
    names = cells(head)
    next(lines)
    rows = {}
    for line in lines:
        if not line.startswith("|"):
            break
        row = cells(line)
        rows[row[0]] = dict(zip(names[1:], row[1:]))
    return rows


def cells(line):
    return [c.strip() for c in line.strip().strip("|").split("|")]


def chosen(cell, as_root):
    """Of "a / b" the one for this start."""
    parts = [p.strip() for p in cell.split(" / ")]
    return parts[0] if as_root else parts[-1]


def by_scans(worker):
    """First those that did something: their death throttles nobody."""
    return -worker["scans"]


class House:
    """The processes of a gateway by the names of the tables."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.runtime = gateway.runtime
        self.as_root = lab.root and gateway.user is None

    def pids(self):
        """Living ones: the status may be a moment behind."""
        status = self.gateway.status()
        monitor = status["pids"]["icap"]
        children = [p.pid for p in self.gateway.processes()
                    if p.ppid == monitor]
        idle = [w["pid"] for w in sorted(status["workers"], key=by_scans)
                if w["state"] == "idle"]
        found = {"supervisor": [status["pids"]["supervisor"]],
                 "c-icap's monitor": [monitor], "c-icap's child": children,
                 "keeper": [status["pids"]["keeper"]], "worker": idle}
        return {kind: [p for p in pids if lab.alive(p)]
                for kind, pids in found.items()}

    def generation(self):
        return self.gateway.status()["generation"]

    def wait_whole(self):
        """All are there again after one died. A keeper that died a moment ago
        may have left status and workers as they were."""
        def whole():
            pids = self.gateway.ready() and self.pids()
            return pids and all(p and all(p) for p in pids.values()) \
                and len(pids["c-icap's child"]) >= 2 \
                and len(pids["worker"]) >= 4 and pids
        return lab.until(whole, "all processes are there", 40)

    # What /proc says, in the words of the table.

    def user(self, p):
        names = {0: "root", lab.ICAP_USER: "glassgate-icap",
                 lab.SCAN_USER: "glassgate-scan"}
        if not self.as_root:
            names = {self.gateway.user: "who started it",
                     os.geteuid(): "who started it"}
        found = {names.get(int(uid), uid) for uid in p.status("Uid").split()}
        return " ".join(sorted(found))

    def capabilities(self, p):
        found = set()
        for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            bits = int(p.status(kind), 16)
            found |= {CAPABILITIES[i] if i < len(CAPABILITIES) else str(i)
                      for i in range(64) if bits >> i & 1}
        return " ".join(sorted(found)) or "none"

    def privileges(self, p):
        return "no" if p.status("NoNewPrivs") == "1" else "yes"

    def filters(self, p):
        assert p.status("Seccomp") in ("0", "2")
        return p.status("Seccomp_filters")

    def core(self, p):
        text = lab.read("/proc/%d/limits" % p.pid).decode()
        most = re.search(r"^Max core file size +(\S+) +(\S+)", text, re.M)
        return "no" if most.groups() == ("0", "0") else "yes"

    def environment(self, p):
        data = lab.read("/proc/%d/environ" % p.pid).decode()
        names = {v.split("=")[0] for v in data.split("\0") if "=" in v}
        if names <= {"TZ", "RES_OPTIONS"}:
            return " ".join(sorted(names)) or "empty"
        return "that of its start"

    def namespaces(self, p):
        """Those that are not the supervisor's."""
        other = self.gateway.process.pid
        own = [n for n in ("ipc", "mnt", "net", "pid", "user", "uts")
               if os.readlink("/proc/%d/ns/%s" % (p.pid, n))
               != os.readlink("/proc/%d/ns/%s" % (other, n))]
        return " ".join(own) or "none"

    def descriptors(self, p):
        tcp = open("/proc/%d/net/tcp" % self.gateway.process.pid).read()
        found = {self.descriptor(v, tcp) for v in p.descriptors().values()}
        return ", ".join(sorted(found))

    def descriptor(self, name, tcp):
        places = (
            (r"/dev/null$", "null"),
            (re.escape(self.gateway.log_path) + "$", "stderr"),
            (re.escape(self.runtime) + "$", "runtime folder"),
            (re.escape(self.gateway.state) + "$", "state folder"),
            (re.escape(self.gateway.settings["page.templates"]) + "$",
             "templates"),
            (re.escape(self.runtime) + r"/([a-z/]+)$", r"\1"),
            (r"/tmp/icap_lock_", "locks"),
            (r"anon_inode:\[?(\w+)\]?$", r"\1"),
            (r"(pipe):", r"\1"),
        )
        for pattern, word in places:
            match = re.match(pattern, name)
            if match:
                return match.expand(word)
        inode = re.match(r"socket:\[(\d+)\]", name)
        if inode:
            return "TCP" if " %s " % inode.group(1) in tcp else "Unix"
        return name

    facts = {"user": user, "capabilities": capabilities,
             "can gain privileges": privileges, "seccomp filters": filters,
             "core files": core, "environment": environment,
             "namespaces of its own": namespaces, "descriptors": descriptors}


AT_FDCWD = -100


# Attempts. Each is given the house and a process, and says "yes", "no" or
# "dies". `fine`: errors that come only behind every wall.

def attempt(pid, name, *args, fine=()):
    got = possess.attempt(pid, name, *args)
    if got == "dies" or isinstance(got, int):
        return got if got == "dies" else "yes"
    if got in fine:
        return "yes"
    if got in DAUNTED:
        return "no"
    raise AssertionError("%s of %d: %s" % (name, pid, got))


def opens(path, flags):
    def probe(house, pid):
        return attempt(pid, "openat", AT_FDCWD,
                       (path % vars(house)).encode(), flags, 0)
    return probe


def plain(name, *args, fine=()):
    def probe(house, pid):
        return attempt(pid, name, *args, fine=fine)
    return probe


def makes_a_file(house, pid):
    path = "/tmp/glassgate-probe-%d" % pid
    try:
        return attempt(pid, "openat", AT_FDCWD, path.encode(),
                       os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def cuts_the_segment(house, pid):
    """To the length that it has."""
    path = house.runtime + "/segment"
    return attempt(pid, "truncate", path.encode(), os.path.getsize(path))


def connection(family, kind, address, call="connect"):
    """socket() and then connect() or bind(), in one possession."""
    def probe(house, pid):
        try:
            with possess.possessed(pid) as p:
                fd = p.call("socket", family, kind, 0)
                if fd < 0:
                    return verdict(fd)
                raw = address(house)
                got = p.call(call, fd, raw, len(raw))
                p.call("close", fd)
                return verdict(got)
        except possess.Died:
            return "dies"
    return probe


def verdict(got):
    name = errno.errorcode.get(-got, "")
    return "no" if name in DAUNTED else "yes"


def lane(house):
    path = "%s/gen-%d/small" % (house.runtime, house.generation())
    return struct.pack("<H", socket.AF_UNIX) + path.encode() + b"\0"


def somewhere(house):
    return struct.pack("<H", socket.AF_INET) + struct.pack(">H", 9) + \
        socket.inet_aton("127.0.0.1") + bytes(8)


def free_port(house):
    """Not port 0: that is to bind to one that the kernel picks."""
    return struct.pack("<H", socket.AF_INET) + \
        struct.pack(">H", lab.free_port()) + \
        socket.inet_aton("127.0.0.1") + bytes(8)


def orders(house, pid):
    """Connects to the control socket, and is heard or dropped."""
    before = len(house.gateway.lines("stranger refused"))
    address = struct.pack("<H", socket.AF_UNIX) + \
        house.runtime.encode() + b"/control\0"
    try:
        with possess.possessed(pid) as p:
            fd = p.call("socket", socket.AF_UNIX, socket.SOCK_SEQPACKET, 0)
            if fd < 0 or p.call("connect", fd, address, len(address)) < 0:
                p.call("close", fd)
                return "no"
            p.call("read", fd, bytes(16), 16)
            p.call("close", fd)
    except possess.Died:
        return "dies"
    return "no" if len(house.gateway.lines("stranger refused")) > before \
        else "yes"


def fakes_a_line(house, pid):
    """What it writes to its standard error is a line of whomever it likes."""
    mark = "fake-%d-%d" % (pid, time.monotonic_ns())
    line = "2026-11-24T08:15:00.123Z info supervisor[1] %s" % mark
    got = attempt(pid, "write", 2, line.encode() + b"\n", len(line) + 1)
    if got != "yes":
        return got
    house.gateway.wait_line(mark)
    return "yes" if line in house.gateway.log().splitlines() else "no"


def signals(who):
    def probe(house, pid):
        others = [p for p in house.pids()[who] if p != pid]
        return attempt(pid, "kill", others[0], 0)
    return probe


def mounts(house, pid):
    place = lab.new_folder("probe")
    got = attempt(pid, "mount", b"none", place.encode(), b"tmpfs", 0, 0)
    return got


# Folders, by the name that the table gives them. Where nothing of ours is, no
# file is made.

def places(house):
    g = house.gateway
    return {
        "`/usr`": ("/usr", False),
        "`/etc`": ("/etc", False),
        "`/proc`": ("/proc", False),
        "`/tmp`": ("/tmp", True),
        "`page.templates`": (g.settings["page.templates"], True),
        "`signatures.folders`": (g.settings["signatures.folders"], True),
        "`signatures.state_folder`":
            (g.settings["signatures.state_folder"], True),
        "`body.folder`": (g.settings["body.folder"], True),
        "the runtime folder": (g.runtime, True),
        "its `icap/`": (g.runtime + "/icap", True),
        "its `gen-<G>/scratch`":
            ("%s/gen-%d/scratch" % (g.runtime, house.generation()), True),
        "its working folder": (".", False),
    }


def uses(house, pid, place):
    """What it may do there: list what is in it, make a file."""
    path, ours = places(house)[place]
    if path == ".":
        path = os.readlink("/proc/%d/cwd" % pid)
        ours = path != "/"
    mark = "%s/glassgate-probe-%d" % (path, pid)
    try:
        with possess.possessed(pid) as p:
            found = [("reads", opened(p, path, os.O_DIRECTORY))]
            if ours:
                found.append(("writes", opened(
                    p, mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL)))
    except possess.Died:
        return "dies"
    finally:
        with contextlib.suppress(OSError):
            os.unlink("/proc/%d/root%s" % (pid, mark))
    return ", ".join(word for word, done in found if done) or "no"


def opened(p, path, flags):
    fd = p.call("openat", AT_FDCWD, path.encode(), flags, 0o600)
    if fd >= 0:
        p.call("close", fd)
        return True
    name = errno.errorcode[-fd]
    assert name in DAUNTED, (path, name)
    return False


PROT_READ_EXEC, PRIVATE_ANONYMOUS = 1 | 4, 0x22
CLONE_SIGHAND = 0x800
ATTACH, NOBODY = 16, 1 << 22

probes = {
    "read a file that everybody may read": opens("/etc/passwd", os.O_RDONLY),
    "make a file in `/tmp`": makes_a_file,
    "write any line into the log": fakes_a_line,
    "read the settings in use": opens("%(runtime)s/settings-1", os.O_RDONLY),
    "open the segment for writing": opens("%(runtime)s/segment", os.O_RDWR),
    "cut the segment": cuts_the_segment,
    "give c-icap a command": opens("%(runtime)s/icap/commands",
                                   os.O_WRONLY | os.O_NONBLOCK),
    "hand in a job": connection(socket.AF_UNIX, socket.SOCK_SEQPACKET, lane),
    "give the supervisor an order": orders,
    "make a Unix socket": plain("socket", socket.AF_UNIX,
                                socket.SOCK_STREAM, 0),
    "make a network socket": plain("socket", socket.AF_INET,
                                   socket.SOCK_DGRAM, 0),
    "connect by TCP": connection(socket.AF_INET, socket.SOCK_STREAM,
                                 somewhere),
    "listen on another port": connection(socket.AF_INET, socket.SOCK_STREAM,
                                         free_port, "bind"),
    "execute a program": plain("execve", b"/bin/true", 1, 0,
                               fine=("EFAULT",)),
    "start a process": plain("clone", CLONE_SIGHAND, 0, 0, 0, 0,
                             fine=("EINVAL",)),
    "make memory executable": plain("mmap", 0, 4096, PROT_READ_EXEC,
                                    PRIVATE_ANONYMOUS, -1, 0),
    "signal the supervisor": signals("supervisor"),
    "signal a sibling": None,  # by kind: see below
    "trace a process": plain("ptrace", ATTACH, NOBODY, fine=("ESRCH",)),
    "become root": plain("setresuid", 0, 0, 0),
    "mount": mounts,
    "load a kernel module": plain("init_module", 0, 0, 0),
    # On nobody's list.
    "make a call that none needs": plain("sched_rr_get_interval", 0, 0,
                                         fine=("EFAULT",)),
}


def probe(house, what, kind, pid):
    if what == "signal a sibling":
        return signals(kind)(house, pid)
    return probes[what](house, pid)
