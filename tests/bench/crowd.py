# SPDX-License-Identifier: GPL-2.0-only
"""Memory while 200 downloads of 20 MB come through Squid at once: of all
processes, with the bodies that are in memory and mapped by nobody."""

import contextlib
import os
import re
import threading
import time

import lab
import measure
import reloads
import servers
import sizes
from measure import say

COUNT, SIZE = 200, 20 << 20
BUDGET = 256 << 20      # body.memory, as delivered
MOST = 1.15
# So many fit at once, and all of them may wait for a worker.
SETTINGS = {"icap.threads": "512", "scan.queue": "256",
            "scan.queue_seconds": "300"}
BODY = "/memfd:glassgate-body"
NAMELESS = re.compile(r"/#\d+ \(deleted\)$")     # O_TMPFILE
OVERLOAD = 'glassgate_outcomes_total{outcome="overload"}'


def mapped(pid):
    """Bytes (PSS) of all that a process has mapped, and those of bodies on disk
    in it. Bodies in memory are left out: they are counted once, as files."""
    total = disk = 0
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


def memory(sids):
    """Bytes, and how many of them are pages of bodies on disk, which a worker
    has mapped and the kernel can take back."""
    total, disk, files = 0, 0, {}
    for pid in servers.members(sids):
        with contextlib.suppress(OSError):
            of_it = mapped(pid)
            total, disk = total + of_it[0], disk + of_it[1]
            files.update(bodies(pid))
    return total + sum(files.values()), disk


class Crowd:
    """Downloads at once, each of another body."""

    def __init__(self, proxy, origin):
        self.proxy, self.origin = proxy, origin
        self.whole = 0
        self.begun = sizes.Body(SIZE - 16).hashed()
        self.lock = threading.Lock()

    def one(self, number):
        last = b"%016d" % number
        digest = self.begun.copy()
        digest.update(last)
        url = self.origin.put("/crowd/%d" % number,
                              sizes.Body(SIZE, tail=last))
        got = sizes.fetch(self.proxy, url, 0, 300)
        if (got.status, got.digest.digest()) == (200, digest.digest()):
            with self.lock:
                self.whole += 1

    def run(self):
        threads = [threading.Thread(target=self.one, args=(n,))
                   for n in range(COUNT)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()


def of(server, origin, without=()):
    """{"rest", "peak", "disk": bytes, "whole", "overload": how many, "seconds"}
    """
    say("memory of %s, %d downloads at once" % (server.name, COUNT))
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        proxied = measure.Proxied(server, without)
        stack.callback(proxied.stop)
        time.sleep(1)
        rest, _ = memory(server.sids)
        crowd = Crowd(proxied.squid.address, origin)
        begin = time.monotonic()
        watch = reloads.Peak(server.sids, memory, (0, 0))
        crowd.run()
        peak, disk = watch.stop()
        ours = isinstance(server, servers.Glassgate)
        return {"rest": rest, "peak": peak, "disk": disk,
                "whole": crowd.whole, "seconds": time.monotonic() - begin,
                "overload": server.gateway.counter(OVERLOAD) if ours else 0}


def run(signatures):
    """{server: what of() gives}"""
    origin = sizes.Server()
    try:
        return {
            servers.Echo.name: of(servers.Echo(signatures), origin,
                                  measure.NO_PREVIEW),
            servers.Glassgate.name: of(servers.Glassgate(
                signatures, **SETTINGS), origin)}
    finally:
        origin.stop()
