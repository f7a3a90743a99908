# SPDX-License-Identifier: GPL-2.0-only
"""Each part of an upload is scanned as a file of its own, whatever its
wrapping; the same upload of a clean file passes as it was."""

import base64
import contextlib
import hashlib
import json

import blocked
import bodies
import gateway
import packed
import uploads
from suite import Case

NAME = gateway.EICAR_NAME
TWIN = b"a clean file of as many bytes as the test file: nothing to see here."


def post(kind, path="up", coding=""):
    return ("POST http://origin.test/%s HTTP/1.1\r\nHost: origin.test\r\n"
            "%sContent-Type: %s\r\n\r\n" % (path, coding and
            "Content-Encoding: %s\r\n" % coding, kind)).encode()


@contextlib.contextmanager
def named(name):
    try:
        yield
    except AssertionError as e:
        raise AssertionError("%s: %s" % (name, e)) from None


class Uploads(Case):
    valgrind = True

    def ask(self, kind, body, coding=""):
        return self.gateway.reqmod(body, http=post(kind, coding=coding))

    def each_is_blocked(self, cases):
        with self.grows(requests=len(cases), blocked=len(cases),
                        infected=len(cases)):
            for name, kind, body in cases:
                with named(name):
                    blocked.check_icap(self, self.ask(kind, body), NAME)

    def each_passes(self, cases):
        with self.grows(requests=len(cases), blocked=0, clean=len(cases)):
            for name, kind, body in cases:
                with named(name):
                    blocked.check_clean(self, self.ask(kind, body), body)

    def damaged(self, kind, body, cause, outcome="damaged", coding=""):
        with self.grows(requests=1, blocked=1, **{outcome: 1}):
            answer = self.ask(kind, body, coding)
        blocked.check_icap(self, answer, cause, kind=2)

    def test_the_test_file_is_found_in_every_form(self):
        self.each_is_blocked(uploads.forms(bodies.eicar()))

    def test_the_same_forms_with_a_clean_file_pass_as_they_were(self):
        self.assertEqual(len(TWIN), len(bodies.eicar()))
        self.each_passes(uploads.forms(TWIN))

    def test_the_test_file_is_found_in_forms_and_json(self):
        self.each_is_blocked(uploads.texts(bodies.eicar()))

    def test_the_same_texts_with_a_clean_file_pass_as_they_were(self):
        self.each_passes(uploads.texts(TWIN))

    def test_packed_forms_are_unpacked_before_they_are_split(self):
        forms = uploads.forms(bodies.eicar()) + uploads.texts(bodies.eicar())
        chosen = [f for f in forms if f[0] in (
            "plain", "base64", "nested", "in a field", "base64 in a form",
            "JSON")]
        self.assertEqual(len(chosen), 6)
        for coding, pack in packed.CODINGS:
            for name, kind, body in chosen:
                with named("%s, %s" % (coding, name)):
                    with self.grows(requests=1, blocked=1, infected=1):
                        answer = self.ask(kind, pack(body), coding)
                    blocked.check_icap(self, answer, NAME)

    def test_the_same_packed_forms_with_a_clean_file_pass(self):
        forms = uploads.forms(TWIN) + uploads.texts(TWIN)
        for coding, pack in packed.CODINGS:
            for name, kind, body in forms[:12] + forms[-12:]:
                body = pack(body)
                with named("%s, %s" % (coding, name)):
                    with self.grows(requests=1, blocked=0, clean=1):
                        answer = self.ask(kind, body, coding)
                    blocked.check_clean(self, answer, body)

    def test_a_packed_form_without_a_boundary_is_damaged(self):
        for body in (packed.gzipped(b"no boundary in it"), b"nor here"):
            self.damaged(uploads.FORM, body, "Multipart.NoBoundary",
                         coding="gzip")

    def test_a_packed_form_that_is_cut_is_damaged(self):
        body = uploads.multipart([uploads.part(TWIN)], end=False)
        self.damaged(uploads.FORM, packed.gzipped(body), "Multipart.Cut",
                     coding="gzip")

    def test_a_download_of_several_parts_is_split_too(self):
        body = uploads.multipart([uploads.part(bodies.eicar())])
        http = ("HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; "
                "boundary=gg-form\r\n\r\n").encode()
        with self.grows(requests=1, infected=1):
            answer = self.gateway.respmod(body, http=http)
        blocked.check_icap(self, answer, NAME)

    def test_without_the_type_it_is_no_form(self):
        body = uploads.multipart([uploads.part(bodies.eicar())])
        with self.grows(requests=1, clean=1):
            answer = self.ask("application/octet-stream", body)
        blocked.check_clean(self, answer, body)

    def test_a_cut_form_is_blocked_with_what_is_in_it(self):
        for data, outcome in ((bodies.eicar(), "infected"),
                              (TWIN, "damaged")):
            body = uploads.multipart([uploads.part(data)], end=False)
            with self.grows(requests=1, blocked=1, **{outcome: 1}):
                answer = self.ask(uploads.FORM, body[:-2])
            self.assertEqual(answer.http_status, 403)

    def test_what_cannot_be_read_is_damaged_and_says_why(self):
        self.damaged(uploads.FORM, b"no boundary in it",
                     "Multipart.NoBoundary")
        self.damaged(uploads.FORM, uploads.multipart([uploads.part(TWIN)])[:-9],
                     "Multipart.Cut")
        self.damaged(uploads.FORM, uploads.multipart([uploads.part(
            TWIN, uploads.FILE, b"Content-Transfer-Encoding: x-uuencode")]),
                     "Multipart.TransferEncoding")

    def test_a_hundred_thousand_parts_have_an_outcome(self):
        body = uploads.multipart([uploads.field(b"")] * 100000)
        self.damaged(uploads.FORM, body, "Multipart.Parts", "too_deep")

    def test_a_hundred_thousand_files_have_an_outcome(self):
        body = uploads.multipart([uploads.field(b"x")] * 100000)
        self.damaged(uploads.FORM, body, "Limits.Files", "too_deep")

    def test_a_text_may_have_five_values_for_each_file(self):
        def keys(count, last=b""):
            values = [hashlib.sha512(b"%d" % i).digest() for i in range(count)]
            return json.dumps([base64.b64encode(v).decode()
                               for v in values + [last]]).encode()

        kind = post("application/json")
        with gateway.gateway({"scan.files": "100"}) as g:
            blocked.check_clean(self, g.reqmod(keys(500), http=kind),
                                keys(500))
            blocked.check_icap(self, g.reqmod(
                keys(499, bodies.eicar()), http=kind), NAME)
            blocked.check_icap(self, g.reqmod(keys(501), http=kind),
                               "Limits.Files", kind=2)
            form = uploads.multipart([uploads.field(b"%d" % i)
                                      for i in range(101)])
            blocked.check_icap(self, g.reqmod(form, http=post(uploads.FORM)),
                               "Limits.Files", kind=2)

    def test_a_boundary_of_ten_kilobytes_has_an_outcome(self):
        long = "b" * 10000
        body = uploads.multipart([uploads.part(TWIN)], long.encode())
        with self.grows(requests=1, blocked=1, damaged=1):
            answer = self.ask("multipart/form-data; boundary=" + long, body)
        blocked.check_icap(self, answer, answer.get("X-Virus-ID"), kind=2)

    def test_the_name_of_a_part_is_not_on_the_page(self):
        name = b'Content-Disposition: form-data; filename="zqx<b>.exe"'
        body = uploads.multipart([uploads.part(bodies.eicar(), name)])
        answer = self.ask(uploads.FORM, body)
        blocked.check_icap(self, answer, NAME)
        self.assertNotIn(b"zqx", answer.body)
        self.assertNotIn("zqx", str(answer.headers))

    def test_uploads_through_squid_reach_the_origin_only_when_clean(self):
        url = self.origin.url("/u/form")
        with self.grows(blocked=2, infected=2):
            for _, kind, body in (uploads.forms(bodies.eicar())[1],
                                  uploads.texts(bodies.eicar())[5]):
                reply = self.squid.post(url, body,
                                        headers=[("Content-Type", kind)])
                blocked.check_http(self, reply, NAME)
        self.assertEqual(self.origin.received("/u/form"), [])
        with self.grows(blocked=0):
            for _, kind, body in (uploads.forms(TWIN)[1],
                                  uploads.texts(TWIN)[5]):
                reply = self.squid.post(url, body,
                                        headers=[("Content-Type", kind)])
                self.assertEqual(reply.status, 200)
                self.assertEqual(self.origin.received("/u/form")[-1].body,
                                 body)
