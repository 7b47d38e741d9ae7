"""xcc: compiles neural networks to kernels for many devices, and runs them.

xcc.export(model, args, output="model.xcb")     a model to a file
xcc.load("model.xcb")                           a file to a callable
torch.compile(model, backend="xcc")             in place
xcc.report()                                    what torch.compile made of it
xcc.refresh()                                   parameters were written behind PyTorch's back
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import pkgutil

# The C extension lies in the build folder, in a folder of the same name.
__path__ = pkgutil.extend_path(__path__, __name__)

from xcc.compiler import compile_file
from xcc.errors import (
    CompileError,
    Error,
    RunError,
    Unsupported,
    UnsupportedError,
)
from xcc.exporter import export
from xcc.loader import Program, load, refresh
from xcc.report import Report, report

__all__ = [
    "CompileError",
    "Error",
    "Program",
    "Report",
    "RunError",
    "Unsupported",
    "UnsupportedError",
    "compile_file",
    "export",
    "load",
    "refresh",
    "report",
]


def _register() -> None:
    """Makes backend="xcc" known, where PyTorch is there."""
    try:
        import torch._dynamo as dynamo
    except ImportError:
        return
    from xcc.dynamo import compile_graph

    # The entry point of the installed package may have been first.
    if "xcc" not in dynamo.list_backends(exclude_tags=()):
        dynamo.register_backend(compile_graph, name="xcc")


_register()
