"""What a row of the importer's tables raises when it cannot take an operation."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

STAYS_IN_EAGER = "torch.compile without strict runs it in eager; xcc.export needs it rewritten"


class Problem(Exception):
    """An operation, or this use of it, is not supported: why, and what to do about it."""

    def __init__(self, reason: str, cure: str = STAYS_IN_EAGER):
        super().__init__(reason)
        self.reason = reason
        self.cure = cure
