"""What the host is to reach, and how far it is: a table that a run writes itself."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import fnmatch
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from host import ratios

CUBES = ("gemm-f32-512*", "gemm-f32-1000*", "gemm-f32-1024*", "gemm-f32-2048*")
# What memory bounds; functions (tanh, exp, log) are bound by their instructions.
BANDWIDTH = ("gemm-*-1x4096x4096-weight", "map-multiply_add_relu-f32-4M")
FUNCTIONS = ("map-*-f32-4M",)
NORMS = ("softmax-*", "layer_norm-*")


@dataclass(frozen=True)
class Aim:
    """At least this much of the worst row, or of the mean of all."""

    text: str
    wanted: float
    value: Callable[[dict], float | None]
    cases: tuple[str, ...] = ("*",)
    threads: int | None = None
    is_mean: bool = False


def to(other: str) -> Callable[[dict], float | None]:
    return lambda row: ratios.ratio(row, other)


def least_share(row: dict) -> float | None:
    """Of the roof, by the least time: roofs are the best that was seen, too."""
    return ratios.share_of_roof(row, which="min_ms")


def share_in_turn(row: dict) -> float | None:
    """Median over median: neighbours slowed both alike."""
    return ratios.share_of_roof(row, roof="roof_in_turn_ms")


AIMS = [
    Aim("all cases to torch, mean", 1.10, to("torch"), is_mean=True),
    Aim("all cases to torch, each", 0.85, to("torch")),
    Aim("all cases to IREE, mean", 1.30, to("iree"), is_mean=True),
    Aim("f32 products of 512 cubed and more to torch", 0.95, to("torch"), CUBES),
    Aim("the same, share of the roof on 2 threads, medians", 0.80, ratios.share_of_roof, CUBES, 2),
    Aim("the same, of the roof in turn", 0.80, share_in_turn, CUBES, 2),
    Aim("the same, least times", 0.80, least_share, CUBES, 2),
    Aim("1x4096x4096, x * y + z: share of the roof", 0.85, ratios.share_of_roof, BANDWIDTH),
    Aim("the same, of the roof in turn", 0.85, share_in_turn, BANDWIDTH),
    Aim("the same, least times", 0.85, least_share, BANDWIDTH),
    Aim("element-wise functions too: share of the roof", 0.85, share_in_turn, FUNCTIONS),
    Aim("causal attention over 512 to eager", 1.20, to("eager"), ("attention-causal-*-12x512x64",)),
    Aim("softmax and layer norm to torch", 1.00, to("torch"), NORMS),
]
MODELS = [
    Aim("models at batch 1 to torch, each", 1.00, to("torch")),
    Aim("models at batch 1 to torch, mean", 1.15, to("torch"), is_mean=True),
]
# Cold compile seconds, ours over Inductor's, at most.
COLD = 1 / 3


def fits(row: dict, aim: Aim) -> bool:
    is_meant = any(fnmatch.fnmatch(row["case"], pattern) for pattern in aim.cases)
    return is_meant and aim.threads in (None, row["threads"])


def line(aim: Aim, rows: Iterable[dict]) -> str | None:
    """A line of the table; nothing where no row was measured."""
    found = [(v, r) for r in rows if fits(r, aim) and (v := aim.value(r))]
    if not found:
        return None
    if aim.is_mean:
        value, where = ratios.geometric_mean(v for v, _ in found), f"{len(found)} rows"
    else:
        value, row = min(found, key=lambda one: one[0])
        short = sum(v < aim.wanted for v, _ in found)
        where = f"{row['case']} on {row['threads']}; {short} of {len(found)} rows below"
    is_met = "yes" if value >= aim.wanted else "no"
    return f"| {aim.text} | {aim.wanted:.2f} | {value:.2f} | {is_met} | {where} |"


def cold_line(entries: list[dict]) -> str | None:
    seconds = {(entry["case"], entry["peer"]): entry.get("seconds") for entry in entries}
    found = [
        (ours / theirs, case)
        for (case, peer), ours in seconds.items()
        if peer == "xcc_compile" and ours and (theirs := seconds.get((case, "inductor")))
    ]
    if not found:
        return None
    value, case = max(found)
    is_met = "yes" if value <= COLD else "no"
    where = f"{case}; {len(found)} models"
    text = "cold compile over Inductor's, at most"
    return f"| {text} | {COLD:.2f} | {value:.2f} | {is_met} | {where} |"


def aim_lines(rows: list[dict], cold: list[dict]) -> list[str]:
    """The table of aims."""
    models = [r for r in rows if r["family"] == "model" and r["case"].endswith("-1")]
    lines = [line(aim, rows) for aim in AIMS] + [line(aim, models) for aim in MODELS]
    lines.append(cold_line(cold))
    head = ["| aim | wanted | found | met | worst |", "|---|---|---|---|---|"]
    return head + [one for one in lines if one]
