# SPDX-License-Identifier: GPL-2.0-only
"""Does script/bench itself work? It measures nothing, and no speed is asked
for: bodies are what they say, right answers count as right, and wrong ones as
wrong, or all of its figures would mean nothing."""

import contextlib
import io
import mmap
import os
import re
import struct
import tempfile
import time
import urllib.request
import zipfile
import zlib

import bodies
import corpus
import crowd
import downloads
import gateway
import goals
import lab
import measure
import report
import servers
import taken

KINDS = ("html10k", "png20k", "pdf", "office")
MIXES = ("mix", "mix60k")
COUNT = 40


def is_png(data):
    at = 8
    while at < len(data):
        length, = struct.unpack(">I", data[at:at + 4])
        sum_of = data[at + 4:at + 8 + length]
        if zlib.crc32(sum_of) != struct.unpack(
                ">I", data[at + 8 + length:at + 12 + length])[0]:
            return False
        at += 12 + length
    return at == len(data)


def is_pdf(data):
    streams = re.findall(rb"/Length (\d+) >>\nstream\n", data)
    for found in re.finditer(rb"/Length (\d+) >>\nstream\n", data):
        zlib.decompress(data[found.end():found.end() + int(found.group(1))])
    return len(streams) > 1


def is_docx(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return z.testzip() is None and len(z.namelist()) == 4


VALID = {"png20k": is_png, "pdf": is_pdf, "office": is_docx}


def bodies_are_valid_and_new(folder):
    """As the origin gives them out, with numbers in them."""
    origin = servers.Origin(folder)
    try:
        for row, line in enumerate(open(folder + "/index")):
            kind = line.split()[0]
            got = [urllib.request.urlopen("http://127.0.0.1:%d/%d/%x" % (
                origin.port, row, n)).read() for n in (1, 0xfedcba987654, 1)]
            assert got[0] == got[2] and got[0] != got[1], kind
            for data in got:
                check = VALID.get(kind.removesuffix("-x"))
                assert check is None or check(data), kind
                assert (bodies.FOLDER in data) == kind.endswith("-x") or (
                    check in (is_docx, is_pdf)) or kind in MIXES, kind
    finally:
        origin.stop()


def right_answers_count_as_right(stage):
    for load in (measure.LOADS[0], measure.LOADS[1], measure.LOADS[3],
                 measure.LOADS[4]):
        stage.prove(load.kind)
        for server in stage.servers:
            stage.result(load, server).add(**stage.once(
                load, server, COUNT, stage.first()))
    for kind in KINDS:
        stage.prove(kind)


def wrong_ones_count_as_wrong(stage, plain):
    """It passes what is infected."""
    plain.looks = True
    try:
        got = stage.ask(plain, "html10k-x", COUNT, 4, stage.first())
    finally:
        plain.looks = False
    assert got["wrong"] == COUNT and "infected" in got["first_error"], got
    load = measure.Load("twins", "html10k-x", 1, {})
    plain.looks = True
    try:
        stage.once(load, plain, 3, stage.first())
    finally:
        plain.looks = False
    result = stage.result(load, plain)
    assert result.errors == 3
    table = list(report.loads_table([(("small", "twins", "x"), made_up(
        rate=[1], errors=3))], set()))
    assert "**3 answers wrong**" in table[-1], table


def nobody_there_is_an_error(stage):
    class Nobody(servers.Server):
        port, name = lab.free_port(), "nobody"
    try:
        stage.ask(Nobody, "html10k", 1, 1, 1)
    except AssertionError as e:
        assert "exit 2" in str(e), e
        return
    raise AssertionError("nobody answered, and that is no error")


def latency_counts_from_the_planned_moment(stage, plain):
    """One connection, more asked of it than it can: who waits is late."""
    got = stage.ask(plain, "html10k", 300, 1, stage.first(), rate=10 ** 6)
    assert got["max"] > 0.9 * got["seconds"] * 1000, got


def cpu_is_counted(stage):
    for server in stage.servers:
        assert stage.result(measure.LOADS[0], server).median("cpu") > 0
    ours = stage.result(measure.LOADS[4], stage.servers[-1])
    assert 0 < ours.median("worker") < ours.median("cpu"), ours.rounds


def the_same_body_is_known(stage):
    """Glassgate has its cache, as with its defaults."""
    ours = stage.servers[-1].gateway
    before = ours.counters()
    stage.run(measure.Load("same", "html10k", 1, {"same": 1}), 1)
    after = ours.counters()
    hits, scans = (after["glassgate_%s_total" % name] -
                   before["glassgate_%s_total" % name]
                   for name in ("cache_hits", "scans"))
    assert hits > 10 * scans > 0, (hits, scans)


def through_squid_too(folder, started):
    origin = servers.Origin(folder)
    behind = measure.Proxied(started[-1])
    try:
        stage = measure.Stage(folder, [behind], [], 0.1, origin)
        stage.run(measure.Load("squid", "html10k", 2, {}), 1)
    finally:
        behind.stop()
        origin.stop()


def downloads_are_scanned(folder, started):
    with contextlib.ExitStack() as stack:
        ours = downloads.behind(stack, started[-1])
        found = {}
        downloads.fast(folder, [ours], [], 1, [measure.Load(
            "small", "html10k", 1, {})], found)
        result, = found.values()
        assert 0 < result.median("worker") < result.median("cpu")


def bodies_in_memory_are_counted_once():
    size = 8 << 20
    fd, before = os.memfd_create("glassgate-body"), taken.mapped(os.getpid())[0]
    assert before > 0
    os.truncate(fd, size)
    with mmap.mmap(fd, size) as body:
        body.write(b"x" * size)
        assert taken.mapped(os.getpid())[0] < before + size // 2
        assert sum(taken.bodies(os.getpid()).values()) == size
    os.close(fd)
    assert not taken.bodies(os.getpid())
    with tempfile.TemporaryFile(dir=lab.folder()) as file:
        file.truncate(size)
        with mmap.mmap(file.fileno(), size) as body:
            body.write(b"x" * size)
            assert taken.mapped(os.getpid())[1] == size


def downloads_are_judged():
    run = goals.Run()
    found = run.downloads
    for load, server, figures in (
            (goals.ONE, goals.ECHO, {"rate": [2, 4]}),
            (goals.ONE, goals.OURS, {"rate": [1, 1], "worker": [1, 1]}),
            (goals.ONE, goals.ENGINE, {}), (goals.FILM, goals.ECHO, {}),
            (goals.FILM, goals.SKIPS, {"rate": [6, 5]}),
            (goals.FILM, goals.RELAYS, {"rate": [5, 6]})):
        found.speed[load, server] = made_up(
            **{"rate": [10, 10], "cpu": [950000, 950000], **figures})
    found.first = {("5 MB", goals.SLOW_SCAN, goals.ECHO): [0.1, 0.1],
                   ("5 MB", goals.SLOW_SCAN, goals.OURS): [1.9, 2]}
    found.crowd = {name: {"rest": 5, "peak": 5 + crowd.BUDGET, "whole": 9,
                          "seconds": 1, "disk": 0, "overload": 0} for name in (goals.ECHO, goals.OURS)}
    met = [row.met for row in goals.rows(run, 60)[15:]]
    assert met == [False, False, True, None, False, True], met
    text = "\n".join(report.downloads(found))
    assert "takes 0.95, the way through c-icap's echo 0.38:" in text, text
    assert "| 0.100 (0.100–0.100) | 1.950 (1.900–2.000) | 20 × |" in text, text


def the_report_tells_all_goals(stage):
    run = goals.Run()
    for (load, server), result in stage.results.items():
        run.results["small", load, server] = result
    for rows in (goals.rows(goals.Run(), 60), goals.rows(run, 60)):
        assert len(rows) == 21 and all(row.what and row.goal for row in rows)
    assert all(row.met is None for row in goals.rows(goals.Run(), 60))
    memory = list(report.memory_table([("a", 2 << 20),
                                       (goals.LIBCLAMAV, 1 << 20)]))
    assert memory[-2:] == ["| a | 2.00 | 2 |",
                           "| libclamav alone | 1.00 | 1 |"], memory
    assert "\n".join(report.loads_table(list(run.results.items()), set()))


def made_up(errors=0, **figures):
    result = measure.Result()
    result.errors = errors
    for name, values in figures.items():
        result.rounds[name] = values
    return result


def goals_are_judged_by_the_rounds():
    """Against the better of the two, each round by itself, by the median."""
    def of(ours, clamav, clamd):
        run = goals.Run()
        for name, rates in zip((goals.OURS,) + goals.AS_SHIPPED,
                               (ours, clamav, clamd)):
            run.results["small", goals.MIX, name] = made_up(rate=rates)
        return run, goals.rows(run, 60)[0]
    run, row = of([30, 3, 40], [10, 10, 10], [20, 2, 20])
    assert row.met and row.measured == "1.50 × (1.50–2.00)", row
    assert of([29, 2.9, 40], [10, 10, 10], [20, 2, 20])[1].met is False
    run.results["small", "any", goals.OURS] = made_up(errors=1)
    assert goals.rows(run, 60)[0].met is False
    run = goals.Run()
    run.reloads["large"] = {
        "latency": {"p99": 10, "longest": [20, 31], "asked": 9, "failed": 0},
        "memory": {"engine": 100, "rest": 114, "peak": 221}}
    rest, peak, latency = goals.rows(run, 60)[11:14]
    assert (rest.met, peak.met, latency.met) == (True, False, False)


def run():
    begin = time.monotonic()
    folder = lab.new_folder("corpus")
    corpus.make(folder, KINDS)
    with contextlib.ExitStack() as stack:
        signatures = gateway.signatures()
        started = []
        for make in (servers.Plain, downloads.Ours):
            started.append(make(signatures))
            stack.callback(started[-1].stop)
        loop = servers.Loop(signatures, "worker", folder)
        stack.callback(loop.stop)
        stage = measure.Stage(folder, started, [loop], 0.1)
        bodies_are_valid_and_new(folder)
        right_answers_count_as_right(stage)
        assert not any(r.errors for r in stage.results.values())
        downloads_are_scanned(folder, started)
        wrong_ones_count_as_wrong(stage, started[0])
        nobody_there_is_an_error(stage)
        latency_counts_from_the_planned_moment(stage, started[0])
        cpu_is_counted(stage)
        the_same_body_is_known(stage)
        through_squid_too(folder, started)
        the_report_tells_all_goals(stage)
        goals_are_judged_by_the_rounds()
        bodies_in_memory_are_counted_once()
        downloads_are_judged()
    print("the bench works (%d s)" % (time.monotonic() - begin))
    return 0
