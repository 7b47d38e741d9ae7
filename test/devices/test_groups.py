"""Products and attentions that groups of warps compute, beside a producer, on emulated sm_90.

Sizes are such that described copies can bring the operands: rows are multiples of 16 bytes.
They end inside of blocks, and in the middle of a step.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import emulated
import kernels
import pytest

CHIP = "sm_90"
RANDOM_SCHEDULES = 2

CASES = [
    ("mm_nn", "bf16", (128, 128, 128)),
    ("mm_nn", "f16", (200, 168, 136)),
    ("mm_nt", "bf16", (130, 264, 72)),
    ("mm_tn", "f16", (136, 200, 72)),
    ("mm_tt", "bf16", (136, 72, 200)),
    # Many steps, few blocks: the depth is split.
    ("mm_nt", "f16", (128, 128, 2048)),
    ("bmm", "bf16", (100, 136, 72)),
    ("linear_gelu_add", "f16", (192, 512, 128)),
    ("norm_linear", "bf16", (72, 136, 256)),
    ("attention", "bf16", (128, 256, 64)),
    ("attention", "f16", (200, 330, 80)),
    ("attention", "bf16", (128, 192, 128)),
    ("attention", "f16", (64, 96, 256)),
    ("attention_causal", "bf16", (256, 256, 64)),
    ("attention_bias", "f16", (128, 200, 64)),
    ("attention_gqa", "bf16", (129, 65, 128)),
]
# Rows are counted at run time.
SYMBOLIC = [("linear_gelu_add", "bf16", ("m", 136, 128), ({"m": 1}, {"m": 130}))]


def compiled(kernel, folder):
    bundle = emulated.compile_kernel(kernel, folder, [CHIP])
    (source := folder / "kernel.mlir").write_text(kernel.text)
    code, printed = emulated.run(source, f"-target={CHIP}", "--stop-after=schedule")
    assert code == 0, printed
    return bundle, "tile.roles" in printed


def judge(kernel, bundle):
    verdicts, bound = emulated.verify(kernel, bundle, RANDOM_SCHEDULES, [CHIP])
    assert verdicts[CHIP].error <= 1.05 * bound


@pytest.mark.parametrize(("name", "dtype", "sizes"), CASES)
def test_groups(tmp_path, name, dtype, sizes):
    kernel = kernels.FAMILIES[name].kernel(dtype, sizes)
    bundle, has_roles = compiled(kernel, tmp_path)
    assert has_roles
    judge(kernel, bundle)


@pytest.mark.parametrize(("name", "dtype", "sizes", "places"), SYMBOLIC)
def test_symbolic_rows(tmp_path, name, dtype, sizes, places):
    bundle = None
    for at in places:
        kernel = kernels.FAMILIES[name].kernel(dtype, sizes, at)
        if not bundle:
            bundle, has_roles = compiled(kernel, tmp_path)
            assert has_roles
        judge(kernel, bundle)
