# SPDX-License-Identifier: GPL-2.0-only
"""What the processes of a gateway hold, over time, and whether it grows.

The rule: of each series only the second half of the run counts, because what
is made once is there by then. Through it goes the median of all slopes
between two samples, which a few odd samples cannot move. It is a leak when
that line rises over the half by more than a tenth of the median and by more
than the least that counts (LEAST)."""

import contextlib
import os
import statistics
import time

import lab

ROLES = ("supervisor", "c-icap", "keeper", "worker", "other")
MEGABYTE = 1 << 20
LEAST = {"memory": 8 * MEGABYTE, "memory supervisor": MEGABYTE,
         "descriptors": 12, "connections": 40, "processes": 2, "files": 6,
         "file bytes": 8 * MEGABYTE}


def role(p, supervisor):
    if p.pid == supervisor:
        return "supervisor"
    for name in ("keeper", "worker"):
        if p.title.startswith("glassgate-" + name):
            return name
    return "c-icap" if p.comm == "c-icap" else "other"


def memory(pid):
    """Its share of the memory, in bytes; what others cannot read in a process
    without a core file is known from its page counts."""
    try:
        for line in open("/proc/%d/smaps_rollup" % pid):
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    words = open("/proc/%d/statm" % pid).read().split()
    return (int(words[1]) - int(words[2])) * os.sysconf("SC_PAGESIZE")


def folder(path):
    """Files below it, and their bytes."""
    count = size = 0
    for base, folders, files in os.walk(path):
        count += len(folders) + len(files)
        for name in files:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(base, name)).st_size
    return count, size


def scratches(g, pid):
    """Files in the scratch of a keeper and its workers, which may have a mount
    namespace of their own."""
    return folder("/proc/%d/root%s" % (pid, g.runtime)) if lab.root else (0, 0)


def opened(p):
    """(descriptors, connections): c-icap's sockets come and go with Squid's
    clients, all at once when it was killed, at most two for each of these."""
    found = p.descriptors().values()
    sockets = sum(f.startswith("socket:") for f in found) if (
        p.comm == "c-icap") else 0
    return len(found) - sockets, sockets


def sample(g):
    """One line: {series: number}."""
    line = {"processes": 0, "descriptors": 0, "connections": 0}
    for name in ROLES:
        line["memory " + name] = line["processes " + name] = 0
    files, size = folder(g.runtime)
    for p in g.processes():
        with contextlib.suppress(OSError, ValueError, IndexError):
            name = role(p, g.sid)
            line["memory " + name] += memory(p.pid)
            line["processes " + name] += 1
            line["processes"] += 1
            with contextlib.suppress(PermissionError):
                found = opened(p)
                line["descriptors"] += found[0]
                line["connections"] += found[1]
            if name == "keeper":
                inside = scratches(g, p.pid)
                files += max(0, inside[0] - folder(g.runtime)[0])
                size += max(0, inside[1] - folder(g.runtime)[1])
    kept, kept_size = folder(g.settings["signatures.state_folder"])
    files, size = files + kept, size + kept_size
    g.note_files()
    line["files"] = files + sum(os.path.exists(f) for f in g.files)
    line["file bytes"] = size
    return line


class Record:
    """Samples of a gateway, by the seconds since the begin."""

    def __init__(self, g):
        self.g, self.begin = g, time.monotonic()
        self.samples = []

    def take(self):
        line = sample(self.g)
        self.samples.append((time.monotonic() - self.begin, line))
        return line

    def series(self, name):
        return [(t, line[name]) for t, line in self.samples]

    def growth(self, name):
        """How much the second half of a series rises from its begin to its
        end, and its median."""
        half = self.samples[-1][0] / 2
        return rise([p for p in self.series(name) if p[0] >= half])

    def leaks(self):
        """A sentence for each series that grows."""
        found = []
        for name in self.samples[0][1]:
            grown, middle = self.growth(name)
            least = LEAST.get(name) or LEAST.get(name.split()[0])
            if grown > least and grown > middle / 10:
                found.append("%s grows: by %s in the second half, median %s" % (
                    name, shown(name, grown), shown(name, middle)))
        return found

    def table(self, lines=12):
        """The samples as text, evenly over time."""
        step = max(1, (len(self.samples) - 1) // (lines - 1))
        head = "%8s" % "seconds" + "".join(
            "%12s" % n for n in ROLES) + "%11s%9s%7s" % (
            "processes", "descr.", "files")
        rows = [head]
        for t, line in self.samples[::step]:
            rows.append("%8d" % t + "".join(
                "%9.1f MB" % (line["memory " + n] / MEGABYTE) for n in ROLES)
                + "%11d%9d%7d" % (line["processes"], line["descriptors"],
                                  line["files"]))
        return rows


def rise(points):
    if len(points) < 4:
        return 0, 0
    # Some thousand pairs say as much as millions.
    step = max(1, len(points) // 120)
    some = points[::step]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for i, a in enumerate(some)
              for b in some[i + 1:] if b[0] > a[0]]
    return (statistics.median(slopes) * (points[-1][0] - points[0][0]),
            statistics.median(p[1] for p in points))


def shown(name, number):
    if "memory" in name or "bytes" in name:
        return "%.1f MB" % (number / MEGABYTE)
    return "%.1f" % number
