# SPDX-License-Identifier: GPL-2.0-only
"""The supervisor's errands, found at their work, and stopped there."""

import signal

import lab

# By the first letters of what it is called.
NAMES = {"copies": "copying the sig", "proof": "proof of the ne",
         "self-check": "self-check", "verifies": "verifying the s",
         "version": "c-icap -V"}


def at_work(g, kind, want=lambda p: True):
    """A child of the supervisor that is called so, or None."""
    children = "/proc/%d/task/%d/children" % (g.process.pid, g.process.pid)
    for pid in lab.read(children).split():
        try:
            p = lab.Process(int(pid))
            if p.comm == NAMES[kind] and want(p):
                return p
        except OSError:
            pass
    return None


def caught(g, kind, want=lambda p: True, limit=20):
    """It may be on its way to its end."""
    return lab.until(lambda: at_work(g, kind, want), kind + " is at work",
                     limit, 0.001)


def stands(p):
    """What is on its way to its end does not stop any more."""
    lab.kill(p.pid, signal.SIGSTOP)

    def told():
        try:
            state = lab.Process(p.pid).state
        except OSError:
            return "over"
        return {"T": "stands", "Z": "over", "X": "over"}.get(state)
    return lab.until(told, "%r stands or is over" % p, 20, 0.001) == "stands"


def held(g, kind, again=lambda: None):
    """One that is stopped at its work. Of those that come to their end all the
    same the next one is tried; again() sees to it that there is one."""
    def one():
        again()
        p = at_work(g, kind)
        return p if p and stands(p) else None
    return lab.until(one, kind + " is stopped at its work", 20, 0.001)
