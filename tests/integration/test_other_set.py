# SPDX-License-Identifier: GPL-2.0-only
"""The keeper dies, and the signatures it had cannot be loaded any more: nothing
is called clean without them, and others that are good serve soon."""

import hashlib
import json
import os
import shutil

import bodies
import gateway
import lab
from suite import Case

BODY, NAME = bodies.FOLDER, gateway.FOLDER_NAME
ORDINARY = 61774
FALLS = ("keeper", "degraded", "icap says", "child not started",
         "signatures not loaded", "other signatures", "start delayed",
         "not ready yet")


class Sets(Case):
    def place(self, count=40):
        """Many, so that the built-in ones alone are too few."""
        folder = lab.new_folder("signatures")
        lines = ["%s:0:*:%s" % (NAME, BODY.hex())]
        lines += ["Filler.%d:0:*:%s" % (i, (b"filler %d of many" % i).hex())
                  for i in range(count)]
        lab.write(folder + "/many.ndb", "\n".join(lines) + "\n")
        return folder

    def gateway(self, folder, **more):
        g = gateway.Gateway(dict({"signatures.folders": folder}, **more),
                            expect=FALLS)
        self.addCleanup(g.kill)
        return g

    def kill_keeper(self, g):
        """And waits for its workers' end: until then one may answer."""
        status = g.status()
        family = [status["pids"]["keeper"]] + [w["pid"] for w in g.workers()]
        lab.kill(family[0])
        lab.until(lambda: not any(lab.alive(p) for p in family),
                  "the keeper and its workers are gone")

    def outcome(self, g):
        """Never "clean"; what the scan says, or that it was not decided."""
        answer = g.respmod(BODY)
        self.assertEqual(answer.http_status, 403, answer)
        return answer.get("X-Virus-ID")

    def wait_found(self, g, limit=20):
        try:
            lab.until(lambda: self.outcome(g) == NAME, "found again", limit)
        except AssertionError:
            print("--- log\n" + gateway.tail(g.log()))
            raise


class OtherSet(Sets):
    def test_a_set_that_is_gone_is_no_set_without_signatures(self):
        g = self.gateway(self.place())
        self.assertEqual(self.outcome(g), NAME)
        shutil.rmtree(g.state + "/set-1/0")
        self.kill_keeper(g)
        self.wait_found(g)
        self.assertEqual(g.status()["signature_set"]["number"], 2)
        g.wait_line(r"child not started child=keeper reason=.*many\.ndb")
        g.wait_line(r"reloaded .*set=2 .*why=fresh-copy")
        g.stop()

    def test_a_set_that_does_not_load_gives_way_to_a_fresh_copy(self):
        g = self.gateway(self.place())
        kept = g.state + "/set-1/0/many.ndb"
        lab.write(kept, "#" * os.path.getsize(kept))
        self.kill_keeper(g)
        self.wait_found(g)
        self.assertEqual(g.status()["signature_set"]["number"], 2)
        g.wait_line("ready again")
        g.stop()

    def test_an_older_set_serves_when_the_folder_is_bad_too(self):
        folder = self.place()
        g = self.gateway(folder, **{"signatures.watch": "0"})
        lab.write(folder + "/more.ndb", "More.One:0:*:%s\n" % b"more".hex())
        self.assertEqual(g.tool("reload").returncode, 0)
        g.expect("reload refused")
        lab.write(folder + "/more.ndb", "no signature at all\n")
        lab.write(g.state + "/set-2/0/more.ndb", "no signature at all\n")
        self.kill_keeper(g)
        self.wait_found(g)
        self.assertEqual(g.status()["signature_set"]["number"], 1)
        g.wait_line(r"other signatures set=1 instead=2 ")
        g.wait_line(r"reload refused .*more\.ndb")
        self.assertIsNotNone(g.status()["reload_refused"])
        g.stop()

    def test_without_a_store_a_folder_that_went_is_never_clean(self):
        """And what comes back serves at once."""
        folder = self.place()
        # The default one, which an ordinary user cannot make.
        g = gateway.Gateway(
            {"signatures.folders": folder,
             "signatures.state_folder": "/var/lib/glassgate/signatures"},
            user=ORDINARY, expect=FALLS + ("signature sets are not kept",))
        self.addCleanup(g.kill)
        self.assertEqual(self.outcome(g), NAME)
        os.rename(folder, folder + ".away")
        self.kill_keeper(g)
        g.wait_line(r"signatures not loaded .*fewer")
        for _ in range(20):
            self.assertEqual(self.outcome(g), "Not.Checked.Loading")
            gateway.pause(0.1)
        os.rename(folder + ".away", folder)
        self.assertEqual(g.tool("reload").returncode, 0)
        self.assertEqual(self.outcome(g), NAME)
        g.stop()

    def test_a_kept_set_that_the_engine_refuses_does_not_stop_the_start(self):
        folder = self.place()
        state = lab.new_folder("state")
        more = {"signatures.state_folder": state}
        g = self.gateway(folder, **more)
        g.stop()
        bad = "no signature at all\n"
        lab.write(state + "/set-1/0/many.ndb", bad)
        manifest = lab.read(state + "/set-1/manifest").decode()
        good = lab.read(folder + "/many.ndb")
        lab.write(state + "/set-1/manifest", manifest.replace(
            hashlib.sha256(good).hexdigest(),
            hashlib.sha256(bad.encode()).hexdigest()).replace(
                " %d " % len(good), " %d " % len(bad)))
        g = self.gateway(folder, **more)
        self.assertEqual(self.outcome(g), NAME)
        self.assertEqual(g.status()["signature_set"]["number"], 2)
        g.stop()

    def test_a_start_with_nothing_that_loads_is_refused(self):
        folder = self.place()
        lab.write(folder + "/bad.ndb", "no signature at all\n")
        code, text = gateway.refused({"signatures.folders": folder})
        self.assertEqual(code, 1, text)
        self.assertIn("bad.ndb", text)


class ADamagedStart(Sets):
    """What was kept is damaged while nothing runs, and the folder is no more
    what it was."""

    def stopped_with_two(self):
        """Set 2 has one signature more than set 1."""
        folder, state = self.place(), lab.new_folder("state")
        more = {"signatures.state_folder": state, "signatures.watch": "0"}
        g = self.gateway(folder, **more)
        lab.write(folder + "/more.ndb", "More.One:0:*:%s\n" % b"more".hex())
        self.assertEqual(g.tool("reload").returncode, 0)
        g.stop()
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        more["signatures.folders"] = folder
        return state, more

    def cut(self, path):
        with open(path, "r+b") as f:
            f.truncate(os.path.getsize(path) - 40)

    def refuses(self, more, *words):
        code, said = gateway.refused(more)
        self.assertEqual(code, 1, said)
        for word in words:
            self.assertIn(word, said)

    def kept_sets(self, g):
        return json.loads(g.tool("signatures", "list", "--json").stdout)

    def again(self, more):
        g = gateway.Gateway(more, expect=FALLS + (
            "kept signatures not used", "signatures not pinned any more",
            "reload refused", "no real signatures"))
        self.addCleanup(g.kill)
        return g

    def test_the_next_older_set_serves_when_the_last_one_is_torn(self):
        state, more = self.stopped_with_two()
        self.cut(state + "/set-2/0/many.ndb")
        g = self.again(more)
        self.assertEqual(self.outcome(g), NAME)
        self.assertEqual(g.status()["signature_set"]["number"], 1)
        g.wait_line("kept signatures not used set=2 ")
        g.wait_line("reload refused .* fewer")
        g.stop()

    def test_the_next_older_set_serves_when_the_last_one_has_no_manifest(self):
        state, more = self.stopped_with_two()
        os.unlink(state + "/set-2/manifest")
        g = self.again(more)
        self.assertEqual(self.outcome(g), NAME)
        self.assertEqual(g.status()["signature_set"]["number"], 1)
        g.stop()

    def test_a_thin_folder_does_not_stand_in_for_damaged_sets(self):
        for harm in ("torn", "without manifests"):
            state, more = self.stopped_with_two()
            for n in 1, 2:
                if harm == "torn":
                    self.cut("%s/set-%d/0/many.ndb" % (state, n))
                else:
                    os.unlink("%s/set-%d/manifest" % (state, n))
            self.refuses(more, "fewer", "signatures.state_folder")
            # And it stays so: nothing of it became the last good one.
            self.refuses(more, "fewer", "signatures.state_folder")
            # The remedy.
            shutil.rmtree(state)
            g = self.again(more)
            self.assertEqual(g.status()["state"], "ready")
            g.stop()

    def test_a_pinned_set_that_is_torn_gives_its_pin_to_what_serves(self):
        state, more = self.stopped_with_two()
        lab.write(state + "/pinned", "1\n")
        self.cut(state + "/set-1/0/many.ndb")
        g = self.again(more)
        self.assertEqual(self.outcome(g), NAME)
        g.wait_line("signatures not pinned any more set=1 instead=2")
        self.assertEqual(g.status()["signature_set"]["number"], 2)
        self.assertEqual(
            [r["number"] for r in self.kept_sets(g)["sets"] if r["pinned"]], [2])
        g.stop()
