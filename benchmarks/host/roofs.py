"""The machine's roofs, by build/bin/xcc-roofs, and the least time that a case can take."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "build/bin/xcc-roofs"
# From here on stores weigh as they do in three arrays of which one is written.
SHARE_OF_STORES = 0.1
RATES = ("gflops", "read_gbs", "triad_gbs")


class NoRoofs(Exception):
    """The program that measures them is not there, or failed."""


def measure(threads: list[int], program: Path = PROGRAM) -> dict:
    """What xcc-roofs prints. Fails with NoRoofs."""
    if not program.exists():
        raise NoRoofs(f"expected {program}, found none; run tools/dev/setup")
    command = [str(program), *map(str, threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoRoofs(f"{program.name} exited with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def best(found: list[dict]) -> dict:
    """Of several measurements the highest: a neighbour takes from a roof, none adds to it."""

    def highest(kind: str) -> list[dict]:
        entries = {}
        for one in found:
            for entry in one[kind]:
                rates = {k: v for k, v in entry.items() if k in RATES}
                key = tuple(v for k, v in entry.items() if k not in RATES)
                known = entries.setdefault(key, dict(entry))
                known |= {k: max(v, known[k]) for k, v in rates.items()}
        return list(entries.values())

    return {kind: highest(kind) for kind in ("products", "bandwidths")}


def gflops(roofs: dict, dtype: str, threads: int) -> float:
    """The best of the instructions that can take this type; bf16 may be widened to f32."""
    types = ("f32", "bf16") if dtype == "bf16" else ("f32",)
    found = [
        entry["gflops"]
        for entry in roofs["products"]
        if entry["threads"] == threads and entry["type"] in types
    ]
    return max(found, default=0.0)


def bandwidth(roofs: dict, threads: int, num_bytes: float, share_written: float) -> float:
    """10^9 bytes a second, of memory as large as the work: the caches have roofs of their own."""
    kind = "triad_gbs" if share_written >= SHARE_OF_STORES else "read_gbs"
    entries = sorted(
        (e for e in roofs["bandwidths"] if e["threads"] == threads), key=lambda e: e["bytes"]
    )
    # A larger array is never faster: what a smaller one reached is a blip of the machine.
    fitting = [e[kind] for e in entries if e["bytes"] >= num_bytes] or [entries[-1][kind]]
    return max(fitting)


def least_ms(roofs: dict, row: dict) -> tuple[float, str]:
    """(milliseconds, which roof) that the row's work takes at least."""
    num_bytes = row["bytes_read"] + row["bytes_written"]
    share = row["bytes_written"] / num_bytes
    rate = bandwidth(roofs, row["threads"], num_bytes, share)
    by_memory = num_bytes / (1e6 * rate)
    peak = gflops(roofs, row["dtype"], row["threads"])
    by_products = row["flops"] / (1e6 * peak) if peak else 0.0
    if by_products >= by_memory:
        return by_products, "products"
    return by_memory, "bytes"
