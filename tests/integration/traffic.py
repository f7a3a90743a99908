# SPDX-License-Identifier: GPL-2.0-only
"""Mixed traffic through a Squid for as long as asked: clean and infected,
small and large, whole and in pieces, patient clients and others. Each answer
is judged by the one rule: no infected body whole, no clean body altered, and
what is found has its right name."""

import collections
import gzip
import random
import threading
import time

import bodies
import gateway
import lab
import squid

# How many of 100 requests: (share, smallest, largest body).
SIZES = ((60, 1, 20000), (33, 20000, 200000), (7, 200000, 2500000))
UPLOADS = 0.25
ENCODED = 0.2
HOWS = ("length", "length", "chunked", "close")
# Half of them take a signature of the folder: EICAR is found without one.
INFECTIONS = ((gateway.EICAR_NAME, bodies.eicar()),
              (gateway.FOLDER_NAME, bodies.FOLDER))
# One of so many requests: the client leaves, the client or the site is slow.
MANNERS = (("leaves", 0.05), ("reads late", 0.03), ("site is slow", 0.03))

# What an answer can be. `wrong` is for what may never be.
Result = collections.namedtuple("Result", "begin spent what wrong")

_text = bodies.words(400000, 99)


class Item:
    """One request to come, made of a random number generator."""

    def __init__(self, r, infected):
        self.infected = r.random() < infected
        _, low, high = r.choices(SIZES, [s[0] for s in SIZES])[0]
        size = int(low * (high / low) ** r.random())
        seed = r.getrandbits(60)
        self.threat, self.what = r.choice(INFECTIONS)
        self.body = (infected_body(r, size, seed, self.what) if self.infected
                     else clean_body(r, size, seed))
        self.headers = ()
        if r.random() < ENCODED:
            self.body = gzip.compress(self.body, 1, mtime=0)
            self.headers = (("Content-Encoding", "gzip"),)
        self.upload = r.random() < UPLOADS
        self.how = r.choice(HOWS)
        self.manner = choose(r, MANNERS)
        self.pace = None
        if self.manner == "site is slow" and len(self.body) < 60000:
            self.pace = (max(1, len(self.body) // 8), 0.1)
        self.path = "/%s/%x" % ("up" if self.upload else "down", seed)

    def is_in(self, data):
        """Is the infection in there? What stands at the begin of a plain body
        does its harm without the rest."""
        return self.infected and (data == self.body or (
            self.body.startswith(self.what) and self.what in data))

    def name(self):
        return "%s %s, %d bytes, %s%s%s" % (
            self.threat if self.infected else "clean", self.path,
            len(self.body), self.how, ", gzip" if self.headers else "",
            ", " + self.manner if self.manner else "")


def choose(r, shares):
    x = r.random()
    for name, share in shares:
        x -= share
        if x < 0:
            return name
    return None


def clean_body(r, size, seed):
    kind = r.randrange(3)
    mark = b"%x" % seed
    if kind == 0:
        return bodies.noise(size, seed)
    if kind == 1 or size < 500:
        begin = r.randrange(1000)
        return mark + (_text * (1 + size // 390000))[begin:begin + size]
    return bodies.clean_zip(size, seed)


def infected_body(r, size, seed, what):
    if size < 500 or r.randrange(3) == 0:
        return what + b"\n%x" % seed
    return bodies.infected_zip(size, bool(r.getrandbits(1)), seed, what)


class Late(squid.Proxied):
    """A client that does something else before it reads its answer."""

    def reply(self, method):
        time.sleep(0.5)
        return super().reply(method)


class Traffic:
    """proxy: (host, port) of the Squid. rate: requests a second in all.
    infected: share. The same seed gives each client the same requests."""

    def __init__(self, proxy, origin, rate=50, clients=16, infected=0.2,
                 seed=1, limit=60.0):
        self.proxy, self.origin, self.infected = proxy, origin, infected
        self.pause, self.limit = clients / rate, limit
        self.end = threading.Event()
        self.lock = threading.Lock()
        self.results, self.wrong = [], []
        self.threads = [threading.Thread(
            target=self.client, args=(random.Random(seed * 1000 + i),),
            daemon=True) for i in range(clients)]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        for t in self.threads:
            t.start()

    def stop(self):
        self.end.set()
        for t in self.threads:
            t.join((self.limit + 5) * lab.patience())

    # What was seen.

    def count(self, since=0.0):
        """How often each result, of the requests begun since then."""
        with self.lock:
            return collections.Counter(
                r.what for r in self.results if r.begin >= since)

    def latency(self, part, since=0.0, upto=float("inf")):
        """Seconds within which this part (0.99) of the answers came that were
        decided, of the requests begun in that time; None without any."""
        with self.lock:
            spent = sorted(r.spent for r in self.results
                           if since <= r.begin <= upto
                           and r.what in ("clean", "found"))
        return spent[int(part * (len(spent) - 1))] if spent else None

    # A client.

    def client(self, r):
        due = time.monotonic() + r.random() * self.pause
        while not self.end.wait(max(0.0, due - time.monotonic())):
            item = Item(r, self.infected)
            begin = time.monotonic()
            what, wrong = self.one(r, item)
            spent = time.monotonic() - begin
            with self.lock:
                self.results.append(Result(begin, spent, what, wrong))
                if wrong:
                    self.wrong.append("%s: %s" % (item.name(), wrong))
            # Late ones do not catch up: a stall must not end in a storm.
            due = max(due + self.pause * r.uniform(0.5, 1.5),
                      time.monotonic() - 1)

    def one(self, r, item):
        if not item.upload:
            self.origin.put(item.path, item.body, how=item.how,
                            pace=item.pace, headers=item.headers)
        try:
            return self.ask(r, item)
        except (OSError, ValueError) as e:
            # Nobody answered, or not in time.
            return "unserved", "" if not isinstance(e, TimeoutError) else (
                "no answer in %g s" % self.limit)
        finally:
            self.origin.take(item.path)

    def ask(self, r, item):
        url = self.origin.url(item.path)
        kind = Late if item.manner == "reads late" else squid.Proxied
        with kind(self.proxy, self.limit) as proxied:
            if item.manner == "leaves":
                leave(proxied, r, item, url)
                return self.left(item)
            if item.upload:
                reply = proxied.request("POST", url, item.body, item.headers,
                                        chunked=item.how == "chunked")
                return self.judge_upload(item, reply)
            return judge(item, proxied.request("GET", url), item.body)

    def left(self, item):
        if self.harmed(item):
            return "left", "infected upload arrived"
        return "left", ""

    def arrived(self, item):
        return [s.body for s in self.origin.received(item.path)]

    def harmed(self, item):
        return any(item.is_in(body) for body in self.arrived(item))

    def judge_upload(self, item, reply):
        if self.harmed(item):
            return "passed", "infected upload arrived"
        if reply.status == 200 and reply.body.startswith(b"received"):
            if item.body not in self.arrived(item):
                return "altered", "another upload arrived"
            return "clean", ""
        return judge(item, reply, b"received")


def leave(proxied, r, item, url):
    """Sends the request, or a part of it, and goes without a word."""
    data = b"GET %s HTTP/1.1\r\nHost: a.test\r\n\r\n" % url.encode()
    if item.upload:
        data = (b"POST %s HTTP/1.1\r\nHost: a.test\r\nContent-Length: %d"
                b"\r\n\r\n" % (url.encode(), len(item.body)) + item.body)
        data = data[:r.randrange(1, len(data))]
    proxied.socket.sendall(data)
    time.sleep(r.random() * 0.2)


def judge(item, reply, body):
    """(result, what is wrong with it or "")."""
    found = reply.get("x-infection-found") or ""
    if reply.status == 403 and found.startswith("Type=0"):
        return judge_name(item, found)
    if reply.status == 403 and found:
        return "undecided", ""
    if reply.status == 0 or reply.status >= 500:
        return "unserved", ""
    if reply.status != 200:
        return "other", "HTTP status %d" % reply.status
    return judge_body(item, reply, body)


def judge_name(item, found):
    if not item.infected:
        return "false", "a clean body was called infected: " + found
    if "Threat=%s;" % item.threat not in found:
        return "misnamed", "not %s: %s" % (item.threat, found)
    return "found", ""


def judge_body(item, reply, body):
    if not body.startswith(reply.body):
        return "altered", "%d other bytes" % len(reply.body)
    if item.is_in(reply.body):
        return "passed", "infected body passed"
    if len(reply.body) < len(body) or not reply.complete:
        return ("cut" if item.infected else "broken"), (
            "" if not reply.complete else "cut, but called whole")
    return "clean", ""
