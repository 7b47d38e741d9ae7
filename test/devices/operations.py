"""Every fx operation on emulated devices: the cases of test/python/ops, against the interpreter.

    tools/dev/device-operations [--chips=sm_80,pvc] [--operations=add,sort]

compiles and runs every case for every chip, prints how many, and each that is wrong.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import emulated
import torch

sys.path.insert(0, str(emulated.ROOT / "test/python"))
sys.path.insert(0, str(emulated.ROOT / "test/python/ops"))

from case import module_of, run_batch
from cases import all_cases, by_operation
from judges import interpret
from safetensors.torch import load_file, save_file
from verdict import judge

# Of each vendor what differs most: instructions, lanes of a warp, what hardware lacks.
CHIPS = ("sm_61", "sm_80", "sm_90", "gfx906", "gfx942", "gfx1100", "dg2", "pvc")
WITHOUT_F64 = {"dg2"}
# Of one program: few enough that several cores share the work.
BATCH = 100
# Threads in an order by chance, preempted in between.
SCHEDULE = 2


class Refusal(str):
    """The error that the compiler gives for a case."""


@dataclass
class Tally:
    """What came of the cases on one chip."""

    cases: int = 0
    refused: int = 0  # for a reason that is one
    wrong: dict[str, list[str]] = field(default_factory=dict)  # by operation


def listed_chips():
    """Of CHIPS those that xcc compiles for."""
    code, printed = emulated.run("--list-targets")
    assert code == 0, printed
    names = {line.split()[0] for line in printed.splitlines() if line[:1].strip()}
    return [chip for chip in CHIPS if chip in names]


def compile_and_run(text, inputs, chip, folder):
    """(outputs by name, {line: what is wrong there}, all that was printed)"""
    names = "m.mlir", "m.xcb", "in.st", "out.safetensors"
    model, bundle, given, results = (folder / name for name in names)
    model.write_text(text)
    code, printed = emulated.run(model, f"-target={chip}", "--with-emulation", "-o", bundle)
    if code:
        errors = re.findall(r"^\S*m\.mlir:(\d+):\d+: error: (.*)", printed, re.MULTILINE)
        return None, {int(line): Refusal(error) for line, error in reversed(errors)}, printed
    save_file(inputs, given)
    options = [f"--device=emu:{chip}", f"--inputs={given}", f"--output={results}"]
    code, printed = emulated.run("run", bundle, *options, f"--schedule={SCHEDULE}")
    # Each fault names the operation's line; an error of the runtime's may name none.
    faults = re.findall(r"^(fault .*m\.mlir:(\d+).*)", printed, re.MULTILINE)
    if code or faults or re.search("^fault", printed, re.MULTILINE):
        return None, {int(line): fault for fault, line in reversed(faults)}, printed
    return load_file(results), {}, printed


def results_on(cases, chip):
    """[outputs, or the text of what went wrong] for each case."""
    if not cases:
        return []
    text, inputs = module_of(cases)
    with tempfile.TemporaryDirectory() as folder:
        outputs, lines, printed = compile_and_run(text, inputs, chip, Path(folder))
        if outputs is not None:
            # All cases at once; what is loaded are views of the file.
            return run_batch(cases, lambda *_: (outputs, None))
    # The function's line is the first.
    blamed = {line - 2: what for line, what in lines.items() if 0 <= line - 2 < len(cases)}
    if blamed:
        rest = iter(results_on([c for i, c in enumerate(cases) if i not in blamed], chip))
        return [blamed[i] if i in blamed else next(rest) for i in range(len(cases))]
    if len(cases) == 1:
        return [printed[:2000]]
    half = len(cases) // 2
    return results_on(cases[:half], chip) + results_on(cases[half:], chip)


def has_f64(case):
    if case.op == "arange":
        # PyTorch computes it in f64; multiples of small powers of two can be counted.
        numbers = (float(text.split()[0]) for text in case.attributes.values())
        if any((number * 2**30) % 1 for number in numbers):
            return True
    return torch.float64 in (*(x.dtype for x in case.inputs), *case.result_dtypes())


def is_expected(case, chip, result):
    """Is it the hardware that does not have what the case needs?"""
    is_refused = isinstance(result, Refusal) and "f64" in result
    return is_refused and chip in WITHOUT_F64 and has_f64(case)


def rounded_weights(case, dtype):
    """Matrix units take attention's weights in the program's type: half a unit of each, times
    the largest value."""
    if case.op != "scaled_dot_product_attention":
        return 0.0
    return torch.finfo(dtype).eps / 2 * case.inputs[2].abs().max().item()


def count(tally, cases, meanings, results, chip):
    for case, meaning, result in zip(cases, meanings, results, strict=True):
        tally.cases += 1
        if is_expected(case, chip, result):
            tally.refused += 1
        elif wrong := judge(case, meaning, result, rounded_weights):
            tally.wrong.setdefault(case.op, []).extend(f"{chip}: {text}" for text in wrong)


def batches_of(cases):
    return [cases[first : first + BATCH] for first in range(0, len(cases), BATCH)]


def judge_all(work):
    """{chip: Tally} of {chip: cases}."""
    tallies = {chip: Tally() for chip in work}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        meanings, pending = {}, []
        for chip, cases in work.items():
            for batch in batches_of(cases):
                key = tuple(map(id, batch))
                if key not in meanings:
                    meanings[key] = pool.submit(run_batch, batch, interpret)
                pending.append((chip, batch, key, pool.submit(results_on, batch, chip)))
        for chip, batch, key, results in pending:
            count(tallies[chip], batch, meanings[key].result(), results.result(), chip)
    return tallies


def slice_of(cases, chips):
    """{chip: cases}: of each operation and type two cases, on one chip after another."""
    kinds = {}
    for case in cases:
        dtype = case.inputs[0].dtype if case.inputs else case.result_dtypes()[0]
        kinds.setdefault((case.op, dtype), []).append(case)
    work = {chip: [] for chip in chips}
    turn = 0
    for number, candidates in enumerate(kinds.values()):
        full = [c for c in candidates if all(x.numel() for x in c.inputs)] or candidates
        for case in {id(c): c for c in (full[number % len(full)], candidates[-1])}.values():
            work[chips[turn % len(chips)]].append(case)
            turn += 1
    return work


def summary(tallies):
    """A line a chip."""
    lines = ["chip      cases  refused  wrong"]
    for chip, tally in tallies.items():
        wrong = sum(map(len, tally.wrong.values()))
        lines.append(f"{chip:8} {tally.cases:6} {tally.refused:8} {wrong:6}")
    cases = sum(tally.cases for tally in tallies.values())
    wrong = {operation for tally in tallies.values() for operation in tally.wrong}
    lines.append(f"{cases} cases on {len(tallies)} chips, {len(wrong) or 'no'} operations wrong")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chips", help="of those listed, comma-separated (all)")
    parser.add_argument("--operations", help="comma-separated (all)")
    parser.add_argument("--slice", action="store_true", help="what runs every day")
    arguments = parser.parse_args()
    chips = arguments.chips.split(",") if arguments.chips else listed_chips()
    operations = arguments.operations.split(",") if arguments.operations else by_operation()
    unknown = set(operations) - set(by_operation())
    if unknown:
        parser.error(f"expected operations of fx, got {', '.join(sorted(unknown))}")
    cases = [case for case in all_cases() if case.op in operations]
    work = slice_of(cases, chips) if arguments.slice else dict.fromkeys(chips, cases)
    tallies = judge_all(work)
    for chip, tally in tallies.items():
        for operation, wrong in tally.wrong.items():
            print(f"{chip} {operation}: {len(wrong)} wrong", *wrong[:3], sep="\n  ")
    print(summary(tallies))
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
