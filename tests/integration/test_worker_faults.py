# SPDX-License-Identifier: GPL-2.0-only
"""Workers and keepers that die, hang or are not there yet: a body is decided
by another one or blocked, never passed."""

import contextlib
import os
import signal
import socket
import threading
import time

import bodies
import blocked
import gateway
import icap
import lab
from suite import Case, alone

NAME = gateway.EICAR_NAME
ERROR = "Not.Checked.EngineError"
DIED = r"warn keeper\[\d+\] worker died "
KEEPER_DIED = [r"child ended child=keeper .*signal 9", "degraded reason=",
               "start delayed child=keeper", r"child=keeper .*exit 1", DIED]
FAILED = r"icap says .*error occured in end-of-data handler"


class Asked(threading.Thread):
    """A request under way in the background."""

    def __init__(self, g, body):
        super().__init__(daemon=True)
        self.g, self.body, self.answer, self.error = g, body, None, None
        self.start()

    def run(self):
        try:
            self.answer = self.g.respmod(self.body)
        except Exception as e:
            self.error = e

    def result(self, seconds=30):
        self.join(seconds * lab.patience())
        if self.error:
            raise self.error
        if self.answer is None:
            raise AssertionError("no answer")
        return self.answer


def pids(g, lane="small"):
    return [w["pid"] for w in g.workers(lane)]


def busy(g):
    return [w["pid"] for w in g.workers() if w["state"] == "busy"]


class Workers(Case):
    def gateway_for_faults(self, settings=None, **more):
        values = {"scan.small_workers": "2", "scan.big_workers": "1"}
        values.update(settings or {})
        more.setdefault("expect", [DIED])
        return gateway.gateway(values, **more)

    def test_a_body_whose_worker_is_killed_is_decided_by_another(self):
        for body, name in ((bodies.eicar(), NAME), (b"fine", None)):
            with self.gateway_for_faults() as g:
                with lab.stopped(pids(g)):
                    asked = Asked(g, body)
                    pid = lab.until(lambda: busy(g), "a busy worker")[0]
                    lab.kill(pid)
                    for other in pids(g):
                        lab.kill(other, signal.SIGCONT)
                    answer = asked.result()
                self.assertEqual(answer.get("X-Virus-ID"), name)
                g.wait_counter("glassgate_scan_retries_total", 1)
                g.wait_counter(
                    'glassgate_worker_deaths_total{reason="signal"}', 1)
                self.assertRegex(g.wait_line(DIED), "why=signal .*signal 9")
                self.assertIn(str(pid), g.wait_line(DIED))
                lab.until(lambda: len(pids(g)) == 3 and pid not in pids(g),
                          "a new worker beside the spare one")

    @alone("it has to be quick")
    def test_a_body_that_loses_two_workers_is_blocked(self):
        with self.gateway_for_faults() as g:
            end = time.monotonic() + 20
            first = pids(g)
            with lab.stopped(first):
                asked = Asked(g, b"fine, but nobody says so")
                killed = set()
                while asked.is_alive() and time.monotonic() < end:
                    for pid in busy(g):
                        if pid not in killed:
                            killed.add(pid)
                            lab.kill(pid)
                    for pid in pids(g):
                        if pid not in first and pid not in killed:
                            with contextlib.suppress(ProcessLookupError):
                                lab.kill(pid, signal.SIGSTOP)
                    time.sleep(0.005)
                answer = asked.result()
            for pid in pids(g):
                lab.kill(pid, signal.SIGCONT)
            self.assertEqual(len(killed), 2)
            self.assertEqual(g.counter("glassgate_scan_retries_total"), 1)
            blocked.check_icap(self, answer, ERROR, kind=2)
            self.assertEqual(g.outcome("engine-error"), 1)

    @alone("how long it takes is measured")
    def test_when_all_workers_are_killed_the_next_body_is_served_soon(self):
        with self.gateway_for_faults() as g:
            for w in g.workers():
                lab.kill(w["pid"])
            begin = time.monotonic()
            answer = g.respmod(bodies.eicar())
            self.assertIsNotNone(answer.get("X-Infection-Found"))
            def served():
                return g.respmod(bodies.eicar()).get("X-Virus-ID") == NAME
            lab.until(served, "the virus is found again", 5)
            self.assertLess(time.monotonic() - begin, 5 * lab.slow())
            blocked.check_clean(self, g.respmod(b"fine"), b"fine")

    def test_when_the_keeper_is_killed_nothing_passes_and_it_comes_back(self):
        with self.gateway_for_faults(
                expect=KEEPER_DIED) as g:
            old = g.status()["pids"]["keeper"]
            workers = {w["pid"] for w in g.workers()}
            lab.kill(old)
            for i in range(10):
                answer = g.respmod(bodies.eicar())
                self.assertEqual(answer.status, 200)
                self.assertIsNotNone(answer.get("X-Infection-Found"))
            lab.until(lambda: not any(lab.alive(p) for p in workers | {old}),
                      "the old keeper and its workers are gone")
            lab.until(lambda: g.respmod(bodies.eicar()).get("X-Virus-ID")
                      == NAME, "the virus is found again", 10)
            status = g.status()
            self.assertNotEqual(status["pids"]["keeper"], old)
            self.assertEqual(status["generation"], 2)
            self.assertEqual(g.counter("glassgate_keeper_starts_total"), 2)
            self.assertFalse(os.path.exists(g.runtime + "/gen-1"))

    @alone("how long it takes is measured")
    def test_a_worker_that_hangs_is_killed_and_its_body_is_a_timeout(self):
        settings = {"scan.small_seconds": "1", "scan.queue_seconds": "2"}
        with self.gateway_for_faults(settings) as g:
            hung = pids(g)
            with lab.stopped(hung):
                begin = time.monotonic()
                answer = g.respmod(b"fine, if somebody looked")
                spent = time.monotonic() - begin
                blocked.check_icap(self, answer, "Not.Checked.Timeout", kind=2)
                self.assertGreaterEqual(spent, 1)
                self.assertLess(spent, 3 * lab.slow())
            g.wait_counter(
                'glassgate_worker_deaths_total{reason="deadline"}', 1)
            self.assertEqual(g.counter("glassgate_scan_retries_total"), 0)
            self.assertEqual(g.outcome("timeout"), 1)
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)

    def test_a_client_that_leaves_while_it_waits_frees_the_worker(self):
        with self.gateway_for_faults({"scan.small_workers": "1"}) as g:
            pid = pids(g)[0]
            with lab.stopped([pid]):
                with g.icap() as c:
                    c.send(self.request(c))
                    lab.until(lambda: busy(g), "a busy worker")
                g.wait_counter("glassgate_clients_gone_total", 1, 2)
                lab.until(lambda: not lab.alive(pid), "it is killed", 3)
            g.wait_counter(
                'glassgate_worker_deaths_total{reason="abandoned"}', 1)
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)
            self.assertEqual(g.counter("glassgate_requests_total"), 1)

    def request(self, c):
        return (icap.head("RESPMOD", "glassgate", c.host, [],
                          [("res-hdr", icap.HTTP_OK)], "res-body")
                + icap.chunk(b"never judged") + b"0\r\n\r\n")

    def test_a_client_that_leaves_in_the_middle_of_its_body_is_counted(self):
        with gateway.gateway() as g:
            with g.icap() as c:
                c.send(self.request(c)[:-20])
                time.sleep(0.2)
            g.wait_counter("glassgate_clients_gone_total", 1)
            self.assertEqual(g.counter("glassgate_requests_total"), 0)

    def test_a_full_queue_is_overload_and_blocks(self):
        settings = {"scan.small_workers": "1", "scan.queue": "2",
                    "scan.queue_seconds": "3"}
        with self.gateway_for_faults(settings) as g:
            with lab.stopped(pids(g)):
                asked = [Asked(g, b"fine %d" % i) for i in range(20)]
                lab.until(lambda: g.outcome("overload") > 0, "overload")
                lab.until(lambda: self.small(g)["waiting"] >= 2, "jobs wait")
                self.assertEqual(self.small(g)["queue"], 2)
            answers = [a.result() for a in asked]
            names = {a.get("X-Virus-ID") for a in answers}
            self.assertIn("Not.Checked.Overload", names)
            blocked.check_icap(self, next(
                a for a in answers
                if a.get("X-Virus-ID") == "Not.Checked.Overload"),
                "Not.Checked.Overload", kind=2)
            lab.until(lambda: self.small(g)["jobs"] == 0, "no job any more")

    def small(self, g):
        return g.status()["lanes"]["small"]

    def slow_keeper(self, seconds):
        return lab.script(
            lab.new_folder("slow") + "/keeper",
            "sleep %g\nexec %s \"$@\"\n" % (
                seconds, gateway.program("glassgate-keeper")))

    def test_before_the_signatures_are_loaded_the_outcome_is_loading(self):
        keeper = self.slow_keeper(2 * lab.slow())
        with gateway.gateway({"scan.program": keeper}, ready=False) as g:
            lab.until(lambda: self.listens(g), "c-icap listens")
            with g.icap() as c:
                self.assertEqual(c.options().status, 200)
                answer = c.respmod(b"fine, but nobody knows yet")
            blocked.check_icap(self, answer, "Not.Checked.Loading", kind=2)
            self.assertEqual(g.outcome("loading"), 1)
            g.wait_ready()
            blocked.check_clean(self, g.respmod(b"fine"), b"fine")

    def test_a_stream_of_events_waits_for_the_next_keeper_or_gets_a_page(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

        def ask(g):
            return g.respmod(b"data: x\n\n" * 9, http=head, preview=3,
                             service="glassgate_events")

        keeper = self.slow_keeper(0.5)
        with gateway.gateway({"scan.program": keeper},
                             expect=KEEPER_DIED) as g:
            lab.kill(g.status()["pids"]["keeper"])
            lab.until(lambda: g.status()["generation"] == 0, "none serves", 10,
                      0.005)
            self.assertEqual(ask(g).status, 204)
            self.assertEqual(g.outcome("skipped"), 1)
        keeper = self.slow_keeper(3 * lab.slow())
        with gateway.gateway({"scan.program": keeper}, ready=False) as g:
            lab.until(lambda: self.listens(g), "c-icap listens")
            blocked.check_icap(self, ask(g), "Not.Checked.Loading", kind=2)

    def listens(self, g):
        try:
            socket.create_connection(g.address, 1).close()
            return True
        except OSError:
            return False

    def test_when_no_keeper_comes_back_every_body_is_blocked(self):
        broken = lab.new_folder("broken") + "/keeper"
        os.symlink(gateway.program("glassgate-keeper"), broken)
        with gateway.gateway({"scan.program": broken},
                             expect=KEEPER_DIED) as g:
            os.unlink(broken)
            lab.script(broken, "exit 1\n")
            lab.kill(g.status()["pids"]["keeper"])
            for i in range(3):
                answer = g.respmod(b"fine, but nobody can say so")
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.http_status, 403)
                self.assertRegex(answer.get("X-Infection-Found"), "^Type=2;")
            self.assertEqual(g.outcome("clean"), 0)
            os.unlink(broken)
            os.symlink(gateway.program("glassgate-keeper"), broken)
            lab.until(lambda: g.respmod(bodies.eicar()).get("X-Virus-ID")
                      == NAME, "the virus is found again", 40, 0.3)

    def test_garbage_on_the_scan_socket_ends_that_connection_only(self):
        with self.gateway_for_faults(
                expect=[r"worker\[\d+\] bad message"]) as g:
            path = "%s/gen-%d/small" % (g.runtime, g.status()["generation"])
            for data in (b"x", b"\0" * 8, b"GET / HTTP/1.0\r\n\r\n",
                         b"\xff" * 60000):
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
                    s.settimeout(5 * lab.patience())
                    s.connect(path)
                    s.send(data)
                    self.assertEqual(s.recv(1000), b"", "it is closed")
            g.wait_counter("glassgate_bad_messages_total", 4)
            g.wait_line("bad message")
            self.assertEqual(len(pids(g)), 3)
            blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)

    @alone("how long it takes is measured")
    def test_silence_on_the_scan_socket_holds_a_worker_for_a_second(self):
        with self.gateway_for_faults(
                {"scan.small_workers": "1"},
                expect=[r"worker\[\d+\] bad message"]) as g:
            path = "%s/gen-%d/small" % (g.runtime, g.status()["generation"])
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
                s.connect(path)
                begin = time.monotonic()
                blocked.check_icap(self, g.respmod(bodies.eicar()), NAME)
                self.assertLess(time.monotonic() - begin, 3 * lab.slow())
