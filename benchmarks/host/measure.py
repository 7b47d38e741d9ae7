"""Checks runners against float64, and times them in turn."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import copy
import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from host.cases.case import Case
from host.peers.setup import flat

# Calls of a turn together take about this long, so that a peer finds its own data in the
# caches again.
TURN_SECONDS = 0.015
# PyTorch's threads (libgomp) spin for 4 ms behind a parallel loop: on another's core, if
# another's turn came at once.
PAUSE_SECONDS = 0.006
MOST_CALLS_A_TURN = 200
LEAST_TURNS = 3
# Whose checked call took longer is not called again: a bf16 product of 2048 by PyTorch
# takes 20 s on a processor without bf16.
SLOW_SECONDS = 2.0


@dataclass
class Times:
    """Milliseconds of a call."""

    median_ms: float
    min_ms: float
    calls: int


def exact(case: Case, module, inputs) -> list[torch.Tensor]:
    """The outputs by float64, from the same numbers."""
    wide = copy.deepcopy(module).double()
    values = [x.double() if x.is_floating_point() else x for x in inputs]
    with torch.inference_mode():
        return flat(wide(*values))


def scaled_error(found: list[torch.Tensor], expected: list[torch.Tensor]) -> float:
    """Largest error of any output, in units of that output's largest magnitude.

    Infinite where shapes, integers, or what is no number, differ.
    """
    if [t.shape for t in found] != [t.shape for t in expected]:
        return float("inf")
    worst = 0.0
    for f, e in zip(found, expected, strict=True):
        if not e.is_floating_point():
            worst = max(worst, 0.0 if torch.equal(f, e) else float("inf"))
            continue
        scale = max(e.abs().max().item(), 1e-30)
        error = (f.double() - e).abs().max().item() / scale
        # A comparison with NaN is false: it must not look like no error.
        worst = max(worst, error if error == error else float("inf"))
    return worst


def interleave(
    runs: dict[str, Callable], seconds: float, between: Callable[[], None] = lambda: None
) -> dict[str, Times]:
    """Calls all in turn for about `seconds` each; the order changes from turn to turn.

    `between` has a turn of its own, which it measures itself.
    """
    if not runs:
        return {}
    counts = {name: calls_a_turn(run) for name, run in runs.items()}
    taken = {name: [] for name in runs}
    order = list(runs)
    gc.collect()
    gc.disable()
    deadline = time.perf_counter() + seconds * len(runs)
    turns = 0
    while turns < LEAST_TURNS or time.perf_counter() < deadline:
        for name in order:
            take_turn(runs[name], counts[name], taken[name])
        order.append(order.pop(0))
        started = time.perf_counter()
        time.sleep(PAUSE_SECONDS)
        between()
        deadline += time.perf_counter() - started
        turns += 1
    gc.enable()
    return {
        name: Times(1e3 * statistics.median(times), 1e3 * min(times), len(times))
        for name, times in taken.items()
    }


def only_call(seconds: float) -> dict:
    """What is said of a peer too slow to be called in turn."""
    return vars(Times(1e3 * seconds, 1e3 * seconds, 1))


def calls_a_turn(run: Callable) -> int:
    """How many calls fill a turn, after some to warm up."""
    run()
    started = time.perf_counter()
    run()
    once = time.perf_counter() - started
    if once < TURN_SECONDS:
        started = time.perf_counter()
        run()
        once = min(once, time.perf_counter() - started)
    return max(1, min(MOST_CALLS_A_TURN, int(TURN_SECONDS / max(once, 1e-9))))


def take_turn(run: Callable, calls: int, taken: list[float]) -> None:
    """Seconds of each of `calls` calls, added to `taken`."""
    time.sleep(PAUSE_SECONDS)
    if calls > 1:
        # Not timed: brings back caches and threads.
        run()
    for _ in range(calls):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
