"""xcc.export: a PyTorch model to a bundle, or to the graph it was imported as."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import tempfile
from collections.abc import Sequence
from pathlib import Path

from xcc.compiler import compile_file
from xcc.errors import Error


def export(
    model,
    args: Sequence = (),
    kwargs: dict | None = None,
    dynamic_shapes=None,
    targets: Sequence[str] = ("host",),
    output: str | Path = "model.xcb",
    emulation: bool = False,
) -> Path:
    """Compiles a model for `targets` and returns the path of the file written.

    `model` is an nn.Module in eval mode, a callable, or an ExportedProgram; `args` and
    `kwargs` are example inputs, `dynamic_shapes` is torch.export's. The bundle's inputs are
    the model's tensors in order, of the dtypes of the examples and of their shapes, where
    `dynamic_shapes` leaves them fixed. An `output` ending in .mlir keeps the imported graph,
    with the weights in a .safetensors file of the same name beside it. With `emulation` the
    bundle also holds what the devices "emu:<target>" run.

    Fails with xcc.UnsupportedError, which lists every operation that is not supported with
    its line; with xcc.CompileError when the compiler refuses; with torch.export's errors.
    """
    output = Path(output)
    if isinstance(targets, str):
        targets = targets.split(",")
    if output.suffix == ".mlir":
        write_graph(model, args, kwargs, dynamic_shapes, output)
        return output
    if output.suffix != ".xcb":
        raise Error(f"expected an output ending in .xcb or .mlir, got '{output}'")
    # Not beside the output: an unfinished graph must not look like a result.
    with tempfile.TemporaryDirectory(prefix="xcc-") as folder:
        source = Path(folder) / f"{output.stem}.mlir"
        write_graph(model, args, kwargs, dynamic_shapes, source)
        compile_file(source, output, targets, emulation)
    return output


def write_graph(model, args, kwargs, dynamic_shapes, path: Path) -> None:
    """Writes the imported graph and, beside it, its weights."""
    from xcc.importer.exported import capture, import_exported
    from xcc.importer.weights import WeightFile

    program = capture(model, args, kwargs, dynamic_shapes)
    weights = WeightFile(path.with_suffix(".safetensors"))
    text = import_exported(program, weights, dynamic_shapes)
    weights.save()
    path.write_text(text)
