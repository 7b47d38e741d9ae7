"""What READMEs quote is what the commands print, and the quoting notices when not."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = os.environ.get("XCC_BUILD_DIR", ROOT / "build")


def readme_update(*arguments):
    command = [ROOT / "tools/dev/readme-update", "--build-dir", BUILD, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_quotations_are_current():
    done = readme_update("--check")
    assert done.returncode == 0, f"run tools/dev/readme-update\n{done.stdout}{done.stderr}"


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("a\n<!-- output of: echo new -->\n```text\nold\n```\n<!-- end -->\nb\n")
    return path


def test_check_shows_the_difference(document):
    done = readme_update("--check", document)
    assert done.returncode == 1
    assert "-old\n+new\n" in done.stdout
    assert "old" in document.read_text()


def test_update_writes_it(document):
    assert readme_update(document).returncode == 0
    assert "```text\nnew\n```\n<!-- end -->\nb\n" in document.read_text()
    assert readme_update("--check", document).returncode == 0


def test_failing_command_is_an_error(document):
    document.write_text(document.read_text().replace("echo new", "false | cat"))
    done = readme_update(document)
    assert done.returncode == 1
    assert "'false | cat' exited 1" in done.stderr


def test_broken_marker_is_an_error(document):
    document.write_text(document.read_text().replace("<!-- end -->", ""))
    done = readme_update("--check", document)
    assert "1 opening markers, 0 whole quotations" in done.stderr


def test_paths_that_the_readme_names_exist():
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", (ROOT / "README.md").read_text())
    made = ("build/", ".venv/")
    missing = [p for p in named if not p.startswith(made) and not (ROOT / p).exists()]
    assert not missing
