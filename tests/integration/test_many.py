# SPDX-License-Identifier: GPL-2.0-only
"""Many downloads at once, inside the budgets of memory and disk: what fits
comes whole, what does not is overload, and all is given back. 200 of 20 MB with
--large."""

import contextlib
import threading

import gateway
import lab
import sizes
import squid
import taken
from suite import Case, alone, limit
from test_overload import stopped

MB = 1 << 20
ENOUGH = 512  # threads for all of them at once
BUFFER = 64 << 10  # of each thread: counted, and never refused


class Crowd:
    """So many downloads at once, each of a body of its own."""

    def __init__(self, proxy, server, count, size):
        self.bodies = [sizes.stored_zip(size, b"download %06d" % n)
                       for n in range(count)]
        self.got = [None] * count
        self.threads = [threading.Thread(
            target=self.one, args=(proxy, n, server.put("/%d" % n, body)),
            daemon=True) for n, body in enumerate(self.bodies)]

    def one(self, proxy, n, url):
        self.got[n] = sizes.fetch(proxy.address, url, 0, 300)

    def start(self):
        for t in self.threads:
            t.start()

    def wait(self):
        for t in self.threads:
            t.join()

    def whole(self):
        return sum(g.digest.digest() == b.digest() and g.status == 200
                   for g, b in zip(self.got, self.bodies))

    def odd(self):
        """What is not whole: number, status, bytes."""
        return [(n, got.status, got.size) for n, got in enumerate(self.got)
                if got.digest.digest() != self.bodies[n].digest()]

    def refused(self):
        """A page; or nearly nothing, where Squid had stalled."""
        return sum(g.status == 403 or g.status == 200 and
                   g.size < b.size // 10
                   for g, b in zip(self.got, self.bodies))


class Many(Case):
    """memory, disk: MB. fitting: threads of which the proxy uses so many for
    downloads that the disk holds them all."""

    count, size, memory, disk, fitting = 50, 4 * MB, 16, 64, 36

    @contextlib.contextmanager
    def crowd(self, threads):
        if lab.options.sanitized:
            self.skipTest("what a sanitizer takes is no measure")
        with contextlib.ExitStack() as stack:
            g = stack.enter_context(gateway.gateway({
                "icap.threads": str(threads), "scan.queue": "256",
                "scan.queue_seconds": "300",
                "body.memory": "%dM" % self.memory,
                "body.disk": "%dM" % self.disk}))
            # As long as Squid's default: some wait for minutes.
            proxy = squid.Squid("127.0.0.1:%d" % g.port,
                                more="read_timeout 15 minutes")
            stack.callback(proxy.stop)
            server = sizes.Server()
            stack.callback(server.stop)
            yield g, Crowd(proxy, server, self.count, self.size)

    def inside(self, g, crowd, threads, meanwhile=lambda: None):
        """What is held stays inside the budgets, and is given back."""
        rest, _ = taken.by(g)
        with taken.Watch(g) as watch:
            crowd.start()
            meanwhile()
            crowd.wait()
        most = watch.most
        if lab.options.verbose:
            print("# at most, in MB, in %d looks: %s" % (watch.looks, {
                k: v >> 20 for k, v in dict(
                    most, rest=rest, all=watch.memory[0],
                    of_it_on_disk=watch.memory[1]).items()}))
        self.assertLessEqual(most[taken.MEMORY],
                             self.memory * MB + threads * BUFFER)
        self.assertLessEqual(most[taken.DISK], self.disk * MB)
        lab.until(lambda: g.counter(taken.MEMORY) + g.counter(taken.DISK) == 0,
                  "all is given back")

    @alone("how much they take is measured")
    @limit(300)
    def test_what_does_not_fit_is_overload_and_the_rest_comes_whole(self):
        def all_are_held():
            with stopped(g, "big"):
                lab.until(lambda: g.outcome("overload") > 0, "overload", 60)

        with self.crowd(ENOUGH) as (g, crowd):
            self.inside(g, crowd, ENOUGH, all_are_held)
            whole = crowd.whole()
            self.assertEqual(whole + crowd.refused(), self.count)
            self.assertEqual((g.outcome("clean"), g.outcome("overload")),
                             (whole, self.count - whole))
            self.assertGreater(whole, 0)
            self.assertLess(whole, self.count)

    @alone("how much they take is measured")
    @limit(600)
    def test_all_come_whole_where_no_more_at_once_than_fit(self):
        with self.crowd(self.fitting) as (g, crowd):
            self.inside(g, crowd, self.fitting)
            self.assertEqual(crowd.whole(), self.count, crowd.odd())
            self.assertEqual(g.outcome("clean"), self.count)
            # Squid keeps the idle ones of requests for 60 s.
            if not self.large:
                self.assertLess(max(got.seconds for got in crowd.got), 50)


class Most(Many):
    """4 GB at once."""

    large = True
    count, size, memory, disk, fitting = 200, 20 * MB, 256, 2048, 240
    test_what_does_not_fit_is_overload_and_the_rest_comes_whole = (
        Many.test_what_does_not_fit_is_overload_and_the_rest_comes_whole)
    test_all_come_whole_where_no_more_at_once_than_fit = (
        Many.test_all_come_whole_where_no_more_at_once_than_fit)
