# SPDX-License-Identifier: GPL-2.0-only
"""Says what was measured, as text that is also Markdown."""

import datetime
import os
import platform
import statistics
import subprocess

import crowd
import goals
import lab
from measure import ratio


def number(value):
    return "%.3g" % value if value < 100 else "%.0f" % value


def spread(result, name):
    if result.median(name) is None:
        return "–"
    low, high = result.spread(name)
    return "%s (%s–%s)" % (number(result.median(name)), number(low),
                           number(high))


def against(result, other, name):
    if result is other:
        return "1"
    values = ratio(result, other, name)
    return "%.2f" % statistics.median(values) if values else "–"


def goals_table(run, repeats):
    yield "| goal | wanted | measured: median (least–most of the rounds) | |"
    yield "|---|---|---|---|"
    for row in goals.rows(run, repeats):
        yield "| %s | %s | %s | %s |" % (
            row.what, row.goal, row.measured or "not in this run",
            {True: "met", False: "**not met**", None: "–"}[row.met])


def loads_table(results, unlooked):
    """results: [((set, load, server), Result)] of one set."""
    yield "| load | server | requests/s: of the better virus_scan | CPU: of " \
        "libclamav alone | requests/s | CPU µs a request | of it workers | " \
        "p50 / p99 ms |"
    yield "|---|---|---|---|---|---|---|---|"
    for (_, load, server), result in results:
        of = {key[2]: r for key, r in results if key[1] == load}
        best = max((of[n] for n in goals.AS_SHIPPED if n in of),
                   key=lambda r: r.median("rate"), default=None)
        alone = of.get(goals.LIBCLAMAV)
        wrong = ", **%d answers wrong** (%s)" % (
            result.errors, result.first_error) if result.errors else ""
        blind = sorted({what for kind, name, what in unlooked
                        if server == name and load.split(",")[0] == kind})
        mark = " (does not look at %s)" % ", ".join(
            blind) if blind else ""
        latency = "%s / %s" % (
            number(result.median("p50")), number(result.median("p99"))
            ) if result.median("p50") is not None else "–"
        yield "| %s | %s%s | %s | %s | %s | %s | %s | %s |" % (
            load, server, mark + wrong, against(result, best, "rate"),
            against(result, alone, "cpu"), spread(result, "rate"),
            spread(result, "cpu"), spread(result, "worker"), latency)


def memory_table(sizes):
    """Of all processes, after all loads; of the engines alone before any."""
    yield "| server | of libclamav alone | MB (PSS) |"
    yield "|---|---|---|"
    alone = dict(sizes).get(goals.LIBCLAMAV)
    for name, size in sizes:
        yield "| %s | %s | %s |" % (
            name, "%.2f" % (size / alone) if alone else "–",
            number(size / 2 ** 20))


def speed_table(found):
    yield "| 100 MB through Squid | MB/s | of echo | of no ICAP | of the " \
        "engine alone | CPU s for 100 MB, Squid's too | of it workers |"
    yield "|---|---|---|---|---|---|---|"
    for (load, server), result in found.speed.items():
        if server == goals.ENGINE:
            yield "| %s: %s | %.0f | | | 1 | %.2f | |" % (
                load, server, 1e8 / result.median("cpu"),
                result.median("cpu") / 1e6)
            continue
        of = found.speed.get
        wrong = ", **%d wrong** (%s)" % (
            result.errors, result.first_error) if result.errors else ""
        share = found.of_engine(load) if server == goals.OURS else None
        yield "| %s: %s%s | %s | %s | %s | %s | %.2f | %s |" % (
            load, server, wrong, megabytes(result),
            against(result, of((load, goals.ECHO)), "rate"),
            against(result, of((load, goals.NO_ICAP)), "rate"),
            "%.2f" % statistics.median(share) if share else "",
            result.median("cpu") / 1e6, "%.2f" % (
                result.median("worker") / 1e6) if share else "")


def megabytes(result):
    low, high = result.spread("rate")
    return "%.0f (%.0f–%.0f)" % tuple(
        100 * rate for rate in (result.median("rate"), low, high))


def where_it_goes(found):
    """Of one download that is scanned: it is received, scanned and handed out
    one after the other."""
    engine, way = (found.of_engine(goals.ONE), found.of(
        goals.ONE, goals.OURS, goals.ECHO, "rate"))
    if not engine or not way:
        return
    yield "Of the time of a download that is scanned, one by one, the engine " \
        "alone takes %.2f, the way through c-icap's echo %.2f: together " \
        "%.2f." % tuple(map(statistics.median, (
            engine, way, [e + w for e, w in zip(engine, way)])))


def firsts_table(found):
    yield "| first byte | size | c-icap echo, s | Glassgate, s | of echo |"
    yield "|---|---|---|---|---|"
    for (size, how, server), echo in found.first.items():
        ours = found.first.get((size, how, goals.OURS))
        if server == goals.ECHO and ours:
            yield "| %s | %s | %s | %s | %.0f × |" % (
                how, size, seconds(echo), seconds(ours), statistics.median(
                    a / b for a, b in zip(ours, echo)))


def seconds(values):
    return "%.3f (%.3f–%.3f)" % (
        statistics.median(values), min(values), max(values))


def crowd_table(found):
    yield "| %d downloads of %d MB at once | MB at rest | at most | of it " \
        "mapped pages of bodies on disk | of echo | came whole | overload | " \
        "s |" % (crowd.COUNT, crowd.SIZE >> 20)
    yield "|---|---|---|---|---|---|---|---|"
    for server, got in found.crowd.items():
        yield "| %s | %.0f | %.0f | %.0f | %.1f × | %d | %d | %.0f |" % (
            server, got["rest"] / 2 ** 20, got["peak"] / 2 ** 20,
            got["disk"] / 2 ** 20,
            got["peak"] / found.crowd[goals.ECHO]["peak"], got["whole"],
            got["overload"], got["seconds"])


def downloads(found):
    for some, table in ((found.speed, speed_table),
                        (found.speed, where_it_goes),
                        (found.first, firsts_table),
                        (found.crowd, crowd_table)):
        if some:
            yield ""
            yield from table(found)


def last_line(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
        return done.stdout.strip().split("\n")[-1]
    except OSError:
        return ""


def package(name):
    return last_line(["dpkg-query", "-W", "-f", "${Package} ${Version}", name])


def processor():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def file_system(path):
    return last_line(["df", "--output=fstype", path])


def facts(args, command):
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 ** 30
    yield "%s, by `%s`%s" % (
        datetime.date.today().isoformat(), command,
        "" if lab.root else ", not as root (no memory figures)")
    yield "%s, %d processors, %.0f GB, Linux %s; temporary files on %s unless " \
        "it says tmpfs" % (processor(), os.cpu_count(), gib,
                           platform.release(), file_system(lab.folder()))
    yield ", ".join(filter(None, [
        last_line([os.path.join(lab.options.build, "glassgate"), "-V"]),
        "commit " + (last_line(["git", "-C", lab.SOURCE, "rev-parse",
                                 "--short", "HEAD"]) or "unknown"),
    ] + [package(name) for name in (
        "c-icap", "libclamav12", "libc-icap-mod-virus-scan", "clamav-daemon",
        "squid")]))
    yield "%d rounds; about %g s of our own speed each" % (
        args.rounds, args.seconds)


def whole(run, args, command, unlooked, early=None):
    yield "# Results of script/bench"
    yield ""
    yield from ("- " + fact for fact in facts(args, command))
    if early:
        yield "- **%s**" % early
    yield ""
    yield "## Goals"
    yield ""
    yield from goals_table(run, args.repeats)
    for title, found in (("ICAP", run.results), ("through Squid", run.squid)):
        for which in ("small", "large"):
            rows = [pair for pair in found.items() if pair[0][0] == which]
            if rows:
                yield ""
                yield "## %s, %s set" % (title, which)
                yield ""
                yield from loads_table(rows, unlooked)
    if run.downloads.speed:
        yield ""
        yield "## Large downloads through Squid"
        yield from downloads(run.downloads)
    for which, sizes in run.memory.items():
        yield ""
        yield "## Memory after all loads, %s set" % which
        yield ""
        yield from memory_table(sizes)
