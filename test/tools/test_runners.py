"""tools/dev/test counts what ran, and what crashed, was not built or ran nothing as failed."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    {"name": "a", "status": "RUN", "result": "COMPLETED"},
    {"name": "b", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "1 != 2"}]},
    {"name": "c", "status": "RUN", "result": "SKIPPED"},
    {"name": "d", "status": "NOTRUN", "result": "SUPPRESSED"},
]


@pytest.fixture
def units(tmp_path):
    """Runs unit programs given as {name: bash text, or None for one not built}."""

    def run(programs, *options):
        lines = []
        for name, text in programs.items():
            program = tmp_path / name
            if text is not None:
                program.write_text(f"#!/bin/bash\n{text}\n")
                program.chmod(0o755)
            lines.append(f'add_test({name} "{program}")\n')
        (tmp_path / "CTestTestfile.cmake").write_text("".join(lines))
        runner = [sys.executable, ROOT / "tools/dev/run_tests.py", "--build-dir", tmp_path]
        done = subprocess.run([*runner, "units", *options], capture_output=True, text=True)
        return done.returncode, done.stdout

    return run


def googletest(cases, code=0):
    report = json.dumps({"testsuites": [{"name": "s", "testsuite": cases}]})
    return f"cat > ${{GTEST_OUTPUT#json:}} <<'EOF'\n{report}\nEOF\nexit {code}"


def test_counts_googletest(units):
    code, output = units({"a": googletest(CASES, 1), "b": googletest(CASES[:1])})
    assert "units: 2 ok, 1 bad, 1 skipped" in output
    assert output.endswith("\n2 passed, 1 failed\n")
    assert code == 1


def test_a_program_without_report_is_one_test(units):
    code, output = units({"a": "exit 0"})
    assert output.endswith("\n1 passed, 0 failed\n")
    assert code == 0


def test_a_crash_is_a_failure(units):
    code, output = units({"a": "echo last words; kill -SEGV $$", "b": "exit 0"})
    assert "last words" in output
    assert "FAIL unit program a: exited with -11" in output
    assert output.endswith("\n1 passed, 1 failed\n")
    assert code == 1


def test_a_crash_after_the_report_is_a_failure(units):
    _, output = units({"a": googletest(CASES[:1], 3)})
    assert output.endswith("\n1 passed, 1 failed\n")


def test_a_program_not_built_is_a_failure(units):
    _, output = units({"a": None, "b": "exit 0"})
    assert "FAIL unit program a: not built" in output
    assert output.endswith("\n1 passed, 1 failed\n")


def test_running_nothing_is_a_failure(units):
    code, output = units({})
    assert "FAIL units: ran no test" in output
    assert output.endswith("\n0 passed, 1 failed\n")
    assert code == 1


def test_matching_nothing_is_a_failure(units):
    code, output = units({"a": googletest(CASES[3:])}, "-k", "nothing")
    assert output.endswith("FAIL no test was run\n0 passed, 1 failed\n")
    assert code == 1


def test_unknown_runner(units):
    done = subprocess.run(
        [sys.executable, ROOT / "tools/dev/run_tests.py", "unit"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "expected a runner (presubmit, units, lit, pytest) or a path, got 'unit'" in done.stderr
