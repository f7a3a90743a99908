# SPDX-License-Identifier: GPL-2.0-only
"""Faults at random: each is a function of (gateway, random numbers) that does
its harm and mends what it must; the log lines it may cause stand beside it."""

import os
import signal
import socket
import time

import icap
import lab

CHILD = r"warn supervisor\[\d+\] child ended child=%s .*signal 9"
DEGRADED = r"degraded reason="
WORKER = r"warn keeper\[\d+\] worker died .*why=%s"
# c-icap's own words when it is killed or left alone.
ICAP = r"icap says "
TORN = r"reload refused .*torn\.ndb|keeper fails .*torn\.ndb|" \
    r"child ended child=keeper .*exit 1"


def hold(pids, seconds):
    for pid in pids:
        lab.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in pids:
        lab.kill(pid, signal.SIGCONT)


def pids(g):
    """Of its workers, by now."""
    status = g.status()
    return [w["pid"] for w in status["workers"]
            if w["state"] in ("idle", "busy")]


def a_worker_is_killed(g, r):
    for pid in r.sample(pids(g), 1):
        lab.kill(pid)


def all_workers_are_killed(g, r):
    for pid in pids(g):
        lab.kill(pid)


def a_worker_hangs(g, r):
    """For longer than its lane allows, should it have a job."""
    hold(r.sample(pids(g), 1), 4)


def all_workers_are_held(g, r):
    hold(pids(g), r.random())


def the_keeper_is_killed(g, r):
    lab.kill(g.status()["pids"]["keeper"])


def the_keeper_is_held(g, r):
    hold([g.status()["pids"]["keeper"]], 2 * r.random())


def a_child_of_c_icap_is_killed(g, r):
    for pid in r.sample(g.icap_children(), 1):
        lab.kill(pid)


def a_child_of_c_icap_is_held(g, r):
    hold(r.sample(g.icap_children(), 1), r.random())


def c_icap_is_killed(g, r):
    lab.kill(g.status()["pids"]["icap"])


def it_reloads(g, r):
    before = done_reloads(g)
    g.process.send_signal(signal.SIGHUP)
    lab.until(lambda: done_reloads(g) > before, "the reload's end", 30)


def other_signatures_come(g, r):
    """As many as before: a set that lost some would be refused."""
    path = os.path.join(g.settings["signatures.folders"], "more.ndb")
    lab.write(path, "More.Test:0:*:%s\n" % (
        "a body of %d" % r.getrandbits(60)).encode().hex())
    it_reloads(g, r)


def torn_signatures_are_refused(g, r):
    path = os.path.join(g.settings["signatures.folders"], "torn.ndb")
    lab.write(path, "Torn.One:0:0:41zz\n")
    it_reloads(g, r)
    os.unlink(path)


def clients_leave_in_their_bodies(g, r):
    for i in range(30):
        with g.icap() as c:
            data = (icap.head("RESPMOD", "glassgate", c.host, [],
                              [("res-hdr", icap.HTTP_OK)], "res-body")
                    + icap.chunk(b"never judged") + b"0\r\n\r\n")
            c.send(data[:r.randrange(1, len(data))])


def connections_are_idle(g, r):
    idle = [socket.create_connection(g.address, 5) for i in range(60)]
    time.sleep(2)
    for s in idle:
        s.close()


def garbage_comes_by_icap(g, r):
    for i in range(20):
        with g.icap() as c:
            c.send_quietly(r.randbytes(r.randrange(1, 3000)) + b"\r\n\r\n")


def garbage_comes_to_the_lanes(g, r):
    status = g.status()
    for i in range(5):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.settimeout(1)
            try:
                s.connect("%s/gen-%d/small" % (g.runtime,
                                               status["generation"]))
                s.send(r.randbytes(r.randrange(1, 3000)))
            except OSError:
                pass


def done_reloads(g):
    counters = g.status()["counters"]
    return (counters["glassgate_reloads_total"]
            + counters["glassgate_reloads_refused_total"])


# Everything that ends a worker, c-icap's child or a keeper can meet a scan.
FAULTS = {
    a_worker_is_killed: (WORKER % "signal",),
    all_workers_are_killed: (WORKER % "signal", DEGRADED),
    a_worker_hangs: (WORKER % "(deadline|abandoned)",),
    all_workers_are_held: (WORKER % "(deadline|abandoned)",),
    the_keeper_is_killed: (CHILD % "keeper", DEGRADED, "start delayed"),
    the_keeper_is_held: (r"keeper", DEGRADED),
    a_child_of_c_icap_is_killed: (ICAP,),
    a_child_of_c_icap_is_held: (),
    c_icap_is_killed: (CHILD % "c-icap", DEGRADED, ICAP, "start delayed"),
    it_reloads: (),
    other_signatures_come: (),
    torn_signatures_are_refused: (TORN,),
    clients_leave_in_their_bodies: (WORKER % "abandoned", ICAP),
    connections_are_idle: (),
    garbage_comes_by_icap: (ICAP,),
    garbage_comes_to_the_lanes: (r"worker\[\d+\] bad message",),
}


def name(fault):
    return fault.__name__.replace("_", " ")
