"""tools/dev/setup is quick when nothing is left to do, and says what it takes."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_to_do_is_quick():
    started = time.monotonic()
    done = subprocess.run(
        [ROOT / "tools/dev/setup", "--no-build", "--quiet"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # Takes 0.1 s; the rest is for a machine that is busy with other tests.
    assert time.monotonic() - started < 3


def test_unknown_option_prints_the_usage():
    done = subprocess.run([ROOT / "tools/dev/setup", "--fast"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: tools/dev/setup [--no-python]")
    assert done.stderr.count("\n") == 5
