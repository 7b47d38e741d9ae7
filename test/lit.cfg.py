"""The lit suite: every .mlir and .test file below test/.

Run it with `tools/dev/test lit`, one file of it with `tools/dev/test lit test/Fusion/x.mlir`.
Substitutions beside lit's own:
  xcc, xcc-opt        build/bin's
  FileCheck, not      LLVM's; also count, split-file, llvm-nm, llvm-objdump, llvm-readelf
  %build, %src        the build folder and the repository's root
  %examples           the repository's examples/
  %python             the Python of .venv/ if there is one, else the system's
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import shlex
import shutil
from pathlib import Path

import lit.formats

source = Path(config.xcc_source_root)
build = Path(config.xcc_build_root)

config.name = "xcc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# Inputs/ holds what tests read; python/ and tools/ hold pytest's files.
config.excludes = ["Inputs", "python"]
config.test_source_root = str(source / "test")
config.test_exec_root = str(build / "test")

venv_python = source / ".venv/bin/python"
python = str(venv_python) if venv_python.exists() else "/usr/bin/python3"

tools = {
    str(build / "bin"): ["xcc", "xcc-opt", "xcc-tile-opt", "xcc-embed", "xcc-mutate"],
    config.llvm_tools_dir: [
        "FileCheck",
        "not",
        "count",
        "split-file",
        "llvm-nm",
        "llvm-objdump",
        "llvm-readelf",
    ],
}
# A name stands alone as a word: not part of a path, nor `import xcc;`.
for folder, names in tools.items():
    for name in names:
        config.substitutions.append(
            (rf"(?<![\w./-]){name}(?=\s|$)", shlex.quote(os.path.join(folder, name)))
        )
config.substitutions += [
    ("%build", str(build)),
    ("%src", str(source)),
    ("%examples", str(source / "examples")),
    ("%python", python),
]

# The tests decide what the tools see; the user's own settings must not.
for variable in ("XRT_DEVICE", "XRT_THREADS"):
    config.environment.pop(variable, None)
# A vendor's assembler judges the code where it is installed.
if shutil.which("ptxas", path=os.environ.get("PATH", "") + ":/usr/local/cuda/bin"):
    config.available_features.add("ptxas")
# The same of another vendor's compiler, with the driver in its package; and of
# what checks modules for all drivers.
for tool in ("ocloc", "spirv-val"):
    if shutil.which(tool):
        config.available_features.add(tool)
if config.xcc_sanitize:
    config.available_features.add("sanitize")
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0:use_sigaltstack=0"
