"""What the vendors' own tools say about compiled kernels; their words stay in this file.

For each target: is the image accepted, registers, spills, shared memory, and the matrix
instructions of the hot loop: of those loops that no other such loop lies in, the one with most.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import functools
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import emulated


@dataclass
class Report:
    """Of all kernels of a program: the largest of each number. None: nobody here can say."""

    accepted: str = "not checked"  # else "yes", or what the tool complained of
    registers: int | None = None
    spilled: int | None = None  # bytes, or registers where the tool counts those
    matrix: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def is_accepted(self):
        return self.accepted in ("yes", "not checked")


def tool(*names):
    """Path of the first of the programs that is installed."""
    return next((path for path in map(shutil.which, names) if path), None)


def run(*command):
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout + done.stderr


def image(source, target, kind):
    """The kernel's code in one format, as a file."""
    path = source.with_suffix(f".{target}.{kind}")
    code, printed = emulated.run(source, f"-target={target}", f"--emit={kind}", "-o", path)
    if code:
        raise emulated.Failure(f"--emit={kind} exited with {code}\n{printed}")
    return path


# Loops


def reachable(start, successors, within):
    """Blocks that can be reached from `start` by one step or more."""
    seen, waiting = set(), [start]
    while waiting:
        for block in successors[waiting.pop()]:
            if block in within and block not in seen:
                seen.add(block)
                waiting.append(block)
    return seen


def loops(blocks, successors, order):
    """Loops among the blocks: each with the loops inside it."""
    found, left = [], set(blocks)
    for block in order:
        if block not in left:
            continue
        ahead = reachable(block, successors, left)
        loop = {b for b in ahead if block in reachable(b, successors, left)}
        left -= loop | {block}
        if not loop:
            continue
        # Without the block that it is entered by a loop is what is inside it.
        entered = {s for b in order if b not in loop for s in successors[b]} & loop
        inside = loop - (entered or {block})
        found.append((loop, loops(inside, successors, order)))
    return found


def count_hot(found, counts):
    """Matrix instructions of the innermost loops that have any; the most of them."""
    most = 0
    for loop, inside in found:
        inner = count_hot(inside, counts)
        most = max(most, inner or sum(counts[b] for b in loop))
    return most


def hot_loop(lines, label, jump, ends, matrix):
    """Matrix instructions in the hot loop of assembly text; of all where no loop has any.

    `label` finds a block's name, `jump` those it may go to, `ends` what never goes on to the
    next line, `matrix` what is counted.
    """
    order, successors, counts = ["entry"], {"entry": set()}, {"entry": 0}
    goes_on = True
    for line in lines:
        if name := label.search(line):
            if goes_on:
                successors[order[-1]].add(name[1])
            order.append(name[1])
            successors.setdefault(name[1], set())
            counts[name[1]] = 0
            goes_on = True
        counts[order[-1]] += bool(matrix.search(line))
        for names in jump.findall(line):
            successors[order[-1]].update(names.split())
        if goes_on and ends.search(line):
            # What follows with no name cannot be reached but by falling through.
            goes_on = False
    successors = {b: {s for s in successors.get(b, ()) if s in counts} for b in order}
    return count_hot(loops(order, successors, order), counts) or sum(counts.values())


# Targets


def judge_nvidia(source, target, shared):
    path, report = image(source, target, "ptx"), Report()
    text = path.read_text()
    report.matrix = hot_loop(
        text.splitlines(),
        label=re.compile(r"^(\$L__BB\w+):"),
        jump=re.compile(r"\bbra(?:\.uni)?\s+(\$L__BB\w+)"),
        ends=re.compile(r"^\s*(bra(\.uni)?\s|ret;)"),
        matrix=re.compile(r"\b(mma\.sync|wgmma\.mma_async)"),
    )
    architecture = re.search(r"^\.target (\w+)", text, re.MULTILINE)[1]
    ptxas = assembler_for(architecture)
    if not ptxas:
        return report
    code, printed = run(ptxas, "-v", f"-arch={architecture}", path, "-o", "/dev/null")
    report.accepted = "yes" if code == 0 else printed.splitlines()[0]
    report.registers = largest(r"Used (\d+) registers", printed)
    spills = r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads"
    report.spilled = sum(sum(map(int, m)) for m in re.findall(spills, printed))
    report.warnings = re.findall(r".*\bC75\d\d\b.*", printed)
    return report


def packaged_assembler():
    """That of the Python package nvidia-cuda-nvcc-cu12, which knows older chips."""
    try:
        package = importlib.util.find_spec("nvidia.cuda_nvcc")
    except ModuleNotFoundError:
        return None
    folders = list(package.submodule_search_locations) if package else []
    return next((f"{f}/bin/ptxas" for f in folders if Path(f, "bin/ptxas").exists()), None)


@functools.cache
def assembler_for(architecture):
    """A ptxas that knows the architecture: CUDA 13 has left out those before Turing, CUDA 12
    does not know the newest."""
    for ptxas in (tool("ptxas", "/usr/local/cuda/bin/ptxas"), packaged_assembler()):
        if ptxas and f"'{architecture}'" in run(ptxas, "--help")[1]:
            return ptxas
    return None


def judge_amd(source, target, shared):
    path, report = image(source, target, "hsaco"), Report()
    report.matrix = hot_loop(
        image(source, target, "asm").read_text().splitlines(),
        label=re.compile(r"^(\.LBB\w+):"),
        jump=re.compile(r"\bs_c?branch\w*\s+(\.LBB\w+)"),
        ends=re.compile(r"^\s*s_(branch|endpgm|setpc)"),
        matrix=re.compile(r"\bv_(s?mfmac?|s?wmmac?)_"),
    )
    reader = tool("llvm-readelf-22", "llvm-readelf")
    if not reader:
        return report
    code, notes = run(reader, "--notes", path)
    report.accepted = "yes" if code == 0 and ".kd" in notes else f"no metadata: {notes[:80]}"
    vectors = [int(n) for n in re.findall(r"\.vgpr_count:\s+(\d+)", notes)]
    report.registers = max(vectors, default=None)
    # Scalars are spilled to lanes of a register, which is no memory: those do not count.
    spilled = re.findall(r"\.(?:vgpr_spill_count|private_segment_fixed_size):\s+(\d+)", notes)
    report.spilled = sum(map(int, spilled))
    allocated = largest(r"\.group_segment_fixed_size:\s+(\d+)", notes)
    if allocated != shared:
        report.warnings.append(f"metadata has {allocated} bytes of shared memory, plan {shared}")
    return report


def judge_intel(source, target, shared):
    path, report = image(source, target, "spirv"), Report()
    text = image(source, target, "spirv-text").read_text()
    products = re.findall(r'OpName (%\w+) "\w*(?:matrix_mad|SubgroupMatrixMultiply)', text)
    calls = "|".join(rf"%\w+ {re.escape(p)}\b" for p in products) or "(?!)"
    report.matrix = hot_loop(
        text.splitlines(),
        label=re.compile(r"(%\w+) = OpLabel"),
        jump=re.compile(r"OpBranch(?:Conditional %\w+)? (%\w+(?: %\w+)?)"),
        ends=re.compile(r"\bOp(Branch|BranchConditional|Return|Unreachable)\b"),
        matrix=re.compile(rf"OpFunctionCall (?:{calls})"),
    )
    validator = tool("spirv-val")
    if validator:
        code, printed = run(validator, path)
        report.accepted = "yes" if code == 0 else printed.splitlines()[0]
    if report.is_accepted and tool("ocloc"):
        compile_spirv(path, target, report)
    return report


# The ocloc of 2022 does not know these; the others have the same instructions for products.
OCLOC_NAMES = {"bmg": "pvc"}


def compile_spirv(path, target, report):
    """ocloc knows registers and spills. It reports success for functions it does not know, so
    the instructions that come out are counted as well."""
    stem = path.with_suffix("")
    target = OCLOC_NAMES.get(target, target)
    options = ["-spirv_input", "-device", target, "-out_dir", stem, "-output", "kernel"]
    # As the runtime: what spills is built again for more registers.
    for registers in ("-ze-intel-enable-auto-large-GRF-mode", "-ze-opt-large-register-file"):
        code, printed = run("ocloc", "compile", "-file", path, *options, "-options", registers)
        if code:
            report.accepted = printed.strip().splitlines()[-1]
            return
        if "spilled" not in printed:
            break
    (binary,) = stem.glob("kernel*.bin")
    run("ocloc", "disasm", "-file", binary, "-device", target, "-dump", stem / "dump")
    texts = [f.read_text() for f in (stem / "dump").glob("*.asm")]
    if not texts:
        report.warnings.append("ocloc disassembles nothing")
    elif report.matrix and not sum(text.count("dpas") for text in texts):
        report.warnings.append("ocloc made no dpas")
    report.registers = largest(r"allocated (\d+) regs", printed) or 128
    report.spilled = sum(map(int, re.findall(r"spilled around (\d+)", printed)))


def largest(pattern, text):
    return max(map(int, re.findall(pattern, text)), default=None)


@dataclass(frozen=True)
class Vendor:
    """What the chips of one vendor have in common."""

    kind: str  # of its images
    judge: Callable  # (source, target, shared bytes as planned) -> Report


NVIDIA, AMD = Vendor("ptx", judge_nvidia), Vendor("hsaco", judge_amd)
INTEL = Vendor("spirv", judge_intel)


def vendor_of(target):
    if target.startswith(("sm_", "compute_")):
        return NVIDIA
    return AMD if target.startswith("gfx") else INTEL


def judge(source, target, shared):
    """The Report on the kernels of a program for one chip."""
    return vendor_of(target).judge(source, target, shared)


def versions():
    """The tools found here, a line each."""
    found = []
    named = ("ptxas", tool("ptxas")), ("packaged ptxas", packaged_assembler())
    for name, path in (*named, ("llvm-readelf-22", tool("llvm-readelf-22"))):
        if path:
            lines = run(path, "--version")[1].strip().splitlines()
            found.append(f"{name}: {next((x for x in lines if 'ersion' in x or 'V1' in x), '')}")
    if path := tool("spirv-val"):
        found.append(f"spirv-val: {run(path, '--version')[1].splitlines()[0]}")
    found.append("ocloc: found" if tool("ocloc") else "ocloc: not here")
    return [" ".join(line.split()) for line in found]
