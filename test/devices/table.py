"""Writes benchmarks/results/devices.md: target x family x type, judged by the vendors' tools and
by emulated devices. Exits with 1 when a row is not as it must be.

Every image must be accepted, and its errors within the bounds of test/devices/bounds.py, without
a fault. f16 and bf16 products and attention must run on the matrix unit, with no spill and no
warning of the assembler.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import os
import platform
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import chips
import emulated
import kernels
import vendor_tools

RESULTS = emulated.ROOT / "benchmarks/results/devices.md"

# Large enough for the tiles of large problems, small enough to emulate.
PLANE, PRODUCT, THIN = (256, 512), (256, 256, 256), (4, 256, 256)
ATTENTION = (256, 256, 64)
IMAGE = (2, 14, 64)
# f16 holds sums up to 65504.
ALL_SUMMED = (128, 256)
# Beside a row for each family.
MORE = [("attention", (256, 256, 128)), ("attention_causal", (256, 256, 128)),
        ("attention", (128, 128, 256))]  # fmt: skip


@dataclass
class Row:
    """One kernel on one target."""

    kernel: kernels.Kernel
    report: vendor_tools.Report
    error: float
    bound: float
    shared: int
    milliseconds: float
    problems: list[str]


def rows_wanted():
    for family in kernels.FAMILIES.values():
        if family.sizes == ("l", "s", "e"):
            yield family, ATTENTION
        elif family.sizes == ("b", "s", "c"):
            yield family, IMAGE
        elif family.sizes == ("m", "n", "k"):
            yield family, THIN if family.name == "thin" else PRODUCT
        else:
            yield family, ALL_SUMMED if family.name == "full_sum" else PLANE
    for name, sizes in MORE:
        yield kernels.FAMILIES[name], sizes


def shared_bytes(bundle):
    """{target: most shared memory of a block}, as planned."""
    _, printed = emulated.run("inspect", bundle)
    found = {}
    for part in re.split(r"^launches on ", printed, flags=re.MULTILINE)[1:]:
        sizes = [int(n) for n in re.findall(r"(\d+) bytes shared", part)]
        found[part.split()[0]] = max(sizes, default=0)
    return found


def compile_milliseconds(source, target):
    """Of one compile, process start to image, the vendor's assembler not counted."""
    begin = time.monotonic()
    vendor_tools.image(source, target, vendor_tools.vendor_of(target).kind)
    return (time.monotonic() - begin) * 1e3


def problems_of(kernel, target, report, error, bound):
    found = [] if report.is_accepted else [f"refused: {report.accepted}"]
    # `xcc verify` prints two digits.
    if not error <= 1.05 * bound:
        found.append(f"error {error:.2g} beyond {bound:.2g}")
    if kernel.family.uses_matrices and kernel.dtype != "f32":
        factor = "i8" if kernel.family.name.startswith("int_") else kernel.dtype
        has_matrices = chips.has_matrices(target, factor)
        if has_matrices and not report.matrix:
            found.append("no matrix instruction")
        spilled = has_matrices and report.spilled
        if spilled and not chips.why_it_spills(target, kernel, spilled):
            found.append(f"spills {spilled}")
    return found + report.warnings


def judge(kernel, target, folder, verdicts, bound, shared):
    source = folder / f"{kernel.name}.mlir"
    milliseconds = compile_milliseconds(source, target)
    report = vendor_tools.judge(source, target, shared)
    problems = problems_of(kernel, target, report, verdicts[target].error, bound)
    return Row(kernel, report, verdicts[target].error, bound, shared, milliseconds, problems)


def judge_kernel(family, sizes, dtype, targets, folder):
    """[(target, Row or what went wrong)]"""
    kernel = family.kernel(dtype, sizes)
    print(f"  {kernel.name}", file=sys.stderr, flush=True)
    rows = []
    for target in targets:
        # Alone, so that no chip's failure hides what another does.
        try:
            bundle = emulated.compile_kernel(kernel, folder, [target])
            verdicts, bound = emulated.verify(kernel, bundle, 0, [target])
            shared = shared_bytes(bundle).get(target, 0)
            rows.append((target, judge(kernel, target, folder, verdicts, bound, shared)))
        except emulated.Failure as failure:
            rows.append((target, f"{kernel.name}: {failure}"))
    return rows


def line(row):
    report, sizes = row.report, "x".join(map(str, row.kernel.sizes))
    matrix = report.matrix if row.kernel.family.uses_matrices else None
    cells = [row.kernel.family.name, row.kernel.dtype, sizes, report.accepted]
    cells += [f"{row.error:.1e}", f"{row.bound:.1e}", report.registers, report.spilled]
    cells += [row.shared, matrix, f"{row.milliseconds:.0f}", "; ".join(row.problems)]
    return "| " + " | ".join("-" if c is None else str(c) for c in cells) + " |"


HEAD = (
    "| family | type | shape | accepted | worst error | bound | registers | spills | shared bytes "
    "| matrix | ms | wrong |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)

INTRODUCTION = """# Kernels on devices

Written by `tools/dev/device-table`, which fails when a row has something in its last column.
Kernels come from `test/devices/kernels.py`.

- accepted: by ptxas, of CUDA 12 for the chips that CUDA 13 has left out; by llvm-readelf, with
  the metadata of each kernel; by spirv-val, and by ocloc where it is installed. `not checked` where
  the tool is missing.
- worst error: on the emulated device against the float64 interpreter, in units of the largest
  result. bound: derived from the kernel's sums by `test/devices/bounds.py`.
- registers: of a thread (sm_*), vector registers of a lane (gfx*), of a thread of 8 or 16 lanes
  (others, by ocloc). spills: bytes of stack and of spill stores and loads (sm_*); vector registers
  spilled and bytes of scratch (gfx*); as ocloc counts (others).
- matrix: matrix instructions of one warp in one turn of the innermost loop that has any. Without
  any for f16: {f16}; for bf16: {bf16}; for i8: {i8}.
- Spills with matrix instructions are wrong, but for these kernels:
{spills}
- ms: `xcc --emit=`, process start to PTX, HSACO or SPIR-V.
"""


def sweep_line(log):
    """The closing line of the sweep, from a log of it or else from the table that is there."""
    if log:
        closing = re.findall(
            r"^=* ?(\d+ .*(?:passed|failed).* in [^=]*?) ?=*$", log.read_text(), re.M
        )
        return f"Sweep of awkward shapes (`pytest -m slow test/devices`): {closing[-1]}."
    if RESULTS.exists() and (kept := re.search(r"^Sweep of .*", RESULTS.read_text(), re.M)):
        return kept[0]
    return "Sweep of awkward shapes (`pytest -m slow test/devices`): not recorded."


def processor():
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.*)", text)
    return f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}"


def kept_sections(output):
    """{target: the text under its heading} of the table that is there."""
    text = output.read_text() if output.exists() else ""
    parts = re.split(r"^## (\S+)\n", text, flags=re.M)[1:]
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))


def write(judged, targets, output, log):
    lacking = {
        dtype: ", ".join(t for t in chips.all_chips() if not chips.has_matrices(t, dtype))
        for dtype in ("f16", "bf16", "i8")
    }
    spills = "\n".join(f"  - {spill}" for spill in chips.SPILLS)
    parts = [INTRODUCTION.format(**lacking, spills=spills), sweep_line(log)]
    parts.append(f"Tools: {'; '.join(vendor_tools.versions())}. Compiled on {processor()}.")
    sections, wrong = kept_sections(output), []
    for target in targets:
        rows = [row for at, row in judged if at == target]
        lines = [line(row) for row in rows if isinstance(row, Row)]
        sections[target] = f"{HEAD}\n" + "\n".join(lines)
        for row in rows:
            if isinstance(row, str):
                wrong.append(f"{target}: {row}")
            elif row.problems:
                wrong.append(f"{target}: {row.kernel.name}: {'; '.join(row.problems)}")
    listed = [target for target in chips.all_chips() if target in sections]
    parts += [f"\n## {target}\n\n{sections[target]}" for target in listed]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(parts) + "\n")
    return wrong


def main():
    parser = argparse.ArgumentParser(
        prog="tools/dev/device-table",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="default: %(default)s")
    parser.add_argument("--families", default="", help="only these, comma-separated")
    parser.add_argument("--types", default=",".join(kernels.DTYPES), help="default: %(default)s")
    parser.add_argument(
        "--targets", default="", help="only these chips, comma-separated; sections of others stay"
    )
    parser.add_argument("--sweep", type=Path, metavar="LOG", help="quote a log of the sweep")
    options = parser.parse_args()
    wanted = options.families.split(",") if options.families else list(kernels.FAMILIES)
    if unknown := sorted(set(wanted) - set(kernels.FAMILIES)):
        parser.error(f"expected families of {', '.join(kernels.FAMILIES)}, got {unknown[0]}")
    targets = options.targets.split(",") if options.targets else chips.all_chips()
    if unknown := sorted(set(targets) - set(chips.all_chips())):
        parser.error(f"expected chips of {', '.join(chips.all_chips())}, got {unknown[0]}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = [
            pool.submit(judge_kernel, family, sizes, dtype, targets, Path(folder))
            for family, sizes in rows_wanted()
            if family.name in wanted
            for dtype in options.types.split(",")
        ]
        judged = [entry for future in futures for entry in future.result()]
    wrong = write(judged, targets, options.output, options.sweep)
    for problem in wrong:
        print(f"device-table: {problem}", file=sys.stderr)
    print(f"{len(judged)} rows, {len(wrong)} wrong, in {options.output}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
