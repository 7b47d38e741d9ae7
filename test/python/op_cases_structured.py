"""Cases of making, moving and indexing tensors, convolutions and attention."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
import torch.ao.quantization.fx._decomposed  # defines quantized_decomposed
import torch.nn.functional as F
from op_case import family, normal, truth, whole

family(
    "creation",
    ("full_like", lambda x: torch.full_like(x, 3), lambda: (normal(2, 3),)),
    ("zeros", lambda x: x + torch.zeros(3), lambda: (normal(2, 3),)),
    ("new_ones", lambda x: x.new_ones(2, dtype=torch.int32), lambda: (normal(2, 3),)),
    ("arange", lambda x: x + torch.arange(3), lambda: (normal(2, 3),)),
    ("arange_float", lambda x: x + torch.arange(0.5, 2.0, 0.5), lambda: (normal(2, 3),)),
    ("linspace", lambda x: x + torch.linspace(0, 1, 3), lambda: (normal(2, 3),)),
    ("eye", lambda x: x + torch.eye(3), lambda: (normal(3, 3),)),
    ("tril", lambda x: x.tril(-1), lambda: (normal(3, 4),)),
    ("triu", lambda x: x.triu(1), lambda: (normal(3, 4),)),
    ("constant", lambda x: x + torch.tensor([1.0, 2.0, 3.0]), lambda: (normal(2, 3),)),
    ("one_hot", lambda x: F.one_hot(x, 5), lambda: (whole(3, low=0, high=5),)),
    (
        "causal_mask",
        lambda x: torch.ones(4, 4, dtype=torch.bool).tril() & x,
        lambda: (truth(4, 4),),
    ),
)

family(
    "indexing",
    ("embedding", lambda i, w: F.embedding(i, w), lambda: (whole(2, 3, low=0), normal(9, 4))),
    ("index_select", lambda x, i: x.index_select(1, i), lambda: (normal(2, 9), whole(3, low=0))),
    ("gather", lambda x, i: x.gather(1, i), lambda: (normal(2, 9), whole(2, 3, low=0))),
    (
        "take_along",
        lambda x, i: torch.take_along_dim(x, i, 1),
        lambda: (normal(2, 9), whole(2, 3, low=0)),
    ),
    ("index", lambda x, i: x[i], lambda: (normal(9, 4), whole(2, 3, low=0))),
    ("index_negative", lambda x, i: x[i], lambda: (normal(9, 4), whole(3, low=-9))),
    (
        "index_two",
        lambda x, i, j: x[i, :, j],
        lambda: (normal(9, 2, 9), whole(3, low=0), whole(3, low=0)),
    ),
    ("index_inner", lambda x, i: x[:, i], lambda: (normal(2, 9, 3), whole(3, low=0))),
    (
        "index_put",
        lambda x, i, v: x.index_put((i,), v),
        lambda: (normal(9, 4), torch.tensor([3, 1]), normal(2, 4)),
    ),
    (
        "index_put_add",
        lambda x, i, v: x.index_put((i,), v, accumulate=True),
        lambda: (normal(9, 4), torch.tensor([3, 3]), normal(4)),
    ),
    ("index_put_mask", lambda x, m: _masked_write(x, m), lambda: (normal(3, 4), truth(3, 4))),
    (
        "index_add",
        lambda x, i, v: x.index_add(1, i, v, alpha=2),
        lambda: (normal(2, 9), torch.tensor([3, 3, 0]), normal(2, 3)),
    ),
    (
        "index_copy",
        lambda x, i, v: x.index_copy(0, i, v),
        lambda: (normal(9, 2), torch.tensor([3, 0]), normal(2, 2)),
    ),
    (
        "index_fill",
        lambda x, i: x.index_fill(0, i, 7.0),
        lambda: (normal(9, 2), torch.tensor([3, 0])),
    ),
    (
        "scatter",
        lambda x, i, v: x.scatter(1, i, v),
        lambda: (normal(2, 5), torch.tensor([[0, 3], [4, 2]]), normal(2, 2)),
    ),
    (
        "scatter_value",
        lambda x, i: x.scatter(1, i, 2.5),
        lambda: (normal(2, 5), torch.tensor([[0, 3], [4, 2]])),
    ),
    (
        "scatter_add",
        lambda x, i, v: x.scatter_add(0, i, v),
        lambda: (normal(4, 2), whole(3, 2, low=0, high=4), normal(3, 2)),
    ),
    (
        "scatter_amax",
        lambda x, i, v: x.scatter_reduce(0, i, v, "amax", include_self=False),
        lambda: (normal(4, 2), whole(3, 2, low=0, high=4), normal(3, 2)),
    ),
)


def _masked_write(x, mask):
    x = x.clone()
    x[mask] = 0.5
    return x


family(
    "contraction",
    ("mm", torch.mm, lambda: (normal(3, 4), normal(4, 5))),
    ("mm_int", torch.mm, lambda: (whole(3, 4), whole(4, 5))),
    (
        "mm_bf16",
        torch.mm,
        lambda: (normal(3, 4, dtype=torch.bfloat16), normal(4, 5, dtype=torch.bfloat16)),
    ),
    ("bmm", torch.bmm, lambda: (normal(2, 3, 4), normal(2, 4, 5))),
    ("matmul", torch.matmul, lambda: (normal(2, 3, 4), normal(4, 5))),
    ("matmul_4d", torch.matmul, lambda: (normal(2, 1, 3, 4), normal(3, 4, 5))),
    ("mv", torch.mv, lambda: (normal(3, 4), normal(4))),
    ("dot", torch.dot, lambda: (normal(4), normal(4))),
    (
        "addmm",
        lambda c, a, b: torch.addmm(c, a, b, beta=0.5, alpha=2),
        lambda: (normal(5), normal(3, 4), normal(4, 5)),
    ),
    ("baddbmm", torch.baddbmm, lambda: (normal(2, 3, 5), normal(2, 3, 4), normal(2, 4, 5))),
    ("linear", F.linear, lambda: (normal(2, 3, 4), normal(5, 4), normal(5))),
    ("linear_no_bias", F.linear, lambda: (normal(3, 4), normal(5, 4))),
    ("conv1d", lambda x, w: F.conv1d(x, w, padding=1), lambda: (normal(2, 4, 9), normal(6, 4, 3))),
    (
        "conv2d",
        lambda x, w, b: F.conv2d(x, w, b, 2, 1),
        lambda: (normal(2, 4, 9, 8), normal(6, 4, 3, 3), normal(6)),
    ),
    (
        "conv2d_groups",
        lambda x, w: F.conv2d(x, w, groups=2, dilation=2),
        lambda: (normal(2, 4, 9, 8), normal(6, 2, 3, 3)),
    ),
    (
        "conv2d_depthwise",
        lambda x, w: F.conv2d(x, w, groups=4, padding="same"),
        lambda: (normal(2, 4, 9, 8), normal(4, 1, 3, 3)),
    ),
    ("conv3d", F.conv3d, lambda: (normal(1, 2, 4, 5, 6), normal(3, 2, 2, 2, 2))),
    (
        "conv_transpose2d",
        lambda x, w: F.conv_transpose2d(x, w, stride=2, output_padding=1),
        lambda: (normal(1, 4, 3, 3), normal(4, 2, 3, 3)),
    ),
    ("max_pool1d", lambda x: F.max_pool1d(x, 3, 2, 1), lambda: (normal(2, 4, 9),)),
    ("max_pool2d", lambda x: F.max_pool2d(x, 3, 2, 1), lambda: (normal(2, 4, 9, 8),)),
    (
        "max_pool2d_ceil",
        lambda x: F.max_pool2d(x, 2, 2, ceil_mode=True),
        lambda: (normal(2, 4, 9, 7),),
    ),
    ("avg_pool1d", lambda x: F.avg_pool1d(x, 3, 2, 1), lambda: (normal(2, 4, 9),)),
    (
        "avg_pool2d",
        lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        lambda: (normal(2, 4, 9, 8),),
    ),
    (
        "adaptive_avg_pool2d",
        lambda x: F.adaptive_avg_pool2d(x, (3, 2)),
        lambda: (normal(2, 4, 7, 5),),
    ),
    ("adaptive_avg_pool2d_1", lambda x: F.adaptive_avg_pool2d(x, 1), lambda: (normal(2, 4, 7, 5),)),
    ("adaptive_avg_pool1d", lambda x: F.adaptive_avg_pool1d(x, 3), lambda: (normal(2, 4, 7),)),
    (
        "adaptive_max_pool2d",
        lambda x: F.adaptive_max_pool2d(x, (3, 2)),
        lambda: (normal(2, 4, 7, 5),),
    ),
    ("upsample_nearest", lambda x: F.interpolate(x, scale_factor=2), lambda: (normal(1, 2, 3, 4),)),
    (
        "upsample_nearest_size",
        lambda x: F.interpolate(x, size=(5, 7)),
        lambda: (normal(1, 2, 3, 4),),
    ),
    (
        "upsample_bilinear",
        lambda x: F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False),
        lambda: (normal(1, 2, 3, 4),),
    ),
    (
        "upsample_bilinear_corners",
        lambda x: F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=True),
        lambda: (normal(1, 2, 3, 4),),
    ),
)


def _qkv(heads=4, key_heads=4, length=5, keys=5):
    return normal(2, heads, length, 8), normal(2, key_heads, keys, 8), normal(2, key_heads, keys, 8)


_attend = F.scaled_dot_product_attention
family(
    "attention",
    ("plain", _attend, _qkv),
    ("causal", lambda q, k, v: _attend(q, k, v, is_causal=True), _qkv),
    ("scale", lambda q, k, v: _attend(q, k, v, scale=0.3), _qkv),
    (
        "mask_bool",
        lambda q, k, v, m: _attend(q, k, v, m),
        lambda: (*_qkv(), torch.ones(5, 5).tril().bool()),
    ),
    ("mask_float", lambda q, k, v, m: _attend(q, k, v, m), lambda: (*_qkv(), normal(2, 1, 5, 5))),
    ("grouped", lambda q, k, v: _attend(q, k, v, enable_gqa=True), lambda: _qkv(4, 2)),
    ("cross", _attend, lambda: _qkv(length=3, keys=7)),
    ("bf16", _attend, lambda: tuple(t.bfloat16() for t in _qkv())),
    ("by_hand", lambda q, k, v: (q @ k.mT / 8**0.5).softmax(-1) @ v, _qkv),
)


def _bytes(*shape):
    return whole(*shape, low=-128, high=128, dtype=torch.int8)


def _f8(*shape, dtype=torch.float8_e4m3fn):
    return normal(*shape, dtype=dtype)


def _columns(k, n):
    """fp8 as PyTorch wants a right operand: its columns are contiguous."""
    return _f8(n, k).t()


def _scaled_mm(dtype):
    def function(a, b, x, y, bias=None):
        return torch._scaled_mm(a, b, x, y, bias=bias, out_dtype=dtype)

    return function


_one = torch.tensor(0.5)
family(
    "narrow_product",
    ("int_mm", torch._int_mm, lambda: (_bytes(5, 7), _bytes(7, 3))),
    (
        "int_mm_weight",
        lambda x, w: torch._int_mm(x, w.t()),
        lambda: (_bytes(17, 32), _bytes(8, 32)),
    ),
    (
        "int_mm_scaled",
        lambda x, w, s: torch._int_mm(x, w.t()).float() * s,
        lambda: (_bytes(17, 32), _bytes(8, 32), normal(8)),
    ),
    *(
        (
            f"scaled_mm_{dtype}",
            _scaled_mm(dtype),
            lambda: (_f8(16, 32), _columns(32, 16), _one, _one),
        )
        for dtype in (torch.float32, torch.bfloat16)
    ),
    (
        "scaled_mm_e5m2",
        _scaled_mm(torch.float32),
        lambda: (_f8(5, 7, dtype=torch.float8_e5m2), _columns(7, 3), _one, _one),
    ),
    (
        "scaled_mm_rows",
        _scaled_mm(torch.bfloat16),
        lambda: (_f8(16, 32), _columns(32, 16), torch.rand(16, 1), torch.rand(1, 16)),
    ),
    (
        "scaled_mm_bias",
        _scaled_mm(torch.bfloat16),
        lambda: (_f8(16, 32), _columns(32, 16), _one, _one, normal(16, dtype=torch.bfloat16)),
    ),
)

_decomposed = torch.ops.quantized_decomposed
_limits = (-128, 127, torch.int8)
family(
    "quantize",
    (
        "per_tensor",
        lambda x: _decomposed.quantize_per_tensor(x, 0.1, 3, *_limits),
        lambda: (normal(5, 33),),
    ),
    (
        "per_tensor_tensor",
        lambda x, s, z: _decomposed.quantize_per_tensor.tensor(x, s, z, *_limits),
        lambda: (normal(5, 33), torch.tensor(0.05), torch.tensor(-2)),
    ),
    (
        "per_channel",
        lambda x, s, z: _decomposed.quantize_per_channel(x, s, z, 1, *_limits),
        lambda: (normal(5, 7), torch.rand(7) + 0.1, whole(7)),
    ),
    (
        "back_per_tensor",
        lambda x: _decomposed.dequantize_per_tensor(x, 0.1, 3, *_limits),
        lambda: (_bytes(5, 33),),
    ),
    (
        "back_per_channel",
        lambda x, s, z: _decomposed.dequantize_per_channel(x, s, z, 0, *_limits),
        lambda: (_bytes(5, 7), torch.rand(5), whole(5)),
    ),
    (
        "back_without_zeros",
        lambda x, s: _decomposed.dequantize_per_channel(x, s, None, 0, *_limits),
        lambda: (_bytes(5, 7), torch.rand(5)),
    ),
)
