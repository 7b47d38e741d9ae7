"""What a run was made on: processor, memory, versions, date."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import datetime
import importlib.metadata
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("torch", "numpy", "transformers", "iree-base-compiler", "iree-base-runtime")
# What the levels of code and the roofs depend on.
FEATURES = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16")


def describe() -> dict:
    """Everything that the numbers depend on and a reader cannot see in them."""
    text = read("/proc/cpuinfo")
    flags = set(field(text, "flags").split())
    return {
        "date": datetime.date.today().isoformat(),
        "processor": field(text, "model name"),
        "family": f"{field(text, 'cpu family')}/{field(text, 'model')}",
        "cpus": len(os.sched_getaffinity(0)),
        "features": [name for name in FEATURES if name in flags],
        "memory_gib": round(int(field(read("/proc/meminfo"), "MemTotal").split()[0]) / 2**20),
        "versions": {"xcc": commit(), "python": python(), **packages()},
    }


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def field(text: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
    return found[1].strip() if found else "0"


def commit() -> str:
    """The checkout's commit, and whether something in it is changed."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def python() -> str:
    import platform

    return platform.python_version()


def packages() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
