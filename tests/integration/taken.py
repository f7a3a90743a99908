# SPDX-License-Identifier: GPL-2.0-only
"""What a gateway takes while something is done to it: by its own gauges, and by
what the kernel says of all its processes."""

import contextlib
import os
import threading
import time

import lab

MEMORY, DISK = "glassgate_body_memory_bytes", "glassgate_body_disk_bytes"


def pss(process):
    with contextlib.suppress(OSError):  # it ended meanwhile
        with open("/proc/%d/smaps_rollup" % process.pid) as f:
            return sum(int(line.split()[1]) << 10 for line in f
                       if line.startswith("Pss:"))
    return 0


def memfds(found):
    """Bodies in memory that somebody holds open, each once. What of them is
    not mapped is in nobody's PSS."""
    sizes = {}
    for p in found:
        with contextlib.suppress(OSError):
            for fd, name in p.descriptors().items():
                if name.startswith("/memfd:glassgate-body"):
                    about = os.stat("/proc/%d/fd/%d" % (p.pid, fd))
                    sizes[about.st_ino] = about.st_blocks * 512
    return sum(sizes.values())


def memory(g):
    """Of all its processes; what a worker maps of a body counts twice. Only
    root may look."""
    found = g.processes()
    return sum(map(pss, found)) + memfds(found)


class Watch:
    """The most of each that was seen, from its beginning to its end."""

    def __init__(self, g):
        self.g = g
        self.most = {MEMORY: 0, DISK: 0, "all": 0}
        self.looks = 0
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()

    def run(self):
        while not self.end.wait(0.1):
            self.look()

    def look(self):
        counters = self.g.counters()
        now = {name: counters[name] for name in (MEMORY, DISK)}
        if lab.root:
            now["all"] = memory(self.g)
        self.looks += 1
        for name, value in now.items():
            self.most[name] = max(self.most[name], value)
