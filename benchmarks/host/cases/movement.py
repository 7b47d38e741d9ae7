"""Gathers, scans, sorts and transposes."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn

from host.cases.case import Case, Function, built, normal

ROWS = (4096, 1024)


def indices(count, *shape) -> torch.Tensor:
    return torch.randint(0, count, shape)


def distinct(rows, columns) -> torch.Tensor:
    """Rows without equal numbers: sorts agree on indices, too."""
    return torch.stack([torch.randperm(columns) for _ in range(rows)]).float() / columns - 0.5


def simple(name, function, *inputs, is_quick=False, num_bytes=None) -> Case:
    """`inputs` are functions that make them."""

    def make():
        return Function(function), tuple(make_input() for make_input in inputs)

    return Case(name, "movement", "f32", built(make), 0, num_bytes, is_quick)


def embedding(words, width, *tokens, is_quick=False) -> Case:
    def make():
        return nn.Embedding(words, width), (indices(words, *tokens),)

    # Of the table only the rows that are named.
    count = torch.Size(tokens).numel()
    num_bytes = count * (8 + 2 * 4 * width)
    name = f"embedding-f32-{count}of{words}x{width}"
    return Case(name, "movement", "f32", built(make), 0, num_bytes, is_quick)


def gathers() -> list[Case]:
    rows, columns = ROWS
    chosen = 4 * rows * 256 * 2 + 8 * rows * 256
    return [
        embedding(30522, 768, 4, 128, is_quick=True),
        simple(
            "gather-f32-256of1024",
            lambda x, i: torch.gather(x, 1, i),
            lambda: normal(rows, columns),
            lambda: indices(columns, rows, 256),
            num_bytes=chosen,
        ),
        simple(
            "index_select-f32-1024of4096",
            lambda x, i: x.index_select(0, i),
            lambda: normal(rows, columns),
            lambda: indices(rows, 1024),
            num_bytes=1024 * (8 + 2 * 4 * columns),
        ),
    ]


def cases() -> list[Case]:
    rows, columns = ROWS
    matrix = [lambda: normal(rows, columns)]
    found = gathers()
    found += [
        simple("cumsum-f32-last", lambda x: x.cumsum(1), *matrix, is_quick=True),
        simple("cumsum-f32-first", lambda x: x.cumsum(0), *matrix),
        simple(
            "sort-f32-512x1024", lambda x: x.sort(1), lambda: distinct(512, 1024), is_quick=True
        ),
        simple("topk-f32-512x4096-16", lambda x: x.topk(16), lambda: distinct(512, 4096)),
        simple("argmax-f32", lambda x: x.argmax(1), lambda: distinct(rows, columns)),
        simple(
            "transpose-f32-2048x2048",
            lambda x: x.t().contiguous(),
            lambda: normal(2048, 2048),
            is_quick=True,
        ),
        simple(
            "permute-f32-16x128x12x64",
            lambda x: x.permute(0, 2, 1, 3).contiguous(),
            lambda: normal(16, 128, 12, 64),
        ),
    ]
    return found
