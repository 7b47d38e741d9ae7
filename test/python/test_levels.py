"""Host code of each instruction-set level agrees with the interpreter; `--isa` chooses it."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

import levels
import pytest
import tool

INPUTS = tool.ROOT / "test/Schedule/Inputs"
# Sizes known at run time only, in the programs that have them: no multiple of any vector.
SYMBOLS = {"products": "rows=127", "convolutions": "batch=3", "winograd": "batch=5"}
SYMBOLS |= {"attentions": "length=129", "attentions-direct": "length=257"}
PROGRAMS = sorted(path.stem for path in INPUTS.glob("*.mlir"))


@pytest.fixture(scope="session")
def bundles(tmp_path_factory):
    """Each program compiled for all levels at once."""
    folder = tmp_path_factory.mktemp("levels")
    for name in PROGRAMS:
        made = levels.run(INPUTS / f"{name}.mlir", "-target=host", "-o", folder / f"{name}.xcb")
        assert made[0] == 0, made[1]
    return folder


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("level", levels.LEVELS)
def test_program(bundles, level, program):
    if reason := levels.missing(level):
        pytest.skip(f"{level} was not run: {reason}")
    options = ["--check", f"--isa={level}", "--threads=2"]
    if program in SYMBOLS:
        options.append(f"--symbol={SYMBOLS[program]}")
    code, said = levels.run("run", bundles / f"{program}.xcb", *options)
    assert code == 0, said
    assert re.search(r"check .*: good", said), said


def test_a_missing_level_says_what_it_needs():
    assert levels.available(), "no level at all: the tests of host code are void"
    for level in set(levels.LEVELS) - set(levels.available()):
        assert re.search(rf"{level} needs \w+", levels.missing(level))
