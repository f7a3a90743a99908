# SPDX-License-Identifier: GPL-2.0-only
"""What each process may not do, proven from outside."""

import os
import socket

import gateway
import lab
from suite import Case


def can_listen(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            s.listen()
        except OSError:
            return False
    return True


class Cages(Case):
    def icap(self, g):
        """c-icap's monitor, and its children."""
        monitor = g.status()["pids"]["icap"]
        family = g.processes()
        return ([p for p in family if p.pid == monitor][0],
                [p for p in family if p.ppid == monitor])

    def test_nothing_outlives_a_supervisor_that_was_killed(self):
        g = gateway.Gateway(expect=["."])
        try:
            lab.kill(g.sid)
            lab.until(lambda: not g.processes(), "all are gone", 2)
            self.assertTrue(can_listen(g.port))
        finally:
            g.kill()

    def test_a_child_of_c_icap_cannot_cut_the_segment(self):
        monitor, children = self.icap(self.gateway)
        segment = self.gateway.runtime + "/segment"
        for p in children:
            self.assertNotIn(segment, p.descriptors().values())
            self.assertIn(segment, p.files())
        if not lab.root:
            return
        done = lab.run(["truncate", "-s", "0", segment], user=lab.ICAP_USER)
        self.assertNotEqual(done.returncode, 0)
        self.assertGreater(os.stat(segment).st_size, 0)
