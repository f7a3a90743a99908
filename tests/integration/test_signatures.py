# SPDX-License-Identifier: GPL-2.0-only
"""Sets of signatures: what serves is a copy, changes are seen and proved, bad
ones are refused, and the sets before come back with one command."""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import threading

import bodies
import blocked
import gateway
import lab
from suite import Case, limit

REFUSED = [r"error supervisor.* reload refused ",
           r"error keeper.* keeper fails generation="]

DAILY = (r"daily\.cud is loaded, but the test file EICAR, which main and daily "
         r"find, is clean; remedy: ")


def signature(name, text):
    return "%s:0:*:%s\n" % (name, text.encode().hex())


def container(path, version, built, text):
    """An unsigned one, as `sigtool --build --unsigned` makes it."""
    def head(digest):
        return ("ClamAV-VDB:24 Nov 2026 17-19 +0000:%d:1:216:%s:X:x:%d" % (
            version, digest, built)).encode()

    files = {"COPYING": b"none\n", "own.ndb": text.encode()}
    files["own.info"] = head("X") + (
        "\nown.ndb:%d:%s\n" % (len(text), hashlib.sha256(
            text.encode()).hexdigest())).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz",
                      format=tarfile.USTAR_FORMAT) as tar:
        for name in ("COPYING", "own.info", "own.ndb"):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            tar.addfile(entry, io.BytesIO(files[name]))
    digest = hashlib.md5(packed.getvalue()).hexdigest()
    lab.write(path, head(digest).ljust(512) + packed.getvalue())


class Signatures(Case):
    def place(self, count=40, **files):
        """A folder with `count` signatures, EICAR, and these files."""
        folder = lab.new_folder("db")
        lab.write(folder + "/many.ndb", "".join(
            signature("Many.%d" % i, "glassgate many %d" % i)
            for i in range(count)))
        lab.write(folder + "/test.ndb", "%s:0:0:%s\n" % (
            gateway.EICAR_NAME, bodies.eicar().hex()))
        for name, text in files.items():
            lab.write("%s/%s.ndb" % (folder, name), text)
        return folder

    def gateway(self, folder, **settings):
        values = {"signatures.folders": folder}
        values.update({k.replace("__", "."): v for k, v in settings.items()})
        return gateway.gateway(values)

    def replace(self, folder, name, text):
        """As freshclam does it."""
        lab.write(folder + "/new.tmp", text)
        os.rename(folder + "/new.tmp", folder + "/" + name)

    def found(self, g, text):
        return g.respmod(text.encode()).get("X-Virus-ID")

    def sets(self, g):
        """A line for each, without those of its files."""
        done = g.tool("signatures", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [l for l in done.stdout.decode().splitlines()
                if l[0].isdigit()]

    def sets_json(self, g):
        done = g.tool("signatures", "list", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_what_serves_is_a_copy_that_nobody_changes(self):
        folder = self.place()
        with self.gateway(folder) as g:
            kept = g.state + "/set-1/0/many.ndb"
            self.assertEqual(lab.read(kept), lab.read(folder + "/many.ndb"))
            shutil.rmtree(folder)
            lab.kill(g.status()["pids"]["keeper"])
            g.expect("keeper", "degraded", "icap says")
            g.wait_line("ready again")
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            os.mkdir(folder)
            self.assertEqual(len(self.sets(g)), 1)

    def test_a_change_in_the_folder_is_loaded_once_it_has_settled(self):
        folder = self.place()
        with self.gateway(folder, signatures__watch="1") as g:
            istag = g.status()["istag"]
            self.assertIsNone(self.found(g, "something new"))
            self.replace(folder, "more.ndb",
                         signature("New.One", "something new"))
            self.assertRegex(
                g.wait_line(r"reloaded generation=2", 20),
                r" before=1 set=2 set_before=1 signatures=\d+ "
                r"signatures_before=\d+ why=folder-change istag=")
            self.assertRegex(g.wait_line(r"\] reload "), "why=folder-change set=2")
            self.assertEqual(self.found(g, "something new"), "New.One")
            self.assertNotEqual(g.status()["istag"], istag)
            self.assertEqual(g.status()["signature_set"]["number"], 2)
            # Written again with the same bytes: nothing is loaded.
            self.replace(folder, "more.ndb",
                         signature("New.One", "something new"))
            gateway.pause(2.5)
            self.assertEqual(g.status()["generation"], 2)

    @contextlib.contextmanager
    def restless(self, write, pause=0.2):
        """Somebody writes there, far more often than it could settle."""
        end = threading.Event()

        def go_on():
            while not end.wait(pause):
                write()
        writer = threading.Thread(target=go_on, daemon=True)
        writer.start()
        try:
            yield
        finally:
            end.set()
            writer.join()

    def test_a_folder_that_never_rests_is_loaded_all_the_same(self):
        folder = self.place()
        with self.gateway(folder, signatures__watch="1") as g:
            with self.restless(lambda: self.replace(
                    folder, "more.ndb", signature("New.One", "something"))):
                g.wait_line("reloaded generation=2", 25)
            self.assertEqual(self.found(g, "something"), "New.One")

    @limit(120)
    def test_what_is_always_being_written_is_told_once_and_then_loaded(self):
        folder = self.place()
        path = folder + "/big.ndb"

        def append():
            with open(path, "ab") as f:
                f.write(b"#" * 1023 + b"\n")
        with self.gateway(folder, signatures__watch="1") as g:
            g.expect(*REFUSED)
            lab.write(path, (b"#" * 1023 + b"\n") * (96 << 10))
            with self.restless(append, pause=0.005):
                lab.until(lambda: g.counter(
                    "glassgate_reloads_refused_total") >= 2,
                    "it is tried again", 60)
            self.assertIn("big.ndb: is being written",
                          g.lines("error .*reload refused")[0])
            self.assertEqual(len(g.lines("reload refused")), 1)
            lab.write(path, signature("New.One", "something"))
            lab.until(lambda: self.found(g, "something"), "it is loaded", 20)
            lab.until(lambda: g.status()["reload_refused"] is None,
                      "the refusal is forgotten")

    def test_a_folder_that_goes_and_comes_back_is_still_watched(self):
        folder = self.place()
        with self.gateway(folder, signatures__watch="1") as g:
            g.expect(*REFUSED)
            os.rename(folder, folder + ".away")
            g.wait_line("reload refused", 20)
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            self.assertIn("folders", g.status()["reload_refused"]["reason"])
            lab.write(folder + ".away/more.ndb",
                      signature("New.One", "something new"))
            os.rename(folder + ".away", folder)
            g.wait_line("reloaded generation", 30)
            self.assertEqual(self.found(g, "something new"), "New.One")
            self.assertIsNone(g.status()["reload_refused"])

    def test_the_list_says_state_origin_and_counts_of_each_set(self):
        folder = self.place()
        with self.gateway(folder) as g:
            lab.write(folder + "/more.ndb", signature("New.One", "new here"))
            self.assertEqual(g.tool("reload").returncode, 0)
            lab.write(folder + "/bad.ndb", "no signature at all\n")
            g.expect(*REFUSED)
            self.assertEqual(g.tool("reload").returncode, 1)
            told = self.sets_json(g)
            self.assertEqual(
                [(s["number"], s["state"], s["pinned"], len(s["files"]))
                 for s in told["sets"]],
                [(1, "good", False, 2), (2, "serves", False, 3)])
            self.assertEqual(
                {(f["origin"], f["name"], f["signatures"])
                 for f in told["sets"][1]["files"]},
                {(folder, "many.ndb", 40), (folder, "test.ndb", 1),
                 (folder, "more.ndb", 1)})
            self.assertEqual(told["sets"][1]["signatures"] -
                             told["sets"][0]["signatures"], 1)
            self.assertIn("bad.ndb", told["refused"]["reason"])
            text = g.tool("signatures", "list").stdout.decode()
            self.assertRegex(text, r"(?m)^2  .* UTC  3 files, \d+ signatures"
                             r"  serves$")
            self.assertIn("    %s/more.ndb: changed " % folder, text)
            self.assertRegex(text, r"(?m)^refused .*bad\.ndb")

    def no_leak_checker(self):
        """libclamav 1.4.6 loses a hash context for each container that it
        loads (so does clamscan, as valgrind shows)."""
        if lab.options.sanitized:
            self.skipTest("libclamav loses memory when it loads a container")

    def test_version_and_build_time_of_a_container_are_listed(self):
        self.no_leak_checker()
        folder = self.place()
        container(folder + "/own.cud", 7, 1795540778,
                  signature("Own.One", "in a container"))
        with self.gateway(folder) as g:
            own = [f for f in self.sets_json(g)["sets"][0]["files"]
                   if f["name"] == "own.cud"][0]
            self.assertEqual((own["version"], own["built"],
                              own["signatures"]), (7, 1795540778, 1))
            self.assertEqual(self.found(g, "in a container")[:7], "Own.One")
            self.assertIn("own.cud: version 7, built 2026-11-24 17:19:38 UTC"
                          ", 1 signatures\n",
                          g.tool("signatures", "list").stdout.decode())

    def test_a_private_file_stays_private_in_its_copy(self):
        folder = self.place()
        os.chmod(folder + "/many.ndb", 0o600)
        with self.gateway(folder) as g:
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            group = lab.SCAN_USER if lab.root else os.getegid()
            for name in ("0", "0/many.ndb", "0/test.ndb"):
                st = os.stat(g.state + "/set-1/" + name)
                self.assertEqual(st.st_mode & 0o027, 0, name)
                self.assertEqual(st.st_mode & 0o040, 0o040 * lab.root, name)
                self.assertEqual((st.st_uid, st.st_gid),
                                 (os.geteuid(), group), name)

    def test_a_second_gateway_on_one_state_folder_is_refused(self):
        folder = self.place()
        with self.gateway(folder) as g:
            code, said = gateway.refused({
                "signatures.folders": folder,
                "signatures.state_folder": g.state})
            self.assertEqual(code, 1)
            self.assertRegex(said, "signatures.state_folder: %s: another "
                             "glassgated .*remedy" % g.state)
            self.assertEqual(len(self.sets(g)), 1)

    def refused(self, change, reason):
        folder = self.place()
        with self.gateway(folder) as g:
            g.expect(*REFUSED)
            change(folder)
            done = g.tool("reload")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertRegex(done.stderr.decode(), reason)
            self.assertRegex(g.status()["reload_refused"]["reason"], reason)
            self.assertEqual(g.counter("glassgate_reloads_refused_total"), 1)
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            blocked.check_icap(self, g.respmod(bodies.eicar()),
                               gateway.EICAR_NAME)
            self.assertEqual(len(self.sets(g)), 1)
            self.assertEqual(
                [n for n in os.listdir(g.state) if n.startswith("set-")],
                ["set-1"])

    def test_fewer_signatures_are_refused(self):
        def change(folder):
            lab.write(folder + "/many.ndb", "".join(
                signature("Many.%d" % i, "glassgate many %d" % i)
                for i in range(35)))
        self.refused(change, r"more than 5 % fewer.*--accept-fewer")

    def test_no_signatures_are_refused(self):
        def change(folder):
            for name in os.listdir(folder):
                os.unlink(folder + "/" + name)
        self.refused(change, "fewer")

    def told_where_to_mend(self, text, bad):
        """In his file, and not in our copy."""
        self.assertIn("Can't load " + bad, text)
        self.assertIn("line 2", text)
        self.assertNotRegex(text, r"set-\d")

    def test_a_bad_line_is_refused_and_told_where_one_can_mend_it(self):
        folder = self.place()
        bad = folder + "/bad.hdb"
        lab.write(bad, "11111111111111111111111111111111:5:One\nno such\n")
        code, said = gateway.refused({"signatures.folders": folder})
        self.assertEqual(code, 1)
        self.told_where_to_mend(said, bad)
        os.rename(bad, bad + ".away")
        with self.gateway(folder) as g:
            g.expect(*REFUSED)
            os.rename(bad + ".away", bad)
            done = g.tool("reload")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            lines = g.lines("error ")
            self.assertEqual(len(lines), 2)
            for text in lines + [
                    done.stderr.decode(),
                    g.status()["reload_refused"]["reason"],
                    g.tool("status").stdout.decode(),
                    g.tool("signatures", "list").stdout.decode()]:
                self.told_where_to_mend(text, bad)

    def daily(self, folder, text):
        """In place of our own signature of EICAR."""
        os.unlink(folder + "/test.ndb")
        container(folder + "/daily.cud", 7, 1700000000, text)

    def test_a_daily_that_does_not_find_eicar_is_refused(self):
        self.refused(lambda folder: self.daily(folder, signature(
            "Daily.1", "from the daily")), DAILY)

    def test_with_a_daily_that_does_not_find_eicar_nothing_starts(self):
        folder = self.place()
        self.daily(folder, signature("Daily.1", "from the daily"))
        code, said = gateway.refused({"signatures.folders": folder})
        self.assertEqual(code, 1)
        self.assertRegex(said, DAILY)

    def test_eicar_has_the_name_that_the_daily_gives_it(self):
        self.no_leak_checker()
        folder = self.place()
        with self.gateway(folder) as g:
            self.daily(folder, "Win.Test.EICAR_HDB-1:0:0:%s\n" %
                       bodies.eicar().hex())
            self.assertEqual(g.tool("reload").returncode, 0)
            blocked.check_icap(self, g.respmod(bodies.eicar()),
                               "Win.Test.EICAR_HDB-1")
            self.assertNotIn("no real signatures",
                             g.tool("status").stdout.decode())
            os.unlink(folder + "/daily.cud")
            self.assertEqual(g.tool("reload").returncode, 0)
            blocked.check_icap(self, g.respmod(bodies.eicar()),
                               gateway.EICAR_NAME)

    def test_signatures_that_everybody_may_write_are_refused(self):
        self.refused(lambda folder: os.chmod(folder + "/many.ndb", 0o666),
                     "everybody may write")

    def test_fewer_signatures_serve_when_asked_for(self):
        folder = self.place()
        with self.gateway(folder) as g:
            lab.write(folder + "/many.ndb", signature("Few.1", "just one"))
            done = g.tool("reload", "--accept-fewer")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.found(g, "just one"), "Few.1")
            self.assertIsNone(self.found(g, "glassgate many 3"))

    def test_one_command_brings_a_set_back_and_it_stays(self):
        folder = self.place()
        with self.gateway(folder, signatures__watch="1") as g:
            istag = g.status()["istag"]
            lab.write(folder + "/more.ndb",
                      signature("Wrong.One", "a good page"))
            g.wait_line("reloaded generation=2", 20)
            self.assertEqual(self.found(g, "a good page"), "Wrong.One")
            done = g.tool("signatures", "use", "1")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIsNone(self.found(g, "a good page"))
            self.assertEqual(g.status()["istag"], istag)
            self.assertEqual(g.status()["signature_set"],
                             {"number": 1, "pinned": True})
            self.assertRegex(self.sets(g)[0], "^1 .* serves  pinned$")
            g.wait_line("signatures pinned set=1")
            # A change is not taken while it is pinned.
            lab.write(folder + "/other.ndb",
                      signature("Other.One", "something else"))
            gateway.pause(2.5)
            self.assertIsNone(self.found(g, "something else"))
            done = g.tool("signatures", "unpin")
            self.assertEqual(done.returncode, 0, done.stderr)
            lab.until(lambda: self.found(g, "something else"), "the newest",
                      20)
            self.assertFalse(g.status()["signature_set"]["pinned"])

    def test_diff_says_what_was_added_and_removed(self):
        folder = self.place(extra=signature("Old.One", "goes") +
                            signature("Same.One", "stays"))
        with self.gateway(folder) as g:
            lab.write(folder + "/extra.ndb", signature("Same.One", "stays") +
                      signature("New.One", "comes"))
            self.assertEqual(g.tool("reload").returncode, 0)
            said = g.tool("signatures", "diff", "1", "2").stdout.decode()
            self.assertRegex(said, r"\+ New\.One\n")
            self.assertRegex(said, r"- Old\.One\n")
            self.assertNotIn("Same.One", said)
            self.assertNotIn("many.ndb", said)
            self.assertEqual(
                g.tool("signatures", "diff", "1", "9").returncode, 2)
            self.assertEqual(g.tool("signatures", "use", "9").returncode, 1)
            g.expect(*REFUSED)

    def test_a_set_that_was_changed_is_not_used(self):
        folder = self.place()
        with self.gateway(folder) as g:
            lab.write(folder + "/more.ndb", signature("New.One", "new here"))
            self.assertEqual(g.tool("reload").returncode, 0)
            g.expect(*REFUSED)
            kept = g.state + "/set-1/0/"
            before = lab.read(kept + "many.ndb")
            for name, data, reason in (
                    ("many.ndb", before + b"\n", "is not what was copied"),
                    ("ours.ign2", b"New.One\n", "was not copied by us")):
                lab.write(kept + name, data)
                done = g.tool("signatures", "use", "1")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("set 1: %s%s: %s" % (kept, name, reason),
                              done.stderr.decode())
                self.assertEqual(g.status()["generation"], 2)
                lab.write(kept + "many.ndb", before)
            self.assertEqual(len(g.lines("reload refused")), 2)
            os.unlink(kept + "ours.ign2")
            self.assertEqual(g.tool("signatures", "use", "1").returncode, 0)

    def test_only_the_newest_sets_are_kept(self):
        folder = self.place()
        with self.gateway(folder, signatures__keep="2") as g:
            for i in range(3):
                lab.write(folder + "/more.ndb",
                          signature("New.%d" % i, "number %d" % i))
                self.assertEqual(g.tool("reload").returncode, 0)
            numbers = [re.match(r"\d+", l).group() for l in self.sets(g)]
            self.assertEqual(numbers, ["3", "4"])

    def test_a_start_serves_what_served_last_and_then_what_is_new(self):
        folder = self.place()
        state = lab.new_folder("state", mode=0o755)
        with self.gateway(folder, signatures__state_folder=state):
            pass
        lab.write(folder + "/more.ndb", signature("New.One", "new here"))
        with self.gateway(folder, signatures__state_folder=state) as g:
            g.wait_line("reloaded generation=2", 20)
            self.assertEqual(self.found(g, "new here"), "New.One")
        lab.write(folder + "/bad.ndb", "no signature at all\n")
        with self.gateway(folder, signatures__state_folder=state) as g:
            g.expect(*REFUSED)
            g.wait_line("reload refused", 20)
            self.assertEqual(self.found(g, "new here"), "New.One")

    def test_a_kept_set_that_was_changed_is_not_used(self):
        folder = self.place()
        state = lab.new_folder("state", mode=0o755)
        with self.gateway(folder, signatures__state_folder=state):
            pass
        lab.write(state + "/set-1/0/many.ndb", signature("Evil", "x"))
        g = gateway.Gateway({"signatures.folders": folder,
                             "signatures.state_folder": state},
                            expect=["kept signatures not used"])
        try:
            self.assertEqual(self.found(g, "glassgate many 3"), "Many.3")
            g.stop()
        finally:
            g.kill()
