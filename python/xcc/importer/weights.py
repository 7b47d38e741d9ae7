"""The .safetensors file beside a graph: each tensor once."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import os
from pathlib import Path

import torch

from xcc.importer import mlir
from xcc.importer.problem import Problem

NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e5m2: "F8_E5M2",
}
# The data begins on a cache line, so that mapped tensors are aligned.
ALIGNMENT = 64


def _identity(tensor: torch.Tensor) -> tuple:
    storage = tensor.untyped_storage()
    place = (storage.data_ptr(), storage.nbytes(), tensor.storage_offset())
    return (*place, tuple(tensor.shape), tensor.stride(), tensor.dtype)


class WeightFile:
    """Collects tensors under unique keys and writes them; tied tensors share a key.

    `path` is where the file will be; in the graph it is known by its name alone.
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)
        self.tensors: dict[str, torch.Tensor] = {}
        self._keys: dict[tuple, str] = {}

    def add(self, name: str, tensor: torch.Tensor) -> str:
        """The key under which the tensor is kept. Fails with Problem for a dtype without form."""
        if tensor.dtype not in NAMES:
            raise Problem(f"weight {name} is of dtype {tensor.dtype}, which is not supported")
        tensor = tensor.detach()
        identity = _identity(tensor)
        if tensor.numel() and identity in self._keys:
            return self._keys[identity]
        key, count = name, 1
        while key in self.tensors:
            count += 1
            key = f"{name}.{count}"
        # The tensor is held, so its address stays its own.
        self.tensors[key] = tensor
        self._keys[identity] = key
        return key

    def declaration(self, key: str) -> str:
        """The module-level fx.weight of a key."""
        tensor = self.tensors[key]
        file, kind = mlir.quote(self.path.name), mlir.tensor_type(tuple(tensor.shape), tensor.dtype)
        return f"fx.weight {symbol(key)} : {kind} {{file = {file}, key = {mlir.quote(key)}}}"

    def save(self) -> None:
        """Writes the file; nothing when there are no tensors."""
        if not self.tensors:
            return
        header, offset = {}, 0
        for key, tensor in self.tensors.items():
            end = offset + tensor.numel() * tensor.element_size()
            shape, dtype = list(tensor.shape), NAMES[tensor.dtype]
            header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, end]}
            offset = end
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-(len(text) + 8) % ALIGNMENT)
        unfinished = self.path.with_name(self.path.name + ".part")
        with open(unfinished, "wb") as file:
            file.write(len(text).to_bytes(8, "little"))
            file.write(text)
            for tensor in self.tensors.values():
                data = tensor.cpu().contiguous().reshape(-1).view(torch.uint8)
                file.write(memoryview(data.numpy()))
        os.replace(unfinished, self.path)


def symbol(key: str) -> str:
    """The symbol reference of a key."""
    is_plain = all(c.isascii() and (c.isalnum() or c in "$._-") for c in key)
    return f"@{key}" if is_plain and not key[:1].isdigit() else f"@{mlir.quote(key)}"
