"""What the times mean: ratios to the peers, shares of the roof, geometric means."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import math

# A user takes the better of these two.
TORCH = ("eager", "inductor")
# The ratio of a row is another's time over xcc's: above 1 xcc is faster.
AGAINST = ("torch", "autotune", "iree")


def milliseconds(row: dict, peer: str, which: str = "median_ms") -> float | None:
    """A peer's time; None where it has none. "torch" is the better of eager and Inductor."""
    if peer == "torch":
        return min((t for p in TORCH if (t := milliseconds(row, p, which))), default=None)
    found = row["peers"].get(peer, {})
    return found.get(which) if found.get("status") == "ok" else None


def ratio(row: dict, other: str, ours: str = "xcc", which: str = "median_ms") -> float | None:
    their_time, our_time = milliseconds(row, other, which), milliseconds(row, ours, which)
    return their_time / our_time if their_time and our_time else None


def share_of_roof(
    row: dict, peer: str = "xcc", which: str = "median_ms", roof: str = "roof_ms"
) -> float | None:
    time = milliseconds(row, peer, which)
    return row[roof] / time if time and row.get(roof) else None


def geometric_mean(values) -> float | None:
    """None of nothing."""
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def summary(rows: list[dict], ours: str = "xcc") -> list[dict]:
    """For each family, and for all: the mean, the worst and the number of ratios."""
    families = list(dict.fromkeys(row["family"] for row in rows))
    found = []
    for family in [*families, "all"]:
        members = [row for row in rows if family in ("all", row["family"])]
        line = {"family": family, "rows": len(members)}
        for other in AGAINST:
            ratios = [r for row in members if (r := ratio(row, other, ours))]
            line[other] = {
                "geomean": geometric_mean(ratios),
                "least": min(ratios, default=None),
                "count": len(ratios),
            }
        found.append(line)
    return found
