# SPDX-License-Identifier: GPL-2.0-only
"""Many at once: not one wrong verdict, not one altered body."""

import hashlib
import random
import threading

import bodies
import gateway
import squid
from suite import Case, alone, limit

CONNECTIONS = 50
REQUESTS = 2000
INFECTED = 20  # one of so many


def traffic():
    """[(path, body, infected)]: the same ones in every run."""
    r = random.Random(5)
    made = []
    for i in range(REQUESTS):
        if i % INFECTED == 7:
            made.append(("/l/%d" % i, bodies.infected_zip(
                r.randint(300, 30000), bool(i & 1), i) if i % 3 else
                bodies.eicar(), True))
        else:
            kind = bodies.words if i % 2 else bodies.noise
            made.append(("/l/%d" % i, kind(r.randint(1, 40000), i), False))
    return made


@alone("it is a load itself")
class Load(Case):
    def client(self, work, errors):
        with squid.Proxied(self.squid.address) as proxied:
            for path, body, infected in work:
                try:
                    self.one(proxied, path, body, infected)
                except Exception as e:
                    errors.append("%s: %s: %s" % (path, type(e).__name__, e))
                    return

    def one(self, proxied, path, body, infected):
        if int(path[3:]) % 4:
            reply = proxied.request("GET", self.origin.url(path))
        else:
            reply = proxied.request("POST", self.origin.url("/up" + path),
                                    body)
        if infected:
            right = reply.status == 403 and reply.complete and (
                gateway.EICAR_NAME in (reply.get("X-Infection-Found") or ""))
        elif int(path[3:]) % 4:
            right = (reply.status == 200 and reply.complete and digest(
                reply.body) == digest(body))
        else:
            right = (reply.status == 200 and digest(self.origin.received(
                "/up" + path)[0].body) == digest(body))
        if not right:
            raise AssertionError("wrong: %s, %d bytes, infected: %s" % (
                reply.line, len(reply.body), infected))

    @limit(240)
    def test_50_connections_and_2000_requests_without_one_wrong_verdict(self):
        work = traffic()
        infected = len([w for w in work if w[2]])
        self.assertEqual(infected, REQUESTS // INFECTED)
        for path, body, _ in work:
            self.origin.put(path, body)
        self.squid
        errors = []
        with self.grows(blocked=infected, infected=infected, overload=0,
                        timeout=0, engine_error=0):
            clients = [threading.Thread(
                target=self.client, args=(work[i::CONNECTIONS], errors),
                daemon=True) for i in range(CONNECTIONS)]
            for c in clients:
                c.start()
            for c in clients:
                c.join()
        self.assertEqual(errors, [])
        for path, _, bad in work:
            if bad:
                self.assertEqual(self.origin.received("/up" + path), [])


def digest(data):
    return hashlib.sha256(data).digest()
