"""How long a cold compile takes, ours and Triton's in turn, process start to exit.

    /tmp/triton/bin/python benchmarks/compile_time.py --target sm_80 --rounds 10

The kernels are those of triton_kernels.py, which says how to install Triton. A
busy machine slows both: the least times are the ones to compare.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import statistics
import tempfile
from pathlib import Path

from triton_kernels import ROOT, Case, run_triton, run_xcc


def measure(case, xcc, rounds):
    """{what: seconds of each round}, nothing kept from one round to the next."""
    text, image = ("asm", "hsaco") if case.is_amd() else ("ptx", "cubin")
    seconds = {f"xcc --emit={text}": [], f"xcc --emit={image}": []}
    seconds |= {"Triton, its compiler alone": [], "Triton, the process": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for emit in (text, image):
                seconds[f"xcc --emit={emit}"].append(run_xcc(case, Path(folder), xcc, emit))
            process, said = run_triton(case, Path(folder))
            seconds["Triton, its compiler alone"].append(said["seconds"])
            seconds["Triton, the process"].append(process)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", nargs="+", default=["sm_80", "gfx942"])
    parser.add_argument("--dtype", default="bf16", choices=["bf16", "f16"])
    parser.add_argument("--head", nargs="+", type=int, default=[0, 128], help="0: the product")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--xcc", default=ROOT / "build/bin/xcc")
    options = parser.parse_args()
    print("| target | kernel | what | least s | median s |\n| --- | --- | --- | --- | --- |")
    for target in options.target:
        for head in options.head:
            case = Case(target, options.dtype, head)
            for what, times in measure(case, options.xcc, options.rounds).items():
                least, median = min(times), statistics.median(times)
                print(
                    f"| {target} | {case.name} | {what} | {least:.3f} | {median:.3f} |", flush=True
                )


if __name__ == "__main__":
    main()
