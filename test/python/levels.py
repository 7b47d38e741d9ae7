"""The instruction-set levels that host code is made for, and which this processor has."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import functools
import tempfile
from pathlib import Path

import tool

LEVELS = ("x86-64-v3", "x86-64-v4")
SMALLEST = """
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.relu %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
"""


def run(*arguments):
    """(exit code, what it said)."""
    done = tool.run(*arguments)
    return done.returncode, (done.stdout + done.stderr).strip()


@functools.cache
def missing(level: str) -> str:
    """Why this processor cannot run code of the level; empty if it can."""
    with tempfile.TemporaryDirectory() as folder:
        model, bundle = Path(folder) / "m.mlir", Path(folder) / "m.xcb"
        model.write_text(SMALLEST)
        code, said = run(model, "-target=host", "-o", bundle)
        assert code == 0, said
        code, said = run("run", bundle, f"--isa={level}")
    return said.splitlines()[-1] if code else ""


def available() -> list[str]:
    return [level for level in LEVELS if not missing(level)]
