# SPDX-License-Identifier: GPL-2.0-only
"""A start whose signatures take their time to be copied or verified: nobody
serves yet, and yet everybody is answered."""

import os
import signal
import threading

import blocked
import bodies
import errands
import gateway
import lab
from suite import Case

BALLAST = 300 << 20  # takes a while to be copied, and is not loaded


class FirstCopy(Case):
    def start(self, **settings):
        folder = gateway.signature_folder()
        with open(folder + "/ballast.sign", "wb") as f:
            f.truncate(BALLAST)
        g = gateway.Gateway(dict({"signatures.folders": folder}, **settings),
                            ready=False)
        self.addCleanup(g.kill)
        return g

    def copying(self):
        """(gateway, its first copy, which stands). Some are over too soon."""
        for _ in range(20):
            g = self.start()
            try:
                p = errands.caught(g, "copies", limit=5)
            except AssertionError:
                p = None
            if p and errands.stands(p) and self.first(g) == "copying":
                return g, p.pid
            g.kill()
        self.fail("20 first copies were over before they stood")

    def first(self, g):
        return (g.status() or {}).get("first")

    def check_loading(self, g):
        for body in b"harmless", bodies.eicar():
            blocked.check_icap(self, g.respmod(body), "Not.Checked.Loading",
                               2)

    def test_status_requests_and_reloads_are_answered_while_it_copies(self):
        g, held = self.copying()
        self.assertEqual(g.status()["state"], "starting")
        self.assertEqual(len(g.lines("signatures are being copied set=1")), 1)
        self.assertRegex(g.tool("status").stdout.decode(),
                         ", starting, copying the signatures, up ")
        lab.until(lambda: self.is_answered(g), "ICAP answers")
        self.check_loading(g)
        self.assertEqual(g.tool("signatures", "pin").returncode, 1)
        said = []
        asking = threading.Thread(
            target=lambda: said.append(g.tool("reload")))
        asking.start()
        lab.kill(held, signal.SIGCONT)
        g.wait_ready(40)
        asking.join(40 * lab.patience())
        self.assertEqual(said[0].returncode, 0, said[0].stderr)
        self.assertEqual(self.first(g), "none")
        blocked.check_icap(self, g.respmod(bodies.eicar()),
                           gateway.EICAR_NAME)
        g.stop()

    def is_answered(self, g):
        try:
            return g.respmod(b"harmless").status == 200
        except OSError:
            return False

    def test_a_stop_ends_a_start_that_copies(self):
        g, held = self.copying()
        g.stop()
        self.assertFalse(lab.alive(held))
        self.assertEqual(os.listdir(g.state), [])

    def test_a_stop_ends_a_start_that_verifies_and_the_set_stays(self):
        state = lab.new_folder("state", mode=0o755)
        settings = {"signatures.state_folder": state}
        g = self.start(**settings)
        g.wait_ready(40)
        g.stop()
        settings["signatures.folders"] = g.settings["signatures.folders"]
        g = self.start(**settings)
        errands.held(g, "verifies")
        lab.until(lambda: self.first(g) == "verifying", "status tells it")
        lab.until(lambda: self.is_answered(g), "ICAP answers")
        self.check_loading(g)
        g.stop()
        self.assertEqual(sorted(os.listdir(state)), ["current", "set-1"])
