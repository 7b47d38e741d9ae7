"""How long a cold compile takes, ours and Triton's in turn, process start to exit.

    /tmp/triton/bin/python benchmarks/compile_time.py --target sm_80 --rounds 10

The kernels are those of triton_kernels.py, which says how to install Triton. A
busy machine slows both; what they kept processors busy for depends less on it.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import resource
import statistics
import tempfile
from pathlib import Path

from triton_kernels import ROOT, Case, run_triton, run_xcc


def processor_seconds():
    """Of all processes that were started here and have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(case, xcc, rounds):
    """{what: (wall, processor) of each round}, nothing kept from one to the next."""
    text, image = ("asm", "hsaco") if case.is_amd() else ("ptx", "cubin")
    seconds = {f"xcc --emit={text}": [], f"xcc --emit={image}": [], "Triton": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for what, times in seconds.items():
                before = processor_seconds()
                if what == "Triton":
                    wall = run_triton(case, Path(folder))[0]
                else:
                    wall = run_xcc(case, Path(folder), xcc, what.split("=")[1])
                times.append((wall, processor_seconds() - before))
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", nargs="+", default=["sm_80", "gfx942"])
    parser.add_argument("--dtype", default="bf16", choices=["bf16", "f16"])
    parser.add_argument("--head", nargs="+", type=int, default=[0, 128], help="0: the product")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--xcc", default=ROOT / "build/bin/xcc")
    options = parser.parse_args()
    print("| target | kernel | what | least s | median s | processor s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for target in options.target:
        for head in options.head:
            case = Case(target, options.dtype, head)
            for what, times in measure(case, options.xcc, options.rounds).items():
                walls, busy = zip(*times, strict=True)
                numbers = (min(walls), statistics.median(walls), statistics.median(busy))
                cells = (target, case.name, what, *(f"{number:.2f}" for number in numbers))
                print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
