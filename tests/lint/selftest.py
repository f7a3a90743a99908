# SPDX-License-Identifier: GPL-2.0-only
"""selftest - for each rule a small tree that breaks it, and one that nearly
does. A rule that lets the first pass, or refuses the second, cannot be
trusted with ours."""
import os
import tempfile

from tree import Tree

C = "/* SPDX-License-Identifier: GPL-2.0-only */\n"
SH = "#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-only\n"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-" \
    + "TEST-FILE!$H+H*"
STATIC = "static void\ns%d(void)\n{\n}\n"
PUBLIC = "void\np%d(void)\n{\n}\n"
ENUM = "enum color { RED, GREEN };\n"


def function(lines):
    return C + "int\nf(void)\n{\n" + "\tg();\n" * (lines - 3) + "}\n"


def functions(static, public):
    return C + "".join(STATIC % i for i in range(static)) \
        + "".join(PUBLIC % i for i in range(public))


def switch(last):
    return C + ENUM + "int\nf(enum color c)\n{\n\tswitch (c) {\n" \
        "\tcase RED:\n\t\treturn 1;\n\t" + last + ":\n\t\treturn 2;\n\t}\n}\n"


def including(*names):
    return C + "".join(f"#include {n}\n" for n in names)


ICAP = including("<c-icap.h>")

# rule: (a tree that breaks it, a tree that does not)
SAMPLES = {
    "file_length": ({"server/base/a.c": C + "\n" * 400},
                    {"server/base/a.c": C + "\n" * 399}),
    "function_length": ({"tests/unit/a.c": function(61)},
                        {"tests/unit/a.c": function(60)}),
    "static_share": ({"server/tool/a.c": functions(5, 5)},
                     {"server/tool/a.c": functions(6, 4),
                      "server/base/b.c": functions(0, 9)}),
    "globals_share": ({"server/tool/a.c": C + "int a;\nconst char *b;\n"},
                      {"server/tool/a.c": C + "int a;\nstatic int b;\n"
                       "const struct s d = {\n};\n"
                       "static struct s {\n\tint i;\n} c[] = {\n};\n"}),
    "preprocessor_share": (
        {"server/tool/a.c": C + "#ifdef A\n#endif\n#if B\n#endif\n"},
        {"server/tool/a.h": C + "#ifndef TOOL_A_H\n#if A\n#endif\n#endif\n",
         "server/worker/sandbox_x.c": C + "#if A\n#endif\n" * 3}),
    "preprocessor_in_function": (
        {"server/tool/a.c": C + "int\nf(void)\n{\n#ifdef A\n\tg();\n#endif\n"
                                "\treturn 0;\n}\n"},
        {"server/tool/a.c": C + "#ifdef A\nint\nf(void)\n{\n\treturn 0;\n}\n"
                                "#endif\n"}),
    "arrows": ({"server/wire/a.c": including('"config/settings.h"')},
               {"server/config/a.c": including('"wire/job.h"', '"config.h"',
                                               "<stdio.h>")}),
    "engine_headers": ({"server/worker/a.c": including("<clamav.h>")},
                       {"modules/engines/clamav.c":
                        including("<clamav.h>")}),
    "icap_headers": ({f"modules/icap/{n}.c": ICAP for n in "abcde"},
                     {f"modules/icap/{n}.c": ICAP for n in "abc"}),
    "switch_default": ({"server/tool/a.c": switch("default")},
                       {"server/tool/a.c": switch("case GREEN")}),
    "decoders_in_table": (
        {"tests/fuzz/decoders": "a_unpack a\n",
         "server/wire/a.h": C + "int b_unpack(int);\n"},
        {"tests/fuzz/decoders": "# c\na_unpack a\nb_parse - why\n",
         "server/wire/a.h": C + "int a_unpack(int);\nint b_parse(int);\n"
         "int a_pack(int);\n"}),
    "decoders_fuzzed": (
        {"tests/fuzz/decoders": "a_unpack a\n",
         "tests/fuzz/fuzz_a.c": C + "int a = b_unpack(1);\n"},
        {"tests/fuzz/decoders": "a_unpack a\nb_unpack - why\n",
         "tests/fuzz/fuzz_a.c": C + "int a = a_unpack(1);\n"}),
    "fuzzers_built": (
        {"tests/fuzz/fuzz.am": "tests_fuzz_fuzz_a_SOURCES = x\n",
         "tests/fuzz/fuzz_a.c": C},
        {"tests/fuzz/fuzz.am": "tests_fuzz_fuzz_a_SOURCES = x\n"
         "tests_fuzz_replay_a_SOURCES = x\n",
         "tests/fuzz/fuzz_a.c": C}),
    "licence": ({"server/base/a.c": "int a;\n"}, {"script/x": SH}),
    "open_ends": ({"server/base/a.c": C + "/* TO" + "DO: later */\n"},
                  {"server/base/a.c": C + "/* later */\n"}),
    "test_virus": ({"tests/a.py": "#" + EICAR.replace("\\", "\\\\") + "\n"},
                   {"tests/a.py": "#" + EICAR[:30] + "\n"}),
    "machine_paths": ({"README.md": "see /wo" + "rk/main\n"},
                      {"README.md": "see build/wo" + "rk/main\n"}),
    "blanks": ({"README.md": "a \n"}, {"README.md": "a\n"}),
    "indentation": ({"server/base/a.c": C + " " * 8 + "int a;\n"},
                    {"server/base/a.c": C + "\t    int a;\n"}),
    "columns": ({"server/base/a.c": C + "\t" + "a" * 73 + "\n"},
                {"server/base/a.c": C + "\t" + "a" * 72 + "\n"}),
    "return_types": ({"server/base/a.c": C + "int f(void)\n{\n}\n"},
                     {"server/base/a.c": C + "int\nf(void)\n{\n}\n"
                                             "int g(void);\n"}),
    "shell": ({"script/x": SH + "if true\n"}, {"script/x": SH + "true\n"}),
    "python": ({"tests/a.py": "os.stat(1)\n"},
               {"tests/a.py": "import os.path\nos.stat(1)\n"}),
    "members": ({"tests/a.py": "import re\n", "tests/b.py": "import a\n"
                 "a.re.sub(1)\n"},
                {"tests/a.py": "def b():\n    pass\n", "tests/b.py":
                 "import a\nfrom a import b\na.b(b, a.__file__)\n"}),
    "executable": ({"script/x": (SH, 0o644)}, {"script/x": (SH, 0o755)}),
}


def plant(root, files):
    for path, content in files.items():
        text, mode = content if isinstance(content, tuple) else (content, 0o755)
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(full, mode)


def findings(rule, files):
    with tempfile.TemporaryDirectory(prefix="glassgate-lint-") as root:
        plant(root, files)
        return [str(f) for f in rule(Tree(root))]


def check(rule):
    """What is wrong with the rule itself, or None."""
    if rule.__name__ not in SAMPLES:
        return "has no sample in tests/lint/selftest.py"
    bad, good = SAMPLES[rule.__name__]
    if not findings(rule, bad):
        return "does not see the sample that breaks it"
    refused = findings(rule, good)
    return f"refuses a good sample: {refused[0]}" if refused else None
