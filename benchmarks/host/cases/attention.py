"""Attention of twelve heads of 64, as in BERT-base and GPT-2."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from torch.nn import functional as F

from host.cases.case import Case, Function, built, normal

HEADS, SIZE = 12, 64
LENGTHS = (128, 512, 1024)


def attention(dtype, queries, keys, is_causal) -> Case:
    def make():
        shapes = (queries, keys, keys)
        inputs = tuple(normal(1, HEADS, length, SIZE, dtype=dtype) for length in shapes)
        attend = F.scaled_dot_product_attention
        return Function(lambda q, k, v: attend(q, k, v, is_causal=is_causal)), inputs

    # A causal query sees half of the keys: the other half is work that can be left.
    pairs = queries * (keys + 1) / 2 if is_causal else queries * keys
    what = "decode" if queries == 1 else "causal" if is_causal else "full"
    name = f"attention-{what}-{dtype}-{HEADS}x{keys}x{SIZE}"
    flops = 4.0 * HEADS * SIZE * pairs
    is_quick = dtype == "f32" and (keys == 512 or queries == 1)
    return Case(name, "attention", dtype, built(make), flops, is_quick=is_quick)


def cases() -> list[Case]:
    found = []
    for is_causal in (False, True):
        found += [attention("f32", length, length, is_causal) for length in LENGTHS]
        found.append(attention("bf16", 512, 512, is_causal))
    found.append(attention("f32", 1, 1024, False))
    found.append(attention("bf16", 1, 1024, False))
    return found
