# SPDX-License-Identifier: GPL-2.0-only
"""The traffic of soak and fault tests sees what may never be."""

import random
import time

import gateway
import lab
import squid
import traffic
from suite import Case, limit


def item(infected, body):
    made = traffic.Item(random.Random(1), 0)
    made.infected, made.body, made.threat = infected, body, "This.One"
    made.what = body[:9]
    return made


def reply(status, body=b"", complete=True, found=None):
    r = squid.Reply(status, "HTTP/1.1 %d" % status, {})
    r.body, r.complete = body, complete
    if found:
        r.headers["x-infection-found"] = found
    return r


class Traffic(Case):
    def judged(self, infected, got):
        body = b"the whole body"
        return traffic.judge(item(infected, body), got, body)

    def test_an_infected_body_that_passes_is_wrong(self):
        what, wrong = self.judged(True, reply(200, b"the whole body"))
        self.assertEqual((what, bool(wrong)), ("passed", True))

    def test_also_when_only_its_end_is_not_told(self):
        what, wrong = self.judged(True, reply(200, b"the whole body", False))
        self.assertEqual((what, bool(wrong)), ("passed", True))

    def test_also_when_all_that_is_infected_in_it_passes(self):
        what, wrong = self.judged(True, reply(200, b"the whole", False))
        self.assertEqual((what, bool(wrong)), ("passed", True))
        made = item(True, b"a packed body")
        made.what = b"the whole"
        self.assertEqual(traffic.judge(made, reply(200, b"a packed", False),
                                       made.body), ("cut", ""))

    def test_a_clean_body_with_another_byte_is_wrong(self):
        what, wrong = self.judged(False, reply(200, b"the whole Body"))
        self.assertEqual((what, bool(wrong)), ("altered", True))

    def test_a_clean_body_that_is_short_is_wrong_if_it_is_called_whole(self):
        what, wrong = self.judged(False, reply(200, b"the whole"))
        self.assertEqual((what, bool(wrong)), ("broken", True))

    def test_a_clean_body_that_is_called_infected_is_wrong(self):
        what, wrong = self.judged(False, reply(403, found="Type=0; x"))
        self.assertEqual((what, bool(wrong)), ("false", True))

    def test_another_name_than_the_right_one_is_wrong(self):
        what, wrong = self.judged(True, reply(403, found="Type=0; Threat=Th;"))
        self.assertEqual((what, bool(wrong)), ("misnamed", True))

    def test_what_may_be_is_not_wrong(self):
        for infected, got, what in (
                (True, reply(403, found="Type=0; Threat=This.One;"), "found"),
                (True, reply(403, found="Type=2; x"), "undecided"),
                (False, reply(403, found="Type=2; x"), "undecided"),
                (True, reply(200, b"the", False), "cut"),
                (False, reply(200, b"the", False), "broken"),
                (False, reply(503), "unserved"),
                (False, reply(200, b"the whole body"), "clean")):
            self.assertEqual(self.judged(infected, got), (what, ""))

    @limit(60)
    def test_through_squid_it_is_all_decided(self):
        load = traffic.Traffic(self.squid.address, self.origin, rate=40)
        with load:
            time.sleep(3)
        self.assertEqual(load.wrong, [])
        self.assertGreater(load.count()["clean"], 20)
        self.assertGreater(load.count()["found"], 3)
        self.assertEqual(load.count()["unserved"], 0)
        self.assertEqual(load.count()["undecided"], 0)

    def test_with_the_built_in_signatures_alone_it_is_seen(self):
        empty = lab.new_folder("signatures")
        with gateway.gateway({"signatures.folders": empty},
                             expect=("no real signatures",)) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            load = traffic.Traffic(proxy.address, self.origin, rate=40)
            with load:
                time.sleep(3)
            proxy.stop()
        self.assertTrue(load.wrong)
        self.assertEqual([w for w in load.wrong
                          if not w.startswith(gateway.FOLDER_NAME)], [])
        self.assertGreater(load.count()["passed"], 0)
        self.assertGreater(load.count()["found"], 0)

    def test_without_a_gateway_it_is_seen(self):
        with Plain(self.origin) as address:
            load = traffic.Traffic(address, self.origin, rate=40)
            with load:
                time.sleep(1)
        self.assertTrue(load.wrong)
        self.assertGreater(load.count()["passed"], 0)


class Plain:
    """A proxy that hands on all that its origin says."""

    def __init__(self, origin):
        self.origin = origin

    def __enter__(self):
        # An origin takes a whole URL for a path: give it that as well.
        self.pages = self.origin.pages
        self.origin.pages = WholeUrls(self.pages)
        return ("127.0.0.1", self.origin.port)

    def __exit__(self, *_):
        self.origin.pages = self.pages


class WholeUrls(dict):
    def get(self, path, other=None):
        return super().get("/" + path.split("/", 3)[-1], other)
