"""The two programs a batch is given to: the interpreter, and compiler plus runtime."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import subprocess
import tempfile
from pathlib import Path

from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parents[3]
XCC = os.environ.get("XCC_TOOL", str(ROOT / "build/bin/xcc"))


def call(*arguments):
    done = subprocess.run(
        [XCC, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode == 0:
        return None
    return f"exit code {done.returncode}: {done.stderr.strip()[:2000]}"


def interpret(text, inputs, *options):
    """(outputs by name, error): what the module means, floats in float64."""
    with tempfile.TemporaryDirectory() as folder:
        model, given, results = (Path(folder) / n for n in ("m.mlir", "in.st", "out.st"))
        model.write_text(text)
        save_file(inputs, given)
        error = call(
            "interpret", model, f"--inputs={given}", f"--output={results}", "--precision=f64"
        )
        return (None, error) if error else (load_file(results), None)


def compile_and_run(text, inputs, *options):
    """(outputs by name, error): what the compiled module gives on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        names = ("m.mlir", "m.xcb", "in.st", "out.safetensors")
        model, bundle, given, results = (Path(folder) / name for name in names)
        model.write_text(text)
        save_file(inputs, given)
        error = call(model, "-o", bundle, *options)
        error = error or call("run", bundle, f"--inputs={given}", f"--output={results}")
        return (None, error) if error else (load_file(results), None)
