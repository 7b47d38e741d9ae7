"""Where xcc is slower: each such row with its reason and the next step."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import fnmatch
import json
from pathlib import Path

from host import ratios

# Entries: case (a pattern), against ("torch" or "iree"), threads (absent: any), reason, next.
REASONS = Path(__file__).with_name("losses.json")
# Repeated runs of one case differ by this much: less is no loss.
NOISE = 0.03


def reasons() -> list[dict]:
    return json.loads(REASONS.read_text())


def losses(rows: list[dict]) -> list[tuple[dict, str, float]]:
    """(row, against whom, ratio) of every row that loses, the worst first."""
    found = []
    for row in rows:
        for other in ("torch", "iree"):
            value = ratios.ratio(row, other)
            if value and value < 1 - NOISE:
                found.append((row, other, value))
    return sorted(found, key=lambda one: one[2])


def explain(row: dict, other: str, known: list[dict]) -> dict | None:
    """The first entry that fits; None if nobody has looked yet."""
    for entry in known:
        is_meant = fnmatch.fnmatch(row["case"], entry["case"]) and entry["against"] == other
        if is_meant and entry.get("threads", row["threads"]) == row["threads"]:
            return entry
    return None


def loss_lines(rows: list[dict]) -> list[str]:
    """The table of losses; nothing if there are none."""
    found, known = losses(rows), reasons()
    if not found:
        return []
    lines = [
        "| case | threads | against | ratio | reason | next step |",
        "|---|---|---|---|---|---|",
    ]
    for row, other, value in found:
        entry = explain(row, other, known) or {"reason": "not known yet", "next": "profile it"}
        cells = [row["case"], str(row["threads"]), other, f"{value:.2f}"]
        lines.append("| " + " | ".join([*cells, entry["reason"], entry["next"]]) + " |")
    return lines
