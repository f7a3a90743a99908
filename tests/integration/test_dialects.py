# SPDX-License-Identifier: GPL-2.0-only
"""Requests as real clients send them, byte for byte, and what each client's
parser looks for in the answer. The parsers here are ours, and as narrow as
theirs."""

import re

import bodies
import gateway
from suite import Case

NAME = gateway.EICAR_NAME
FOUND = "Type=0; Resolution=2; Threat=%s;" % NAME


def single_chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class Wire(Case):
    """One connection, everything raw."""

    def ask(self, request):
        """Sends it all, reads until the server closes, as `Connection: close`
        demands."""
        with self.gateway.icap() as c:
            c.send_quietly(request)
            return c.rest()

    def host(self):
        return "127.0.0.1"


class Nextcloud(Wire):
    """files_antivirus, ICAPRequest and ResponseParser."""

    def request(self, data, method="REQMOD", remote=None):
        if method == "REQMOD":
            http = [b"PUT / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"]
            parts = "req-hdr=0, req-body=%d" % len(http[0])
        else:
            http = [b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
                    b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n"]
            parts = "req-hdr=0, res-hdr=%d, res-body=%d" % (
                len(http[0]), len(http[0] + http[1]))
        lines = ["%s icap://%s/avscan ICAP/1.0" % (method, self.host()),
                 "Allow: 204"]
        if remote is not None:
            lines.append("X-Client-IP: " + remote)
        lines += ["Host: " + self.host(), "User-Agent: NC-ICAP-CLIENT/0.5.0",
                  "Connection: close", "Encapsulated: " + parts]
        out = "\r\n".join(lines).encode() + b"\r\n\r\n" + b"".join(http)
        for i in range(0, len(data), 1 << 20):
            out += single_chunk(data[i:i + (1 << 20)])
        return out + b"0\r\n\r\n"

    def verdict(self, raw):
        """"clean", "infected" with the header's text, or an error: reads line
        by line, wants four fields in the first, stops at Encapsulated, then
        takes the HTTP status from so many bytes as the second part says."""
        lines = raw.split(b"\n")
        first = re.match(rb"ICAP/(\d+)\.(\d+) (\d+) (\S+)", lines[0].strip())
        if not first:
            raise AssertionError("unknown answer: %r" % lines[0])
        code, headers, at = int(first.group(3)), {}, 1
        if code not in (200, 204):
            raise AssertionError("invalid answer: %d" % code)
        if code == 204:
            return "clean", None
        for at in range(1, len(lines)):
            name, _, value = lines[at].strip().partition(b": ")
            if not name:
                break
            headers[name] = value.decode()
            if name == b"Encapsulated":
                break
        rest = b"\n".join(lines[at + 1:])
        size = int(headers[b"Encapsulated"].split(",")[1].split("=")[1])
        status = rest[:size].strip().split(b"\n")[0]
        if b"X-Infection-Found" in headers:
            return "infected", headers[b"X-Infection-Found"]
        if status.find(b"403 Forbidden") > 0:
            return "infected", None
        return "clean", None

    def test_nextcloud_sees_the_virus_in_an_upload(self):
        for remote in (None, "", "10.1.2.3"):
            raw = self.ask(self.request(bodies.eicar(), remote=remote))
            self.assertEqual(self.verdict(raw), ("infected", FOUND))

    def test_nextcloud_sees_the_virus_in_respmod(self):
        raw = self.ask(self.request(bodies.eicar(), "RESPMOD"))
        self.assertEqual(self.verdict(raw), ("infected", FOUND))

    def test_nextcloud_sees_the_virus_by_the_status_line_alone(self):
        raw = self.ask(self.request(bodies.eicar()))
        without = re.sub(rb"X-Infection-Found: [^\r]*\r\n", b"", raw)
        self.assertEqual(self.verdict(without)[0], "infected")

    def test_nextcloud_sees_a_clean_file_of_several_chunks(self):
        for method in ("REQMOD", "RESPMOD"):
            raw = self.ask(self.request(bodies.noise(2500000), method))
            self.assertEqual(self.verdict(raw), ("clean", None))

    def test_nextcloud_sees_a_virus_behind_several_chunks(self):
        raw = self.ask(self.request(bodies.infected_zip(2500000)))
        self.assertEqual(self.verdict(raw), ("infected", FOUND))


class OwnCloud(Wire):
    """files_antivirus, ICAPClient: one chunk holds the whole file."""

    def request(self, data, parts, method="REQMOD", service="avscan",
                extra=()):
        """parts: ordered [(name, bytes)], the body among them."""
        body, places = b"", []
        for name, block in parts:
            places.append("%s=%d" % (name, len(body)))
            body += single_chunk(block) if name.endswith("-body") else block
        lines = ["%s icap://%s/%s ICAP/1.0" % (method, self.host(), service),
                 "Allow: 204", *extra, "Host: " + self.host(),
                 "User-Agent: ownCloud-icap-client/0.1.0",
                 "Connection: close", "Encapsulated: " + ", ".join(places)]
        return ("\r\n".join(lines).encode() + b"\r\n\r\n" + body
                + b"0\r\n\r\n")

    def reqmod(self, data):
        return self.request(data, [
            ("req-hdr", b"PUT / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"),
            ("req-body", data)])

    def verdict(self, raw):
        """Splits at line ends, stops at the empty line; headers behind
        Encapsulated are not seen; code and text must both be there."""
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = re.split(" +", lines[0], maxsplit=2)
        if not lines[0].startswith("ICAP/") or len(fields) != 3:
            raise AssertionError("unknown answer: " + lines[0])
        if fields[1] not in ("200", "204"):
            raise AssertionError("AV failed: " + lines[0])
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name] = value
            if name == "Encapsulated":
                break
        if headers.get("X-Infection-Found"):
            return "infected", headers["X-Infection-Found"]
        if body.split(b"\r\n\r\n")[0].find(b"403 Forbidden") > 0:
            return "infected", None
        return "clean", None

    def test_owncloud_sees_the_virus_in_an_upload(self):
        raw = self.ask(self.reqmod(bodies.eicar()))
        self.assertEqual(self.verdict(raw), ("infected", FOUND))

    def test_owncloud_sees_a_big_virus_in_one_chunk(self):
        raw = self.ask(self.reqmod(bodies.infected_zip(3000000)))
        self.assertEqual(self.verdict(raw), ("infected", FOUND))

    def test_owncloud_sees_a_clean_file_in_one_chunk(self):
        for count in (1, 100, 70000, 3000000):
            raw = self.ask(self.reqmod(bodies.noise(count)))
            self.assertEqual(self.verdict(raw), ("clean", None), count)

    def test_owncloud_gets_an_answer_for_an_empty_file(self):
        raw = self.ask(self.request(b"", [
            ("req-hdr", b"PUT / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"),
            ("null-body", b"")]).replace(b"0\r\n\r\n0\r\n\r\n", b""))
        self.assertEqual(self.verdict(raw), ("clean", None))

    def test_a_preset_with_a_request_line_as_response_header_is_scanned(self):
        head = b"POST / HTTP/1.0\r\nContent-Length: 68\r\n\r\n"
        for data, want in ((bodies.eicar(), "infected"), (b"fine", "clean")):
            raw = self.ask(self.request(data, [
                ("res-hdr", head), ("res-body", data)], "RESPMOD", "respmod"))
            self.assertEqual(self.verdict(raw)[0], want)

    def test_a_preset_with_a_request_header_after_the_body_fails_closed(self):
        # c-icap 0.5.10 answers 400 before our service sees it.
        head = (b"GET http://localhost/ HTTP/1.1\r\nDNT: 1\r\nX-Client-IP: "
                b"10.1.2.3\r\nContent-Length: 68\r\n\r\n")
        raw = self.ask(self.request(bodies.eicar(), [
            ("res-hdr", head), ("res-body", bodies.eicar()),
            ("req-hdr", b"")], "RESPMOD", "respmod",
            ["X-Client-IP: 10.1.2.3"]))
        with self.assertRaisesRegex(AssertionError, "AV failed"):
            self.verdict(raw)


class Rspamd(Case):
    """lua_scanners/icap: OPTIONS, then RESPMOD on the same connection, with
    or without HTTP headers, all of it in one chunk."""

    def options(self, c, service):
        c.send(("OPTIONS icap://127.0.0.1:%d/%s ICAP/1.0\r\n"
                "Host:127.0.0.1\r\nUser-Agent: Rspamd\r\n"
                "Encapsulated: null-body=0\r\n\r\n" % (
                    self.gateway.port, service)).encode())
        return self.headers(c.upto(b"\r\n\r\n").decode())

    def headers(self, text):
        found = {}
        for line in re.split("[\r\n]+", text):
            if line.startswith("ICAP"):
                found["icap"] = line
            m = re.search(r"([A-Za-z0-9\-+]*):\s(.+)", line)
            if m:
                found[m.group(1)] = m.group(2)
        return found

    def respmod(self, c, service, data, allow, http=b""):
        parts = "res-body=0"
        if http:
            parts = "res-hdr=0, res-body=%d" % len(http)
        c.send(("RESPMOD icap://127.0.0.1:%d/%s ICAP/1.0\r\n" % (
            self.gateway.port, service)).encode()
            + (b"Allow: 204\r\n" if allow else b"")
            + b"Encapsulated: " + parts.encode() + b"\r\n\r\n" + http
            + single_chunk(data) + b"0\r\n\r\n")
        return self.headers(c.upto(b"\r\n\r\n").decode("latin-1"))

    def verdict(self, data, service="avscan", http=b""):
        with self.gateway.icap() as c:
            options = self.options(c, service)
            self.assertRegex(options["icap"], r"ICAP/1\.. 2\d\d")
            self.assertIn("RESPMOD", options["Methods"])
            headers = self.respmod(c, service, data,
                                   "204" in options.get("Allow", ""), http)
        self.assertRegex(headers["icap"], r"ICAP/1\.. 2\d\d")
        found = headers.get("X-Infection-Found")
        if found is None:
            return headers.get("X-Virus-ID")
        m = re.search(r"Type=\d; .* Threat=(.*);$", found)
        return m.group(1) if m else "no last semicolon: " + found

    def test_rspamd_sees_the_virus_under_each_of_its_service_names(self):
        for service in ("squidclamav", "avscan", "respmod"):
            self.assertEqual(self.verdict(bodies.eicar(), service), NAME)

    def test_rspamd_sees_the_virus_in_a_part_without_any_http_header(self):
        self.assertEqual(self.verdict(bodies.infected_zip(100000)), NAME)

    def test_rspamd_sees_the_virus_with_an_http_header(self):
        http = b"HTTP/1.1 200 OK\r\nContent-Length: 68\r\n\r\n"
        self.assertEqual(self.verdict(bodies.eicar(), http=http), NAME)

    def test_rspamd_sees_nothing_in_clean_parts(self):
        for count in (0, 1, 4096, 65536, 500000):
            self.assertIsNone(self.verdict(bodies.noise(count)), count)


class E2guardian(Case):
    """icapscan: reads OPTIONS by exact prefixes, sends a preview of our size
    and then the rest as one chunk, takes every 200 as infected."""

    def options(self):
        with self.gateway.icap() as c:
            c.send(b"OPTIONS icap://127.0.0.1:%d/avscan ICAP/1.0\r\n"
                   b"Host: 127.0.0.1\r\n\r\n" % self.gateway.port)
            text = c.upto(b"\r\n\r\n").decode()
        lines = text.split("\r\n")
        self.assertEqual(lines[0].split(" ")[1], "200")
        preview = [l for l in lines if l.startswith("Preview: ")]
        names = [l for l in lines if l.startswith("X-Allow-Out:")
                 and "X-Infection-Found" in l]
        return int(preview[0][9:]) if preview else 0, bool(names)

    def head(self, size, preview):
        get = b"GET http://origin.test/f HTTP/1.0\r\n\r\n"
        res = b"HTTP/1.0 200 OK\r\n\r\n"
        return (b"RESPMOD icap://127.0.0.1:%d/avscan ICAP/1.0\r\n"
                b"Host: 127.0.0.1\r\nAllow: 204\r\nEncapsulated: req-hdr=0, "
                b"res-hdr=%d, res-body=%d%s\r\n\r\n%s%s%x\r\n" % (
                    self.gateway.port, len(get), len(get + res),
                    b"\r\nPreview: %d" % preview if preview < size else b"",
                    get, res, min(preview, size)))

    def verdict(self, data):
        preview, names = self.options()
        self.assertGreater(preview, 0)
        with self.gateway.icap() as c:
            first = data[:preview]
            c.send(self.head(len(data), preview) + first + b"\r\n0\r\n\r\n")
            code, found = self.scan(c, names)
            if code == "100":
                c.send_quietly(b"%x\r\n%s\r\n0\r\n\r\n" % (
                    len(data) - preview, data[preview:]))
                code, found = self.scan(c, names)
        return code, found

    def scan(self, c, names):
        line = c.upto(b"\r\n").decode()
        code, found = line.split(" ")[1], None
        if code == "204":
            return code, None
        while line:
            line = c.upto(b"\r\n").decode("latin-1")
            if names and line.startswith("X-Infection-Found"):
                found = line.split("Threat=")[1].split(";")[0]
        return code, found

    def test_e2guardian_gets_our_preview_size_and_learns_of_the_header(self):
        preview, names = self.options()
        self.assertGreater(preview, 0)
        self.assertTrue(names)

    def test_e2guardian_sees_the_virus_by_name(self):
        for data in (bodies.eicar(), bodies.infected_zip(20000),
                     bodies.infected_zip(300000, first=True)):
            self.assertEqual(self.verdict(data), ("200", NAME))

    def test_e2guardian_gets_204_for_every_clean_file(self):
        preview, _ = self.options()
        for count in (1, preview - 1, preview, preview + 1, 5000, 65535, 65536,
                      300000):
            self.assertEqual(self.verdict(bodies.noise(count)), ("204", None),
                             count)
