"""xcc.load: a bundle to a callable on tensors or arrays."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xcc.errors import RunError


@dataclass(frozen=True)
class Port:
    """An input or output of a program."""

    name: str
    dtype: str
    is_parameter: bool = False


class Program:
    """A bundle loaded on a device. Call it with the model's tensors, or arrays of NumPy.

    Outputs are new tensors of the framework of the inputs: one alone, several as a tuple.
    May be called from several threads at once; the interpreter is free during a run.
    """

    def __init__(self, path: str | Path, device: str | None = None, threads: int = 0):
        try:
            from xcc import _runtime
        except ImportError as error:
            cause = f"the C extension xcc._runtime is not there ({error})"
            raise RunError(f"{cause}; build it with -DXCC_PYTHON={os.sys.executable}") from error
        self.path = Path(path)
        self._program = _runtime.Program(os.fspath(path), device, threads)
        self.inputs = [Port(*port) for port in self._program.inputs]
        self.outputs = [Port(*port) for port in self._program.outputs]
        self.device, self.device_description, self.device_reason = self._program.device
        self.isa = self._program.isa
        self.num_kernels = self._program.num_kernels
        self.num_launches = self._program.num_launches
        self._run = self._program.run
        self._names = [port.name for port in self.inputs]

    def __call__(self, *args, **kwargs):
        """Runs the program on inputs given in order, by name, or both.

        Fails with xcc.RunError for a wrong number of inputs, shape or dtype, with TypeError
        for what is no tensor and ValueError for a tensor on another device.
        """
        if kwargs:
            args = self._bind(args, kwargs)
        elif len(args) != len(self._names):
            raise RunError(self._expected(f"got {len(args)}"))
        outputs = self._run(args, None if args else _prototype())
        return outputs[0] if len(outputs) == 1 else outputs

    def run(self, inputs: Sequence) -> tuple:
        """Runs the program on a list of inputs; always gives a tuple."""
        return self._run(inputs, None if inputs else _prototype())

    def _bind(self, args: Sequence, kwargs: dict) -> list:
        """Inputs in order from positional and named ones."""
        unknown = sorted(set(kwargs) - set(self._names))
        if unknown:
            raise RunError(self._expected(f"got '{unknown[0]}'"))
        if len(args) > len(self._names):
            raise RunError(self._expected(f"got {len(args) + len(kwargs)}"))
        values = dict(zip(self._names, args, strict=False))
        for name, value in kwargs.items():
            if name in values:
                raise RunError(f"input '{name}' is given twice")
            values[name] = value
        missing = [name for name in self._names if name not in values]
        if missing:
            raise RunError(self._expected(f"got none for '{missing[0]}'"))
        return [values[name] for name in self._names]

    def _expected(self, got: str) -> str:
        names = ", ".join(self._names)
        count = len(self._names)
        return f"expected {count} input{'' if count == 1 else 's'} ({names}), {got}"

    def __repr__(self) -> str:
        return f"<xcc.Program {self.path.name} on {self.device}, {self.num_kernels} kernels>"


def _prototype():
    """A tensor whose framework makes the outputs where there is no input to tell."""
    try:
        import torch
    except ImportError:
        return None
    return torch.empty(0)


def refresh() -> None:
    """Packs parameters anew at the next run of each program.

    Needed only after a write to few elements that PyTorch does not count: through `.data`,
    or NumPy. Writes in the ordinary way are seen, and so are those to most of a tensor.
    """
    from xcc import _runtime

    _runtime.refresh()


def load(path: str | Path, device: str | None = None, threads: int = 0) -> Program:
    """Loads a bundle on a device and returns it as a callable.

    `device` is a name such as "host", "cuda:0" or "emu:sm_80"; None takes the best real one
    for which the bundle has an image. `threads` of 0 uses as many as the process may. Fails
    with xcc.RunError when the file is missing, damaged or foreign, or when no device fits.
    """
    return Program(path, device, threads)
