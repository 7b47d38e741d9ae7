"""What the device's compiler makes of a kernel: `isa.py k.ll folder [device]`.

Reads what xcc --emit=llvm writes. Prints the compiler's warnings (it warns of
spills) and the instructions of the loop that has most matrix instructions. ocloc of
2022, as Debian has it, lacks the block functions: block-functions.ll defines them.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

LLVM = Path("/usr/lib/llvm-22/bin")
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
# As Emit.cpp has them.
EXTENSIONS = "+SPV_INTEL_subgroups,+SPV_KHR_no_integer_wrap_decoration"
# As the runtime's driver asks for it, and again for kernels that then spill.
OPTIONS = "-ze-intel-enable-auto-large-GRF-mode", "-ze-opt-large-register-file"


def run(*command, **arguments):
    done = subprocess.run(command, capture_output=True, text=True, **arguments)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def environment(folder):
    """The disassembler loads libiga64.so, which is in the development package."""
    paths = [*os.environ.get("LD_LIBRARY_PATH", "").split(":"), LIBRARIES]
    for path in filter(None, paths):
        library = Path(path) / "libiga64.so.1"
        if library.exists():
            link = folder / "libiga64.so"
            link.unlink(missing_ok=True)
            link.symlink_to(library)
            break
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([str(folder), *filter(None, paths)])}


def opcode(line):
    line = re.sub(r"^\s*(\([^)]*\))?\s*", "", line)
    name = line.split(" ")[0]
    if name.startswith("send"):
        return re.split(r"//|;", line)[-1].strip()
    return name


def hottest(lines):
    best, places = [], {}
    for number, line in enumerate(lines):
        if label := re.match(r"(L\d+):", line):
            places[label[1]] = number
        jump = re.search(r"\b(?:jmpi|goto|while)\b.*\b(L\d+)", line)
        if jump and jump[1] in places:
            body = lines[places[jump[1]] : number + 1]
            if sum("dpas" in i for i in body) > sum("dpas" in i for i in best):
                best = body
    return best


def main():
    module, folder = sys.argv[1], Path(sys.argv[2])
    device = sys.argv[3] if len(sys.argv) > 3 else "pvc"
    folder.mkdir(parents=True, exist_ok=True)
    functions = Path(__file__).with_name("block-functions.ll")
    run(LLVM / "llvm-link", module, functions, "-o", folder / "linked.bc")
    passes = "always-inline,globaldce,function(sroa,instcombine)"
    run(LLVM / "opt", f"-passes={passes}", folder / "linked.bc", "-o", folder / "k.bc")
    run(
        LLVM / "llc",
        f"--spirv-ext={EXTENSIONS}",
        folder / "k.bc",
        "-filetype=obj",
        "-o",
        folder / "k.spv",
    )
    variables = environment(folder)
    flags = ["-device", device]
    for options in OPTIONS:
        said = run(
            *["ocloc", "compile", "-spirv_input", "-file", folder / "k.spv", *flags],
            *["-output", "k", "-out_dir", folder, "-options", options],
            env=variables,
        )
        if "spilled" not in said:
            break
    for line in said.splitlines():
        if "warning" in line:
            print(line)
    (binary,) = folder.glob("k_*.bin")
    run("ocloc", "disasm", "-file", binary, *flags, "-dump", folder / "dump", env=variables)
    for text in sorted((folder / "dump").glob("*_KernelHeap.asm")):
        counts = Counter(map(opcode, hottest(text.read_text().splitlines())))
        print(text.name.removesuffix("_KernelHeap.asm"))
        for name in sorted(counts):
            if name and not re.match(r"L\d+:", name):
                print(f"{counts[name]:>6} {name}")


if __name__ == "__main__":
    main()
