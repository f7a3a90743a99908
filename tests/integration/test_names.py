# SPDX-License-Identifier: GPL-2.0-only
"""What a file is called and declared to be is told, and can be forbidden."""

import bodies
import blocked
import gateway
from suite import Case

BODY = bodies.words(3000)
BLOCK = {"names.double_extension": "block", "names.right_to_left": "block"}


def get(name):
    return (b"GET http://origin.test/" + name.encode()
            + b" HTTP/1.1\r\nHost: origin.test\r\n\r\n")


def answer(kind, disposition=None):
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: " + kind.encode()]
    if disposition is not None:
        lines.append(b"Content-Disposition: " + disposition.encode())
    return b"\r\n".join(lines) + b"\r\n\r\n"


# URL, Content-Type, Content-Disposition: declared, named, odd.
CASES = [
    ("n/a.html", "text/html", None, "text", "text", "-"),
    ("n/a.exe", "application/zip", None, "archive", "executable", "-"),
    ("n/a.pdf.exe", "application/pdf", None, "document", "executable",
     "double-extension"),
    ("n/b", "application/octet-stream", 'attachment; filename="c.txt.js"',
     "-", "script", "double-extension"),
    ("n/c%E2%80%AEfdp.scr", "application/x-dosexec", None, "executable",
     "executable", "right-to-left"),
    ("n/d", "application/vnd.ms-word.document.macroEnabled.12",
     "attachment; filename*=UTF-8''e.docm", "macro", "macro", "-"),
    ("n/e.iso", "application/x-iso9660-image", None, "disk-image",
     "disk-image", "-"),
]


class Names(Case):
    def test_what_it_is_called_and_declared_is_told_and_passes(self):
        for name, kind, disposition, declared, named, odd in CASES:
            done = self.gateway.respmod(BODY, get=get(name),
                                        http=answer(kind, disposition))
            blocked.check_clean(self, done, BODY)
            line = blocked.verdict_line(
                self, self.gateway, "http://origin.test/" + name)
            self.assertEqual(
                (name, line["declared"], line["named"], line["odd"]),
                (name, declared, named, odd))

    def test_names_that_mislead_are_forbidden_where_the_settings_say_so(self):
        with gateway.gateway(BLOCK) as g:
            for name, kind, disposition, _, _, odd in CASES:
                done = g.respmod(BODY, get=get(name),
                                 http=answer(kind, disposition))
                threat = {"double-extension": "Name.DoubleExtension",
                          "right-to-left": "Name.RightToLeft"}.get(odd)
                if threat is None:
                    blocked.check_clean(self, done, BODY)
                else:
                    blocked.check_icap(self, done, threat, kind=1)
            self.assertEqual(g.outcome("forbidden"), 3)

    def test_a_rule_that_passes_still_has_the_body_scanned(self):
        with gateway.gateway(BLOCK | {"policy.forbidden": "pass"}) as g:
            done = g.respmod(bodies.eicar(), get=get("n/a.pdf.exe"))
            blocked.check_icap(self, done, gateway.EICAR_NAME)

    def test_uploads_are_told_by_their_own_name(self):
        with gateway.gateway(BLOCK) as g:
            put = (b"PUT http://origin.test/n/x.doc.vbs HTTP/1.1\r\n"
                   b"Host: origin.test\r\n\r\n")
            blocked.check_icap(self, g.reqmod(BODY, http=put),
                               "Name.DoubleExtension", kind=1)
