# SPDX-License-Identifier: GPL-2.0-only
"""The commands of `glassgate`, each held where it waits, so that somebody can
look at it and into it: in its cage, with its work before it."""

import contextlib
import fcntl
import os
import signal
import subprocess

import cages
import gateway
import lab

WRITE, POLL, RECVMSG = b"1", b"7", b"47"  # x86-64
PIPE = 4096


def full_pipe():
    """Who writes there waits."""
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, PIPE)
    os.write(writes, bytes(PIPE))
    return reads, writes


# What it waits for: the pipe to be read, the supervisor's answer, a worker's.
# The orders are such that the service does not mind them.
COMMANDS = {
    "status": (WRITE, ["status", "--json"]),
    "reload": (RECVMSG, ["reload"]),
    "pass-all": (RECVMSG, ["pass-all", "--end"]),
    "signatures": (WRITE, ["signatures", "list"]),
    "scan": (POLL, ["scan", "/etc/passwd"]),
}


@contextlib.contextmanager
def waiting(user):
    """A house with .tools: the processes by their command."""
    with contextlib.ExitStack() as stack:
        g = gateway.Gateway(user=user, expect=["."])
        stack.callback(g.kill)
        house = cages.House(g)
        house.wait_whole()
        for pid in [w["pid"] for w in g.workers()] + [g.process.pid]:
            lab.kill(pid, signal.SIGSTOP)
        ends = full_pipe()
        for fd in ends:
            stack.callback(os.close, fd)
        house.tools = {}
        for kind, (call, words) in COMMANDS.items():
            tool = start(g, words, ends[1])
            stack.callback(tool.wait)
            stack.callback(tool.kill)
            lab.until(lambda: waits(tool.pid, call), kind + " waits")
            house.tools[kind] = lab.Process(tool.pid)
        yield house


def start(g, words, out):
    return subprocess.Popen(
        lab.as_user(g.user) + [gateway.program("glassgate"), "-r", g.runtime,
                               *words],
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd="/")


def waits(pid, call):
    return lab.Process(pid).comm == "glassgate" \
        and lab.read("/proc/%d/syscall" % pid).split()[0] == call


def fact(name):
    return lambda house, pid: cages.House.facts[name](house, lab.Process(pid))


# The rows of the table.
questions = {name: fact(name) for name in (
    "user", "capabilities", "can gain privileges", "seccomp filters")}
questions.update({name: cages.probes[name] for name in (
    "read a file that everybody may read", "make a file in `/tmp`",
    "read the settings in use", "open the segment for writing",
    "cut the segment", "give c-icap a command", "hand in a job",
    "make a Unix socket", "make a network socket", "execute a program",
    "start a process", "make memory executable", "trace a process",
    "become root", "mount", "load a kernel module",
    "make a call that none needs")})
