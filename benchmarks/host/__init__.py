"""The benchmark of the host: xcc beside PyTorch and IREE, and below the machine's roofs."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
