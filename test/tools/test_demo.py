"""The demo compiles, runs, checks and verifies both models, and says so in tables."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_demo():
    done = subprocess.run(
        ["/usr/bin/python3", "-B", ROOT / "tools/dev/run_demo.py"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Not a terminal: no colours.
    assert "\033" not in done.stdout
    assert re.search(r"^  device +\w+ \(", done.stdout, re.MULTILINE)
    assert re.search(r"^  because +\w+", done.stdout, re.MULTILINE)
    for model in ("bert_encoder", "llama_block"):
        row = rf"^  {model} +[\d.]+ s +[\d.]+ ms +[\d.]+ ms +\d\.\de-\d+ +good$"
        assert re.search(row, done.stdout, re.MULTILINE)
        for chip in ("sm_80", "gfx942", "pvc"):
            row = rf"^  {model} +emu:{chip} +\d+ +0 +[\d.]+ +\d\.\de-\d+  good$"
            assert re.search(row, done.stdout, re.MULTILINE)
        assert re.search(rf"^{model}: \d+ operations in \d+ launches", done.stdout, re.MULTILINE)
    assert "linear + gelu" in done.stdout
