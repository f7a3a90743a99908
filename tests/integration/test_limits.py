# SPDX-License-Identifier: GPL-2.0-only
"""What libclamav says by a name that is no signature's has its outcome."""

import os
import re

import bodies
import gateway
import heuristics as h
import lab
from suite import Case, limit

TABLE = "modules/engines/clamav_names.c"
LIMIT = "Heuristics.Limits.Exceeded."
MB = 1 << 20
SIGNED = {"PUA.Test.Bread": b"bread that nobody wants",
          "BC.Heuristics.Bread": b"bread that looks strange"}

# Row of the table: what has libclamav say it, outcome.
ROWS = {
    LIMIT + "MaxScanSize": ([lambda: h.large(3 * MB),
                             lambda: h.large_members(900 << 10, 3)],
                            "too-big"),
    LIMIT + "MaxRecursion": ([lambda: h.nested(40)], "too-deep"),
    LIMIT + "MaxFiles": ([lambda: bodies.tarred(
        [("%d.txt" % i, b"bread %d" % i) for i in range(1500)])],
        "too-deep"),
    LIMIT + "EmailHeaderBytes": ([lambda: h.mail(
        b"Content-Type: text/plain;\r\n" + b' x="%s"\r\n' % (b"y" * 900)
        * 400)], "too-big"),
    LIMIT + "EmailHeaders": ([lambda: h.mail(
        b"Content-Disposition: inline\r\n" * 1100)], "too-deep"),
    LIMIT + "EmailLineFoldCnt": ([lambda: h.mail(
        b"X-Bread: a\r\n" + b" b\r\n" * (300 << 10))], "too-deep"),
    LIMIT + "EmailMIMEArguments": ([lambda: h.mail(
        b"Content-Type: multipart/mixed; boundary=B"
        + b"".join(b";\r\n a%d=b" % i for i in range(400)) + b"\r\n",
        b"--B\r\n\r\nhi\r\n--B--\r\n")], "too-deep"),
    LIMIT + "EmailMIMEPartsPerMessage": ([lambda: h.many_parts(1300)],
                                         "too-deep"),
    "Heuristics.XZ.DicSizeLimit": ([h.large_window], "too-big"),
    "Heuristics.Encrypted.": ([bodies.encrypted_zip, h.encrypted_7z,
                               h.encrypted_pdf, h.encrypted_egg],
                              "encrypted"),
    "Heuristics.OLE2.ContainsMacros.": ([h.document_with_macros,
                                         h.sheet_with_macros], "macro"),
    "Heuristics.": ([h.overlapping, h.icon], "suspicious"),
    "PUA.": ([lambda: SIGNED["PUA.Test.Bread"]], "unwanted"),
    "BC.Heuristics.": ([lambda: SIGNED["BC.Heuristics.Bread"]],
                       "suspicious"),
    "": ([bodies.eicar], "infected"),
}

# The head of a member says the same before libclamav does.
OURS = {"Heuristics.Encrypted.": "Encrypted.Member"}

# Rows that no body can trigger, and why. They are there so that a word which
# libclamav learns or is told to say does not become a virus's name.
UNTRIGGERED = {
    LIMIT + "MaxFileSize": "it is as large as MaxScanSize, which libclamav "
                           "looks at first",
    LIMIT: "a limit of a later libclamav; all of 1.4 have their own rows",
    "Heuristics.Broken.": "these alarms are off: they take EFI programs for "
                          "broken ones, and some pictures",
}


# libclamav leaves out a step of its work, without a word, for more bytes than
# this: a page without its tags, a page, a text.
STEPS = [("MaxHTMLNoTags", 8 * MB, h.page_in_tags),
         ("MaxHTMLNormalize", 40 * MB, h.page),
         ("MaxScriptNormalize", 20 * MB, h.text)]


def table():
    with open(os.path.join(lab.SOURCE, TABLE)) as f:
        rows = re.findall(r'\{ "([^"]*)",\s+OUTCOME_(\w+) \}', f.read())
    return {p: o.lower().replace("_", "-") for p, o in rows}


def signed():
    """Names that only signatures can have, and a mark for pages and texts."""
    place = lab.new_folder("signed", mode=0o755)
    lines = ["%s:0:*:%s\n" % (name, text.hex())
             for name, text in SIGNED.items()]
    lines += ["Test.%s:%s:*:%s\n" % (kind, target, h.MARK.hex())
              for kind, target in (("Page", 3), ("Text", 7))]
    return os.path.dirname(lab.write(place + "/test.ndb", "".join(lines)))


class Limits(Case):
    def scan(self, g, made):
        """[(outcome, name)] of [bytes]."""
        place = lab.new_folder("limits")
        paths = [lab.write("%s/%d" % (place, i), body)
                 for i, body in enumerate(made)]
        said = g.tool("scan", *paths).stdout.decode().splitlines()
        self.assertEqual(len(said), len(paths), said)
        words = [line.partition(": ")[2].split(" ") + [""] for line in said]
        return [(w[0], w[1]) for w in words]

    def check(self, g, rows):
        made = [(row, make) for row in rows for make in ROWS[row][0]]
        for (row, _), (outcome, name) in zip(
                made, self.scan(g, [make() for _, make in made])):
            self.assertTrue(name.startswith(row) or name == OURS.get(row),
                            (row, outcome, name))
            self.assertEqual((row, outcome), (row, ROWS[row][1]))

    def test_each_row_has_a_body_or_a_reason(self):
        timed = {LIMIT + "MaxScanTime": "timeout"}
        want = {row: outcome for row, (_, outcome) in ROWS.items()}
        have = {row: outcome for row, outcome in table().items()
                if row not in UNTRIGGERED}
        self.assertEqual(have, want | timed)

    def test_each_name_has_its_outcome(self):
        settings = {"scan.files": "1400", "body.max": "2M", "scan.max": "2M",
                    "signatures.folders": "%s,%s" % (gateway.signatures(),
                                                     signed())}
        with gateway.gateway(settings) as g:
            self.check(g, ROWS)

    def test_a_scan_over_its_time_is_a_timeout(self):
        with gateway.gateway({"scan.small_seconds": "1",
                              "scan.small_max": "90M"}) as g:
            (outcome, name), = self.scan(g, [h.pages(9000)])
        self.assertEqual((outcome, name),
                         ("timeout", LIMIT + "MaxScanTime"))

    def test_what_libclamav_does_not_take_is_too_big_and_never_in_memory(self):
        path = os.path.join(lab.new_folder("sparse"), "large.iso")
        with open(path, "wb") as f:
            f.truncate((1 << 31) - 2)
        settings = {"body.max": "2147483645", "scan.max": "2147483645",
                    "scan.memory": "4G"}
        with gateway.gateway(settings) as g:
            done = lab.run(["prlimit", "--fsize=1000000",
                            gateway.program("glassgate"), "-r", g.runtime,
                            "scan", path])
            self.assertEqual((done.returncode, done.stdout.decode()),
                             (2, path + ": too-big\n"))

    @limit(180)
    def test_no_step_is_left_out_for_a_large_page_or_text(self):
        folder, place = signed(), lab.new_folder("steps")
        made = [make(most + MB) for _, most, make in STEPS]
        for i, body in enumerate(made):
            path = lab.write("%s/%d" % (place, i), body)
            done = lab.run(["clamscan", "--no-summary", "-d", folder, path],
                           limit=60)
            self.assertEqual(done.returncode, 0, path)
        with gateway.gateway({"signatures.folders": folder}) as g:
            said = self.scan(g, made)
        self.assertEqual(said, [("infected", "Test.Page")] * 2
                         + [("infected", "Test.Text")])

    def test_libclamav_is_not_asked_which_programs_are_broken(self):
        self.assertEqual(self.scan(self.gateway, [h.cut_program()]),
                         [("clean", "")])
