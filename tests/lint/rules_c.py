# SPDX-License-Identifier: GPL-2.0-only
"""rules_c - budgets of the C code, arrows between folders, switches."""
import re

from tree import Finding, code_only

C_LINES = 400
# One test file for each file, and tables of cases are long.
TEST_LINES = 600
# A header is one page; the contracts between folders hold a table or two.
H_LINES = 120
# A table that a source file includes grows by a row for each new thing.
TABLE_LINES = 400
FUNCTION_LINES = 60
# Of all functions in the product. base/ and wire/ are libraries: what they
# are for is called from outside, so they are left out of the share.
STATIC_SHARE = 0.60
LIBRARIES = ("server/base/", "server/wire/")
GLOBALS_PER_KLOC = 1.0
IFS_PER_KLOC = 2.0


def file_length(tree):
    for path in tree.named(".c", ".h"):
        most = H_LINES if path.endswith(".h") else C_LINES
        if path.endswith("_table.h"):  # rows, no header
            most = C_LINES
        if path.startswith("tests/"):
            most = TEST_LINES
        if path.endswith("_table.h"):
            most = TABLE_LINES
        count = len(tree.lines(path)) - 1
        if count > most:
            yield Finding(path, most + 1, f"{count} lines, {most} allowed",
                          "find the border inside the file and split there")


def function_length(tree):
    for tag in tree.tags():
        if tag["kind"] != "function" or "end" not in tag:
            continue
        count = tag["end"] - tag["line"] + 1
        if count > FUNCTION_LINES:
            yield Finding(tag["path"], tag["line"],
                          f"{tag['name']}() has {count} lines, "
                          f"{FUNCTION_LINES} allowed",
                          "make a table of it, or name its parts")


def in_product(tag):
    return tag["path"].startswith(("server/", "modules/")) \
        and tag["path"].endswith(".c")


def static_share(tree):
    functions = [t for t in tree.tags()
                 if t["kind"] == "function" and in_product(t)
                 and not t["path"].startswith(LIBRARIES)]
    static = sum(1 for t in functions if t.get("file"))
    if functions and static / len(functions) < STATIC_SHARE:
        first = next(t for t in functions if not t.get("file"))
        yield Finding(first["path"], first["line"],
                      f"{static} of {len(functions)} functions are static, "
                      f"{STATIC_SHARE:.0%} wanted",
                      "make what only its own file calls static")


def kloc(tree):
    return sum(len(tree.lines(p)) for p in tree.product(".c", ".h")) / 1000


def is_state(tree, tag):
    """Neither static nor const: a table that nobody can change is no state.
    ctags does not see the static in `static struct x { ... } name;`."""
    lines, at = tree.lines(tag["path"]), tag["line"] - 1
    if lines[at].startswith("}"):
        at = next(i for i in range(at - 1, -1, -1) if lines[i][:1].isalpha())
    return not tag.get("file") and not re.match(
        r"static |const struct \w+ \w|const char \*const ", lines[at])


def globals_share(tree):
    found = [t for t in tree.tags()
             if t["kind"] == "variable" and in_product(t)
             and is_state(tree, t)]
    if len(found) > max(1, GLOBALS_PER_KLOC * kloc(tree)):
        for tag in found:
            yield Finding(tag["path"], tag["line"],
                          f"{tag['name']} is global; all together "
                          f"{len(found)} in {kloc(tree):.1f} kloc",
                          "static, or a part of a struct that is passed")


def preprocessor_share(tree):
    found = []
    for path in tree.product(".c", ".h"):
        if "/sandbox_" in path:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            guard = re.match(r"#ifndef [A-Z0-9_]+_H$", line)
            if re.match(r"\s*#\s*if", line) and not guard:
                found.append((path, number))
    if len(found) > max(1, IFS_PER_KLOC * kloc(tree)):
        for path, number in found:
            yield Finding(path, number,
                          f"an #if; all together {len(found)} in "
                          f"{kloc(tree):.1f} kloc",
                          "a variant is a file or the row of a table")


def preprocessor_in_function(tree):
    spans = {}
    for tag in tree.tags():
        if tag["kind"] == "function" and "end" in tag and in_product(tag):
            spans.setdefault(tag["path"], []).append(
                (tag["line"], tag["end"]))
    for path, ranges in spans.items():
        for number, line in enumerate(tree.lines(path), 1):
            if re.match(r"\s*#\s*if", line) \
                    and any(a <= number <= b for a, b in ranges):
                yield Finding(path, number, "#if inside of a function",
                              "a variant is a file or the row of a table")


# Who may include whom; what is not listed here, may not. Two processes never
# share but through the folders to the left of them.
PARTS = ["base", "cage", "wire", "config", "policy", "cache", "metrics", "page",
         "segment"]
ARROWS = {
    "base": ["base"],
    "cage": ["base", "cage"],
    "wire": ["base", "wire"],
    "policy": ["base", "wire", "policy"],
    "cache": ["base", "wire", "cache"],
    "metrics": ["base", "wire", "metrics"],
    "page": ["base", "wire", "page"],
    "config": ["base", "wire", "policy", "config"],
    "segment": ["base", "wire", "cache", "metrics", "segment"],
    "signatures": ["base", "wire", "policy", "config", "signatures"],
    "supervisor": PARTS + ["signatures", "supervisor"],
    "keeper": PARTS + ["signatures", "keeper", "worker", "engines"],
    "unpack": ["base", "wire", "unpack"],
    "worker": PARTS + ["unpack", "worker", "engines"],
    "tool": PARTS + ["signatures", "tool"],
    "icap": PARTS + ["icap"],
    "engines": ["base", "wire", "engines"],
}


def folder_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] in ("server", "modules") else None


def includes(tree, path):
    for number, line in enumerate(tree.lines(path), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1), found.group(2)


def arrows(tree):
    for path in tree.product(".c", ".h"):
        folder = folder_of(path)
        for number, quote, name in includes(tree, path):
            other = name.split("/")[0] if "/" in name else folder
            if quote != '"' or name == "config.h":
                continue
            if folder not in ARROWS:
                yield Finding(path, number, f"unknown folder {folder}",
                              "add it to ARROWS in tests/lint/rules_c.py")
            elif other not in ARROWS[folder]:
                yield Finding(path, number, f"{folder} must not use {other}",
                              "the arrows of server/README.md go one way: "
                              "move what both need to the left")


# The engine; and its own loop, which is measured without our code.
CLAMAV_USERS = ("modules/engines/clamav", "tests/bench/loop_libclamav.c")


def engine_headers(tree):
    for path in tree.named(".c", ".h"):
        for number, _, name in includes(tree, path):
            if name == "clamav.h" \
                    and not path.startswith(CLAMAV_USERS):
                yield Finding(path, number, "includes <clamav.h>",
                              "only modules/engines/clamav* knows libclamav; "
                              "use engines/engine.h")


# Names of c-icap's headers that no system header has.
ICAP_HEADERS = set("""c-icap-conf.h c-icap.h cfg_param.h ci_regex.h
ci_threads.h commands.h debug.h filetype.h header.h lookup_table.h mem.h
module.h net_io.h net_io_ssl.h proc_mutex.h proc_threads_queues.h registry.h
request.h request_util.h service.h shared_mem.h simple_api.h stats.h
txtTemplate.h txt_format.h types_ops.h body.h access.h acl.h""".split())
ICAP_FILES = 4  # the service, its callbacks, what comes in, what goes out


def icap_headers(tree):
    users = {}
    for path in tree.named(".c", ".h"):
        for number, quote, name in includes(tree, path):
            bare = name.removeprefix("c_icap/")
            if quote == "<" and bare in ICAP_HEADERS:
                users.setdefault(path, number)
    inside = [p for p in users if p.startswith("modules/icap/")]
    for path, number in users.items():
        if path not in inside and not path.startswith("tests/"):
            yield Finding(path, number, "includes c-icap's headers",
                          "only modules/icap speaks to c-icap")
        elif path in inside and len(inside) > ICAP_FILES:
            yield Finding(path, number,
                          f"{len(inside)} files of modules/icap include "
                          f"c-icap's headers, {ICAP_FILES} allowed",
                          "keep c-icap's types behind one file")


def blocks(code, start):
    """Text between the braces that open after `start`, nested blocks blanked
    (a switch in a switch is its own)."""
    at = code.find("{", start)
    depth, out = 0, []
    for i in range(at, len(code)):
        c = code[i]
        depth += (c == "{") - (c == "}")
        if depth == 0:
            return "".join(out)
        out.append(c if depth == 1 or c == "\n" else " ")
    return ""


def switch_default(tree):
    enumerators = {t["name"] for t in tree.tags()
                   if t["kind"] == "enumerator"}
    for path in tree.product(".c"):
        code = code_only(tree.raw(path))
        for found in re.finditer(r"\bswitch\s*\(", code):
            body = blocks(code, found.end())
            labels = set(re.findall(r"\bcase\s+(\w+)\s*:", body))
            if labels & enumerators and re.search(r"\bdefault\s*:", body):
                yield Finding(path, code.count("\n", 0, found.start()) + 1,
                              "switch over an enum with a default",
                              "list every value, or make a table of it: "
                              "-Wswitch then finds the forgotten one")


RULES = [file_length, function_length, static_share, globals_share,
         preprocessor_share, preprocessor_in_function, arrows, engine_headers,
         icap_headers, switch_default]
