"""What READMEs quote is what the commands print, and the quoting notices when not."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
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
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", README.read_text())
    made = ("build/", ".venv/")
    missing = [p for p in named if not p.startswith(made) and not (ROOT / p).exists()]
    assert not missing


def blocks(language):
    """The README's fenced blocks in a language that no command printed."""
    text = re.sub(r"<!-- output of: .*?<!-- end -->", "", README.read_text(), flags=re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def elsewhere(tmp_path):
    """A folder with the examples in it, and an environment with the tools in PATH."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = {**os.environ, "PATH": f"{BUILD}/bin:{os.environ['PATH']}"}
    return {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}


@pytest.mark.parametrize("block", blocks("bash"))
def test_commands_run(block, elsewhere):
    done = subprocess.run(["bash", "-e", "-c", block], **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs(block, elsewhere):
    compare = "\nfor r in (y, z): torch.testing.assert_close(r, model(x), rtol=1e-4, atol=1e-5)\n"
    done = subprocess.run([sys.executable, "-c", block + compare], **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_commands_and_python():
    assert len(blocks("bash")) == 4
    assert len(blocks("python")) == 1
