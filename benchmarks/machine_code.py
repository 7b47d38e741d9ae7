"""What machine code says about a kernel: its hot loop, registers, spills, widths.

Text in, numbers out, for the assembly of each vendor that Triton also writes:
nvdisasm's listing of a cubin, and AMD's assembly with its metadata.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
from collections import Counter
from dataclasses import dataclass, field

# Kinds of instructions, the first that matches; the rest is "other".
SASS = [
    ("matrix", r"HMMA|IMMA|DMMA"),
    ("shared read", r"LDSM|LDS\b"),
    ("shared write", r"STS|STSM"),
    ("copy", r"LDGSTS"),
    ("load", r"LDG"),
    ("store", r"STG"),
    ("spill", r"LDL|STL"),
    ("barrier", r"BAR"),
    ("wait", r"DEPBAR|LDGDEPBAR"),
    ("special", r"MUFU"),
    ("shuffle", r"SHFL"),
]
AMDGCN = [
    ("matrix", r"v_mfma|v_wmma"),
    ("spill", r"scratch_"),
    ("shared read", r"ds_(read|load)"),
    ("shared write", r"ds_(write|store)"),
    ("load", r"(buffer|global|flat)_load"),
    ("store", r"(buffer|global|flat)_store"),
    ("barrier", r"s_barrier"),
    ("wait", r"s_wait|s_nop"),
    ("special", r"v_(exp|rcp|log|rsq|sqrt)_"),
    ("shuffle", r"ds_(bpermute|swizzle|permute)|_dpp|v_permlane"),
    ("accumulator move", r"v_accvgpr"),
    ("scalar", r"s_"),
]
KINDS = {"sass": SASS, "amdgcn": AMDGCN}


@dataclass
class Kernel:
    """One kernel's code; `loop` is the innermost one with most matrix instructions."""

    instructions: list = field(default_factory=list)
    loop: list = field(default_factory=list)
    registers: int = 0
    spills: int = 0  # spill loads and stores in the whole kernel
    kinds: list = field(default_factory=list)

    def count(self, kind, body=None):
        counts = Counter(kind_of(i, self.kinds) for i in (self.loop if body is None else body))
        return counts[kind]

    def others(self):
        """Instructions beside the matrix instructions, for each of these."""
        matrix = self.count("matrix")
        return (len(self.loop) - matrix) / matrix if matrix else 0.0

    def widths(self, kind, body=None):
        """ "16 LDSM.16.M88.4" for each way in which `kind` is done."""
        body = self.loop if body is None else body
        names = Counter(i for i in body if kind_of(i, self.kinds) == kind)
        return ", ".join(f"{n} {name}" for name, n in names.most_common()) or "-"


def kind_of(instruction, kinds):
    for kind, pattern in kinds:
        if re.match(pattern, instruction):
            return kind
    return "other"


def hottest_loop(lines, kinds):
    """`lines` are ("label", name), ("op", name, target or None) in order."""
    places, best = {}, []
    for number, line in enumerate(lines):
        if line[0] == "label":
            places[line[1]] = number
            continue
        start = places.get(line[2])
        if start is None:
            continue
        body = [entry[1] for entry in lines[start : number + 1] if entry[0] == "op"]

        def rank(code):
            return (sum(kind_of(i, kinds) == "matrix" for i in code), -len(code))

        if not best or rank(body) > rank(best):
            best = body
    return best


def read_sass(listing, usage):
    """A kernel of `nvdisasm -c`; `usage` is what `ptxas -v` (or cuobjdump) says."""
    lines = []
    for text in listing.splitlines():
        if label := re.match(r"(\.L_x?_?\d+):", text):
            lines.append(("label", label[1]))
        elif code := re.match(r"\s+/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;", text):
            if code[1].startswith("@!PT "):  # never executed: room for a fault of the chip's
                continue
            name = re.sub(r"^@!?U?P\w+\s+", "", code[1]).split()[0]
            target = re.search(r"`\((\.L\w+)\)", code[1])
            lines.append(("op", name, (target and name.startswith("BRA") and target[1]) or None))
    kernel = Kernel([e[1] for e in lines if e[0] == "op"], hottest_loop(lines, SASS), kinds=SASS)
    kernel.registers = int(re.search(r"(?:Used |REG:)(\d+)", usage)[1])
    kernel.spills = kernel.count("spill", kernel.instructions)
    return kernel


def read_amdgcn(assembly):
    """A kernel of AMD's assembly, metadata included."""
    lines = []
    for text in assembly.splitlines():
        text = text.split(";")[0].rstrip()
        if label := re.match(r"(\.?\w+):", text):
            lines.append(("label", label[1]))
        elif code := re.match(r"\s+([a-z]\w+)(.*)", text):
            target = re.search(r"(\.L\w+)", code[2]) if "branch" in code[1] else None
            lines.append(("op", code[1], target and target[1]))
    kernel = Kernel(
        [e[1] for e in lines if e[0] == "op"], hottest_loop(lines, AMDGCN), kinds=AMDGCN
    )
    kernel.registers = int(re.search(r"\.vgpr_count:\s+(\d+)", assembly)[1])
    kernel.spills = kernel.count("spill", kernel.instructions)
    return kernel
