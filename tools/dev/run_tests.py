"""Runs the four runners and adds up what they ran.

presubmit  the house style: a test for each check
units      GoogleTest programs, as ctest lists them
lit        .mlir and .test files below test/
pytest     test_*.py files below test/
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIT = "/usr/lib/llvm-22/bin/lit"
# A runner that hangs must not hang what waits for it; all together take minutes.
RUNNER_SECONDS = 40 * 60
UNIT_SECONDS = 10 * 60


@dataclass
class Count:
    """Tests of a runner; `broken` says why a runner counts as one failure itself."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken: str = ""

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.broken = self.broken or other.broken


def run(command, seconds=RUNNER_SECONDS, **options):
    """The exit code; 124 when it ran out of time."""
    try:
        return subprocess.run(command, timeout=seconds, check=False, **options).returncode
    except subprocess.TimeoutExpired:
        return 124


def presubmit(options):
    done = subprocess.run(
        [ROOT / "tools/dev/presubmit"], stdout=subprocess.PIPE, text=True, check=False
    )
    lines = done.stdout.splitlines()
    closing = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1]) if lines else None
    for line in lines[:-1]:
        if not line.startswith("ok "):
            print(line)
    if not closing:
        return Count(broken=f"presubmit exited {done.returncode} with no count")
    return Count(passed=int(closing[1]), failed=int(closing[2]))


def units(options):
    listing = subprocess.run(
        ["ctest", "--test-dir", options.build_dir, "--show-only=json-v1"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        return Count(broken=f"ctest cannot list the tests: {listing.stderr.strip()}")
    total = Count()
    for test in json.loads(listing.stdout)["tests"]:
        count = unit_program(test["name"], test.get("command", []), options)
        if count.failed or count.broken:
            print(f"FAIL unit program {test['name']}: {count.broken or 'see above'}")
        total.add(Count(count.passed, count.failed + bool(count.broken), count.skipped))
    return total


def unit_program(name, command, options):
    """One program's count: GoogleTest's own, or one for a program that is a test itself."""
    report = options.results / f"{name}.json"
    log = options.results / f"{name}.log"
    if not command or not Path(command[0]).exists():
        return Count(broken="not built")
    environment = {**os.environ, "GTEST_OUTPUT": f"json:{report}", "GTEST_BRIEF": "1"}
    if options.filter:
        environment["GTEST_FILTER"] = f"*{options.filter}*"
    with log.open("w") as output:
        code = run(
            command,
            seconds=UNIT_SECONDS,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=options.results,
        )
    count = gtest_count(report) if report.exists() else Count(passed=int(code == 0))
    if code and not count.failed:
        count.broken = f"exited with {code}"
    if code:
        sys.stdout.write(log.read_text(errors="replace")[-20000:])
    return count


def gtest_count(report):
    count = Count()
    for suite in json.loads(report.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                count.failed += 1
            elif test.get("result") == "SKIPPED":
                count.skipped += 1
            elif test.get("status") == "RUN":
                count.passed += 1
    return count


def lit(options):
    report = options.results / "lit.json"
    # The paths asked for, else all; named in the build folder lit runs there.
    paths = options.paths.get("lit") or [f"{options.build_dir}/test"]
    command = [LIT, "-sv", "--no-progress-bar", "-o", report, f"-j{os.cpu_count()}", *paths]
    if options.filter:
        command += ["--filter", options.filter, "--allow-empty-runs"]
    code = run(command, stdin=subprocess.DEVNULL)
    if not report.exists():
        return Count(broken=f"lit exited {code} with no report")
    codes = [test["code"] for test in json.loads(report.read_text())["tests"]]
    count = Count(
        passed=sum(c in ("PASS", "XFAIL", "FLAKYPASS") for c in codes),
        skipped=sum(c in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for c in codes),
    )
    count.failed = len(codes) - count.passed - count.skipped
    if code and not count.failed:
        count.broken = f"lit exited {code}"
    return count


def pytest(options):
    report = options.results / "pytest.xml"
    paths = options.paths.get("pytest") or [ROOT / "test"]
    command = [sys.executable, "-B", "-m", "pytest", f"--junitxml={report}", *paths]
    # -rs: what was not run, and why (levels that this processor lacks).
    command += ["-rs", "-p", "no:cacheprovider", "--rootdir", ROOT]
    if options.filter:
        command += ["-k", options.filter]
    environment = {**os.environ, "XCC_BUILD_DIR": str(options.build_dir)}
    code = run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    if code == 5 and options.filter:
        return Count()
    if not report.exists():
        return Count(broken=f"pytest exited {code} with no report")
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    number = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    passed = number["tests"] - failed - number["skipped"]
    broken = f"pytest exited {code}" if code and not failed else ""
    return Count(passed, failed, number["skipped"], broken)


RUNNERS = {"presubmit": presubmit, "units": units, "lit": lit, "pytest": pytest}


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="tools/dev/test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what", nargs="*", help="runners, or files and folders below test/ (default: all)"
    )
    parser.add_argument("-k", "--filter", default="", help="only tests whose name holds this")
    parser.add_argument("--no-setup", action="store_true", help="neither install nor build first")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build", help="default: build")
    parser.add_argument(
        "--sanitize", action="store_true", help="units and lit, built with ASan and UBSan"
    )
    options = parser.parse_args()
    if options.sanitize:
        options.build_dir = ROOT / "build-sanitize"
        # LLVM gives threads signal stacks of its own, and AddressSanitizer would
        # unmap them, as if they were its, when the thread ends.
        os.environ["ASAN_OPTIONS"] = "use_sigaltstack=0"
        options.what = options.what or ["units", "lit"]
    options.build_dir = options.build_dir.resolve()
    options.paths = {}
    for word in options.what:
        if word in RUNNERS:
            options.paths.setdefault(word, [])
        elif not Path(word).exists():
            parser.error(f"expected a runner ({', '.join(RUNNERS)}) or a path, got '{word}'")
        elif not word.endswith(".py"):
            options.paths.setdefault("lit", []).append(in_build(Path(word), options))
        if word.endswith(".py"):
            options.paths.setdefault("pytest", []).append(Path(word).resolve())
    return options


def in_build(path, options):
    """lit knows a test of the suite by its path below the build's test folder."""
    return options.build_dir / "test" / path.resolve().relative_to(ROOT / "test")


def main():
    options = parse_arguments()
    options.results = options.build_dir / "test-results"
    options.results.mkdir(parents=True, exist_ok=True)
    for stale in options.results.iterdir():
        if stale.is_file():
            stale.unlink()
    total = Count()
    for name in options.paths or RUNNERS:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        count = RUNNERS[name](options)
        if count.passed + count.failed == 0 and not options.filter:
            count.broken = count.broken or "ran no test"
        if count.broken:
            print(f"FAIL {name}: {count.broken}")
        count.failed += bool(count.broken)
        skipped = f", {count.skipped} skipped" if count.skipped else ""
        seconds = time.monotonic() - started
        print(f"   {name}: {count.passed} ok, {count.failed} bad{skipped} in {seconds:.0f} s\n")
        total.add(count)
    if total.passed + total.failed == 0:
        total.failed = 1
        print("FAIL no test was run")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
