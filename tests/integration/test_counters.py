# SPDX-License-Identifier: GPL-2.0-only
"""One table of counters, told the same by c-icap's info and by our tool."""

import contextlib
import os
import re
import shlex

import bodies
import gateway
import lab
import policies
from suite import Case


def info(command):
    """What c-icap-client prints for the info service: {name: value}."""
    text = lab.run(command).stdout.decode("utf-8", "replace")
    pairs = re.findall(r"^\s*(glassgate_[^\s:]+)\s*: (\d+)\s*$", text, re.M)
    return {name: int(value) for name, value in pairs}


def readme_command():
    """The c-icap-client line that stands in README."""
    readme = lab.read(os.path.join(lab.SOURCE, "README.md")).decode()
    for line in readme.splitlines():
        if "c-icap-client" in line and "info?view=text" in line:
            return line.strip().strip("`$ ")
    raise AssertionError("no c-icap-client command for info in README.md")


NEWER = '{policy="(newer)"}'


def known_to_info(g):
    """Those of policies which came later have a name together."""
    newer = {"glassgate_policy_%s_total" % n + NEWER: 0
             for n in ("requests", "blocked", "watched")}
    return {**newer, **g.counters()}


class Counters(Case):
    def mixed(self, g):
        g.respmod(bodies.eicar())
        g.reqmod(b"clean")
        g.respmod(None)
        g.respmod(bodies.encrypted_zip())
        g.respmod(bodies.noise(70000))

    def test_requests_equal_the_sum_of_outcomes(self):
        self.mixed(self.gateway)
        counters = self.gateway.counters()
        outcomes = [v for n, v in counters.items() if "_outcomes_" in n]
        self.assertGreater(counters["glassgate_requests_total"], 4)
        self.assertEqual(counters["glassgate_requests_total"], sum(outcomes))

    def told(self, g):
        """What `info` shows of policies, where it is not 0."""
        command = ["c-icap-client", "-i", "127.0.0.1", "-p", str(g.port),
                   "-s", "info?view=text", "-req", "any"]
        return {n.partition("_policy_")[2]: v
                for n, v in info(command).items() if "{policy=" in n and v}

    def tells(self, g, **want):
        """E.g. kids_requests=2."""
        want = {'%s_total{policy="%s"}' % (n.rpartition("_")[2],
                                           n.rpartition("_")[0]): v
                for n, v in want.items()}
        with contextlib.suppress(AssertionError):
            lab.until(lambda: self.told(g) == want, "info shows it", 5, 0.2)
        self.assertEqual(self.told(g), want)

    def test_info_shows_policies_by_name_and_new_ones_as_newer(self):
        kids = ("kids", {"clients": ["10.1.0.0/16"]})
        path = policies.conf([kids])
        ten_one = policies.who("10.1.0.1")
        with gateway.gateway(conf=path) as g:
            g.respmod(bodies.eicar(), headers=ten_one)
            g.respmod(b"harmless", headers=ten_one)
            g.respmod(b"harmless")
            self.tells(g, kids_requests=2, kids_blocked=1, default_requests=1)
            policies.write(path, [kids, ("lab", {"clients": ["10.2.0.1"]}),
                                  ("shop", {"clients": ["10.2.0.2"]})])
            self.assertEqual(g.tool("reload").returncode, 0)
            for client in "10.2.0.1", "10.2.0.2", "10.1.0.1":
                g.respmod(b"harmless", headers=policies.who(client))
            self.tells(g, kids_requests=3, kids_blocked=1, default_requests=1,
                       **{"(newer)_requests": 2})
            g.expect("child=c-icap ", "degraded reason=", "icap says ")
            lab.kill(g.status()["pids"]["icap"])
            g.wait_line("ready again", 20)
            self.tells(g, kids_requests=3, kids_blocked=1, default_requests=1,
                       lab_requests=1, shop_requests=1)

    def test_info_shows_the_names_and_values_of_status(self):
        with gateway.gateway() as g:
            for i in range(5):
                self.mixed(g)
            command = ["c-icap-client", "-i", "127.0.0.1", "-p", str(g.port),
                       "-s", "info?view=text", "-req", "any"]
            def same():
                return info(command) == known_to_info(g)
            try:
                lab.until(same, "the same counters", 5, 0.2)
            except AssertionError:
                self.assertEqual(info(command), known_to_info(g))
            self.assertEqual(g.counter("glassgate_requests_total"), 25)

    def test_the_command_in_README_shows_them(self):
        command = shlex.split(readme_command())
        command[command.index("-p") + 1] = str(self.gateway.port)
        shown = info(command)
        self.assertEqual(set(shown), set(known_to_info(self.gateway)))

    def test_status_for_people_shows_every_counter_that_is_not_zero(self):
        self.mixed(self.gateway)
        text = self.gateway.tool("status").stdout.decode()
        counters = self.gateway.counters()
        self.assertRegex(text, r"\binfected\b.*\b%d\b" % counters[
            'glassgate_outcomes_total{outcome="infected"}'])
        self.assertIn("127.0.0.1:%d" % self.gateway.port, text)

    def test_our_own_checks_are_not_counted_as_requests(self):
        with gateway.gateway() as g:
            self.assertGreaterEqual(g.counter("glassgate_selfchecks_total"), 1)
            self.assertEqual(g.counter("glassgate_requests_total"), 0)
            self.assertEqual(g.lines(r"\bverdict "), [])

    def test_body_bytes_are_counted(self):
        with gateway.gateway() as g:
            g.respmod(bodies.noise(70000))
            g.reqmod(bodies.noise(1000), preview=100)
            g.wait_counter("glassgate_body_bytes_total", 71000)
