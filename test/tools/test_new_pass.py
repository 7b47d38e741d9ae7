"""tools/dev/new-pass makes a pass that builds and that presubmit lets through."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LLVM = Path("/usr/lib/llvm-22")
PASSES = """//===- Passes.td - Passes of the fusion stage -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FUSION_PASSES_TD
#define XCC_FUSION_PASSES_TD

include "mlir/Pass/PassBase.td"

#endif // XCC_FUSION_PASSES_TD
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "lib/Fusion").mkdir(parents=True)
    (tmp_path / "lib/Fusion/Passes.td").write_text(PASSES)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def new_pass(root, name="FoldAddIntoMatmul", folder="lib/Fusion"):
    command = [ROOT / "tools/dev/new-pass", name, folder, "--root", root]
    return subprocess.run(command, capture_output=True, text=True)


def test_presubmit_accepts_it(root):
    assert new_pass(root).returncode == 0
    checks = ["clang-format", "passes", "headers", "names", "includes", "file-size"]
    done = subprocess.run(
        [ROOT / "tools/dev/presubmit", "--root", root, *checks], capture_output=True, text=True
    )
    assert done.stdout.endswith("6 passed, 0 failed\n"), done.stdout


def test_it_compiles(root):
    assert new_pass(root).returncode == 0
    include = f"-I{LLVM}/include"
    td = root / "lib/Fusion/Passes.td"
    subprocess.run(
        [f"{LLVM}/bin/mlir-tblgen", "-gen-pass-decls", include, td, "-o", td.with_suffix(".h.inc")],
        check=True,
    )
    source = root / "lib/Fusion/FoldAddIntoMatmul.cpp"
    flags = ["-std=c++20", "-fno-rtti", "-fsyntax-only", include, f"-I{root}"]
    subprocess.run(["clang++-22", *flags, source], check=True)
    test = (root / "test/Fusion/fold-add-into-matmul.mlir").read_text()
    assert test.startswith("// RUN: xcc-opt %s --fold-add-into-matmul | FileCheck %s\n")


def test_follows_the_folder_prefix(root):
    td = root / "lib/Fusion/Passes.td"
    entries = 'def A : Pass<"fx-a"> {}\ndef B : Pass<"fx-b"> {}\n'
    td.write_text(td.read_text().replace("\n#endif", f"\n{entries}\n#endif"))
    new_pass(root, "RaiseLinear")
    text = td.read_text()
    assert text.index('def RaiseLinear : Pass<"fx-raise-linear">') < text.index("#endif")


@pytest.mark.parametrize(
    ("name", "folder", "said"),
    [
        ("fold_add", "lib/Fusion", "expected a CamelCase name, got 'fold_add'"),
        ("FoldAdd", "lib/Nowhere", "expected lib/Nowhere/Passes.td, found none"),
    ],
)
def test_refuses(root, name, folder, said):
    done = new_pass(root, name, folder)
    assert done.returncode == 2
    assert said in done.stderr


def test_overwrites_nothing(root):
    assert new_pass(root).returncode == 0
    before = (root / "lib/Fusion/Passes.td").read_text()
    assert "lib/Fusion/FoldAddIntoMatmul.cpp exists" in new_pass(root).stderr
    assert (root / "lib/Fusion/Passes.td").read_text() == before
