"""The two programs a batch is given to: the interpreter, and compiler plus runtime."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import tempfile
from pathlib import Path

import tool
from safetensors.torch import load_file, save_file


def call(*arguments):
    done = tool.run(*arguments)
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
    [answer] = compile_and_run_all(text, [inputs], *options)
    return answer


def compile_and_run_all(text, sets, *options):
    """As compile_and_run, for each set of inputs; the module is compiled once."""
    with tempfile.TemporaryDirectory() as folder:
        model, bundle, given = (Path(folder) / name for name in ("m.mlir", "m.xcb", "in.st"))
        model.write_text(text)
        if error := call(model, "-o", bundle, *options):
            return [(None, error)] * len(sets)
        answers = []
        for number, inputs in enumerate(sets):
            # A file each: loaded tensors are views of theirs.
            results = Path(folder) / f"out{number}.safetensors"
            save_file(inputs, given)
            error = call("run", bundle, f"--inputs={given}", f"--output={results}")
            answers.append((None, error) if error else (load_file(results), None))
        return answers
