"""Words that have their place: vendors' names, and names that say nothing."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
from pathlib import Path

from checks.tree import CPP_SUFFIXES, Finding, line_of

VENDOR_WORDS = frozenset(
    "nvvm rocdl xevm xegpu nvgpu amdgpu nvptx ptx ptxas cubin hsaco spirv mfma wmma wgmma dpas "
    "ldmatrix cuda rocm hip levelzero nvidia amd intel".split()
)
CHIP = re.compile(r"(?<![A-Za-z0-9])(sm_\d+\w*|gfx\d+\w*|compute_\d+)")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")

# Where vendors live: their folders, and the one table in lib/Driver that lists
# those folders. Everything else speaks of targets.
VENDOR_PLACES = re.compile(
    r"lib/Target/[^/]+/|lib/Driver/Backends\.cpp|runtime/drivers/|runtime/emulator/"
)

BANNED = frozenset("Utils Util Common Helper Helpers Misc Manager Data Info V2 New".split())
# A definition of a type: neither a declaration nor a specialisation of others'.
TYPE = re.compile(r"\b(?:class|struct|union|enum(?:\s+class)?|using)\s+(\w+)\s*(?=[{:=]|final\b)")
PYTHON_TYPE = re.compile(r"^\s*class\s+(\w+)", re.MULTILINE)


def subwords(name):
    """The words of an identifier: kTileSize_max -> k, Tile, Size, max."""
    return [word for piece in name.split("_") for word in CAMEL.findall(piece)]


def vendor_words(tree):
    """No vendor word outside vendor folders"""
    found = []
    suffixes = (*CPP_SUFFIXES, ".td", ".fbs")
    for path in tree.below("dialects", "lib", "runtime", "include", "tools", suffixes=suffixes):
        if VENDOR_PLACES.match(path):
            continue
        text = tree.text(path)
        hits = {(line_of(text, m.start()), m.group(1)) for m in CHIP.finditer(text)}
        for match in IDENTIFIER.finditer(text):
            for word in subwords(match.group()):
                if word.lower() in VENDOR_WORDS:
                    hits.add((line_of(text, match.start()), word))
        found += [
            Finding(path, n, f"vendor word '{w}' outside vendor folders") for n, w in sorted(hits)
        ]
    return found


def banned_names(tree):
    """Names of types and files say what they are"""
    found = []
    for path in tree.below("dialects", "lib", "runtime", "include", "tools", "python"):
        stem = Path(path).stem
        words = {word.capitalize() for word in subwords(stem.replace("-", "_"))}
        # tools/dev/new-pass makes a pass that is new: a verb's object there, no name.
        if stem != "new-pass" and (bad := words & BANNED):
            found.append(Finding(path, 1, f"file name says '{min(bad)}': name what it holds"))
        found += banned_types(tree, path)
    return found


def banned_types(tree, path):
    if path.endswith(CPP_SUFFIXES):
        text, pattern = tree.code(path), TYPE
    elif path.endswith(".py"):
        text, pattern = tree.text(path), PYTHON_TYPE
    else:
        return
    for match in pattern.finditer(text):
        if bad := BANNED & set(subwords(match.group(1))):
            line = line_of(text, match.start(1))
            yield Finding(path, line, f"type {match.group(1)} says '{min(bad)}': name what it is")
