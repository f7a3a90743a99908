# SPDX-License-Identifier: GPL-2.0-only
"""origin - the web site of script/run --demo: a page, the test virus, and a
place for uploads. usage: origin.py PORT FILE-FOR-UPLOADS"""
import http.server
import sys

PAGE = b"<!doctype html>\n<title>A page</title>\n<p>Nothing bad here.\n"
# In pieces: scanners delete files that hold it whole.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + \
    b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FILES = {"/page.html": (b"text/html", PAGE),
         "/eicar.com": (b"application/octet-stream", EICAR)}


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = FILES.get(self.path, (None, None))
        if body is None:
            self.send_error(404)
            return
        self.answer(kind.decode(), body)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        with open(sys.argv[2], "ab") as uploads:
            uploads.write(self.rfile.read(length))
        self.answer("text/plain", b"stored\n")

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])),
                                Site).serve_forever()
