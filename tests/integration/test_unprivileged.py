# SPDX-License-Identifier: GPL-2.0-only
"""One full round as a user without any privilege: gateway, Squid, tool."""

import os

import bodies
import blocked
import gateway
import lab
import squid
from suite import Case


# sh deep N COMMAND: runs it below N shells.
DEEP = """n=$1
shift
[ "$n" -gt 0 ] || exec "$@"
sh "$0" $((n - 1)) "$@"
exit $?
"""


class Unprivileged(Case):
    @classmethod
    def setUpClass(cls):
        user = lab.PLAIN_USER if lab.root else os.geteuid()
        cls.user = user
        cls.g = gateway.Gateway(user=user)
        cls.proxy = squid.Squid("127.0.0.1:%d" % cls.g.port, user=user)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.g.stop()

    def test_every_process_is_that_user(self):
        for p in self.g.processes():
            self.assertEqual(p.uid(), self.user, p)

    def test_a_download_is_served_and_the_test_file_is_blocked(self):
        body = bodies.noise(200000)
        reply = self.proxy.get(self.origin.put("/p/clean", body))
        self.assertEqual((reply.status, reply.body), (200, body))
        reply = self.proxy.get(self.origin.put("/p/e", bodies.eicar()))
        blocked.check_http(self, reply, gateway.EICAR_NAME)

    def test_an_upload_of_the_test_file_is_refused(self):
        reply = self.proxy.post(self.origin.url("/p/up"), bodies.eicar())
        blocked.check_http(self, reply, gateway.EICAR_NAME)
        self.assertEqual(self.origin.received("/p/up"), [])

    def test_the_tool_works_for_that_user(self):
        path = lab.write(lab.new_folder("files") + "/e", bodies.eicar())
        self.assertEqual(self.g.tool("scan", path).returncode, 1)
        self.assertEqual(self.g.status()["state"], "ready")

    def test_who_forks_too_deep_to_be_told_apart_gives_no_orders(self):
        """A captured c-icap could, to hide whose child it is."""
        self.g.expect("stranger refused")
        words = [gateway.program("glassgate"), "-r", self.g.runtime, "reload"]
        deep = lab.write(lab.new_folder("deep") + "/deep", DEEP)
        before = len(self.g.lines("stranger refused"))
        done = lab.run(["sh", deep, "70"] + words, user=self.user)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(self.g.lines("stranger refused")), before + 1)
        done = lab.run(["sh", deep, "9"] + words, user=self.user)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        lab.until(lambda: self.g.workers("small"), "workers are told of")

    def test_a_worker_that_is_killed_is_replaced(self):
        self.g.expect(r"worker")
        old = self.g.workers("small")[0]["pid"]
        lab.kill(old)
        lab.until(lambda: old not in [w["pid"] for w in self.g.workers()]
                  and all(w["state"] in ("idle", "spare")
                          for w in self.g.workers()),
                  "another worker")
        blocked.check_icap(self, self.g.respmod(bodies.eicar()),
                           gateway.EICAR_NAME)

    def test_without_a_place_for_sets_that_is_told_everywhere(self):
        """The default is root's own."""
        if not lab.root or os.path.exists("/var/lib/glassgate"):
            self.skipTest("needs a default folder that cannot be made")
        with gateway.gateway({"signatures.state_folder": None,
                              "body.folder": None}, user=self.user,
                             expect=["signature sets are not kept",
                                     "no body goes to disk"]) as g:
            self.assertEqual(len(g.lines("warn .*no body goes to disk")), 1)
            self.assertEqual(len(g.lines("warn .*sets are not kept")), 1)
            self.assertEqual(g.counter("glassgate_signature_sets_not_kept"),
                             1)
            self.assertRegex(g.tool("status").stdout.decode(),
                             r"(?m)^WARNING +signature sets are not kept")
            self.assertRegex(g.tool("status").stdout.decode(),
                             r"(?m)^WARNING +no body goes to disk")
            self.assertEqual(g.counter("glassgate_body_disk_missing"), 1)
            self.assertEqual(g.respmod(bodies.eicar()).http_status, 403)
        self.assertEqual(
            self.g.counter("glassgate_signature_sets_not_kept"), 0)
