# SPDX-License-Identifier: GPL-2.0-only
"""c-icap and the supervisor: what is killed comes back, what is stopped is
gone, garbage hurts nobody else."""

import contextlib
import os
import signal
import socket
import struct
import threading
import time

import bodies
import blocked
import gateway
import icap
import lab
import squid
from suite import Case, alone, limit

NAME = gateway.EICAR_NAME
THREAD_COUNT = 48  # bytes, segment/status.h
ICAP_DIED = [r"child=c-icap .*signal 9", "degraded reason=", "icap says "]
HANG = 'glassgate_hangs_total{process="%s"}'
HANGS = ICAP_DIED + ["c-icap hangs ", "start delayed", "child=keeper ",
                     "keeper fails"]


class Service(Case):
    def serves(self, g):
        try:
            return g.respmod(bodies.eicar()).get("X-Virus-ID") == NAME
        except (OSError, icap.Closed):
            return False

    def test_c_icap_that_is_killed_comes_back_by_itself(self):
        with gateway.gateway(expect=ICAP_DIED) as g:
            g.respmod(bodies.eicar())
            old = g.status()["pids"]["icap"]
            family = [old] + g.icap_children()
            g.note_files()
            before = g.counters()
            lab.kill(old)
            # Until then an old child may still answer.
            lab.until(lambda: not any(lab.alive(p) for p in family),
                      "its children go with it", 10)
            lab.until(lambda: self.serves(g), "it serves again", 10)
            self.assertNotEqual(g.status()["pids"]["icap"], old)
            g.wait_counter("glassgate_icap_starts_total", 2)
            self.assertGreater(g.counter("glassgate_requests_total"),
                               before["glassgate_requests_total"])
            self.assertGreaterEqual(len(g.files), 2)
            g.note_files()
            self.assertGreaterEqual(len(g.files), 4)
            lab.until(lambda: not [f for f in g.files if os.path.exists(f)],
                      "no lock of any c-icap is left", 3)

    def test_a_c_icap_child_that_is_killed_is_replaced(self):
        with gateway.gateway(expect=ICAP_DIED) as g:
            monitor = g.status()["pids"]["icap"]
            for pid in g.icap_children():
                lab.kill(pid)
            lab.until(lambda: self.serves(g), "it serves again", 10)
            self.assertEqual(g.status()["pids"]["icap"], monitor)

    def test_a_supervisor_without_descriptors_serves_once_it_has_some(self):
        def limit_files(count):
            done = lab.run(["prlimit", "--pid", str(g.sid),
                            "--nofile=%d:" % count])
            self.assertEqual(done.returncode, 0, done.stderr)

        with gateway.gateway(expect=ICAP_DIED + HANGS + [
                "Too many open files"]) as g:
            pids = g.status()["pids"]
            family = [pids["icap"]] + g.icap_children()
            g.note_files()
            # Less than it keeps, but no less than poll() waits for: that would
            # be the end.
            limit_files(8)
            for pid in pids["keeper"], pids["icap"]:
                lab.kill(pid)
            g.wait_line("child not started child=keeper ")
            g.wait_line("child not started child=c-icap ")
            for _ in range(20):  # an old child may answer for a moment
                with contextlib.suppress(OSError, icap.Closed):
                    self.assertEqual(
                        g.respmod(bodies.eicar()).http_status, 403)
                time.sleep(0.1)
            self.assertFalse(any(map(lab.alive, family)))
            limit_files(1024)
            lab.until(lambda: self.serves(g), "it serves again", 20)
            self.assertEqual(g.respmod(b"fine").status, 204)
            lab.until(lambda: g.status()["state"] == "ready", "ready")
            serving = "gen-%d" % g.status()["generation"]
            self.assertEqual([f for f in os.listdir(g.runtime)
                              if f.startswith("gen-")], [serving])

    def test_each_c_icap_child_that_hangs_is_replaced(self):
        with gateway.gateway(expect=HANGS) as g:
            monitor = g.status()["pids"]["icap"]
            for n in 1, 2:
                lab.until(lambda: len(g.icap_children()) == 2, "two children")
                time.sleep(1.5)  # all are known, and count
                young = sorted(g.icap_children())
                lab.kill(young[n - 1], signal.SIGSTOP)
                lab.until(lambda: not lab.alive(young[n - 1]),
                          "who hangs is killed", 20)
                lab.until(lambda: self.serves(g), "it serves again", 10)
                g.wait_counter(HANG % "icap-child", n)
                self.assertTrue(lab.alive(young[2 - n]))
            self.assertEqual(len(g.lines("c-icap hangs process=child")), 2)
            self.assertEqual(g.status()["pids"]["icap"], monitor)

    def test_a_c_icap_monitor_that_hangs_is_replaced(self):
        with gateway.gateway(expect=HANGS) as g:
            time.sleep(1.5)  # it counts
            old = g.status()["pids"]["icap"]
            family = [old] + g.icap_children()
            g.note_files()
            lab.kill(old, signal.SIGSTOP)
            lab.until(lambda: not any(lab.alive(p) for p in family),
                      "who hangs is killed", 20)
            lab.until(lambda: self.serves(g), "it serves again", 10)
            g.wait_counter(HANG % "icap", 1)
            g.wait_line(r"c-icap hangs process=monitor pid=%d action=kill"
                        % old)
            g.wait_counter("glassgate_icap_starts_total", 2)

    @limit(120)
    def test_a_c_icap_that_hears_nobody_any_more_is_replaced(self):
        """Each thread has a request that never ends."""
        short = {"icap.threads": "4", "icap.spare_threads": "0",
                 "icap.timeout": "6", "scan.big_seconds": "1",
                 "scan.small_seconds": "1", "scan.queue_seconds": "1"}
        with gateway.gateway(short, expect=HANGS) as g:
            lab.kill(g.status()["pids"]["keeper"])  # so that it is checked
            held = [g.icap() for i in range(4)]
            try:
                for c in held:
                    c.send(icap.head("RESPMOD", "glassgate", c.host, [],
                                     [("res-hdr", icap.HTTP_OK)], "res-body"))
                def hangs():
                    for c in held:
                        c.send_quietly(b"1\r\nx\r\n")
                    time.sleep(0.5)
                    return g.lines("c-icap hangs process=all")
                lab.until(hangs, "it is seen", 40)
            finally:
                for c in held:
                    c.close()
            lab.until(lambda: self.serves(g), "it serves again", 10)

    def test_a_place_in_the_segment_costs_nobody_elses_life(self):
        """Whoever captured a child of c-icap can write any number there."""
        settings = "c-icap cannot take the settings"
        with gateway.gateway(expect=[settings]) as g:
            time.sleep(1.5)
            child = g.icap_children()[0]
            keeper = g.status()["pids"]["keeper"]
            with open(g.runtime + "/segment", "r+b") as f:
                data = f.read()
                at = [i for i in range(0, len(data), 4)
                      if data[i:i + 4] == struct.pack("=i", child)]
                self.assertEqual(len(at), 1)
                f.seek(at[0] + 5 * THREAD_COUNT)
                f.write(struct.pack("=iII", keeper, 0, 0))
            gateway.pause(9)
            self.assertTrue(lab.alive(keeper))
            self.assertEqual(g.lines("c-icap hangs"), [])
            # It was taken for a child's place.
            self.assertIn("children=1", g.lines(settings)[0])

    def test_a_chunk_size_that_kills_a_child_leaves_others_served(self):
        with gateway.gateway(expect=ICAP_DIED + [gateway.FOREIGN]) as g:
            for i in range(3):
                with g.icap() as c:
                    c.send(icap.head("RESPMOD", "glassgate", c.host, [],
                                     [("res-hdr", icap.HTTP_OK)], "res-body")
                           + b"7FFFFFFF\r\nxxxx")
                    c.socket.settimeout(3 * lab.slow())
                    try:
                        c.rest()
                    except OSError:
                        pass
                lab.until(lambda: self.serves(g), "others are served", 10)
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                url = self.origin.put("/f/after-garbage", b"fine")
                self.assertEqual(proxy.get(url).body, b"fine")
            finally:
                proxy.stop()

    @limit(120)
    def test_garbage_on_the_icap_port_hurts_nobody_else(self):
        garbage = [
            b"\0" * 1000, b"GET / HTTP/1.1\r\n\r\n", b"\r\n" * 500,
            b"RESPMOD\r\n\r\n", b"\xff\xfe" * 30000,
            b"RESPMOD icap://x/glassgate ICAP/1.0\r\n"
            b"Encapsulated: res-hdr=99999999, res-body=1\r\n\r\n",
            b"RESPMOD icap://x/glassgate ICAP/1.0\r\n"
            b"Encapsulated: res-hdr=0, res-body=-1\r\n\r\n",
            b"RESPMOD icap://x/glassgate ICAP/1.0\r\nPreview: 99999999999\r\n"
            b"Encapsulated: res-body=0\r\n\r\n",
            b"RESPMOD icap://x/glassgate ICAP/1.0\r\nA: " + b"a" * 100000,
        ] + [icap.head("RESPMOD", "glassgate", "x", [],
                       [("res-hdr", icap.HTTP_OK)], "res-body") + tail
             for tail in (b"zz\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5;x\r\n",
                          b"FFFFFFFFFFFFFFFFFFFF\r\nx\r\n", b"0\r\nX: y\r\n")]
        with gateway.gateway(expect=ICAP_DIED + [gateway.FOREIGN]) as g:
            for data in garbage:
                with g.icap() as c:
                    c.send_quietly(data)
                    self.assertTrue(self.serves(g), data[:60])
            lab.until(lambda: self.serves(g), "it serves", 10)
            blocked.check_clean(self, g.respmod(b"fine"), b"fine")

    @limit(120)
    def test_silent_connections_do_not_stop_the_others(self):
        silent = [socket.create_connection(self.gateway.address)
                  for i in range(20)]
        try:
            blocked.check_icap(self, self.gateway.respmod(bodies.eicar()),
                               NAME)
        finally:
            for s in silent:
                s.close()

    def load(self, g, stop, wrong):
        while not stop.is_set():
            try:
                with g.icap() as c:
                    for i in range(20):
                        answer = c.respmod(bodies.infected_zip(20000))
                        if answer.status in (200, 204) and not answer.get(
                                "X-Infection-Found"):
                            wrong.append(answer.line)
            except (OSError, icap.Closed, ValueError):
                time.sleep(0.02)

    @alone("it is a load itself, and the end is measured")
    def test_SIGTERM_under_load_ends_everything_and_passes_nothing(self):
        with gateway.gateway() as g:
            stop, wrong = threading.Event(), []
            threads = [threading.Thread(target=self.load, daemon=True,
                                        args=(g, stop, wrong))
                       for i in range(8)]
            for t in threads:
                t.start()
            lab.until(lambda: g.outcome("infected") > 50, "load", 20)
            try:
                begin = time.monotonic()
                g.stop()
                self.assertLess(time.monotonic() - begin, 10 * lab.slow())
            finally:
                stop.set()
                for t in threads:
                    t.join()
            self.assertEqual(wrong, [])
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(g.address, 5)

    def test_SIGINT_is_as_good_as_SIGTERM(self):
        with gateway.gateway() as g:
            g.note_files()
            g.process.send_signal(signal.SIGINT)
            g.wait_end(0)

    def test_SIGTERM_while_the_signatures_are_loading_ends_everything(self):
        keeper = lab.script(lab.new_folder("slow") + "/keeper",
                            "exec sleep 30\n")
        with gateway.gateway({"scan.program": keeper}, ready=False) as g:
            g.wait_line("icap")
            lab.until(lambda: g.status(), "its status")

    def test_when_the_supervisor_is_killed_nobody_lives_on(self):
        g = gateway.Gateway()
        try:
            lab.kill(g.sid)
            g.process.wait()
            lab.until(lambda: not g.processes(), "all are gone", 10)
            # What it could not tidy up does not hinder the next one.
            again = gateway.Gateway(
                {"icap.listen": "127.0.0.1:%d" % g.port}, runtime=g.runtime,
                ready=False)
            again.port, again.address = g.port, g.address
            try:
                again.wait_ready()
                self.assertTrue(self.serves(again))
                again.stop()
            finally:
                again.kill()
        finally:
            g.kill()

    def test_a_runtime_folder_that_was_there_stays_and_is_empty(self):
        g = gateway.Gateway(make_runtime=True)
        try:
            g.process.send_signal(signal.SIGTERM)
            self.assertEqual(g.process.wait(20 * lab.patience()), 0)
            self.assertEqual(os.listdir(g.runtime), [])
        finally:
            g.kill()

    def test_systemd_is_told_when_it_is_ready(self):
        path = lab.new_folder("notify") + "/socket"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.bind(path)
            os.chmod(path, 0o777)
            s.settimeout(20 * lab.patience())
            os.environ["NOTIFY_SOCKET"] = path
            try:
                g = gateway.Gateway(ready=False)
            finally:
                del os.environ["NOTIFY_SOCKET"]
            try:
                text = b""
                while b"READY=1" not in text:
                    text += s.recv(4096) + b"\n"
                # Ready means ready: no waiting from here on.
                self.assertTrue(self.serves(g))
                g.stop()
            finally:
                g.kill()
