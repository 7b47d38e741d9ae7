"""Checks a trace file: what viewers need of it, and that events nest.

check_trace.py trace.json RUNS KERNEL SOURCE [PARTS]

PARTS: into how many each launch's work items were cut.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import sys
from pathlib import Path


def check_nesting(events):
    """Events of one thread are disjoint, or one holds the other; times are in microseconds."""
    open_ends = []
    for event in events:
        begin, end = event["ts"], event["ts"] + event["dur"]
        while open_ends and open_ends[-1] <= begin:
            open_ends.pop()
        # Sums of decimal fractions are not exact.
        assert not open_ends or end <= open_ends[-1] + 1e-6, event
        open_ends.append(end)


path, runs, kernel, source, *num_parts = sys.argv[1:]
events = json.loads(Path(path).read_text())["traceEvents"]
names = [e for e in events if e["ph"] == "M"]
spans = [e for e in events if e["ph"] == "X"]
assert len(names) + len(spans) == len(events)
assert names[0]["name"] == "process_name" and names[0]["args"]["name"].startswith("xcc run, device")
lanes = {e["tid"]: e["args"]["name"] for e in names if e["name"] == "thread_name"}
assert lanes[0] == "caller"
assert {e["tid"] for e in spans} <= set(lanes)
for lane in lanes:
    check_nesting([e for e in spans if e["tid"] == lane])

assert sum(e["cat"] == "run" for e in spans) == int(runs)
steps = [e for e in spans if e["name"] == kernel and "flops" in e["args"]]
assert len(steps) == int(runs)
assert all(e["args"]["source"] == source and e["args"]["bytes read"] > 0 for e in steps)
if "device host" in names[0]["args"]["name"]:
    # Each launch's items are done once, by whichever thread.
    parts = [e["args"] for e in spans if e["name"] == kernel and "items" in e["args"]]
    firsts = sorted(p["first item"] for p in parts)
    assert firsts[: int(runs)] == [0] * int(runs)
    assert all(p["items"] > 0 and p["source"] == source for p in parts)
    for expected in num_parts:
        assert len(parts) == int(expected) * int(runs), len(parts)
