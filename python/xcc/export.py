"""python -m xcc.export: a model named on the command line to a bundle.

    python -m xcc.export package.module:factory -o model.xcb

`factory` is called without arguments and returns the model and its example inputs:
(model, args), (model, args, kwargs) or (model, args, kwargs, dynamic_shapes). A module
named alone is one of the form of examples/: model(), inputs(batch), dynamic_shapes().
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from xcc.errors import Error
from xcc.exporter import export


class _CallableModule(ModuleType):
    # `import xcc.export` must not hide the function of the same name.
    def __call__(self, *args, **kwargs):
        return export(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableModule


def load_factory(name: str):
    """What `module:attribute` or `file.py:attribute` names, or the module itself."""
    path, _, attribute = name.partition(":")
    try:
        if path.endswith(".py"):
            spec = importlib.util.spec_from_file_location(Path(path).stem, path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(path)
    except (ImportError, FileNotFoundError) as error:
        raise Error(f"expected a module or a .py file, got '{path}': {error}") from error
    if not attribute:
        return module
    if not hasattr(module, attribute):
        raise Error(f"expected '{path}' to define '{attribute}'")
    return getattr(module, attribute)


def model_and_inputs(factory, batch: int, dynamic: bool) -> tuple:
    """(model, args, kwargs, dynamic_shapes) of what `load_factory` found."""
    if isinstance(factory, ModuleType):
        shapes = factory.dynamic_shapes() if dynamic else None
        return factory.model(), factory.inputs(batch), None, shapes
    made = factory()
    if not isinstance(made, tuple) or not 2 <= len(made) <= 4:
        raise Error("expected the factory to return (model, args[, kwargs[, dynamic_shapes]])")
    return (*made, *[None] * (4 - len(made)))


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m xcc.export",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="module:factory, file.py:factory, or an examples module")
    parser.add_argument("-o", "--output", default="model.xcb", help=".xcb, or .mlir for the graph")
    parser.add_argument("-target", "--target", default="host", help="targets, comma-separated")
    parser.add_argument("--with-emulation", action="store_true", help="for devices emu:<target>")
    parser.add_argument("--batch", type=int, default=1, help="for a module of the examples' form")
    parser.add_argument("--dynamic", action="store_true", help="with the module's dynamic shapes")
    options = parser.parse_args(arguments)
    sys.path.insert(0, "")
    try:
        factory = load_factory(options.model)
        model, args, kwargs, shapes = model_and_inputs(factory, options.batch, options.dynamic)
        targets = options.target.split(",")
        emulation = options.with_emulation
        export(model, args, kwargs, shapes, targets, options.output, emulation)
    except Error as error:
        print(f"xcc: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
