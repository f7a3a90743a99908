# SPDX-License-Identifier: GPL-2.0-only
"""Memory and disk of all bodies together: what does not fit into memory goes to
disk and comes back, over both is overload, and nothing stays held."""

import contextlib
import hashlib
import os

import blocked
import bodies
import gateway
import icap
import lab
import squid
from suite import Case, limit

MB = 1 << 20
OVERLOAD = "Not.Checked.Overload"
MEMORY, DISK = "glassgate_body_memory_bytes", "glassgate_body_disk_bytes"
ON_DISK = "glassgate_bodies_on_disk_total"
NO_ROOM = "glassgate_bodies_no_room_total"
FAULTS = "glassgate_body_disk_faults_total"
NOT_KEPT = r"error icap\[\d+\] body not kept on disk "


def hold(g, size):
    """A client in the middle of a body."""
    c = g.icap()
    c.send(icap.head("RESPMOD", "glassgate", c.host, [],
                     [("res-hdr", icap.HTTP_OK)], "res-body")
           + icap.chunks(bodies.noise(size)))
    return c


def held(g):
    return g.counter(MEMORY) + g.counter(DISK)


class Budget(Case):
    def open(self, memory="1M", disk="64M", **more):
        return gateway.gateway({"body.memory": memory, "body.disk": disk},
                               **more)

    def fits(self, g, size=4 * MB):
        self.assertEqual(g.respmod(bodies.noise(size)).status, 204)

    def overloaded(self, g, size=4 * MB):
        blocked.check_icap(self, g.respmod(bodies.noise(size)), OVERLOAD,
                           kind=2)

    def nothing_held(self, g):
        lab.until(lambda: held(g) == 0, "all is given back")

    @limit(120)
    def test_over_memory_goes_to_disk_and_comes_back_byte_for_byte(self):
        with self.open() as g, \
                contextlib.closing(Proxy(g)) as proxy:
            for n, size in enumerate((65536, MB, 5 * MB + 1, 20 * MB)):
                body = bodies.clean_zip(size)
                reply = proxy.get(self.origin.put("/b/%d" % n, body))
                self.assertEqual((reply.status, reply.complete), (200, True))
                self.assertEqual(hashlib.sha256(reply.body).digest(),
                                 hashlib.sha256(body).digest())
            self.assertGreaterEqual(g.counter(ON_DISK), 2)
            answer = g.respmod(bodies.infected_zip(5 * MB))
            blocked.check_icap(self, answer, gateway.EICAR_NAME)
            self.assertGreaterEqual(g.counter(ON_DISK), 3)
            self.nothing_held(g)
            self.assertEqual(os.listdir(g.bodies), [])

    def test_over_both_is_overload_and_served_again_afterwards(self):
        with self.open(disk="8M") as g:
            c = hold(g, 6 * MB)
            lab.until(lambda: g.counter(DISK) >= 5 * MB, "it is on disk")
            self.overloaded(g)
            self.assertEqual(g.counter(NO_ROOM), 1)
            self.assertEqual(g.counter(FAULTS), 0)
            self.fits(g, 60000)
            c.send(b"0\r\n\r\n")
            self.assertEqual(c.answer().status, 200)
            c.close()
            self.nothing_held(g)
            self.fits(g)

    def test_a_changed_budget_holds_at_once(self):
        path = os.path.join(lab.new_folder("conf"), "glassgate.conf")

        def conf(memory, disk):
            lab.write(path, 'body: { memory = "%s"; disk = "%s"; };\n' % (
                memory, disk))
        conf("1M", "0")
        with gateway.gateway(conf=path) as g:
            self.overloaded(g)
            c = hold(g, MB // 2)
            conf("16M", "0")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.fits(g)
            c.send(icap.chunks(bodies.noise(4 * MB)) + b"0\r\n\r\n")
            self.assertEqual(len(c.answer().body), MB // 2 + 4 * MB)
            conf("1M", "16M")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.fits(g)
            self.assertEqual(g.counter(ON_DISK), 1)
            conf("1M", "1M")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.overloaded(g)

    def test_a_killed_child_gives_back_what_it_held(self):
        with self.open(disk="8M", expect=["icap says", "degraded"]) as g:
            clients = [hold(g, 3 * MB) for _ in range(2)]
            lab.until(lambda: g.counter(DISK) >= 5 * MB, "both are there")
            self.overloaded(g)
            for pid in g.icap_children():
                lab.kill(pid)
            self.nothing_held(g)
            for c in clients:
                c.close()
            lab.until(lambda: self.serves(g), "it serves again", 20)
            self.fits(g)

    def serves(self, g):
        with contextlib.suppress(OSError, icap.Closed):
            return g.respmod(b"words").status == 204

    def test_a_folder_that_is_gone_is_overload_and_told(self):
        with self.open(expect=[NOT_KEPT]) as g:
            self.fits(g)
            os.rename(g.bodies, g.bodies + ".away")
            self.overloaded(g)
            g.wait_line(NOT_KEPT + ".*No.*such.*file")
            self.assertEqual(g.counter(FAULTS), 1)
            self.fits(g, 60000)
            os.rename(g.bodies + ".away", g.bodies)
            self.fits(g)
            os.chmod(g.bodies, 0)
            self.overloaded(g)
            g.wait_line(NOT_KEPT + ".*Permission.*denied")
            os.chmod(g.bodies, 0o700)
            self.fits(g)
            self.nothing_held(g)

    def test_a_full_disk_is_overload_and_told(self):
        if not lab.root:
            self.skipTest("only root mounts a small disk")
        home = lab.new_folder("disk")
        if lab.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=0700",
                    "none", home]).returncode != 0:
            self.skipTest("nothing can be mounted here")
        try:
            with gateway.gateway({"body.memory": "1M", "body.folder": home},
                                 expect=[NOT_KEPT]) as g:
                self.fits(g, 2 * MB)
                self.overloaded(g, 6 * MB)
                g.wait_line(NOT_KEPT + ".*No.*space")
                self.assertEqual(g.counter(FAULTS), 1)
                self.fits(g, 2 * MB)
                self.nothing_held(g)
        finally:
            lab.run(["umount", home])

    def test_a_folder_of_others_is_refused(self):
        place = lab.new_folder("full")
        lab.write(place + "/mine", "data")
        for folder, says in ((place, "body.folder: .*must be a folder of"),
                             (place + "/mine", "body.folder: "),
                             ("/proc/none", "body.folder: ")):
            code, said = gateway.refused({"body.folder": folder})
            self.assertNotEqual(code, 0)
            self.assertRegex(said, says)
        self.assertEqual(lab.read(place + "/mine"), b"data")

    def slowly(self, g, proxy, url, size, most):
        """Downloads it, with breaks; what bodies took at the most."""
        seen = 0
        digest = hashlib.sha256()
        with squid.Proxied(proxy.address) as c:
            c.socket.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" %
                             url.encode())
            while c.reader.readline() not in (b"\r\n", b""):
                pass
            for n in range(size // MB):
                digest.update(c.reader.read(MB))
                gateway.pause(0.05)
                if n % 10 == 2:
                    gateway.pause(0.5)
                    seen = max(seen, held(g))
            digest.update(c.reader.read(size % MB))
        self.assertGreater(seen, 0)
        self.assertLessEqual(seen, most)
        return digest.digest()

    @limit(120)
    def test_what_passes_to_a_slow_client_takes_no_more_than_its_buffer(self):
        body = bodies.noise(60 * MB)
        url = self.origin.put("/big", body)
        sha = hashlib.sha256(body).digest()
        for memory, size, most in (("16M", "64K", MB), ("1M", "64K", MB),
                                   ("1M", "4M", 6 * MB)):
            with gateway.gateway({
                    "body.memory": memory, "body.max": size,
                    "policy.too-big": "pass"}) as g, \
                    contextlib.closing(Proxy(g)) as proxy:
                self.assertEqual(self.slowly(g, proxy, url, len(body), most),
                                 sha)
                self.assertEqual(g.outcome("too-big"), 1)
                self.nothing_held(g)

    def test_what_passes_on_overload_is_whole(self):
        with gateway.gateway({"body.memory": "1M", "body.disk": "0",
                              "policy.overload": "pass"}) as g, \
                contextlib.closing(Proxy(g)) as proxy:
            body = bodies.clean_zip(20 * MB)
            reply = proxy.get(self.origin.put("/o", body))
            self.assertEqual((reply.status, reply.complete), (200, True))
            self.assertEqual(hashlib.sha256(reply.body).digest(),
                             hashlib.sha256(body).digest())
            self.assertEqual(g.outcome("overload"), 1)
            self.nothing_held(g)


class Proxy(squid.Squid):
    def __init__(self, g):
        super().__init__("127.0.0.1:%d" % g.port)

    def close(self):
        self.stop()
