# SPDX-License-Identifier: GPL-2.0-only
"""Topics side by side: a lane is a process of its own that runs one topic
after another, with a gateway, a Squid, an origin, a folder and ports of its
own. It reads the names of topics and tells what became of each."""

import os
import subprocess
import sys
import threading

MARK = "\x1e"  # begins the line that ends what a lane says of a topic
END = "what its topics shared"


class Served:
    """The lane's side. Its programs get neither what it reads from nor what
    it writes to: the other side must see its end when it ends."""

    def __init__(self):
        self.asked = os.fdopen(os.dup(0), "r")
        sys.stdout = os.fdopen(os.dup(1), "w", buffering=1)
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)

    def names(self):
        return (line.rstrip("\n") for line in self.asked)

    def told(self, counts):
        print(MARK + " ".join(str(n) for n in counts))


class Died(Exception):
    pass


class Process:
    """The other side of one."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            errors="replace")

    def ask(self, topic):
        """(what it said, [passed, failed, skipped]); Died with what it said
        when it ended before it told."""
        try:
            self.process.stdin.write(topic + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # seen below, too
        return self.heard()

    def heard(self):
        said = []
        for line in self.process.stdout:
            if line.startswith(MARK):
                return "".join(said), [int(n) for n in line[1:].split()]
            said.append(line)
        raise Died("".join(said), "status %d" % self.process.wait())

    def end(self):
        """What all its topics shared stops."""
        self.process.stdin.close()
        answer = self.heard()
        status = self.process.wait()
        if status != 0:
            raise Died(answer[0], "status %d" % status)
        return answer


class Lanes:
    """Runs topics in so many lanes. found(text, counts) is called once for
    each, with all that its lane said of it. command: starts a lane."""

    def __init__(self, topics, count, found, command):
        self.topics, self.found = list(topics), found
        self.open = set(topics)
        self.command = command
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.lane, daemon=True)
                        for _ in range(min(count, len(self.topics)))]

    def run(self):
        for t in self.threads:
            t.start()
        for t in self.threads:
            t.join()
        for topic in sorted(self.open):
            self.found("not ok %s was run\n" % topic, [0, 1, 0])

    def next(self):
        with self.lock:
            return self.topics.pop(0) if self.topics else None

    def lane(self):
        process = None
        for topic in iter(self.next, None):
            process = process or Process(self.command)
            if not self.one(topic, lambda: process.ask(topic)):
                process = None
        if process is not None:
            self.one(END, process.end)

    def one(self, topic, ask):
        """Whether the lane lives on. A death is a failure, and a new lane
        takes what is left."""
        try:
            said, counts = ask()
        except Died as e:
            said, status = e.args
            said += "not ok the lane of %s comes to its end\n#   %s\n" % (
                topic, status)
            counts = None
        with self.lock:
            self.found(said, counts or [0, 1, 0])
            self.open.discard(topic)
        return counts is not None
