"""The command line tool, as tests call it."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
XCC = os.environ.get("XCC_TOOL", str(ROOT / "build/bin/xcc"))


def run(*arguments) -> subprocess.CompletedProcess:
    command = [XCC, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
