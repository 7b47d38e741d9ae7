"""The command line: which cases, by whom, how long."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import fnmatch
from pathlib import Path

from host.cases import all_cases
from host.peers import PEERS

ROOT = Path(__file__).resolve().parents[2]
# The table in the repository; a part of the cases does not replace it.
WHOLE = ROOT / "benchmarks/results/host"
PART = ROOT / "build/benchmark-host"
SECONDS, QUICK_SECONDS = 0.5, 0.2
PATIENCE, QUICK_PATIENCE = 120.0, 40.0
# Takes the longest, and chooses among few kernels on a processor.
SLOW_PEERS = ("autotune",)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="benchmark-host", description="xcc beside PyTorch and IREE on the host"
    )
    add = made.add_argument
    add("patterns", nargs="*", help="cases by name, with * and ?; all by default")
    add("--quick", action="store_true", help="one or two cases of each family, less long")
    add("--list", action="store_true", help="print the chosen cases and stop")
    add("--threads", default="1,2", help="numbers of threads (1,2)")
    add("--peers", help=f"among {','.join(PEERS)}; all by default")
    add("--seconds", type=float, help=f"of timing, a peer and case ({SECONDS})")
    add("--patience", type=float, help=f"seconds a peer may take to compile ({PATIENCE:g})")
    add("--no-cold", dest="cold", action="store_false", help="leave out cold compiles of models")
    add("--resume", action="store_true", help="keep the rows that the output has")
    add("--again", action="store_true", help="with --resume: measure the chosen cases again")
    add("--output", type=lambda text: Path(text).resolve(), help="folder for the results")
    return made


def parse(arguments=None) -> argparse.Namespace:
    """Exits with 2 and a line that says why, where the arguments make no sense."""
    made = parser()
    settings = made.parse_args(arguments)
    settings.threads = counts(made, settings.threads)
    settings.peers = peers(made, settings)
    if settings.seconds is None:
        settings.seconds = QUICK_SECONDS if settings.quick else SECONDS
    if settings.patience is None:
        settings.patience = QUICK_PATIENCE if settings.quick else PATIENCE
    for name in ("seconds", "patience"):
        if not getattr(settings, name) > 0:
            made.error(f"expected --{name} above 0, got {getattr(settings, name):g}")
    if settings.output is None:
        is_whole = not (settings.patterns or settings.quick)
        settings.output = WHOLE if is_whole else PART
    unknown = [p for p in settings.patterns if not fnmatch.filter(names(), p)]
    if unknown:
        made.error(f"expected a case's name or pattern, got '{unknown[0]}'; --list shows them")
    return settings


def names() -> list[str]:
    return [case.name for case in all_cases()]


def counts(made: argparse.ArgumentParser, text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or min(found) < 1 or len(set(found)) < len(found):
        made.error(f"expected different numbers of threads such as 1,2, got '{text}'")
    return found


def peers(made: argparse.ArgumentParser, settings) -> list[str]:
    if settings.peers is None:
        return [name for name in PEERS if not (settings.quick and name in SLOW_PEERS)]
    found = settings.peers.split(",")
    unknown = [name for name in found if name not in PEERS]
    if unknown:
        made.error(f"expected peers among {', '.join(PEERS)}, got '{unknown[0]}'")
    return found


def choose(settings) -> list:
    """The cases asked for, in the order of the table."""
    chosen = [case for case in all_cases() if case.is_quick or not settings.quick]
    if not settings.patterns:
        return chosen
    patterns = settings.patterns
    return [c for c in chosen if any(fnmatch.fnmatch(c.name, p) for p in patterns)]
