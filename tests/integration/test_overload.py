# SPDX-License-Identifier: GPL-2.0-only
"""More than there are threads, and lanes that do not come back."""

import contextlib
import threading
import time

import blocked
import bodies
import gateway
import icap
import lab
import squid
from suite import Case, alone, limit

OVERLOAD = "Not.Checked.Overload"
DIED = r"warn keeper\[\d+\] worker died "
SMALL, BIG = 1000, 2 << 20


def stopped(g, lane):
    """Workers of a lane that stay busy for ever."""
    return lab.stopped([w["pid"] for w in g.workers(lane)])


@alone("how long one waits for an answer is measured")
class Overload(Case):
    def gateway_with(self, **settings):
        values = {"icap.threads": "8", "icap.keepalive": "1"}
        values.update({k.replace("__", "."): str(v)
                       for k, v in settings.items()})
        return gateway.gateway(values, expect=[
            DIED, "degraded reason=", "icap says .*not enough available",
            r"icap says .*ATTENTION"])

    def test_with_hardly_a_thread_free_a_body_is_overload_at_once(self):
        with self.gateway_with(icap__spare_threads=3) as g:
            held = g.hold_threads(5)
            def overloaded():
                begin = time.monotonic()
                answer = g.respmod(b"fine, but who asks")
                self.assertLess(time.monotonic() - begin, 2 * lab.slow())
                return answer if answer.get("X-Virus-ID") else None
            blocked.check_icap(self, lab.until(overloaded, "overload"),
                               OVERLOAD, kind=2)
            for c in held:
                c.send(b"0\r\n\r\n")
                answer = c.answer()
                self.assertEqual(answer.body, b"and so on")
                c.close()
            lab.until(lambda: g.respmod(b"fine").get("X-Virus-ID") is None,
                      "it passes again")
            self.assertEqual(g.respmod(bodies.eicar()).get("X-Virus-ID"),
                             gateway.EICAR_NAME)

    def test_a_child_that_dies_gives_its_threads_back(self):
        with self.gateway_with(icap__spare_threads=3) as g:
            g.expect(r"icap says .*(died|signal|crash|waiting for a child)")
            held = g.hold_threads(7)
            lab.until(lambda: g.respmod(b"fine").get("X-Virus-ID")
                      == OVERLOAD, "overload")
            monitor = g.status()["pids"]["icap"]
            for p in g.processes():
                if p.ppid == monitor:
                    lab.kill(p.pid)
            for c in held:
                c.close()
            def served():
                with contextlib.suppress(OSError, icap.Closed):
                    return g.respmod(b"fine").get("X-Virus-ID") is None
            lab.until(served, "it passes again")
            self.assertFalse([i for i in range(20) if g.respmod(b"fine").get(
                "X-Virus-ID")])

    def test_connections_beyond_all_threads_wait_until_one_is_free(self):
        with self.gateway_with(icap__spare_threads=0) as g:
            held = g.hold_threads(8)
            got = []
            late = threading.Thread(target=lambda: got.append(
                g.respmod(bodies.eicar())), daemon=True)
            late.start()
            late.join(2)
            self.assertEqual(got, [], "nobody can answer, not even overload")
            for c in held:
                c.close()
            late.join(30 * lab.patience())
            self.assertEqual(got[0].get("X-Virus-ID"), gateway.EICAR_NAME)

    def test_Squid_holds_back_what_is_more_than_Max_Connections(self):
        with self.gateway_with(icap__threads=32) as g:
            with g.icap() as c:
                most = int(c.options().get("Max-Connections"))
            self.assertEqual(most, 12)
            s = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                with stopped(g, "small"):
                    asked = [Fetch(self, s, i) for i in range(40)]
                    lab.until(lambda: g.counter("glassgate_scans_total")
                              >= most, "as many scans as it may have")
                    time.sleep(0.5)
                    # and our own checks, one at a time
                    self.assertLessEqual(
                        g.counter("glassgate_scans_total"), most + 2)
                for a in asked:
                    a.check()
            finally:
                s.stop()
            self.assertEqual(g.outcome("overload"), 0)

    @limit(180)
    def test_1000_small_bodies_pass_while_all_big_workers_never_end(self):
        with self.gateway_with(
                icap__threads=128, scan__big_seconds=3600,
                scan__big_workers=2) as g:
            with stopped(g, "big"):
                big = [Asked(g, bodies.noise(BIG, i)) for i in range(10)]
                lab.until(lambda: [w["state"] for w in g.workers("big")].count(
                    "busy") == 2, "both are busy")
                slowest = small_ones(self, g, 1000)
                self.assertFalse([b for b in big if b.answer])
            self.assertLess(slowest, 5 * lab.slow())
            for b in big:
                b.join(60)
                blocked.check_clean(self, b.answer, b.body)
            self.assertEqual(g.outcome("overload") + g.outcome("timeout") +
                             g.outcome("engine-error"), 0)


def small_ones(case, g, count):
    """So many over eight connections; the longest time that one took."""
    spent, wrong = [], []

    def ask(first):
        with g.icap() as c:
            for i in range(first, count, 8):
                infected = i % 10 == 3
                begin = time.monotonic()
                answer = c.respmod(bodies.eicar() if infected else
                                   bodies.noise(SMALL, i))
                spent.append(time.monotonic() - begin)
                if (answer.get("X-Virus-ID") is not None) != infected:
                    wrong.append(i)
    threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    case.assertEqual(wrong, [])
    case.assertEqual(len(spent), count)
    return max(spent)


class Asked(threading.Thread):
    def __init__(self, g, body):
        super().__init__(daemon=True)
        self.g, self.body, self.answer = g, body, None
        self.start()

    def run(self):
        self.answer = self.g.respmod(self.body)


class Fetch(threading.Thread):
    """One download through Squid."""

    def __init__(self, case, s, number):
        super().__init__(daemon=True)
        self.case, self.s, self.path = case, s, "/over/%d" % number
        self.body = bodies.noise(3000, number)
        self.infected = number % 8 == 1
        if self.infected:
            self.body = bodies.eicar()
        case.origin.put(self.path, self.body)
        self.reply = None
        self.start()

    def run(self):
        with squid.Proxied(self.s.address) as proxied:
            self.reply = proxied.request("GET", self.case.origin.url(
                self.path))

    def check(self):
        self.join(60 * lab.patience())
        self.case.assertEqual(self.reply.status, 403 if self.infected else 200)
        if not self.infected:
            self.case.assertEqual(self.reply.body, self.body)
