"""Where in the user's program an operation of the graph comes from."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
import re
from functools import lru_cache

import torch

_FRAME = re.compile(r'^\s*File "(?P<file>.+)", line (?P<line>\d+), in ')
_TORCH = os.path.dirname(torch.__file__) + os.sep


@lru_cache(maxsize=4096)
def _innermost(trace: str) -> tuple[str | None, int]:
    frames = [m for m in map(_FRAME.match, trace.splitlines()) if m]
    users = [m for m in frames if not m["file"].startswith(_TORCH)]
    if not (users or frames):
        return None, 0
    # A line inside torch.nn tells the user less than the line that called it.
    frame = (users or frames)[-1]
    return _shorten(frame["file"]), int(frame["line"])


def _shorten(file: str) -> str:
    """Relative to the working directory where that is below it."""
    relative = os.path.relpath(file)
    return file if relative.startswith("..") else relative


def source_line(node: torch.fx.Node) -> tuple[str | None, int]:
    """File and line of the innermost frame that is not PyTorch's own, or (None, 0)."""
    return _innermost(node.meta.get("stack_trace") or "")


def where(node: torch.fx.Node) -> str:
    """File and line as a user reads them; the node's name where there is none."""
    file, line = source_line(node)
    return f"{file}:{line}" if file else node.name
