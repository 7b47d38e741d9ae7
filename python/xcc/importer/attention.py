"""Rows of scaled dot product attention in each form that PyTorch hands over."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value, unit
from xcc.importer.problem import Problem
from xcc.importer.symbols import same
from xcc.importer.table import Context, row

aten = torch.ops.aten
RESHAPES = {aten.view.default, aten._unsafe_view.default, aten.reshape.default}
COPIES = {aten.clone.default, aten.contiguous.default, aten.alias.default}


def ungrouped(c: Context, node, repeated: Value) -> Value:
    """k (b, h, s, e), when `node` is k with each head repeated for the query heads it serves.

    view(clone(expand(unsqueeze(k, 2), (b, h, groups, s, e))), (b, h * groups, s, e)) -> k
    """
    if not isinstance(node, torch.fx.Node) or repeated.rank != 4:
        return repeated
    if node.target is aten.repeat_interleave.self_int:
        return _uninterleaved(c, node, repeated)
    if node.target not in RESHAPES:
        return repeated
    wide = _through(node.args[0], COPIES)
    if wide.target is not aten.expand.default:
        return repeated
    apart = c.value_of(wide.args[0])
    expanded = c.value_of(wide)
    if apart is None or expanded is None or expanded.rank != 5 or apart.rank != 5:
        return repeated
    batch, heads, one, length, size = apart.shape
    groups = expanded.shape[2]
    fits = (
        same(one, 1)
        and not same(groups, 1)
        and _equal(expanded.shape, (batch, heads, groups, length, size))
    )
    if not fits or not _equal(repeated.shape, (batch, heads * groups, length, size)):
        return repeated
    return c.builder.view(apart, (batch, heads, length, size))


def _uninterleaved(c: Context, node: torch.fx.Node, repeated: Value) -> Value:
    """repeat_interleave(k, groups, 1) -> k"""
    narrow = c.value_of(node.args[0])
    dim = node.args[2] if len(node.args) > 2 else node.kwargs.get("dim")
    fits = narrow is not None and dim in (1, -3) and narrow.rank == 4
    return narrow if fits and not same(narrow.shape[1], repeated.shape[1]) else repeated


def _through(node: torch.fx.Node, targets) -> torch.fx.Node:
    while node.target in targets:
        node = node.args[0]
    return node


def _equal(a, b) -> bool:
    return len(a) == len(b) and all(map(same, a, b))


def _spread(c: Context, x: Value, query: Value, keep: int) -> Value:
    """Broadcasts the leading dimensions to the query's, all but the last `keep`."""
    rank = query.rank
    if x.rank < rank:
        x = c.builder.view(x, (*[1] * (rank - x.rank), *x.shape))
    return c.builder.expand(x, (*query.shape[: rank - keep], *x.shape[rank - keep :]))


def attention(c: Context, q, k, v, mask, dropout, is_causal, scale) -> Value:
    """fx.scaled_dot_product_attention, with key and value as few heads as they have."""
    if dropout:
        raise Problem("dropout in training mode", "call model.eval() first")
    b = c.builder
    arguments = c.node.args
    narrow_k, narrow_v = ungrouped(c, arguments[1], k), ungrouped(c, arguments[2], v)
    if narrow_k is not k and narrow_v is not v:
        k, v = narrow_k, narrow_v
    if q.rank >= 3:
        k, v = _spread(c, k, q, 3), _spread(c, v, q, 3)
    operands = [q, k, v]
    if mask is not None:
        operands.append(mask if mask.dtype == torch.bool else b.to(mask, q.dtype))
    scale = None if scale is None else _number(scale)
    shape = (*q.shape[:-1], v.shape[-1])
    causal = unit(is_causal)
    name = "scaled_dot_product_attention"
    return b.op(name, operands, shape, q.dtype, is_causal=causal, scale=scale)


def _number(scale) -> float:
    if not isinstance(scale, (int, float)):
        raise Problem("its scale depends on a symbolic size", "give scale a fixed number")
    return float(scale)


def _first(c: Context, what: str, attended: Value) -> tuple[Value | None, ...]:
    """The attention and none of the other results, which are for its gradient."""
    if any(c.is_used(i) for i in range(1, len(c.results))):
        raise Problem(f"its {what} is read", "it serves training alone; run it in eager")
    return attended, *[None] * (len(c.results) - 1)


@row("aten.scaled_dot_product_attention.default")
def _(c, q, k, v, mask=None, dropout=0.0, causal=False, *, scale=None, enable_gqa=False):
    return attention(c, q, k, v, mask, dropout, causal, scale)


@row("aten._scaled_dot_product_flash_attention_for_cpu.default")
def _(c, q, k, v, dropout=0.0, causal=False, *, attn_mask=None, scale=None):
    return _first(c, "logsumexp", attention(c, q, k, v, attn_mask, dropout, causal, scale))


@row("aten._scaled_dot_product_flash_attention.default")
def _(c, q, k, v, dropout=0.0, causal=False, return_debug_mask=False, *, scale=None):
    return _first(c, "logsumexp", attention(c, q, k, v, None, dropout, causal, scale))


@row(
    "aten._scaled_dot_product_efficient_attention.default",
    "aten._scaled_dot_product_cudnn_attention.default",
)
def _(c, q, k, v, bias, compute_logsumexp, dropout=0.0, causal=False, debug=False, *, scale=None):
    return _first(c, "logsumexp", attention(c, q, k, v, bias, dropout, causal, scale))


@row("aten._scaled_dot_product_fused_attention_overrideable.default")
def _(c, q, k, v, bias=None, dropout=0.0, causal=False, debug=False, *, scale=None):
    return _first(c, "logsumexp", attention(c, q, k, v, bias, dropout, causal, scale))


@row("aten._scaled_dot_product_attention_math.default")
def _(c, q, k, v, mask=None, dropout=0.0, causal=False, drop=None, *, scale=None, enable_gqa=False):
    return _first(c, "weights", attention(c, q, k, v, mask, dropout, causal, scale))
