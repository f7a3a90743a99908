# SPDX-License-Identifier: GPL-2.0-only
"""What every blocked answer must look like, seen by the ICAP client, by the
HTTP client, in the log and in the counters."""

import re

ORDER = ["X-Infection-Found", "X-Virus-ID", "X-Violations-Found",
         "X-Response-Info", "X-Response-Desc", "Encapsulated"]
OURS = ORDER[:-1]


def check_icap(case, answer, threat, kind=0):
    """An ICAP answer that blocks. kind: Type of X-Infection-Found."""
    found = "Type=%d; Resolution=2; Threat=%s;" % (kind, threat)
    case.assertRegex(answer.line, r"^ICAP/1\.0 200 \S")
    case.assertEqual(answer.get("X-Infection-Found"), found)
    case.assertEqual(answer.get("X-Virus-ID"), threat)
    case.assertEqual(answer.get("X-Violations-Found"),
                     "1\r\n\t-\r\n\t%s\r\n\t0\r\n\t0" % threat)
    case.assertEqual(answer.get("X-Response-Info"), "Blocked")
    case.assertRegex(answer.get("X-Response-Desc") or "", r"^[ -~]+$")
    case.assertEqual([n for n in answer.names() if n in ORDER], ORDER)
    case.assertEqual(answer.names()[-1], "Encapsulated")
    case.assertRegex(answer.get("Encapsulated"),
                     r"^res-hdr=0, (res|null)-body=\d+$")
    case.assertTrue(answer.complete)
    case.assertEqual(answer.http_line, "HTTP/1.1 403 Forbidden")
    case.assertEqual(answer.http("X-Infection-Found"), found)
    case.assertEqual(answer.http("X-Virus-ID"), threat)
    check_page(case, lambda name: answer.http(name), answer.body)


def check_http(case, reply, threat, kind=0):
    """The same through a proxy."""
    case.assertEqual(reply.status, 403)
    case.assertTrue(reply.complete)
    case.assertEqual(reply.get("X-Infection-Found"),
                     "Type=%d; Resolution=2; Threat=%s;" % (kind, threat))
    check_page(case, reply.get, reply.body)
    case.assertIn(threat.encode(), reply.body)


def check_page(case, header, body):
    case.assertEqual(header("Content-Type"), "text/html; charset=utf-8")
    case.assertEqual(header("Cache-Control"), "no-store")
    case.assertIn("default-src 'none'", header("Content-Security-Policy"))
    case.assertEqual(header("X-Content-Type-Options"), "nosniff")
    if body is not None:
        case.assertEqual(int(header("Content-Length")), len(body))
        case.assertTrue(body.decode("utf-8").lstrip().startswith("<!DOCTYPE"))


def check_clean(case, answer, body):
    """204, or the same body back; no header that clients look for."""
    case.assertIn(answer.status, (200, 204))
    if answer.status == 200:
        case.assertTrue(answer.complete)
        case.assertEqual(answer.body, body)
    for name in OURS:
        case.assertIsNone(answer.get(name))
        case.assertIsNone(answer.http(name))


def verdict_line(case, gateway, url):
    """The verdict's log line for a URL that only one request had."""
    line = gateway.wait_line(r"\bverdict .* url=%s " % re.escape(url))
    return dict(re.findall(r"(\w+)=(\S+)", line))

