"""Runs the compiler as a child process, so that no failure of it ends the user's program."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from xcc.errors import CompileError

# What the program says of its command line.
HELP = "(xcc --help lists what there is)"

# Where the tools are in a checkout: beside python/.
_BUILD = Path(__file__).resolve().parents[2] / "build"


def find_tool(name: str) -> str:
    """Path of one of xcc's programs: $XCC_BIN, the build folder, then PATH.

    Fails with CompileError when it is in none of them.
    """
    places = [os.environ["XCC_BIN"]] if "XCC_BIN" in os.environ else []
    places.append(str(_BUILD / "bin"))
    for place in places:
        found = shutil.which(name, path=place)
        if found:
            return found
    found = shutil.which(name)
    if found:
        return found
    looked = ", ".join([*places, "PATH"])
    raise CompileError(f"no program '{name}' in {looked}; build it, or set XCC_BIN to its folder")


def run_tool(name: str, *arguments: str) -> str:
    """Runs one of xcc's programs and returns what it prints.

    Fails with CompileError, which carries the program's own diagnostics.
    """
    command = [find_tool(name), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return result.stdout
    if result.returncode < 0:
        cause = f"{name} was ended by {signal.Signals(-result.returncode).name}"
        raise CompileError(f"{cause}: {' '.join(command)}\n{result.stderr}".rstrip())
    raise CompileError(_diagnostics(result.stderr) or f"{name} exited with {result.returncode}")


# A name, or names of operations that became one.
NAMED_LOCATION = r'^<unknown>:0: (\w+): loc\((?:fused<[^>]*>\[)?"([^"]*)"[^)]*\): '


def _diagnostics(text: str) -> str:
    """The compiler's errors, without the IR that it prints after some of them."""
    kept, is_ir = [], False
    for line in text.splitlines():
        if ": note: see current operation" in line:
            is_ir = True
        elif re.match(r"\S+: (error|warning|note|remark): |xcc: ", line):
            is_ir = False
        # Inside PyTorch there is no line of the model, but a name.
        line = re.sub(NAMED_LOCATION, r"\2: \1: ", line)
        if not is_ir and line != HELP:
            kept.append(line)
    return "\n".join(kept).rstrip()


def compile_file(
    source: str | Path,
    output: str | Path,
    targets: Sequence[str] = ("host",),
    emulation: bool = False,
    is_for_here: bool = False,
) -> None:
    """Compiles an .mlir file to an .xcb bundle for `targets`.

    With `emulation` the bundle holds what emulated devices run; when it `is_for_here`, the host's
    code is that of this processor's instruction-set level alone. Fails with CompileError.
    """
    if not targets:
        raise CompileError("expected at least one target, got none; xcc --list-targets lists them")
    arguments = [f"-target={','.join(targets)}", "-o", str(output)]
    if emulation:
        arguments.append("--with-emulation")
    if is_for_here and "host" in targets:
        arguments.append("--isa=native")
    run_tool("xcc", str(source), *arguments)
