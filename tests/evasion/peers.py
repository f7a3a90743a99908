# SPDX-License-Identifier: GPL-2.0-only
"""Debian's virus_scan on loopback, with its settings as Debian has them, in
private folders; with the signatures of the tests."""

import atexit
import os
import re

import bodies
import gateway
import icap
import judge
import lab

CICAP = """PidFile {folder}/c-icap.pid
CommandsSocket {folder}/c-icap.ctl
Timeout 300
MaxKeepAliveRequests 100
KeepAliveTimeout 600
StartServers 3
MaxServers 10
MinSpareThreads 10
MaxSpareThreads 20
ThreadsPerChild 10
MaxRequestsPerChild 0
Port 127.0.0.1:{port}
TmpDir {scratch}
MaxMemObject 131072
DebugLevel 1
Pipelining on
ModulesDir /usr/lib/x86_64-linux-gnu/c_icap
ServicesDir /usr/lib/x86_64-linux-gnu/c_icap
TemplateDir /usr/share/c_icap/templates/
TemplateDefaultLanguage en
LoadMagicFile /etc/c-icap/c-icap.magic
ServerLog {folder}/server.log
AccessLog {folder}/access.log
Include /etc/c-icap/virus_scan.conf
{engine}
"""
PACKAGES = "libc-icap-mod-virus-scan, clamav-daemon, clamav-testfiles"
MODULE = "/usr/lib/x86_64-linux-gnu/c_icap/%s.so"
FOLDER = gateway.TESTFILES
# clamav_mod knows no other folder than this.
DATABASE = "/var/lib/clamav"
WITH_SIGNATURES = ["unshare"] + ([] if lab.root else ["--map-root-user"]) + [
    "--mount", "--propagation", "private", "sh", "-c",
    "mount --bind \"$1\" " + DATABASE + " && shift && exec \"$@\"", "sh"]


class Peer:
    """virus_scan with one of its engines, "clamav_mod" or "clamd_mod".
    scratch: for its temporary files, else on the disk as Debian has it."""

    def __init__(self, engine, signatures=None, scratch=None):
        self.name = "virus_scan, " + engine
        self.folder = lab.new_folder(engine, lab.PLAIN_USER)
        self.signatures = signatures or gateway.signatures()
        self.scratch = scratch or self.folder
        self.port = lab.free_port()
        self.started = []
        lines = "Include /etc/c-icap/%s.conf" % engine
        if engine == "clamd_mod":
            lines += "\nclamd_mod.ClamdSocket %s" % self.clamd()
        conf = lab.write(self.folder + "/c-icap.conf", CICAP.format(
            folder=self.folder, scratch=self.scratch, port=self.port,
            engine=lines))
        self.start("out", ["c-icap", "-N", "-f", conf])
        self.server = judge.Server(("127.0.0.1", self.port), "avscan")
        lab.until(lambda: self.server.hears() is None, self.name, 300, 0.2)
        self.prove()

    def start(self, log, command):
        self.started.append(lab.start(
            command, os.path.join(self.folder, log), lab.PLAIN_USER,
            env=dict(os.environ, TMPDIR=self.scratch),
            under=WITH_SIGNATURES + [self.signatures]))
        # Also when it does not come to life.
        atexit.register(lab.end_session, self.started[-1].pid)

    def clamd(self):
        """Debian's clamd.conf, with other folders."""
        socket = self.folder + "/clamd.ctl"
        text = lab.read("/etc/clamav/clamd.conf").decode()
        text = re.sub(r"(?m)^(User|LocalSocket\w*|LogFile|PidFile|Foreground)"
                      r"\b.*\n", "", text)
        conf = lab.write(self.folder + "/clamd.conf", text + (
            "\nLocalSocket %s\nLogFile %s/clamd.log\nForeground true\n"
            % (socket, self.folder)))
        self.start("clamd.out", ["clamd", "-c", conf])
        lab.until(lambda: lab.is_socket(socket), "clamd listens", 300)
        return socket

    def prove(self):
        """It scans, and with these signatures: else the table would lie."""
        with icap.Icap(self.server.address) as c:
            answer = c.respmod(bodies.eicar(), "avscan")
        name = answer.get("X-Infection-Found") or ""
        if gateway.EICAR_NAME not in name:
            raise AssertionError("%s does not find the test file: %s %r" % (
                self.name, answer.line, name))

    def stop(self):
        for process in reversed(self.started):
            lab.end_session(process.pid)
            process.wait()


class Ours:
    name = "Glassgate"

    def __init__(self):
        self.gateway = gateway.Gateway(expect=["engine complained"])
        self.server = judge.Server(self.gateway.address, "glassgate")

    def stop(self):
        self.gateway.stop()
