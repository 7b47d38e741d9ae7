"""What every source file starts with, and what compiler code never calls."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
from pathlib import Path

from checks.tree import CPP_SUFFIXES, Finding, line_of

SPDX = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
LICENSED = (*CPP_SUFFIXES, ".td", ".fbs", ".py", ".cmake", "CMakeLists.txt", ".py.in")
# A long docstring may stand before the licence.
HEADER_LINES = 25
# Reading the environment, or declaring a global option; an option of LLVM's own
# may be set through a pointer.
SETTING = re.compile(
    r"\bcl::(?:opt|list|bits)\b(?:<[^;*]*>)?\s+\w+\s*[({;]|\b(?:secure_)?getenv\b|\bGetEnv\b"
)
TITLE = re.compile(r"//===-+ (\S+) - ")


def headers(tree):
    """A source file starts with its title and the SPDX line"""
    found = []
    for path in [*tree.sources(LICENSED), *tree.scripts()]:
        lines = tree.text(path).split("\n")
        if not any(SPDX in line for line in lines[:HEADER_LINES]):
            found.append(Finding(path, 1, f"expected the line '{SPDX}' near the top"))
            continue
        title = lines[1] if lines[0].startswith("#!") else lines[0]
        # A CMakeLists.txt is what its folder says.
        if path.endswith("CMakeLists.txt"):
            continue
        if SPDX in title or not title.startswith(("//", "/*", "#", '"""')):
            found.append(Finding(path, 1, "expected a title line: what this file is"))
        named = TITLE.match(title)
        if named and named.group(1) != Path(path).name:
            found.append(Finding(path, 1, f"title names {named.group(1)}"))
    return found


def settings(tree):
    """Compiler code reads no environment and declares no global options"""
    found = []
    for path in tree.below("lib", "dialects", suffixes=CPP_SUFFIXES):
        code = tree.code(path)
        for match in re.finditer(SETTING, code):
            line = line_of(code, match.start())
            found.append(
                Finding(path, line, f"{match.group()}: options live in Passes.td or a struct")
            )
    return found
