"""clang-format and ruff, checked or (with -f) applied."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import shutil
import subprocess
from pathlib import Path

from checks.tree import CPP_SUFFIXES, Finding

CLANG_FORMAT = "clang-format-22"


def run(command, root):
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def clang_format(tree, fix=False):
    """C++ is formatted by clang-format-22"""
    files = tree.sources(CPP_SUFFIXES)
    if not files:
        return []
    if not shutil.which(CLANG_FORMAT):
        return [Finding(".", 0, f"expected {CLANG_FORMAT}, found none; run tools/dev/setup")]
    if fix:
        run([CLANG_FORMAT, "-i", *files], tree.root)
    output = run([CLANG_FORMAT, "--dry-run", *files], tree.root).stderr
    located = re.findall(r"^(\S+?):(\d+):\d+: warning: code should be", output, re.MULTILINE)
    first = {}
    for path, line in located:
        first.setdefault(path, int(line))
    return [Finding(p, n, "not as clang-format-22 has it (-f fixes)") for p, n in first.items()]


def ruff(tree, fix=False):
    """Python is formatted and linted by ruff"""
    files = tree.python_files()
    if not files:
        return []
    own = Path(__file__).resolve().parents[3] / ".venv/bin/ruff"
    program = str(own) if own.exists() else shutil.which("ruff")
    if not program:
        return [Finding(".", 0, "expected ruff in .venv/bin, found none; run tools/dev/setup")]
    if fix:
        run([program, "check", "-q", "--fix", *files], tree.root)
        run([program, "format", "-q", *files], tree.root)
    concise = ["-q", "--output-format=concise", *files]
    formatted = run([program, "format", "--check", *concise], tree.root)
    linted = run([program, "check", *concise], tree.root)
    found = []
    for line in (formatted.stdout + linted.stdout).splitlines():
        if match := re.match(r"(\S+?):(\d+):\d+: (.*)", line):
            found.append(Finding(match[1], int(match[2]), match[3]))
    if not found and (formatted.returncode or linted.returncode):
        found.append(Finding("pyproject.toml", 0, (formatted.stderr + linted.stderr).strip()))
    return found
