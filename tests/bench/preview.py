# SPDX-License-Identifier: GPL-2.0-only
"""script/bench --preview: which icap.preview is best, through Squid. Each size
has a Glassgate and a Squid of its own; they take turns, and all figures are
shares of those with the default."""

import contextlib
import statistics

import corpus
import measure
import servers
from measure import say

DEFAULT = "16K"
SIZES = ("0", "1K", "4K", "16K", "32K", "60K")
# All known, so that no scan hides the way.
LOADS = [measure.Load("html10k", "html10k", 1, {"same": measure.SAME}),
         measure.Load("jpeg20k", "jpeg20k", 1, {"same": measure.SAME})]
KINDS = ["html10k", "jpeg20k"]
CROWD = 64      # connections at a time, for memory


def bytes_of(size):
    return int(size.rstrip("K")) << (10 if size.endswith("K") else 0)


def whole_share(size):
    """Percent of the bodies of the web mix that come whole in it."""
    whole = sum(weight for _, weight, length in corpus.MIX
                if length <= bytes_of(size))
    return 100 * whole / sum(weight for _, weight, _ in corpus.MIX)


def icap_memory(server):
    """KB of c-icap for each connection of a crowd that has sent its bodies."""
    sids = server.server.sids
    before = servers.pss(sids, "c-icap")
    servers.ask(server.server, server.corpus, "html10k", 4 * CROWD,
                connections=CROWD, first=server.first << 40)
    return (servers.pss(sids, "c-icap") - before) / 1024 / CROWD


def start(stack, signatures):
    for size in SIZES:
        say("starting Glassgate with icap.preview=%s" % size)
        ours = servers.Glassgate(signatures, **{"icap.preview": size})
        stack.callback(ours.stop)
        proxied = measure.Proxied(ours)
        stack.callback(proxied.stop)
        proxied.name = size
        yield proxied


def against(stage, load, name, figure):
    """Median of the rounds, and so little of what the machine did meanwhile."""
    return "%.2f" % statistics.median(measure.ratio(
        stage.results[load.name, name], stage.results[load.name, DEFAULT],
        figure))


def cell(stage, load, name):
    return "%s | %s" % (against(stage, load, name, "p50"),
                        against(stage, load, name, "cpu"))


def table(stage):
    """Markdown."""
    yield "| `icap.preview` | whole in it | %s | c-icap, KB a connection |" % (
        " | ".join("%s: p50 | CPU" % load.name for load in LOADS))
    yield "|---|---|%s---|" % ("---|---|" * len(LOADS))
    for server in stage.servers:
        yield "| %s | %.0f %% | %s | %.0f |" % (
            server.name, whole_share(server.name), " | ".join(
                cell(stage, load, server.name) for load in LOADS),
            server.memory)


def run(signatures, folder, args):
    """The lines of the table."""
    with contextlib.ExitStack() as stack:
        origin = servers.Origin(folder)
        stack.callback(origin.stop)
        started = list(start(stack, signatures))
        stage = measure.Stage(folder, started, [], args.seconds, origin)
        for load in LOADS:
            stage.run(load, args.rounds)
        for number, server in enumerate(started):
            server.corpus, server.first = folder, number + 1
            server.memory = icap_memory(server)
        return list(table(stage))
