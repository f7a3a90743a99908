# SPDX-License-Identifier: GPL-2.0-only
"""Who asks while a reload is under way: pin keeps what serves, a set that was
asked for stays asked for, whoever is not served hears of it, and a supervisor
that is killed then leaves nothing half done."""

import os
import signal
import threading

import gateway
import lab
from suite import Case

TURNED = r"reload turned back why=%s set=%d"
DROPPED = r"asked-for set dropped set=%d reason="
PUT_OFF = r"reload put off "


def slow_keeper(number):
    """(program, file): a keeper that loads this set once the file is there."""
    place = lab.new_folder("slow")
    go = os.path.join(place, "go")
    program = lab.script(place + "/keeper", (
        "case $4 in */set-%d) while [ ! -e %s ]; do sleep 0.1; done;; esac\n"
        "exec %s \"$@\"\n") % (number, go, gateway.program(
            "glassgate-keeper")))
    return program, go


def body(name):
    return b"a body that is found by the signature " + name.encode()


class Asked:
    """A command of the tool, while we do something else."""

    def __init__(self, g, *words):
        self.thread = threading.Thread(target=lambda: setattr(
            self, "done", g.tool(*words)))
        self.thread.start()

    def result(self):
        self.thread.join(30 * lab.patience())
        return self.done


class Pin(Case):
    def place(self):
        folder = gateway.signature_folder()
        self.conf = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        lab.write(self.conf, "")
        return folder

    def add(self, folder, name):
        lab.write("%s/%s.ndb" % (folder, name),
                  "New.%s:0:*:%s\n" % (name, body(name).hex()))

    def found(self, g, name):
        return g.respmod(body(name)).get("X-Virus-ID")

    def gateway(self, folder, slow=None, watch="0", expect=()):
        self.go = None
        settings = {"signatures.folders": folder, "signatures.watch": watch}
        if slow:
            settings["scan.program"], self.go = slow_keeper(slow)
            if slow == 1:
                lab.write(self.go, "")
        return gateway.gateway(settings, conf=self.conf, expect=expect)

    def second(self, g, state):
        lab.until(lambda: g.status()["second"]["state"] == state,
                  "the second keeper: " + state, 20)

    def serves(self, g, number, pinned):
        self.assertEqual(g.status()["signature_set"],
                         {"number": number, "pinned": pinned})

    def test_a_folder_change_under_way_does_not_swap_away_what_is_pinned(self):
        folder = self.place()
        with self.gateway(folder, slow=2, watch="1") as g:
            self.add(folder, "later")
            self.second(g, "loading")
            self.assertEqual(g.tool("signatures", "pin").returncode, 0)
            lab.write(self.go, "")
            self.second(g, "none")
            g.wait_line(TURNED % ("folder-change", 2))
            self.serves(g, 1, True)
            self.assertFalse(os.path.exists(g.state + "/set-2"))
            self.assertIsNone(self.found(g, "later"))
            self.assertEqual(g.counter("glassgate_reload_refused"), 0)
            self.assertEqual(g.tool("signatures", "unpin").returncode, 0)
            lab.until(lambda: self.found(g, "later"), "it is taken", 20)

    def test_a_reload_under_way_brings_its_settings_to_what_is_pinned(self):
        folder = self.place()
        with self.gateway(folder, slow=2) as g:
            self.add(folder, "later")
            lab.write(self.conf, "body: { max = \"1K\"; };\n")
            asked = Asked(g, "reload")
            self.second(g, "loading")
            self.assertEqual(g.tool("signatures", "pin").returncode, 0)
            done = asked.result()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.serves(g, 1, True)
            self.assertEqual(g.status()["settings"], 2)
            self.assertEqual(g.respmod(b"x" * 2000).http_status, 403)
            self.assertIsNone(self.found(g, "later"))

    def two_sets(self, g, folder):
        """Set 2 serves, set 1 is kept."""
        self.add(folder, "second")
        self.assertEqual(g.tool("reload").returncode, 0)
        self.second(g, "none")

    def test_a_set_under_way_is_refused_when_another_is_pinned(self):
        folder = self.place()
        with self.gateway(folder, slow=1, expect=(DROPPED % 1,)) as g:
            self.two_sets(g, folder)
            os.unlink(self.go)
            asked = Asked(g, "signatures", "use", "1")
            self.second(g, "loading")
            self.assertEqual(g.tool("signatures", "pin").returncode, 0)
            done = asked.result()
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(b"set 1 is not taken any more: the one that serves "
                          b"was pinned", done.stderr)
            self.second(g, "none")
            self.serves(g, 2, True)
            self.assertEqual(g.status()["generation"], 2)

    def test_the_later_of_two_sets_is_taken_and_the_first_asker_told(self):
        folder = self.place()
        with self.gateway(folder, slow=3, expect=(DROPPED % 1,)) as g:
            self.two_sets(g, folder)
            self.add(folder, "third")
            first = Asked(g, "reload")
            self.second(g, "loading")
            dropped = Asked(g, "signatures", "use", "1")
            gateway.pause(0.5)
            taken = Asked(g, "signatures", "use", "2")
            done = dropped.result()
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"another one was asked for", done.stderr)
            lab.write(self.go, "")
            self.assertIn(b"generation 3 serves", first.result().stdout)
            self.assertIn(b"generation 4 serves", taken.result().stdout)
            self.serves(g, 2, True)

    def memory(self, bytes):
        lab.write(self.conf, "test: { memory = \"%s\"; };\n" % bytes)

    def test_a_set_that_was_put_off_outlives_changes_and_reloads(self):
        folder = self.place()
        with self.gateway(folder, watch="1", expect=(PUT_OFF,)) as g:
            self.two_sets(g, folder)
            self.memory("1K")
            done = g.tool("signatures", "use", "1")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"put off, and done once there is memory",
                          done.stderr)
            self.second(g, "waiting for memory")
            self.add(folder, "third")
            gateway.pause(7)  # it settles, and the next look for memory
            self.assertEqual(g.tool("reload").returncode, 1)
            self.memory("0")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.serves(g, 1, True)
            self.assertIsNone(self.found(g, "third"))
            self.assertEqual(g.lines(DROPPED % 1), [])

    def test_unpin_ends_a_set_that_was_put_off(self):
        folder = self.place()
        with self.gateway(folder, expect=(PUT_OFF, DROPPED % 1)) as g:
            self.two_sets(g, folder)
            self.memory("1K")
            self.assertEqual(g.tool("signatures", "use", "1").returncode, 1)
            self.assertEqual(g.tool("signatures", "unpin").returncode, 0)
            g.wait_line(DROPPED % 1)
            self.second(g, "none")
            self.serves(g, 2, False)
            self.memory("0")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.serves(g, 2, False)



class Killed(Pin):
    """kill -9 of the supervisor in the middle of a reload."""

    def killed(self, g, folder, name):
        """Nobody lives on; the next start serves the last good set, and
        nothing of the half one is left."""
        lab.kill(g.sid)
        g.process.wait()
        lab.until(lambda: not g.processes(), "all are gone", 10)
        self.assertEqual(g.lines("reloaded generation"), [])
        self.assertTrue(os.path.exists(g.state + "/set-2"))  # half done
        os.unlink("%s/%s.ndb" % (folder, name))
        again = gateway.Gateway(
            {"signatures.folders": folder, "signatures.watch": "0",
             "signatures.state_folder": g.state}, runtime=g.runtime)
        try:
            self.serves(again, 1, False)
            self.assertIsNone(self.found(again, name))
            lab.until(lambda: again.status()["second"]["state"] == "none",
                      "it has looked at the folder")
            self.assertEqual(sorted(os.listdir(g.state)),
                             ["current", "set-1"])
            self.assertEqual(again.status()["generation"], 1)
            again.stop()
        finally:
            again.kill()

    def start(self, folder, **settings):
        values = {"signatures.folders": folder}
        values.update({k.replace("__", "."): v for k, v in settings.items()})
        return gateway.Gateway(values)

    def in_the_middle(self, folder, g, name, reached):
        try:
            g.process.send_signal(signal.SIGHUP)
            lab.until(reached, "the middle of the reload", 20, 0.005)
            self.killed(g, folder, name)
        finally:
            g.kill()

    def test_killed_while_it_copies(self):
        folder = self.place()
        g = self.start(folder)
        self.add(folder, "second")
        with open(folder + "/second.ndb", "ab") as f:
            f.truncate(400 << 20)  # takes a while to copy
        self.in_the_middle(folder, g, "second", lambda: os.path.exists(
            g.state + "/set-2/0/second.ndb"))

    def test_killed_while_the_second_keeper_loads(self):
        folder = self.place()
        program, _ = slow_keeper(2)
        g = self.start(folder, scan__program=program)
        self.add(folder, "second")
        self.in_the_middle(folder, g, "second", lambda: g.status()[
            "second"]["state"] == "loading" and os.path.exists(
            g.runtime + "/gen-2"))

    def test_killed_between_proof_and_swap(self):
        folder = self.place()
        good = lab.new_folder("good") + "/letter"
        lab.write(good, os.urandom(1 << 20) * 60)
        g = self.start(folder, signatures__must_pass=good)
        self.add(folder, "second")
        self.in_the_middle(folder, g, "second", lambda: g.status()[
            "second"]["state"] == "proving")
