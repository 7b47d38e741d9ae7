"""Each check of tools/dev/presubmit fails on a planted violation and passes without it."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPDX = "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
HEADER = "// A file of the test.\n" + SPDX
PY_HEADER = '"""A file of the test."""\n\n# ' + SPDX.removeprefix("// ")
PASS = """def FoldAdd : Pass<"fx-fold-add"> {
  let description = [{
    - Input: any `fx`.
    - Output: `fx` without adds.
  }];
}
"""
PASS_FILES = {
    "lib/Fusion/Passes.td": HEADER + PASS,
    "lib/Fusion/FoldAdd.cpp": HEADER,
    "test/Fusion/fold-add.mlir": "// RUN: xcc-opt %s --fx-fold-add | FileCheck %s\n",
}
ERROR = 'void f() {\n  emitOpError("expects equal ranks, got ") << 1 << " and " << 2;\n}\n'


@pytest.fixture
def presubmit(tmp_path):
    """Runs one check on a repository of the given files; (exit code, output)."""

    def check(name, files, *options):
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        done = subprocess.run(
            [ROOT / "tools/dev/presubmit", "--root", tmp_path, *options, name],
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return check


def without(files, path):
    return {p: text for p, text in files.items() if p != path}


def cpp_function(lines, signature="int f()"):
    return HEADER + signature + " {\n" + "  g();\n" * (lines - 2) + "}\n"


# name of the case: (check, files, what the finding says)
VIOLATIONS = {
    "format": ("clang-format", {"lib/Base/A.cpp": HEADER + "int  x ;\n"}, "lib/Base/A.cpp:3"),
    "ruff_format": (
        "ruff",
        {"python/a.py": PY_HEADER + "x = {'a':1}\n"},
        "python/a.py:4: unformatted",
    ),
    "ruff_lint": ("ruff", {"python/a.py": PY_HEADER + "import os\n"}, "F401"),
    "long_file": ("file-size", {"lib/Base/A.h": HEADER + "\n" * 399}, "401 lines"),
    "long_function": (
        "function-size",
        {"lib/Base/A.cpp": cpp_function(51)},
        "A.cpp:3: function has 51",
    ),
    "long_method": (
        "function-size",
        {"lib/Base/A.cpp": cpp_function(51, "namespace a {\nLogicalResult A::f() const") + "}\n"},
        "A.cpp:4: function has 51",
    ),
    "long_member_after_table": (
        "function-size",
        {
            "lib/Base/A.cpp": cpp_function(
                60, "int t[] = {f(1), 2};\nstruct A : B<int()> {\nint f()"
            )
            + "};"
        },
        "A.cpp:5: function has 60",
    ),
    "long_python": (
        "function-size",
        {"python/a.py": PY_HEADER + "def f():\n" + "    g()\n" * 50},
        "f() has 51 lines",
    ),
    "stage_sees_stage": (
        "includes",
        {"lib/Fusion/A.cpp": '#include "lib/Frontend/B.h"\n'},
        "lib/Fusion/A.cpp:1: includes lib/Frontend/B.h",
    ),
    "base_sees_stage": (
        "includes",
        {"lib/Base/A.h": '#include "lib/Driver/B.h"\n'},
        "includes lib/Driver",
    ),
    "vendor_sees_vendor": (
        "includes",
        {"lib/Target/AMD/A.cpp": '#include "lib/Target/Intel/B.h"\n'},
        "includes lib/Target/Intel/B.h",
    ),
    "driver_sees_driver": (
        "includes",
        {"runtime/drivers/host/A.cpp": '#include "runtime/drivers/cuda/B.h"\n'},
        "includes runtime/drivers/cuda/B.h",
    ),
    "driver_sees_emulator": (
        "includes",
        {"runtime/drivers/emulated/A.cpp": '#include "runtime/emulator/Execution.h"\n'},
        "includes runtime/emulator/Execution.h",
    ),
    "runtime_sees_llvm": (
        "includes",
        {"runtime/core/A.cpp": '#include "llvm/ADT/Twine.h"\n'},
        "never see LLVM",
    ),
    "runtime_sees_compiler": (
        "includes",
        {"runtime/core/A.cpp": '#include "lib/Base/B.h"\n'},
        "lib/Base/B.h",
    ),
    "api_sees_compiler": (
        "includes",
        {"include/xrt/xrt.h": '#include "runtime/core/B.h"\n'},
        "runtime/core/B.h",
    ),
    "chip": ("vendor-words", {"lib/Schedule/A.cpp": "// wide on sm_90\n"}, "vendor word 'sm_90'"),
    "vendor_camel": (
        "vendor-words",
        {"lib/Driver/A.cpp": "NVVMDialect d;\n"},
        "vendor word 'NVVM'",
    ),
    "vendor_snake": (
        "vendor-words",
        {"runtime/core/A.cpp": "int open_cuda();\n"},
        "vendor word 'cuda'",
    ),
    "vendor_td": (
        "vendor-words",
        {"dialects/tile/A.td": "// as mfma has it\n"},
        "vendor word 'mfma'",
    ),
    "file_name": ("names", {"lib/Fusion/FusionUtils.h": HEADER}, "file name says 'Utils'"),
    "type_name": (
        "names",
        {"lib/Fusion/A.h": "struct KernelInfo {};\n"},
        "type KernelInfo says 'Info'",
    ),
    "python_type": ("names", {"python/xcc/a.py": "class BundleManager:\n"}, "type BundleManager"),
    "no_input": (
        "passes",
        {**PASS_FILES, "lib/Fusion/Passes.td": HEADER + PASS.replace("- Input", "In")},
        "no '- Input:' line",
    ),
    "no_output_in_second": (
        "passes",
        {
            **PASS_FILES,
            "lib/Fusion/Passes.td": PASS.replace("- Output", "Out") + PASS.replace("Add", "Mul"),
        },
        "Passes.td:1: fx-fold-add: description has no '- Output:'",
    ),
    "no_pass_file": (
        "passes",
        without(PASS_FILES, "lib/Fusion/FoldAdd.cpp"),
        "expected lib/Fusion/FoldAdd.cpp",
    ),
    "no_pass_test": (
        "passes",
        {**PASS_FILES, "test/Fusion/fold-add.mlir": "// RUN: xcc-opt %s --fx-fold-add-all\n"},
        "no test in test/Fusion/ runs --fx-fold-add",
    ),
    "capital": (
        "error-style",
        {"lib/Base/A.cpp": ERROR.replace("expects", "Expects")},
        "starts with a capital",
    ),
    "full_stop": (
        "error-style",
        {"lib/Base/A.cpp": ERROR.replace("<< 2", '<< "x."')},
        "ends with a full stop",
    ),
    "untested_error": (
        "errors-tested",
        {"lib/Base/A.cpp": ERROR},
        "no test shows the error 'expects equal ranks",
    ),
    "untested_format": (
        "errors-tested",
        {
            "runtime/core/A.cpp": "int f() {\n"
            '  return fail(s, "%s has no\\n"\n    " image %d", a, b);\n}\n'
        },
        "no test shows the error 'has no image'",
    ),
    "untested_raise": (
        "errors-tested",
        {"python/a.py": 'raise Problem(f"dtype {d} is not supported")\n'},
        "a.py:1: no test shows the error 'is not supported'",
    ),
    "capital_raise": ("error-style", {"python/a.py": 'raise E("No x")\n'}, "starts with a capital"),
    "no_spdx": ("headers", {"lib/Base/A.cpp": "// A file.\nint x;\n"}, "expected the line 'SPDX"),
    "no_title": ("headers", {"lib/Base/A.cpp": SPDX}, "expected a title line"),
    "wrong_title": (
        "headers",
        {"lib/Base/A.cpp": "//===- B.cpp - Two ---===//\n" + SPDX},
        "title names B.cpp",
    ),
    "script_without_spdx": (
        "headers",
        {"tools/dev/run": "#!/bin/sh\n# Runs.\n"},
        "tools/dev/run:1",
    ),
    "environment": (
        "settings",
        {"lib/Driver/A.cpp": 'f(getenv("X"));\n'},
        "getenv: options live in",
    ),
    "global_option": ("settings", {"lib/Driver/A.cpp": "llvm::cl::opt<int> x;\n"}, "cl::opt"),
}

# name of the case: (check, files)
ALLOWED = {
    "fifty_lines": ("function-size", {"lib/Base/A.cpp": cpp_function(50)}),
    "long_class": (
        "function-size",
        {
            "lib/Base/A.h": "class A final : public B {\n"
            + "  int f() { return 1; }\n" * 60
            + "};\n"
        },
    ),
    "long_table": (
        "function-size",
        {"lib/Base/A.cpp": "Row rows[] = {\n" + "  {f(1), 2},\n" * 60 + "};\n"},
    ),
    "brace_in_string": (
        "function-size",
        {"lib/Base/A.cpp": 'int f() { g("{"); }\n' + "int x;\n" * 60 + "// }\n"},
    ),
    "long_file_of_tests": ("file-size", {"test/fx/ops.mlir": "\n" * 500}),
    "stage_sees_dialects": (
        "includes",
        {
            "lib/Fusion/A.cpp": '#include "dialects/fx/Fx.h"\n'
            '#include "lib/Base/B.h"\n#include "lib/Fusion/C.h"\n'
        },
    ),
    "driver_sees_stages": ("includes", {"lib/Driver/A.cpp": '#include "lib/Fusion/B.h"\n'}),
    "vendor_sees_interface": (
        "includes",
        {"lib/Target/AMD/A.cpp": '#include "lib/Target/Vendor.h"\n'},
    ),
    "driver_sees_emulators_border": (
        "includes",
        {"runtime/drivers/emulated/A.h": '#include "runtime/emulator/Emulator.h"\n'},
    ),
    "emulator_sees_llvm": ("includes", {"runtime/emulator/A.cpp": '#include "llvm/IR/Module.h"\n'}),
    "ship_is_no_vendor": (
        "vendor-words",
        {"lib/Driver/A.cpp": "// shipped in chips\nint relationship;\n"},
    ),
    "vendor_at_home": ("vendor-words", {"lib/Target/AMD/A.cpp": "// mfma on gfx942\n"}),
    "others_type": (
        "names",
        {"lib/Base/A.h": "template <> struct DenseMapInfo<A> {};\nclass PassManager;\n"},
    ),
    "good_pass": ("passes", PASS_FILES),
    "tested_error": (
        "errors-tested",
        {
            "lib/Base/A.cpp": ERROR,
            "test/fx/invalid.mlir": "// expected-error {{expects equal\n ranks, got 1}}\n",
        },
    ),
    "llvm_option_set": (
        "settings",
        {"lib/Driver/A.cpp": "static_cast<cl::opt<bool> *>(found)->setValue(true);\n"},
    ),
    "environment_in_comment": ("settings", {"lib/Driver/A.cpp": "// getenv is banned here\n"}),
    "environment_in_runtime": ("settings", {"runtime/core/A.cpp": 'f(getenv("XRT_DEVICE"));\n'}),
}


@pytest.mark.parametrize("case", VIOLATIONS)
def test_finds(presubmit, case):
    check, files, said = VIOLATIONS[case]
    code, output = presubmit(check, files)
    assert said in output
    assert output.endswith("0 passed, 1 failed\n")
    assert code == 1


@pytest.mark.parametrize("case", ALLOWED)
def test_allows(presubmit, case):
    check, files = ALLOWED[case]
    code, output = presubmit(check, files)
    assert output.endswith("1 passed, 0 failed\n")
    assert code == 0


def test_fix_formats(presubmit, tmp_path):
    code, _ = presubmit("clang-format", {"lib/Base/A.cpp": HEADER + "int  x ;\n"}, "-f")
    assert code == 0
    assert (tmp_path / "lib/Base/A.cpp").read_text() == HEADER + "int x;\n"


def test_unknown_check():
    done = subprocess.run([ROOT / "tools/dev/presubmit", "formats"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "no check formats; known: clang-format, ruff" in done.stderr
