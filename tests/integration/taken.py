# SPDX-License-Identifier: GPL-2.0-only
"""What a gateway takes while something is done to it: by its own gauges, and by
what the kernel says of all its processes."""

import contextlib
import os
import re
import threading

import lab

MEMORY, DISK = "glassgate_body_memory_bytes", "glassgate_body_disk_bytes"
BODY = "/memfd:glassgate-body"
NAMELESS = re.compile(r"/#\d+ \(deleted\)$")     # O_TMPFILE


def mapped(pid):
    """Bytes (PSS) of all that a process has mapped, and those of bodies on disk
    in it. Bodies in memory are left out: they are counted once, as files."""
    total = disk = 0
    in_memory = on_disk = False
    with open("/proc/%d/smaps" % pid) as f:
        for line in f:
            if line.startswith("Pss:"):
                pss = int(line.split()[1]) << 10
                total += pss * (not in_memory)
                disk += pss * on_disk
            elif "-" in line.split(" ", 1)[0]:
                in_memory = BODY in line
                on_disk = NAMELESS.search(line) is not None
    return total, disk


def bodies(pid):
    """{inode: bytes} of those that it has open in memory."""
    found, base = {}, "/proc/%d/fd/" % pid
    for name in os.listdir(base):
        with contextlib.suppress(OSError):
            if os.readlink(base + name).startswith(BODY):
                file = os.stat(base + name)
                found[file.st_ino] = 512 * file.st_blocks
    return found


def memory(pids):
    """Bytes, and how many of them are pages of bodies on disk, which a worker
    has mapped and the kernel can take back. Only root may look."""
    total, disk, files = 0, 0, {}
    for pid in pids:
        with contextlib.suppress(OSError):      # it ended meanwhile
            of_it = mapped(pid)
            total, disk = total + of_it[0], disk + of_it[1]
            files.update(bodies(pid))
    return total + sum(files.values()), disk


def by(g):
    return memory(p.pid for p in g.processes()) if lab.root else (0, 0)


class Watch:
    """The most of each that was seen, from its beginning to its end; memory:
    the most of what memory() gives, one look's two figures."""

    def __init__(self, g):
        self.g = g
        self.most = {MEMORY: 0, DISK: 0}
        self.memory = (0, 0)
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
        for name in self.most:
            self.most[name] = max(self.most[name], counters[name])
        self.memory = max(self.memory, by(self.g))
        self.looks += 1
