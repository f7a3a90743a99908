# SPDX-License-Identifier: GPL-2.0-only
"""Settings files with policies, and requests that tell who sends them."""

import os

import lab


def conf(policies, more=""):
    """A settings file. policies: [(name, match, rest)], match: lists by
    name, rest: the lines behind it."""
    path = os.path.join(lab.new_folder("conf"), "glassgate.conf")
    write(path, policies, more)
    return path


def write(path, policies, more=""):
    lab.write(path, "policies = (\n%s\n);\n%s" % (
        ",\n".join(one(*p) for p in policies), more))


def one(name, match, rest=""):
    lists = " ".join("%s = [ %s ];" % (
        key, ", ".join('"%s"' % word for word in words))
        for key, words in match.items())
    return '{ name = "%s"; match = { %s }; %s }' % (name, lists, rest)


def outcomes(**by):
    return "outcomes = { %s };" % " ".join(
        '%s = "%s";' % (name.replace("_", "-"), action)
        for name, action in by.items())


def who(client=None, user=None, authenticated=None):
    """ICAP headers."""
    lines = [("X-Client-IP", client), ("X-Client-Username", user),
             ("X-Authenticated-User", authenticated)]
    return [line for line in lines if line[1] is not None]


def asked(url, method="GET", host=None):
    """The head of a request to that URL."""
    host = host or url.split("/")[2]
    return ("%s %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (method, url,
                                                  host)).encode()


def typed(media):
    return ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % media).encode()
