"""PyTorch graphs to fx text: a table of operations, and what writes the module."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
