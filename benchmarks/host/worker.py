"""Runs cases in a process of its own, so that no peer's failure ends the benchmark.

Reads one request a line, JSON, from standard input; says on the line's end of a pipe whose
number is the only argument what it is about to do, then the results.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import os
import signal
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import torch

from host import measure, roofs, work
from host.cases import all_cases
from host.peers import PEERS, LeftOut, Setup, iree
from host.peers.setup import flat

REASON_CHARACTERS = 160


class Worker:
    """Answers requests: one case, at one or more numbers of threads."""

    def __init__(self, say):
        self.say = say
        self.cases = {case.name: case for case in all_cases()}
        self.roofs = roofs.Server()

    def answer(self, request: dict) -> None:
        case = self.cases[request["case"]]
        module, inputs = case.build()
        expected = measure.exact(case, module, inputs)
        with tempfile.TemporaryDirectory(prefix="xcc-benchmark-") as folder:
            setup = Setup(case, module, inputs, Path(folder), request["patience"])
            if "iree" in request["peers"]:
                # Its compiler works beside the others'; nobody is timed meanwhile.
                begin(lambda: iree.start(setup))
            for threads in request["threads"]:
                self.run(setup, expected, threads, request)
        self.say({"done": case.name})

    def run(self, setup: Setup, expected, threads: int, request: dict) -> None:
        """All peers at one number of threads: made ready, checked, then timed together."""
        torch.set_num_threads(threads)
        runs, peers = {}, {}
        for name in request["peers"]:
            self.say({"doing": name, "threads": threads})
            if name in request["broken"]:
                peers[name] = {"status": "failed", "reason": request["broken"][name]}
                continue
            runner, peers[name] = prepare(setup, name, threads, expected)
            if runner and peers[name]["call_seconds"] > measure.SLOW_SECONDS:
                peers[name] |= measure.only_call(peers[name]["call_seconds"])
            elif runner:
                runs[name] = runner.run
        self.say({"doing": "timing", "threads": threads})
        line = work.of(setup.case, setup.module, setup.inputs, expected)
        roof = roofs.InTurn(self.roofs, line, threads)
        with torch.inference_mode():
            times = measure.interleave(runs, request["seconds"], roof.take)
        for name, found in times.items():
            peers[name].update(vars(found))
        line["roof_in_turn_ms"] = roof.least()[0] if times else None
        self.say({"row": {**line, "threads": threads, "peers": peers}})


def begin(function) -> None:
    """Calls it; what it raises is said where its result is asked for."""
    try:
        function()
    except Exception:
        return


def prepare(setup: Setup, name: str, threads: int, expected):
    """(runner or None, what is to be said of it)."""
    started = time.perf_counter()
    try:
        with torch.inference_mode(), at_most(setup.patience):
            runner = PEERS[name](setup, threads)
            seconds = time.perf_counter() - started
            called = time.perf_counter()
            found = runner.tensors(runner.run())
            call_seconds = time.perf_counter() - called
    except LeftOut as reason:
        return None, {"status": "left out", "reason": str(reason)}
    except Exception as error:
        return None, {"status": "failed", "reason": describe(error)}
    error = measure.scaled_error(flat(found), expected)
    facts = {"prepare_seconds": seconds, "call_seconds": call_seconds}
    facts |= {"error": error, "status": "ok"}
    if not error <= setup.case.bound:
        reason = f"wrong: error {error:.1e}, bound {setup.case.bound:.1e}"
        return None, {**facts, "status": "wrong", "reason": reason}
    return runner, facts


@contextmanager
def at_most(seconds: float):
    """Raises LeftOut in what runs longer."""

    def interrupt(number, frame):
        raise LeftOut(f"not ready after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def describe(error: Exception) -> str:
    """The error's kind and the first line of what it says."""
    # Dynamo wraps what a backend raised.
    inner = getattr(error, "inner_exception", None) or error
    if isinstance(inner, LeftOut):
        return str(inner)
    lines = [line for line in str(inner).splitlines() if line.strip()] or [""]
    return f"{type(inner).__name__}: {lines[0].strip()}"[:REASON_CHARACTERS]


def main() -> int:
    warnings.simplefilter("ignore")
    pipe = os.fdopen(int(sys.argv[1]), "w", buffering=1)

    def say(message: dict) -> None:
        pipe.write(json.dumps(message) + "\n")

    worker = Worker(say)
    for line in sys.stdin:
        worker.answer(json.loads(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
