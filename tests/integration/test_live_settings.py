# SPDX-License-Identifier: GPL-2.0-only
"""Settings that change live do: each one has an effect here that is seen
before and after one reload of all of them, with c-icap and supervisor as they
were."""

import os
import re
import shutil
import signal

import bodies
import gateway
import lab
from suite import Case

RELOADS = "glassgate_reloads_total"
REFUSED = "glassgate_reloads_refused_total"
SECOND = b"a body that a second signature finds"


def answer(body):
    """200: a page, 204: it passes."""
    return lambda g: g.respmod(body).status


def answer_named(name):
    get = b"GET http://origin.test/%s HTTP/1.1\r\nHost: origin.test\r\n\r\n"
    return lambda g: g.respmod(b"bread", get=get % name.encode()).status


def page(g):
    return re.search(r"ask \w+ here", g.respmod(
        bodies.words(40000)).body.decode()).group(0)


def places(lane):
    """Of workers, the one of the spare included."""
    return lambda g: len([w for w in g.status()["workers"]
                          if w["lane"] == lane])


def lane_of(size):
    def see(g):
        def scans():
            return sum(w["scans"] for w in g.workers("big"))
        gateway.pause(0.5)  # statistics of what was before
        before = scans()
        g.respmod(bodies.words(size))
        gateway.pause(0.5)
        return "big" if scans() > before else "small"
    return see


def replaced(g):
    name = 'glassgate_workers_replaced_total{reason="bodies"}'
    before = g.counter(name)
    for _ in range(6):
        g.respmod(b"one more")
    gateway.pause(0.5)
    return g.counter(name) > before


def set_name(g):
    names = [s["name"] for s in g.status()["signatures"]["sets"]
             if not s["builtin"]]
    return names[0]


def kept(g):
    return len([n for n in os.listdir(g.state) if re.match(r"set-\d+$", n)])


def nested(depth):
    data = b"at the bottom"
    for _ in range(depth):
        data = bodies.zipped([("inside", data)])
    return data


def many(count):
    return bodies.zipped([("file%d" % n, b"%d" % n) for n in range(count)])


FIRST, OTHER = "first.ndb", "other.ndb"

# key: before, after the reload; what is looked at; what it is each time
ROWS = {
    "body.max": ("20K", "30K", answer(bodies.words(25000)), 200, 204),
    "policy.encrypted": ("block", "pass", answer(bodies.encrypted_zip()),
                         200, 204),
    "names.double_extension": ("pass", "block", answer_named("a.pdf.exe"),
                               204, 200),
    "names.right_to_left": ("pass", "block", answer_named("a%E2%80%AEb.txt"),
                            204, 200),
    "types.script": ("pass", "block", answer_named("a.vbs"), 204, 200),
    "page.contact": ("ask one here", "ask two here", page, "ask one here",
                     "ask two here"),
    "scan.small_workers": ("1", "2", places("small"), 2, 3),
    "scan.big_workers": ("1", "3", places("big"), 2, 4),
    "scan.small_max": ("2K", "8K", lane_of(4000), "big", "small"),
    "scan.small_bodies": ("1000", "1", replaced, False, True),
    "scan.recursion": ("5", "17", answer(nested(8)), 200, 204),
    "scan.files": ("3", "100", answer(many(9)), 200, 204),
    "signatures.folders": (FIRST, OTHER, set_name, FIRST, OTHER),
    "signatures.keep": ("1", "2", kept, 1, 2),
}

ELSEWHERE = {
    "log.level": "below", "signatures.watch": "below",
    "signatures.must_pass": "below",
    "proxy.drip": "read by each request, as page.contact",
    "proxy.remember": "read by each request, as page.contact",
    "trickle.types": "the same", "trickle.delay": "the same",
    "trickle.rate": "the same", "trickle.share": "the same",
    "trickle.hold": "the same",
    "proxy.range_endings": "the same", "proxy.range_hosts": "the same",
    "scan.small_seconds": "of the new keeper, as scan.small_bodies",
    "scan.big_seconds": "of the new keeper", "scan.big_bodies": "the same",
    "scan.small_age": "the same", "scan.big_age": "the same",
    "scan.renew_deaths": "the same", "scan.renew_seconds": "the same",
    "scan.program": "the same", "scan.max": "the same, as scan.files",
    "scan.memory": "the same", "scan.queue": "the same",
    "scan.queue_seconds": "read by each request, as page.contact",
    "body.memory": "test_budget", "body.disk": "test_budget",
    "reload.memory": "test_reload", "test.memory": "test_reload",
    "test.errand_seconds": "test_errands", "policies": "test_policies",
    "test.engine_plain": "of the new keeper; what it finds: test_testfiles",
}
OUTCOMES = r"(policy|types)\."  # one of each is in ROWS
RESTART = (r"icap\.|cache\.|sandbox$|body\.folder$|page\.templates$|"
           r"signatures\.state_folder$|scan\.user$|"
           r"test\.(landlock_abi|namespaces|seccomp)$")


def conf_text(values):
    groups = {}
    for key, value in values.items():
        group, name = key.split(".")
        groups.setdefault(group, []).append('  %s = "%s";\n' % (name, value))
    return "".join("%s: {\n%s};\n" % (group, "".join(lines))
                   for group, lines in groups.items())


class LiveSettings(Case):
    def setUp(self):
        self.path = os.path.join(lab.new_folder("conf"), "glassgate.conf")
        self.folders = {}
        for name in (FIRST, OTHER):
            place = lab.new_folder("db")
            lab.write(os.path.join(place, name), "%s:0:0:%s\n" % (
                gateway.EICAR_NAME, bodies.eicar().hex()))
            self.folders[name] = place

    def conf(self, values):
        lab.write(self.path, conf_text(
            {k: self.folders.get(v, v) for k, v in values.items()}))

    def open(self, values, fixed=None, **more):
        """A gateway whose command line leaves these values to the file."""
        self.conf(values)
        return gateway.gateway(dict(fixed or {}, **{k: None for k in values}),
                               conf=self.path, **more)

    def test_every_setting_is_seen_to_change_or_needs_a_restart(self):
        text = lab.run([gateway.program("glassgated"), "--sample"]).stdout
        group, keys = "", []
        for line in text.decode().splitlines():
            if m := re.match(r"#?(\w+): \{", line):
                group = m.group(1) + "."
            elif m := re.match(r"#?(\s*)(\w+) = ", line):
                keys.append((group if m.group(1) else "") + m.group(2))
        self.assertGreater(len(keys), 40)
        self.assertEqual([k for k in keys if k not in ROWS
                          and k not in ELSEWHERE
                          and not re.match(RESTART + "|" + OUTCOMES, k)], [])
        self.assertEqual([k for k in list(ROWS) + list(ELSEWHERE)
                          if k not in keys and k != "test.memory"], [])

    def test_one_reload_changes_all_that_can_change(self):
        with self.open({k: row[0] for k, row in ROWS.items()}) as g:
            processes = g.status()["pids"]
            self.see(g, 3)
            self.conf({k: row[1] for k, row in ROWS.items()})
            said = g.tool("reload")
            self.assertEqual(said.returncode, 0, said.stderr)
            lab.until(lambda: places("big")(g) == 4, "the new workers")
            self.see(g, 4)
            for name in ("icap", "supervisor"):
                self.assertEqual(g.status()["pids"][name], processes[name])

    def see(self, g, column):
        seen = {key: row[2](g) for key, row in ROWS.items()}
        self.assertEqual(seen, {k: row[column] for k, row in ROWS.items()})

    def test_log_level_holds_for_supervisor_keeper_and_c_icap(self):
        def who(g, begin):
            return {m.group(1) for l in g.log().splitlines()[begin:]
                    if (m := re.match(r"\S+ info ([\w-]+)\[", l))}

        def act(g):
            """Each of them would log a line."""
            begin = len(g.log().splitlines())
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.respmod(b"harmless").status, 204)
            lab.until(lambda: g.status()["second"]["state"] == "none",
                      "one keeper")
            return who(g, begin)

        everybody = {"supervisor", "keeper", "icap"}
        with self.open({"log.level": "info"}) as g:
            self.assertEqual(act(g), everybody)
            self.conf({"log.level": "warn"})
            act(g)
            self.assertEqual(act(g), set())
            self.conf({"log.level": "info"})
            act(g)
            self.assertEqual(act(g), everybody)

    def pages(self):
        """A copy of the templates of its own: (folder, its page)."""
        place = os.path.join(lab.new_folder("pages"), "templates")
        shutil.copytree(os.path.join(gateway.installed(), "templates"), place)
        return place, os.path.join(place, "en", "blocked.html")

    def test_a_page_that_c_icap_may_not_read_refuses_the_reload(self):
        place, page = self.pages()
        values = {"body.max": "8K"}
        with self.open(values, {"page.templates": place},
                       expect=(r"reload refused generation=1 ",)) as g:
            os.chmod(page, 0o600 if lab.root else 0)
            self.conf({"body.max": "1K"})
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1)
            self.assertIn("page.templates: " + page, said.stderr.decode())
            self.assertEqual(g.respmod(b"x" * 3000).status, 204)
            os.chmod(page, 0o644)
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.respmod(b"x" * 3000).http_status, 403)

    def test_templates_in_another_folder_refuse_the_reload(self):
        """c-icap's cage knows the folder by what it is, not by its name."""
        place, _ = self.pages()
        with self.open({"body.max": "1K"}, {"page.templates": place}, expect=(
                r"reload refused generation=1 ", "icap says", "degraded",
                "child ended child=c-icap")) as g:
            self.conf({"body.max": "8K"})
            os.rename(place, place + ".old")
            shutil.copytree(place + ".old", place)
            said = g.tool("reload")
            self.assertEqual(said.returncode, 1, said.stdout)
            self.assertRegex(said.stderr.decode(), "page.templates: %s is "
                             "another folder .*remedy: restart" % place)
            self.assertIn("restart", g.status()["reload_refused"]["reason"])
            self.assertEqual(g.respmod(b"x" * 500).status, 204)
            self.assertEqual(g.respmod(b"x" * 3000).http_status, 403)
            lab.kill(g.status()["pids"]["icap"])
            g.wait_line("ready again")
            self.assertEqual(g.tool("reload").returncode, 0)
            self.assertEqual(g.respmod(b"x" * 3000).status, 204)
            self.assertEqual(g.counter("glassgate_settings_behind"), 0)

    def late_keeper(self):
        """A keeper that starts only while this file is there."""
        place = lab.new_folder("late")
        go = os.path.join(place, "go")
        lab.write(go, "")
        real = os.path.join(gateway.installed(), "glassgate-keeper")
        return go, lab.script(os.path.join(place, "glassgate-keeper"), (
            "while [ ! -e %s ]; do sleep 0.05; done\n"
            "exec %s \"$@\"\n") % (go, real))

    def test_settings_that_c_icap_cannot_take_block_until_it_can(self):
        """A page goes after it was looked at, before the settings change."""
        place, page = self.pages()
        go, keeper = self.late_keeper()
        behind = "glassgate_settings_behind"
        with self.open({"body.max": "1K"}, {
                "page.templates": place, "scan.program": keeper}, expect=(
                r"settings not taken settings=2 ", "degraded reason=",
                "c-icap cannot take the settings ")) as g:
            os.unlink(go)
            self.conf({"body.max": "8K"})
            g.process.send_signal(signal.SIGHUP)
            lab.until(lambda: g.status()["second"]["state"] == "loading",
                      "the new keeper is there")
            os.chmod(page, 0o600 if lab.root else 0)
            lab.write(go, "")
            g.wait_counter(RELOADS, 1)
            self.assertEqual(g.respmod(b"harmless").http_status, 403)
            self.assertGreaterEqual(g.outcome("engine-error"), 1)
            self.assertEqual(g.respmod(None).status, 204)
            lab.until(lambda: g.counter(behind) > 0, "it is seen")
            self.assertRegex(
                g.tool("status").stdout.decode(),
                r"(?m)^WARNING +c-icap cannot take the settings")
            os.chmod(page, 0o644)
            lab.until(lambda: g.respmod(b"x" * 3000).status == 204,
                      "it takes them")
            lab.until(lambda: g.counter(behind) == 0, "and that is seen")
            g.wait_line("ready again")
            self.assertEqual(g.counter("glassgate_icap_starts_total"), 1)

    def test_a_watch_and_a_must_pass_file_that_a_reload_brought_are_used(self):
        good = os.path.join(lab.new_folder("good"), "letter")
        lab.write(good, SECOND)
        values = {"signatures.folders": FIRST, "signatures.watch": "0"}
        with self.open(values, expect=(
                r"reload refused generation=2 ", r"child ended child=keeper ")
        ) as g:
            values.update({"signatures.watch": "1",
                           "signatures.must_pass": good})
            self.conf(values)
            self.assertEqual(g.tool("reload").returncode, 0)
            lab.write(os.path.join(self.folders[FIRST], "second.ndb"),
                      "Second.Test:0:*:%s\n" % SECOND.hex())
            g.wait_counter(REFUSED, 1, limit=20)
            self.assertIn(good, g.lines("reload refused")[0])
