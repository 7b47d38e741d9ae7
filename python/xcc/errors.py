"""Exceptions of the xcc package."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from dataclasses import dataclass


class Error(Exception):
    """Base of all errors that xcc raises on purpose."""


class CompileError(Error):
    """The compiler refused the program; the text is the compiler's own diagnostics."""


class RunError(Error, RuntimeError):
    """A bundle could not be opened, or could not run with the inputs given."""


def describe(error: Exception) -> str:
    """An unexpected exception in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


@dataclass(frozen=True)
class Unsupported:
    """One operation that cannot be imported: which, where in the model, why, and what to do."""

    operation: str
    where: str
    reason: str
    cure: str

    def __str__(self) -> str:
        return f"{self.where}: {self.operation}: {self.reason}; {self.cure}"


class UnsupportedError(Error):
    """The graph holds operations that xcc does not take; `entries` lists all of them."""

    def __init__(self, entries: list[Unsupported]):
        self.entries = list(entries)
        lines = [f"  {entry}" for entry in self.entries]
        count = len(lines)
        noun = "operation" if count == 1 else "operations"
        super().__init__("\n".join([f"{count} {noun} not supported:", *lines]))
