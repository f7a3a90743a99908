# SPDX-License-Identifier: GPL-2.0-only
"""Bodies of every size through Squid: byte for byte the same, and nothing
infected whole. The largest with --large."""

import threading
import time

import bodies
import gateway
import lab
import sizes
import squid
from suite import Case, alone, limit

KB, MB, GB = 1 << 10, 1 << 20, 1 << 30
SMALL = (0, 1, 64 * KB - 1, 64 * KB, 64 * KB + 1)
MIDDLE = (5 * MB - 1, 5 * MB, 5 * MB + 1)
WAYS = [(how, slow_origin, slow_client) for how in ("length", "close")
        for slow_origin in (False, True) for slow_client in (False, True)]
MOST = 2 * GB - 3  # what libclamav takes


def made(size, last=b"nothing to see here"):
    """A zip where one fits in."""
    return sizes.stored_zip(size, last) if size > KB else sizes.Body(size)


class Through(Case):
    """own: a gateway, proxy: a Squid before it."""

    @classmethod
    def begin(cls, settings, **more):
        cls.own = gateway.Gateway(settings, **more)
        # As long as Squid's default: a scan of gigabytes takes minutes.
        cls.proxy = squid.Squid(
            "127.0.0.1:%d" % cls.own.port,
            more="read_timeout 15 minutes" if cls.large else "")
        cls.server = sizes.Server()

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.server.stop()
        cls.own.stop()

    def ways(self, size, seconds=0.5):
        for how, slow_origin, slow_client in WAYS:
            yield (how, seconds * slow_origin,
                   int(size / seconds) + KB if slow_client else 0)

    def fetch(self, body, how="length", seconds=0.0, rate=0):
        url = self.server.put("/%d" % id(body), body, how, seconds)
        return sizes.fetch(self.proxy.address, url, rate, 300)

    def same(self, body, *way, **more):
        got = self.fetch(body, *way, **more)
        self.assertEqual((got.status, got.size, got.digest.digest()),
                         (200, body.size, body.digest()), way)
        return got

    def blocked(self, body, *way, **more):
        """A page, or a part; the second time a page."""
        got = self.fetch(body, *way, **more)
        if got.status != 403:
            self.assertLess(got.size, body.size // 10 + 1, way)
            got = self.fetch(body, *way, **more)
        self.assertEqual(got.status, 403, way)


class Sizes(Through):
    @classmethod
    def setUpClass(cls):
        cls.begin({})

    def test_the_small_ones_come_whole_every_way(self):
        for size in SMALL:
            for way in self.ways(size):
                self.same(made(size), *way)

    @limit(120)
    def test_those_of_5_MB_come_whole_every_way(self):
        for size in MIDDLE:
            for way in self.ways(size):
                self.same(made(size), *way)

    @limit(240)
    def test_one_of_100_MB_comes_whole_every_way_and_nothing_larger(self):
        for way in self.ways(100 * MB, 2.0):
            self.same(made(100 * MB), *way)
        for how in "length", "close":
            self.blocked(made(100 * MB + 1), how)

    @limit(120)
    def test_a_virus_at_their_end_never_comes_whole(self):
        for size in SMALL[2:] + MIDDLE + (100 * MB,):
            for how in "length", "close":
                body = made(size, bodies.eicar())
                before = self.own.outcome("infected")
                self.blocked(body, how)
                self.assertGreater(self.own.outcome("infected"), before)


class Large(Through):
    large = True

    @classmethod
    def setUpClass(cls):
        cls.begin({"body.max": str(MOST), "scan.max": str(MOST),
                   "scan.memory": "3G", "scan.big_seconds": "900"})

    @limit(1800)
    def test_1_GB_comes_whole_every_way(self):
        for way in self.ways(GB, 20.0):
            self.same(made(GB), *way)

    @limit(1800)
    def test_2_GiB_less_4_come_whole_every_way(self):
        for way in self.ways(2 * GB - 4, 20.0):
            self.same(sizes.Body(2 * GB - 4), *way)

    @limit(300)
    def test_a_zip_of_2_GiB_less_4_is_too_big_with_what_is_in_it(self):
        before = self.own.outcome("too-big")
        self.blocked(made(2 * GB - 4))
        self.assertGreater(self.own.outcome("too-big"), before)

    @limit(900)
    def test_a_virus_at_their_end_never_comes_whole(self):
        for size in GB, 2 * GB - 4:
            for how in "length", "close":
                before = self.own.counters()["glassgate_blocked_total"]
                self.blocked(made(size, bodies.eicar()), how)
                self.assertGreater(
                    self.own.counters()["glassgate_blocked_total"], before)

    @limit(300)
    def test_2_GiB_less_2_is_too_big(self):
        for how in "length", "close":
            before = self.own.outcome("too-big")
            self.blocked(made(2 * GB - 2), how)
            self.assertGreater(self.own.outcome("too-big"), before)


class Passed(Through):
    """What is too big passes, in constant memory."""

    large = True

    @classmethod
    def setUpClass(cls):
        cls.begin({"body.max": "1M", "policy.too-big": "pass"})

    @limit(1800)
    def test_5_GB_come_whole_every_way(self):
        for way in self.ways(5 * GB, 30.0):
            self.same(sizes.Body(5 * GB), *way)


@alone("how long it takes is measured")
class Slow(Through):
    """Who is slow holds a thread of his own, and nobody else."""

    @classmethod
    def setUpClass(cls):
        cls.begin({"icap.threads": "256"})

    def crowd(self, count, size, rate, seconds, leave=None):
        got, threads = [], []
        for n in range(count):
            body = made(size)
            url = self.server.put("/slow%d" % n, body, "length", seconds)
            threads.append(threading.Thread(target=lambda url=url: got.append(
                sizes.fetch(self.proxy.address, url, rate, leave=leave)),
                daemon=True))
            threads[-1].start()
            time.sleep(0.03)  # as people do: not in one instant
        return got, threads, made(size).digest()

    def others(self, threads):
        """What one more client waits, while they are busy."""
        waits = []
        while any(t.is_alive() for t in threads) and len(waits) < 50:
            body = made(200 * KB, b"%04d" % len(waits))
            got = self.same(body)
            waits.append(got.seconds)
            time.sleep(0.1)
        self.assertGreater(len(waits), 20)
        self.assertLess(max(waits), 2 * lab.slow())

    def held(self):
        self.assertGreater(self.own.status()["icap_threads_busy"], 90)

    @limit(120)
    def test_a_hundred_slow_clients_slow_nobody(self):
        leave = threading.Event()
        # More than Squid's and the kernel's buffers take for each.
        got, threads, _ = self.crowd(100, 10 * MB, 10 * KB, 0.0, leave)
        self.held()
        self.others(threads)
        self.held()
        leave.set()
        for t in threads:
            t.join()
        for g in got:
            self.assertEqual((g.status, g.size < 10 * MB), (200, True))

    @limit(120)
    def test_a_hundred_slow_origins_slow_nobody(self):
        got, threads, digest = self.crowd(100, 150 * KB, 0, 15.0)
        self.held()
        self.others(threads)
        for t in threads:
            t.join()
        for g in got:
            self.assertEqual((g.status, g.digest.digest()), (200, digest))
            self.assertGreater(g.seconds, 10)
