# SPDX-License-Identifier: GPL-2.0-only
"""What a body is declared to be, called and made of: told each time, forbidden
where a rule says so; by the answer, the log line and the counter."""

import gzip
import hashlib
import zlib

import bodies
import blocked
import gateway
import heuristics
import lab
import policies
import squid
from policies import asked
from suite import Case

PROGRAM = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(500)
SHELL = b"#!/bin/sh\necho hello\n"
DISK = bytes(32769) + b"BEA01" + bytes(4000)
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(900)
ZIP = bodies.zipped([("a.txt", b"hello")])
ODT = bodies.zipped([("mimetype", b"application/vnd.oasis.opendocument.text"),
                     ("content.xml", b"<a/>")], 0)
JAR = bodies.zipped([("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n")])
MACRO = heuristics.sheet_with_macros()
OCTETS = "application/octet-stream"


def answer(kind, coding=None):
    lines = ["HTTP/1.1 200 OK"] + ["Content-Type: " + kind] * (kind != "")
    if coding is not None:
        lines.append("Content-Encoding: " + coding)
    return "\r\n".join(lines + ["", ""]).encode()


def disposition(*names):
    return "".join("\r\nContent-Disposition: attachment; filename=" + name
                   for name in names)


def deflated(data):
    return zlib.compress(data)


# what the log says: name, type, body: declared, named, bytes
TOLD = [
    ("a.html", "text/html", bodies.html(), "text", "text", "text"),
    ("a", "", b"words", "-", "-", "unknown"),
    ("a", "", b"some more words", "-", "-", "text"),
    ("a.exe", OCTETS, PROGRAM, "-", "executable", "executable"),
    ("a.sh", "text/plain", SHELL, "text", "script", "script"),
    ("a.js", "text/javascript", b"var a = 1 + 2;\n", "script", "script",
     "text"),
    ("a.png", "image/png", bodies.png(), "image", "image", "image"),
    ("a.gif", "image/png", bodies.gif(), "image", "image", "image"),
    ("a.mp4", "video/mp4", FILM, "media", "media", "media"),
    ("a.wav", "audio/x-wav", bodies.wav(), "media", "media", "media"),
    ("a.pdf", "application/pdf", bodies.pdf(), "document", "document",
     "document"),
    ("a.docx", "", bodies.docx(), "-", "document", "document"),
    ("a.odt", "", ODT, "-", "document", "document"),
    ("a.xls", "application/vnd.ms-excel", MACRO, "document", "document",
     "macro"),
    ("a.zip", "application/zip", ZIP, "archive", "archive", "archive"),
    ("a.jar", "application/java-archive", JAR, "executable", "executable",
     "executable"),
    ("a.iso", OCTETS, DISK, "-", "disk-image", "disk-image"),
    ("a.tgz", "application/gzip", gzip.compress(b"x" * 99), "archive",
     "archive", "archive"),
    ("a.jpg", "image/jpeg", PROGRAM, "image", "image", "executable"),
    ("a.bin", OCTETS, bytes(3000), "-", "-", "unknown"),
]

# coding, how it is packed, what: the decoded reading counts
DECODED = [
    ("gzip", lambda b: gzip.compress(b), PROGRAM, "executable"),
    ("deflate", deflated, SHELL, "script"),
    ("gzip, gzip", lambda b: gzip.compress(gzip.compress(b)), FILM, "media"),
    ("gzip", lambda b: gzip.compress(b), ZIP, "archive"),
    ("gzip", lambda b: gzip.compress(b) + gzip.compress(b), PROGRAM,
     "executable"),
    # the packed form is scanned, too, and is no archive
    ("gzip", lambda b: gzip.compress(b) + gzip.compress(b), bodies.words(500),
     "text"),
    ("gzip", lambda b: b, PROGRAM, "executable"),   # not packed at all
    ("gzip", lambda b: b, SHELL, "script"),
    ("gzip", lambda b: gzip.compress(b), bytes(3000), "unknown"),
]

# rule, the threat it is; what is forbidden by declared type, name, bytes
RULES = [
    ("executable", "Type.Executable", "application/x-msdownload", "a.exe",
     PROGRAM),
    ("script", "Type.Script", "text/vbscript", "a.ps1", SHELL),
    ("archive", "Type.Archive", "application/zip", "a.7z", ZIP),
    ("macro", "Type.Macro",
     "application/vnd.ms-word.document.macroEnabled.12", "a.docm", MACRO),
    ("disk_image", "Type.DiskImage", "application/x-iso9660-image", "a.vhd",
     DISK),
]

# name, type, body: only the first are told as a mismatch
LIES = [
    ("a", "image/png", PROGRAM), ("a.png", "", PROGRAM),
    ("a.png", OCTETS, ZIP), ("a.mp4", "video/mp4", SHELL),
    ("a.jpg", "image/jpeg", DISK), ("a.jpg", "image/jpeg", MACRO),
    ("a.pdf", "application/pdf", ZIP), ("a", "application/pdf", PROGRAM),
    ("a", "text/html", PROGRAM), ("a.txt", "text/plain", ZIP),
    ("a.csv", "text/csv", MACRO), ("a.docx", "", JAR),
]
HONEST = [
    ("a", OCTETS, PROGRAM), ("a", "", PROGRAM), ("a.exe", "", PROGRAM),
    ("a.zip", "application/x-msdownload", ZIP), ("a", "text/plain", SHELL),
    ("a.txt", "text/html", bodies.html()), ("a.jpg", "text/html", b"Gone.\n"),
    ("a.jpg", "image/jpeg", bodies.html()), ("a.png", "", bodies.gif()),
    ("a.docx", "application/zip", bodies.docx()), ("a.odt", OCTETS, ODT),
    ("a.doc", "application/msword", MACRO), ("a.pdf", "", b"%PDF-1.4 x\n"),
    ("a.mp3", "audio/mpeg", bytes(900)), ("a", "text/css", b"p { a: b }\n"),
    ("a.exe", OCTETS, ZIP), ("a", "application/zip", PROGRAM),
]


def block(rule):
    return 'types = { %s = "block"; };' % rule


class Told(Case):
    def check(self, name, kind, body, coding, declared, named, is_):
        url = "http://told%d.test/%s" % (self.count, name)
        self.count += 1
        with self.grows(requests=1, blocked=0):
            blocked.check_clean(self, self.gateway.respmod(
                body, get=asked(url), http=answer(kind, coding)), body)
        line = blocked.verdict_line(self, self.gateway, url)
        self.assertEqual(
            (name, line["declared"], line["named"], line["bytes"]),
            (name, declared, named, is_))

    count = 0

    def test_three_opinions_are_told_and_nothing_is_forbidden(self):
        for name, kind, body, declared, named, is_ in TOLD:
            self.check(name, kind, body, None, declared, named, is_)

    def test_of_a_packed_body_that_counts_which_comes_out(self):
        for coding, pack, body, is_ in DECODED:
            self.check("a", OCTETS, pack(body), coding, "-", "-", is_)

    def test_of_a_form_its_most_harmful_part_counts(self):
        for data, is_ in ((PROGRAM, "executable"), (ZIP, "archive"),
                          (bodies.png(), "image"), (b"only words", "text")):
            url = "http://form.test/%s.pl" % is_
            http = ("POST %s HTTP/1.1\r\nContent-Type: multipart/form-data; "
                    "boundary=gg-form\r\n\r\n" % url).encode()
            body = bodies.form(data)
            blocked.check_clean(self, self.gateway.reqmod(body, http=http),
                                body)
            line = blocked.verdict_line(self, self.gateway, url)
            self.assertEqual((line["declared"], line["named"], line["bytes"]),
                             ("-", "-", is_))

    def test_what_no_worker_saw_has_no_bytes(self):
        url = "http://large.test/a.exe"
        with gateway.gateway({"body.max": "1K"}) as g:
            g.respmod(bytes(5000), get=asked(url))
            line = blocked.verdict_line(self, g, url)
        self.assertEqual((line["outcome"], line["named"], line["bytes"]),
                         ("too-big", "executable", "-"))


class Rules(Case):
    @classmethod
    def setUpClass(cls):
        rules = [rule[0] for rule in RULES] + ["mismatch"]
        rows = [(name, {"hosts": ["%s.test" % name.replace("_", "-")]},
                 block(name)) for name in rules]
        rows += [("watched", {"hosts": ["watched.test"]},
                  'mode = "watch"; ' + block("executable")),
                 ("tolerant", {"hosts": ["tolerant.test"]},
                  block("executable") + ' outcomes = { forbidden = "pass"; };')]
        cls.own = gateway.Gateway(conf=policies.conf(rows),
                                  expect=("watch mode",))

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def ask(self, host, name, kind, body):
        return self.own.respmod(body, get=asked("http://%s.test/%s" % (
            host.replace("_", "-"), name)), http=answer(kind))

    def forbidden(self, threat, host, name, kind, body):
        before = self.own.outcome("forbidden")
        try:
            blocked.check_icap(self, self.ask(host, name, kind, body), threat,
                               kind=1)
        except AssertionError as e:
            raise AssertionError("%s %s %s: %s" % (host, name, kind, e))
        self.own.wait_counter(
            'glassgate_outcomes_total{outcome="forbidden"}', before + 1)
        self.own.wait_line(r"outcome=forbidden action=block policy=%s .*"
                           r"name=%s " % (host, threat))

    def passes(self, host, name, kind, body):
        try:
            blocked.check_clean(self, self.ask(host, name, kind, body), body)
        except AssertionError as e:
            raise AssertionError("%s %s %s: %s" % (host, name, kind, e))

    def test_each_of_three_opinions_is_enough(self):
        for rule, threat, kind, name, body in RULES:
            self.forbidden(threat, rule, "x", kind, b"hello, world")
            self.forbidden(threat, rule, name, OCTETS, b"hello, world")
            self.forbidden(threat, rule, "x", OCTETS, body)
            self.passes(rule, "x", OCTETS, b"hello, world")
            for other in RULES:
                if other[0] != rule:
                    self.passes(other[0], "x", OCTETS, body)

    def test_a_mismatch_is_what_can_do_harm_and_no_other_difference(self):
        for name, kind, body in LIES:
            self.forbidden("Type.Mismatch", "mismatch", name, kind, body)
        for name, kind, body in HONEST:
            self.passes("mismatch", name, kind, body)

    def test_a_finding_is_told_as_that(self):
        for host in "executable", "mismatch":
            blocked.check_icap(self, self.ask(
                host, "x", OCTETS, bodies.eicar()), gateway.EICAR_NAME)
        packed = bodies.zipped([("e.com", bodies.eicar())])
        blocked.check_icap(self, self.ask("archive", "x", OCTETS, packed),
                           gateway.EICAR_NAME)

    def test_in_watch_mode_it_passes_and_is_told(self):
        before = self.own.counter("glassgate_watched_total")
        done = self.ask("watched", "a", "image/png", PROGRAM)
        self.assertEqual((done.http_status, done.body), (200, PROGRAM))
        self.assertEqual(done.http("Cache-Control"), "no-store")
        self.own.wait_counter("glassgate_watched_total", before + 1)
        self.own.wait_line(r"outcome=forbidden action=pass policy=watched "
                           r"would=block .*name=Type\.Executable .*"
                           r"bytes=executable ")

    def test_what_passes_all_the_same_is_scanned(self):
        self.passes("tolerant", "a.exe", OCTETS, PROGRAM)
        blocked.check_icap(self, self.ask(
            "tolerant", "a.exe", OCTETS, bodies.eicar()), gateway.EICAR_NAME)

    def test_the_tool_says_what_becomes_of_it(self):
        def said(*words):
            done = self.own.tool("policy", "test", *words)
            return done.returncode, done.stdout.decode().splitlines()[1:]

        def url(host, name="x"):
            return ("--url", "http://%s.test/%s" % (host, name))
        self.assertEqual(said(*url("executable", "a.exe")),
                         (1, ["forbidden block: Type.Executable"]))
        self.assertEqual(said(*url("archive"), "--bytes", "archive"),
                         (1, ["forbidden block: Type.Archive"]))
        self.assertEqual(
            said(*url("mismatch"), "--type", "image/png", "--bytes", "script"),
            (1, ["forbidden block: Type.Mismatch"]))
        self.assertEqual(
            said(*url("mismatch"), "--type", "image/png", "--bytes", "text",
                 "--outcome", "clean"), (0, ["clean pass"]))
        self.assertEqual(
            said(*url("archive"), "--bytes", "archive", "--outcome",
                 "infected"), (1, ["infected block"]))
        self.assertEqual(
            said(*url("watched"), "--bytes", "executable"),
            (0, ["forbidden block: Type.Executable, but passes: watch"]))
        self.assertEqual(
            said(*url("tolerant"), "--bytes", "executable", "--outcome",
                 "clean"), (0, ["clean pass"]))
        self.assertEqual(self.own.tool("policy", "test", "--bytes",
                                       "pictures").returncode, 2)
        self.assertIn("   types    blocks disk_image",
                      self.own.tool("policy", "show").stdout.decode())


class Settings(Case):
    def test_a_rule_for_all_and_a_policy_without_it(self):
        conf = policies.conf(
            [("trusted", {"hosts": ["trusted.test"]},
              'types = { executable = "pass"; };')],
            'types: { executable = "block"; mismatch = "block"; };')
        with gateway.gateway(conf=conf) as g:
            blocked.check_icap(self, g.respmod(
                PROGRAM, get=asked("http://a.test/x")), "Type.Executable", 1)
            blocked.check_clean(self, g.respmod(
                PROGRAM, get=asked("http://trusted.test/x")), PROGRAM)
            blocked.check_icap(self, g.respmod(
                PROGRAM, get=asked("http://trusted.test/x.png")),
                "Type.Mismatch", 1)
            self.assertEqual(g.outcome("forbidden"), 2)

    def test_a_wrong_rule_is_refused_with_place_and_remedy(self):
        for line, what in (
                ('types = { executable = "maybe"; };', "types.executable: "
                 "\"maybe\" is no action; allowed: block, pass"),
                ('types = { video = "block"; };', "types.video: "),
                ('types = { media = "block"; };', "types.media: "),
                ('types = { archive = "skip"; };', "types.archive: ")):
            conf = policies.conf([("a", {}, ""), ("b", {}, "")])
            policies.write(conf, [("a", {"users": ["x"]}, line)])
            code, said = gateway.refused(conf=conf)
            self.assertEqual(code, 2)
            self.assertIn("%s:2: policies: a: %s" % (conf, what), said)
            self.assertIn("allowed: ", said)
        lab.write(conf, 'types: {\n  script = "off";\n};\n')
        code, said = gateway.refused(conf=conf)
        self.assertEqual(code, 2)
        self.assertIn("%s:2: types.script: \"off\"" % conf, said)
        self.assertIn("allowed: block, pass", said)

    def test_the_owner_s_list_lets_a_program_pass_by_its_digest(self):
        with gateway.gateway({"types.executable": "block"}) as g:
            digest = hashlib.sha256(PROGRAM).hexdigest()
            done = g.tool("allow", "sha256", digest, "--reason", "ours")
            self.assertEqual(done.returncode, 0, done.stderr)
            get = asked("http://a.test/setup.exe")
            answer = g.respmod(PROGRAM, get=get)
            self.assertEqual(answer.body, PROGRAM)
            self.assertEqual(answer.http("Cache-Control"), "no-store")
            g.wait_line(r"outcome=forbidden action=pass .*allowed=sha256 ")
            blocked.check_icap(self, g.respmod(PROGRAM + b"x", get=get),
                               "Type.Executable", 1)

    def test_a_broken_download_is_remembered_no_longer_than_the_rule(self):
        body = PROGRAM + bytes(1 << 20)
        conf = policies.conf([], 'types: { mismatch = "block"; };')
        url = "http://cut.test/a.png"
        with gateway.gateway({"proxy.drip": "always"}, conf=conf) as g:
            with g.icap() as c:
                self.assertFalse(c.respmod(
                    body, get=asked(url), preview=1024).complete)
            g.wait_counter("glassgate_cuts_total", 1)
            blocked.check_icap(self, g.respmod(body, get=asked(url)),
                               "Type.Mismatch", 1)
            lab.write(conf, "")
            self.assertEqual(g.tool("reload").returncode, 0)
            blocked.check_clean(self, g.respmod(body, get=asked(url)), body)


class Skipped(Case):
    """What is not scanned."""

    @classmethod
    def setUpClass(cls):
        cls.own = gateway.Gateway({"body.max": "300K"}, conf=policies.conf(
            [("scanned", {"hosts": ["scanned.test"]},
              'types = { media = "scan"; };')],
            'types: { media = "skip"; };'))

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def ask(self, host, name, kind, body, coding=None, **more):
        return self.own.respmod(
            body, get=asked("http://%s.test/%s" % (host, name)),
            http=answer(kind, coding), **more)

    def outcomes(self):
        return [self.own.outcome(name) for name in ("skipped", "infected")]

    # A film with the test file's text in it is found, as any file is.
    FILM = FILM + bodies.FOLDER

    def test_a_film_that_is_one_by_type_name_and_bytes_is_not_scanned(self):
        before = self.outcomes()
        for n, (name, kind, more) in enumerate((
                ("a.mp4", "video/mp4", {}), ("get", "Video/MP4; x=y", {}),
                ("a.mp4;id=5", "video/mp4" + disposition("b.mp4"), {}),
                ("b.mp4", "video/mp4", {"preview": 0}),
                ("c.mp4", "video/mp4", {"preview": 1024}))):
            host = "s%d" % n
            done = self.ask(host, name, kind, self.FILM, **more)
            blocked.check_clean(self, done, self.FILM)
            line = blocked.verdict_line(self, self.own, "http://%s.test/%s" %
                                        (host, name))
            self.assertEqual((line["outcome"], line["action"], line["bytes"]),
                             ("skipped", "pass", "media"))
        self.assertEqual(self.outcomes(), [before[0] + 5, before[1]])

    def test_a_film_longer_than_any_body_comes_through_whole(self):
        body = FILM + bytes(2 << 20)
        done = self.ask("long", "a.mp4", "video/mp4", body, preview=4096)
        blocked.check_clean(self, done, body)
        self.assertEqual(self.ask("scanned", "a.mp4", "video/mp4",
                                  body).http_status, 403)

    def test_whatever_does_not_agree_is_scanned_whole(self):
        before = self.outcomes()
        cases = [("scanned", "a.mp4", "video/mp4", self.FILM, None),
                 ("x", "a.mp4", OCTETS, self.FILM, None),
                 ("x", "a.mp4", "", self.FILM, None),
                 ("x", "a.mp4", "image/png", self.FILM, None),
                 ("x", "a.exe", "video/mp4", self.FILM, None),
                 ("x", "a.html", "video/mp4", self.FILM, None),
                 ("x", "a.zip;x.mp4", "video/mp4", self.FILM, None),
                 ("x", "a.mp4", "video/mp4, text/html", self.FILM, None),
                 ("x", "a.mp4", "video/mp4\r\nContent-Type: " + OCTETS,
                  self.FILM, None),
                 ("x", "a.zip", "video/mp4" + disposition("a.mp4"),
                  self.FILM, None),
                 ("x", "a.mp4", "video/mp4" + disposition("a.mp4", "a.zip"),
                  self.FILM, None),
                 ("x", "a.mp4", "video/mp4" + disposition("a.zip", "a.mp4"),
                  self.FILM, None),
                 ("x", "a.mp4", "video/mp4", bodies.FOLDER, None),
                 ("x", "a.mp4", "video/mp4", PROGRAM + bodies.FOLDER, None),
                 ("x", "a.mp4", "video/mp4", ZIP + bodies.FOLDER, None),
                 ("x", "a.mp4", "video/mp4", b"<html>" + bodies.FOLDER, None),
                 ("x", "a.mp4", "video/mp4", gzip.compress(self.FILM),
                  "gzip"),
                 ("x", "a.mp4", "video/mp4", self.FILM, "identity")]
        for case in cases:
            self.assertEqual(self.ask(*case).http_status, 403, case[:3])
        self.assertEqual(self.outcomes(), [before[0], before[1] + len(cases)])

    def test_a_range_of_a_film_is_a_range(self):
        http = (b"HTTP/1.1 206 Partial Content\r\nContent-Type: video/mp4\r\n"
                b"Content-Range: bytes 0-999/5000\r\n\r\n")
        before = self.own.outcome("partial")
        done = self.own.respmod(FILM, get=asked("http://r.test/a.mp4"),
                                http=http)
        blocked.check_clean(self, done, FILM)
        self.own.wait_counter('glassgate_outcomes_total{outcome="partial"}',
                              before + 1)

    def test_our_own_check_is_scanned_and_the_owner_s_digests_count(self):
        digest = hashlib.sha256(self.FILM).hexdigest()
        done = self.own.tool("block", "sha256", digest, "--reason", "bad")
        self.assertEqual(done.returncode, 0, done.stderr)
        blocked.check_icap(self, self.ask("d", "a.mp4", "video/mp4",
                                          self.FILM), "Forbidden.By.Rule", 1)
        self.own.tool("remove", "sha256", digest)
        self.assertEqual(self.own.status()["state"], "ready")

    def test_the_tool_tells_it(self):
        url = ("--url", "http://a.test/a.mp4", "--type", "video/mp4")
        done = self.own.tool("policy", "test", *url, "--bytes", "media")
        self.assertEqual(done.stdout.decode(),
                         "policy default\nskipped pass\n")
        done = self.own.tool("policy", "test", *url, "--bytes", "text")
        self.assertNotIn("skipped pass", done.stdout.decode())
        for kind in "video/mp4, text/html", "video/mp4, video/mp4", "":
            done = self.own.tool("policy", "test", "--type", kind,
                                 "--bytes", "media")
            self.assertNotIn("skipped pass", done.stdout.decode(), kind)
        self.assertIn("types    skips media", self.own.tool(
            "policy", "show").stdout.decode())

    def test_through_squid_with_its_preview(self):
        body = self.FILM + bytes(1 << 20)
        url = self.origin.put("/film.mp4", body, kind="video/mp4")
        lie = self.origin.put("/lie.mp4", bodies.FOLDER + bytes(9000),
                              kind="video/mp4")
        before = self.outcomes()
        proxy = squid.Squid("127.0.0.1:%d" % self.own.port)
        try:
            reply = proxy.get(url)
            self.assertEqual((reply.status, reply.body), (200, body))
            self.assertIsNone(reply.get("X-Infection-Found"))
            self.assertEqual(proxy.get(lie).status, 403)
        finally:
            proxy.stop()
        # Each of the two requests for them has nothing to scan, either.
        self.assertEqual(self.outcomes(), [before[0] + 3, before[1] + 1])


class ThroughSquid(Case):
    def test_page_headers_log_and_counter(self):
        conf = policies.conf(
            [], 'types: { executable = "block"; mismatch = "block"; };')
        urls = {
            "lie": self.origin.put("/lie.png", bodies.zipped([("a", b"b")]),
                                   kind="image/png"),
            "program": self.origin.put("/get", PROGRAM),
            "packed": self.origin.put(
                "/packed", gzip.compress(PROGRAM), kind="text/css",
                headers=[("Content-Encoding", "gzip")]),
            "clean": self.origin.put("/a.png", bodies.png(),
                                     kind="image/png"),
        }
        with gateway.gateway(conf=conf) as g:
            proxy = squid.Squid("127.0.0.1:%d" % g.port)
            try:
                for name, threat, is_ in (
                        ("lie", "Type.Mismatch", "archive"),
                        ("program", "Type.Executable", "executable"),
                        ("packed", "Type.Executable", "executable")):
                    blocked.check_http(self, proxy.get(urls[name]), threat,
                                       kind=1)
                    line = blocked.verdict_line(self, g, urls[name])
                    self.assertEqual((line["outcome"], line["name"],
                                      line["bytes"]),
                                     ("forbidden", threat, is_))
                reply = proxy.get(urls["clean"])
                self.assertEqual((reply.status, reply.body),
                                 (200, bodies.png()))
                reply = proxy.post(
                    urls["clean"], bodies.form(PROGRAM), headers=[(
                        "Content-Type",
                        "multipart/form-data; boundary=gg-form")])
                blocked.check_http(self, reply, "Type.Executable", kind=1)
                self.assertEqual(g.outcome("forbidden"), 4)
            finally:
                proxy.stop()
