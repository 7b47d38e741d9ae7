"""Measures the host: roofs, then each case by every peer, then cold compiles.

    tools/dev/benchmark-host [pattern ...] [--quick] [--threads 1,2] [--peers xcc,eager,...]

See benchmarks/host/README.md.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import sys
import time

from host import cold, options, report, roofs
from host.driver import Driver
from host.results import OtherMachine, Results


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def is_left(case, results: Results, settings) -> bool:
    return settings.again or not results.has(case.name, settings.threads)


def run_cases(chosen, results: Results, settings) -> None:
    """Each case that has no rows yet; what is measured is on disk at once."""
    left = [case for case in chosen if is_left(case, results, settings)]
    started = time.monotonic()
    with Driver(settings) as driver:
        for number, case in enumerate(left):
            rows = driver.run(case)
            results.add(rows)
            minutes = (time.monotonic() - started) / 60
            remaining = minutes / (number + 1) * (len(left) - number - 1)
            for row in rows:
                progress(report.progress_line(row))
            progress(f"[{number + 1}/{len(left)}] {minutes:.1f} min, some {remaining:.0f} left")


def run_cold(chosen, results: Results, settings) -> None:
    for name in [case.name for case in chosen if case.family == "model"]:
        if settings.again or not results.has_cold(name):
            results.add_cold(cold.measure(name, settings.peers, progress))


def run(chosen, results: Results, settings) -> None:
    """Roofs, cases, cold compiles. Fails with NoRoofs."""
    results.note_roofs(roofs.measure(settings.threads))
    progress(report.roof_lines(results.content["roofs"], settings.threads))
    run_cases(chosen, results, settings)
    # Once more: the first may have met a busy machine.
    results.note_roofs(roofs.measure(settings.threads))
    if settings.cold:
        run_cold(chosen, results, settings)


def main(arguments=None) -> int:
    settings = options.parse(arguments)
    chosen = options.choose(settings)
    if settings.list:
        print("\n".join(case.name for case in chosen))
        return 0
    try:
        results = Results.open(settings.output, settings.resume)
        run(chosen, results, settings)
    except (OtherMachine, roofs.NoRoofs) as error:
        progress(f"benchmark-host: {error}")
        return 1
    text = results.finish(options.names())
    if settings.output == options.WHOLE:
        results.quote(options.ROOT / "README.md")
    print(text, end="")
    progress(f"wrote {settings.output}")
    return 1 if results.wrong() else 0


if __name__ == "__main__":
    sys.exit(main())
