"""The machine's roofs, by build/bin/xcc-roofs, and the least time that a case can take."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import statistics
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


def bandwidth(roofs: dict, threads: int, num_bytes: float, which: str) -> float:
    """10^9 bytes a second, of memory as large as the work: the caches have roofs of their own."""
    kind = f"{which}_gbs"
    entries = sorted(
        (e for e in roofs["bandwidths"] if e["threads"] == threads), key=lambda e: e["bytes"]
    )
    # A larger array is never faster: what a smaller one reached is a blip of the machine.
    fitting = [e[kind] for e in entries if e["bytes"] >= num_bytes] or [entries[-1][kind]]
    return max(fitting)


def memory_kind(row: dict) -> str:
    """Whose rate bounds the row's bytes: "read" or "triad"."""
    num_bytes = row["bytes_read"] + row["bytes_written"]
    return "triad" if row["bytes_written"] / num_bytes >= SHARE_OF_STORES else "read"


def larger(row: dict, products: float, memory: float) -> tuple[float, str]:
    """(milliseconds, which roof) at these rates; without products by memory alone."""
    by_memory = (row["bytes_read"] + row["bytes_written"]) / (1e6 * memory)
    by_products = row["flops"] / (1e6 * products) if products else 0.0
    return (by_products, "products") if by_products >= by_memory else (by_memory, "bytes")


def least_ms(roofs: dict, row: dict) -> tuple[float, str]:
    """(milliseconds, which roof) that the row's work takes at least."""
    num_bytes = row["bytes_read"] + row["bytes_written"]
    rate = bandwidth(roofs, row["threads"], num_bytes, memory_kind(row))
    return larger(row, gflops(roofs, row["dtype"], row["threads"]), rate)


class Server:
    """xcc-roofs, asked again and again."""

    def __init__(self, program: Path = PROGRAM):
        self.process = subprocess.Popen(
            [str(program), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def rates(self, kind: str, what: str | int, threads: int) -> list[float]:
        """Of some rounds. Fails with NoRoofs."""
        self.process.stdin.write(f"{kind} {what} {threads}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise NoRoofs(f"{PROGRAM.name} ended, asked for {kind} {what} {threads}")
        return [float(rate) for rate in line.split()]


class InTurn:
    """The roof of a row, measured between the turns of its peers."""

    def __init__(self, server: Server, row: dict, threads: int):
        self.server, self.row, self.threads = server, row, threads
        num_bytes = row["bytes_read"] + row["bytes_written"]
        self.requests = {"memory": (memory_kind(row), num_bytes)}
        if row["flops"]:
            self.requests["products"] = ("products", row["dtype"])
        self.found = {kind: [] for kind in self.requests}

    def take(self) -> None:
        """One turn; from the second on of the roof that bounds the row."""
        for kind, request in self.requests.items():
            self.found[kind] += self.server.rates(*request, self.threads)
        bounding = "products" if self.least()[1] == "products" else "memory"
        self.requests = {bounding: self.requests[bounding]}

    def least(self) -> tuple[float, str]:
        """(milliseconds, which roof) at the median rates."""
        products = self.found.get("products")
        memory = statistics.median(self.found["memory"])
        return larger(self.row, statistics.median(products) if products else 0.0, memory)
