"""Each reason for which a row of the importer's tables refuses an operation."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator
import sys

import pytest
import sympy
import torch
import xcc
from xcc.importer.builder import Builder, Value, broadcast
from xcc.importer.graph import GraphImporter, Input, Plan
from xcc.importer.problem import Problem
from xcc.importer.symbols import SymbolTable
from xcc.importer.table import TABLE, Context, resolve
from xcc.importer.weights import WeightFile

# A symbolic size of which nothing is known but that it is a size.
N = sympy.Symbol("n", integer=True)
F32 = torch.float32


def value(*shape, dtype=F32):
    return Value("%x", shape, dtype)


def refuse(name, *args, result=(4,), dtype=F32, reads=(), **keywords):
    """Why the row of `name` refuses these arguments; results of number `reads` are read."""
    target, graph = resolve(name), torch.fx.Graph()
    node = graph.call_function(target, (None,) * len(args))
    for index in reads:
        graph.call_function(operator.getitem, (node, index))
    symbols = SymbolTable()
    symbols.add(N)
    context = Context(Builder(symbols), node, [(result, dtype)] * 4)
    with pytest.raises(Problem) as raised:
        TABLE[target](context, *args, **keywords)
    assert raised.value.cure
    return raised.value.reason


X, MATRIX, IMAGE = value(4), value(4, 4), value(1, 2, 8, 8)
INDEX = value(4, dtype=torch.int64)
SIZED = value(N)
POOL = "aten.max_pool2d_with_indices.default"
ATTENTION = "aten.scaled_dot_product_attention.default"
QUERY = value(1, 2, 4, 8)
SCALED_MM = "aten._scaled_mm.default"


@pytest.mark.parametrize(
    "text, name, args, options",
    [
        ("alpha is no number", "aten.add.Tensor", (X, X, X), {}),
        ("dropout in training mode", "aten.dropout.default", (X, 0.5, True), {}),
        ("dropout in training mode", ATTENTION, (QUERY, QUERY, QUERY, None, 0.5), {}),
        (
            "its scale depends on a symbolic size",
            ATTENTION,
            (QUERY, QUERY, QUERY),
            {"scale": N, "result": QUERY.shape},
        ),
        (
            "a window setting is a symbolic size",
            "aten.max_pool2d.default",
            (IMAGE, [N, N]),
            {"result": (1, 2, 4, 4)},
        ),
        (
            "a kernel of symbolic size",
            "aten.convolution.default",
            (IMAGE, value(N, 2, 3, 3), None, [1], [0], [1], False, [0], 1),
            {},
        ),
        ("its indices are read", POOL, (IMAGE, [2, 2]), {"reads": (0, 1)}),
        (
            "its indices are read",
            "aten.adaptive_max_pool2d.default",
            (IMAGE, [2, 2]),
            {"reads": [1]},
        ),
        ("its rstd is read", "aten._fused_rms_norm.default", (X, [4], None, 1e-5), {"reads": [1]}),
        ("a symbolic step", "aten.arange.start_step", (0, 4, N), {}),
        ("bounds or a count that are not numbers", "aten.linspace.default", (0, N, 4), {}),
        ("the number of the diagonal is a symbolic size", "aten.tril.default", (MATRIX, N), {}),
        ("its input has no dimension", "aten.scatter.src", (value(), 0, INDEX, X), {}),
        ("reduces by 'mean'", "aten.scatter_reduce.two", (X, 0, INDEX, X, "mean"), {}),
        (
            "the bits of its input are read as another dtype",
            "aten.view.dtype",
            (X, torch.int32),
            {},
        ),
        ("shifts by a symbolic size", "aten.roll.default", (X, [N], [0]), {}),
        ("pads by a symbolic size", "aten.constant_pad_nd.default", (X, [N, 0]), {}),
        (
            "a step over a symbolic start",
            "aten.slice_scatter.default",
            (value(2 * sympy.Abs(N)), SIZED, 0, sympy.Abs(N), None, 2),
            {},
        ),
        (
            "the diagonal of a matrix of symbolic size",
            "aten.diagonal.default",
            (value(N, N),),
            {"result": (N,)},
        ),
        (
            "a part of its input's memory, by strides",
            "aten.as_strided.default",
            (X, [2], [1]),
            {"result": (2,)},
        ),
        (
            "strides that no view of row-major memory has",
            "aten.as_strided.default",
            (MATRIX, [4, 4], [1, 4]),
            {"result": (4, 4)},
        ),
        (
            "sliding windows over a symbolic size",
            "aten.unfold.default",
            (SIZED, 0, 2, 2),
            {"result": (N, 2)},
        ),
        (
            "position n - 2 is not known to lie within the dimension",
            "aten.select.int",
            (SIZED, 0, -2),
            {"result": ()},
        ),
        ("k is the symbolic size n", "aten.topk.default", (X, N), {}),
        ("its scales are of blocks", SCALED_MM, (MATRIX, MATRIX, X, X), {}),
        ("its scales are of blocks", SCALED_MM, (MATRIX, MATRIX, value(4, 1), X), {}),
        (
            "its result is torch.float8_e4m3fn",
            SCALED_MM,
            (MATRIX, MATRIX, value(), value()),
            {"dtype": torch.float8_e4m3fn},
        ),
        (
            "its limits are tensors",
            "quantized_decomposed.quantize_per_tensor.tensor2",
            (X, value(), value(), value(), value(), torch.int8),
            {"dtype": torch.int8},
        ),
        (
            "batch norm in training mode",
            "aten.batch_norm.default",
            (IMAGE, None, None, X, X, True, 0.1, 1e-5),
            {},
        ),
    ],
)
def test_row_refuses(text, name, args, options):
    assert refuse(name, *args, **options) == text


def test_shapes_that_do_not_broadcast():
    with pytest.raises(Problem, match="sizes 3 and 4 do not broadcast"):
        broadcast((3,), (4,))
    with pytest.raises(Problem, match="sizes 4 and n are not known to be equal"):
        broadcast((4,), (N,))


def test_constant_of_a_dtype_without_text():
    with pytest.raises(Problem, match="constants of dtype f8E5M2 are not supported"):
        Builder(SymbolTable()).tensor(torch.ones(2).to(torch.float8_e5m2))


def test_size_of_no_input():
    with pytest.raises(Problem, match="size n is not the size of any input"):
        SymbolTable().map([N])


def test_weight_of_a_dtype_without_file_form(tmp_path):
    weights = WeightFile(tmp_path / "w.safetensors")
    reason = "weight w is of dtype torch.uint16, which is not supported"
    with pytest.raises(Problem, match=reason):
        weights.add("w", torch.ones(2, dtype=torch.uint16))


def problems_of(build) -> str:
    """What the importer reports of a graph that `build(graph, x)` adds to, x an input of 4."""
    graph = torch.fx.Graph()
    x = graph.placeholder("x")
    x.meta["val"] = torch.empty(4)
    owner = torch.nn.Module()
    owner.name = "no tensor"
    build(graph, x)
    graph.output(x)
    module = torch.fx.GraphModule(owner, graph)
    roles = {next(iter(module.graph.nodes)): Input("x")}
    importer = GraphImporter(
        module.graph, Plan(roles), SymbolTable(), WeightFile("unused.safetensors"), is_probe=True
    )
    importer.run()
    return "\n".join(map(str, importer.problems))


def call(graph, name, *args, result=None):
    node = graph.call_function(resolve(name), args)
    node.meta["val"] = torch.empty(4) if result is None else result
    return node


def test_attribute_that_is_no_tensor():
    def build(graph, x):
        call(graph, "aten.add.Tensor", x, graph.get_attr("name"))

    assert "attribute name is no tensor" in problems_of(build)


def test_input_that_is_no_tensor():
    def build(graph, x):
        with graph.inserting_after(x):
            other = graph.placeholder("other")
        call(graph, "aten.add.Tensor", x, other)

    assert "input other is no tensor" in problems_of(build)


def test_arguments_that_a_row_does_not_take():
    def build(graph, x):
        call(graph, "aten.sin.default", x, 1, 2, 3)

    assert "arguments that its row does not take (" in problems_of(build)


def test_result_on_another_device():
    class Elsewhere(torch.Tensor):
        device = torch.device("cuda:0")

    def build(graph, x):
        call(graph, "aten.sin.default", x, result=torch.empty(4).as_subclass(Elsewhere))

    assert "its result is on device cuda:0" in problems_of(build)


def test_result_that_is_not_what_the_tracer_found():
    def build(graph, x):
        call(graph, "aten.sin.default", x, result=torch.empty(5))

    assert "imported as tensor<4xf32>, PyTorch says tensor<5xf32>" in problems_of(build)


def test_number_from_symbolic_sizes(tmp_path):
    def function(x):
        return x * (x.shape[0] ** 0.5)

    shapes = ({0: torch.export.Dim("n", min=2, max=9)},)
    with pytest.raises(xcc.UnsupportedError, match="is computed from symbolic sizes"):
        xcc.export(function, (torch.ones(3),), dynamic_shapes=shapes, output=tmp_path / "m.mlir")


# -- what users of the package are told ------------------------------------------


def test_missing_program(monkeypatch, tmp_path):
    from xcc import compiler

    monkeypatch.setattr(compiler, "_BUILD", tmp_path)
    monkeypatch.setenv("XCC_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(xcc.CompileError) as raised:
        compiler.find_tool("xcc")
    places = f"{tmp_path}, {tmp_path}/bin, PATH"
    assert str(raised.value) == (
        f"no program 'xcc' in {places}; build it, or set XCC_BIN to its folder"
    )


def test_missing_extension(monkeypatch):
    # An earlier import also left the module as an attribute of the package.
    monkeypatch.setitem(sys.modules, "xcc._runtime", None)
    monkeypatch.delattr(xcc, "_runtime", raising=False)
    with pytest.raises(xcc.RunError) as raised:
        xcc.load("model.xcb")
    assert "; build it with -DXCC_PYTHON=" in str(raised.value)


def test_output_of_another_kind():
    with pytest.raises(xcc.Error) as raised:
        xcc.export(torch.sin, (torch.ones(2),), output="m.so")
    assert str(raised.value) == "expected an output ending in .xcb or .mlir, got 'm.so'"


def test_factory_that_is_not_there(tmp_path):
    from xcc.export import load_factory, model_and_inputs

    path = tmp_path / "models.py"
    path.write_text("def wrong():\n    return 1\n")
    with pytest.raises(xcc.Error) as raised:
        load_factory(f"{path}:make")
    assert str(raised.value) == f"expected '{path}' to define 'make'"
    with pytest.raises(xcc.Error) as raised:
        model_and_inputs(load_factory(f"{path}:wrong"), 1, False)
    assert str(raised.value) == (
        "expected the factory to return (model, args[, kwargs[, dynamic_shapes]])"
    )


def test_numpy_lacks_bf16(tmp_path):
    path = xcc.export(lambda x: x.bfloat16(), (torch.ones(2),), output=tmp_path / "m.xcb")
    with pytest.raises(TypeError) as raised:
        xcc.load(path)(torch.ones(2).numpy())
    assert str(raised.value) == ("NumPy has no dtype for an output of bf16; pass PyTorch tensors")
