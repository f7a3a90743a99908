# SPDX-License-Identifier: GPL-2.0-only
"""Memory while 200 downloads of 20 MB come through Squid at once: of all
processes, with the bodies that are in memory and mapped by nobody."""

import contextlib
import threading
import time

import measure
import reloads
import servers
import sizes
import taken
from measure import say

COUNT, SIZE = 200, 20 << 20
BUDGET = 256 << 20      # body.memory, as delivered
MOST = 1.15
# So many fit at once, and all of them may wait for a worker.
SETTINGS = {"icap.threads": "512", "scan.queue": "256",
            "scan.queue_seconds": "300"}
OVERLOAD = 'glassgate_outcomes_total{outcome="overload"}'


def memory(sids):
    return taken.memory(servers.members(sids))


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
