# SPDX-License-Identifier: GPL-2.0-only
"""Makes a process do one system call, as whoever captured it could: stopped
with ptrace, its registers set, one step, its registers put back. Only root
can, and only on x86-64. The filters and rules of the process hold for it."""

import contextlib
import ctypes
import errno
import os
import platform
import signal

ATTACH, DETACH, STEP, GETREGS, SETREGS = 16, 17, 9, 12, 13
SYSCALL = 24
RED_ZONE = 4096
ROOM = 8192  # for paths and structs, below the stack in use

CALLS = {
    "read": 0, "write": 1, "clone": 56, "open": 2, "mmap": 9, "getpid": 39, "socket": 41,
    "connect": 42, "sendto": 44, "bind": 49, "fork": 57, "execve": 59,
    "kill": 62, "truncate": 76, "ftruncate": 77, "chdir": 80, "rename": 82,
    "mkdir": 83, "rmdir": 84, "unlink": 87, "chmod": 90, "ptrace": 101,
    "mount": 165, "init_module": 175, "prctl": 157, "close": 3,
    "setresuid": 117, "openat": 257, "unshare": 272, "unlinkat": 263,
    "process_vm_readv": 310, "memfd_create": 319, "bpf": 321,
    "io_uring_setup": 425, "setsockopt": 54, "fallocate": 285,
    "sched_rr_get_interval": 148,
}
REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi "
             "orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs")


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in REGISTERS.split()]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                        ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def possible():
    return os.geteuid() == 0 and platform.machine() == "x86_64"


class Died(Exception):
    """The call killed the process, by this signal."""


def ptrace(request, pid, data=None):
    if libc.ptrace(request, pid, None, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, "ptrace %d: %s" % (request, os.strerror(number)))


def wait(pid):
    _, status = os.waitpid(pid, 0x40000000)  # __WALL: threads, too
    if os.WIFSIGNALED(status):
        raise Died(signal.Signals(os.WTERMSIG(status)).name)
    if os.WIFEXITED(status):
        raise Died("exit %d" % os.WEXITSTATUS(status))
    return os.WSTOPSIG(status)


class Possessed:
    def __init__(self, pid):
        self.pid = pid
        ptrace(ATTACH, pid)
        self.missed = []
        while (number := wait(pid)) != signal.SIGSTOP:
            self.missed.append(number)
            libc.ptrace(7, pid, None, None)  # PTRACE_CONT
        if not self.in_syscall():
            self.to_syscall()
        self.before = self.registers()
        self.syscall_at = self.before.rip - 2

    def registers(self):
        regs = Registers()
        ptrace(GETREGS, self.pid, ctypes.byref(regs))
        return regs

    def memory(self):
        return open("/proc/%d/mem" % self.pid, "r+b", buffering=0)

    def in_syscall(self):
        """The instruction is just behind it."""
        with self.memory() as mem:
            mem.seek(self.registers().rip - 2)
            return mem.read(2) == b"\x0f\x05"

    def to_syscall(self):
        """On to the end of its next one: where it begins, where it ends."""
        for _ in range(2):
            ptrace(SYSCALL, self.pid)
            while (number := wait(self.pid)) != signal.SIGTRAP:
                self.missed.append(number)
                ptrace(SYSCALL, self.pid)

    def call(self, name, *args):
        """What the kernel gave back; below zero an error. bytes are put into
        its memory, and their address is given."""
        regs = Registers.from_buffer_copy(self.before)
        at = self.before.rsp - RED_ZONE - ROOM & ~0xf
        with self.memory() as mem:
            numbers = []
            for a in args:
                if isinstance(a, bytes):
                    mem.seek(at)
                    mem.write(a + b"\0")
                    numbers.append(at)
                    at += len(a) + 16 & ~0xf
                else:
                    numbers.append(a & 0xffffffffffffffff)
        numbers += [0] * (6 - len(numbers))
        for register, value in zip("rdi rsi rdx r10 r8 r9".split(), numbers):
            setattr(regs, register, value)
        regs.rax, regs.orig_rax = CALLS[name], 0xffffffffffffffff
        regs.rip = self.syscall_at
        ptrace(SETREGS, self.pid, ctypes.byref(regs))
        ptrace(STEP, self.pid)
        while (number := wait(self.pid)) != signal.SIGTRAP:
            if number == signal.SIGSYS:
                raise Died("SIGSYS")
            self.missed.append(number)
            ptrace(STEP, self.pid)
        return ctypes.c_longlong(self.registers().rax).value

    def leave(self):
        with contextlib.suppress(OSError):
            ptrace(SETREGS, self.pid, ctypes.byref(self.before))
            ptrace(DETACH, self.pid)
            for number in self.missed:
                os.kill(self.pid, number)


@contextlib.contextmanager
def possessed(pid):
    p = Possessed(pid)
    try:
        yield p
    finally:
        p.leave()


def attempt(pid, name, *args):
    """One call: its result (0 or more), the name of its error, or "dies"."""
    try:
        with possessed(pid) as p:
            got = p.call(name, *args)
            if name in ("open", "openat", "socket", "memfd_create") \
                    and got >= 0:
                p.call("close", got)
            return got if got >= 0 else errno.errorcode.get(-got, str(got))
    except Died:
        return "dies"
