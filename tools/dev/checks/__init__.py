"""The checks of tools/dev/presubmit, a module for each kind."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
