"""Compiles every expanded math function and measures its error in units in the last place.

usage: measure_ulp.py XCC-OPT LLVM-BIN OUT-FOLDER [FUNCTION...]
Prints a line a function; fails where the stated bound (BOUNDS) is exceeded or a special value
differs from numpy's or PyTorch's.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import ctypes
import math
import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np

mpmath.mp.prec = 200
OPT, LLVM, OUT = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])

# name: (reference, lowest, highest, stated bound in f32, in f64)
BOUNDS = {
    "exp": (mpmath.exp, -104, 89, 1.5, 1.5),
    "exp2": (lambda x: mpmath.power(2, x), -149, 128, 1.5, 1.5),
    "expm1": (mpmath.expm1, -20, 88, 2, 2),
    "sinh": (mpmath.sinh, -89, 89, 3, 3),
    "cosh": (mpmath.cosh, -89, 89, 2, 2),
    "tanh": (mpmath.tanh, -11, 11, 3, 3),
    "log": (mpmath.log, 1e-40, 1e30, 1.5, 1.5),
    "log2": (lambda x: mpmath.log(x, 2), 1e-40, 1e30, 3, 3),
    "log10": (mpmath.log10, 1e-40, 1e30, 3, 3),
    "log1p": (mpmath.log1p, -1, 1e20, 2, 2),
    "asinh": (mpmath.asinh, -1e20, 1e20, 3, 3),
    "acosh": (mpmath.acosh, 1, 1e20, 3, 3),
    "atanh": (mpmath.atanh, -1, 1, 3, 3),
    "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), -1e30, 1e30, 2, 2),
    "erf": (mpmath.erf, -5, 5, 2, 2),
    "erfc": (mpmath.erfc, -4, 9, 4, 4),
    "rsqrt": (lambda x: 1 / mpmath.sqrt(x), 1e-30, 1e30, 1.5, 1.5),
    "sin": (mpmath.sin, -1e30, 1e30, 1, 1.5),
    "cos": (mpmath.cos, -1e30, 1e30, 1, 1.5),
    "tan": (mpmath.tan, -1e30, 1e30, 1, 4),
    "atan": (mpmath.atan, -1e20, 1e20, 1, 2),
    "asin": (mpmath.asin, -1, 1, 1, 2),
    "acos": (mpmath.acos, -1, 1, 1, 2),
}
BINARY = {
    "powf": (mpmath.power, 1, 4),
    "atan2": (mpmath.atan2, 1, 2),
    "remf": (lambda x, y: mpmath.mpf(math.fmod(float(x), float(y))), 0.5, 0),
}
# Stated bounds of f32 where a device has no f64; the others never use it.
WITHOUT_F64 = {
    "sin": 1.5,
    "cos": 1.5,
    "tan": 3,
    "atan": 2,
    "asin": 3,
    "acos": 2,
    "powf": 2,
    "atan2": 2,
    "remf": 0,
}
SPECIAL = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    1.0,
    -1.0,
    2.0,
    -2.0,
    0.5,
    -0.5,
    3.0,
    -3.0,
    1e-45,
    1e-320,
    1e300,
    5.5,
    -5.5,
]


def module(functions, binary, kinds):
    text = []
    for kind in kinds:
        for name in functions:
            text.append(function(name, kind, 1))
        for name in binary:
            text.append(function(name, kind, 2))
    return "\n".join(text)


def function(name, kind, operands):
    dialect = "arith" if name == "remf" else "math"
    loads = "\n".join(
        f"    %v{i} = memref.load %m{i}[%i] : memref<?x{kind}>" for i in range(operands)
    )
    arguments = ", ".join(f"%m{i}: memref<?x{kind}>" for i in range(operands))
    values = ", ".join(f"%v{i}" for i in range(operands))
    return f"""func.func @{name}_{kind}({arguments}, %o: memref<?x{kind}>, %n: index)
    attributes {{llvm.emit_c_interface}} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {{
{loads}
    %r = {dialect}.{name} {values} : {kind}
    memref.store %r, %o[%i] : memref<?x{kind}>
  }}
  return
}}"""


def output_of(*command, given=None):
    return subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE).stdout


def build(functions, binary, kinds=("f32", "f64"), options=""):
    stem = "ulp" + "-".join(kinds)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{stem}.mlir").write_text(module(functions, binary, kinds))
    passes = [
        f"--expand-math={options}",
        "--cse",
        "--convert-scf-to-cf",
        "--expand-strided-metadata",
        "--convert-to-llvm",
        "--reconcile-unrealized-casts",
    ]
    lowered = output_of(OPT, OUT / f"{stem}.mlir", *passes)
    ir = output_of(LLVM / "mlir-translate", "--mlir-to-llvmir", given=lowered)
    (OUT / f"{stem}.ll").write_bytes(ir)
    if kinds == ("f32",) and b"double" in ir:
        sys.exit("f64 where there is none")
    chip = "-mcpu=x86-64-v3"
    optimised = output_of(LLVM / "opt", "-O2", "-mtriple=x86_64-linux-gnu", chip, given=ir)
    object_file = OUT / f"{stem}.o"
    to_file = ["-relocation-model=pic", "-filetype=obj", "-o", object_file]
    output_of(LLVM / "llc", "-O2", chip, *to_file, given=optimised)
    undefined = output_of(LLVM / "llvm-nm", "-u", object_file).decode()
    # Frees of the descriptors' C interface are not there; anything listed is a library call.
    if undefined.strip():
        sys.exit(f"undefined symbols: {undefined}")
    library = OUT / f"{stem}.so"
    output_of(LLVM / "ld.lld", "-shared", "-o", library, object_file)
    return ctypes.CDLL(str(library))


class Descriptor(ctypes.Structure):
    _fields_ = [
        ("base", ctypes.c_void_p),
        ("data", ctypes.c_void_p),
        ("offset", ctypes.c_int64),
        ("size", ctypes.c_int64),
        ("stride", ctypes.c_int64),
    ]


def call(library, name, dtype, *arrays):
    kind = "f32" if dtype == np.float32 else "f64"
    out = np.empty_like(arrays[0])
    refs = [
        ctypes.byref(Descriptor(a.ctypes.data, a.ctypes.data, 0, a.size, 1)) for a in (*arrays, out)
    ]
    getattr(library, f"_mlir_ciface_{name}_{kind}")(*refs, ctypes.c_int64(out.size))
    return out


def samples(low, high, dtype, count, seed=0):
    random = np.random.default_rng(seed)
    uniform = random.uniform(max(low, -100), min(high, 100), count)
    sign = np.where(random.random(count) < 0.5, -1.0, 1.0)
    size = np.exp(
        random.uniform(
            np.log(1e-38 if dtype == np.float32 else 1e-200),
            np.log(max(abs(low), abs(high))),
            count,
        )
    )
    both = np.concatenate([uniform, sign * size])
    return both[(both >= low) & (both <= high)].astype(dtype)


def error_in_ulp(got, exact, dtype):
    """The largest error, and where."""
    worst, at = 0.0, 0
    info = np.finfo(dtype)
    for i, (g, e) in enumerate(zip(got, exact, strict=True)):
        if e is None:
            continue
        rounded = dtype(float(e)) if abs(e) < info.max else dtype(np.inf)
        if not np.isfinite(rounded):
            continue
        if not np.isfinite(g):
            return np.inf, i
        spacing = max(float(np.spacing(abs(rounded))), float(info.smallest_subnormal))
        error = abs(mpmath.mpf(float(g)) - e) / mpmath.mpf(spacing)
        if error > worst:
            worst, at = float(error), i
    return worst, at


def exact_values(reference, *columns):
    result = []
    for row in zip(*columns, strict=True):
        try:
            value = reference(*[mpmath.mpf(float(v)) for v in row])
            result.append(
                value if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) else None
            )
        except (ValueError, ZeroDivisionError):
            result.append(None)
    return result


def check_special(library, name, dtype, numpy_name, *columns):
    got = call(library, name, dtype, *columns)
    with np.errstate(all="ignore"):
        if name == "rsqrt":
            want = (1 / np.sqrt(columns[0])).astype(dtype)
        elif name in ("erf", "erfc"):
            import torch

            want = (
                getattr(torch.special, name)(torch.from_numpy(columns[0].astype(np.float64)))
                .numpy()
                .astype(dtype)
            )
        else:
            want = getattr(np, numpy_name)(*[c.astype(np.float64) for c in columns]).astype(dtype)
    close = np.isclose(got, want, rtol=1e-5, atol=0, equal_nan=True) | (got == want)
    tiny = (np.abs(want) < np.finfo(dtype).tiny) & (np.abs(got) < 2 * np.finfo(dtype).tiny)
    same_sign = np.isnan(want) | (np.signbit(got) == np.signbit(want))
    bad = ~((close | tiny) & same_sign)
    return [
        f"{name}({', '.join(str(c[i]) for c in columns)}) = {got[i]}, expected {want[i]}"
        for i in np.flatnonzero(bad)
    ]


NUMPY = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "atan2": "arctan2",
    "powf": "power",
    "remf": "fmod",
}


def check_unary(library, name, dtype, bound):
    """Prints the worst error; the failures, as texts."""
    reference, low, high = BOUNDS[name][:3]
    kind = np.dtype(dtype).name
    x = samples(low, high, dtype, 1500)
    worst, at = error_in_ulp(call(library, name, dtype, x), exact_values(reference, x), dtype)
    print(f"{kind} {name:6} {worst:.2f} ulp at {x[at]!r}")
    failures = []
    if worst > bound:
        failures.append(f"{kind} {name}: {worst:.2f} ulp at {x[at]!r}, stated {bound}")
    special = np.array(
        [dtype(v) for v in SPECIAL if not abs(v) > np.finfo(dtype).max or np.isinf(v)], dtype
    )
    return failures + check_special(library, name, dtype, NUMPY.get(name, name), special)


def check_binary(library, name, dtype, bound):
    """Prints the worst error; the failures, as texts."""
    reference = BINARY[name][0]
    kind = np.dtype(dtype).name
    a, b = samples(-100, 100, dtype, 1500, 1), samples(-30, 30, dtype, 1500, 2)
    if name == "powf":
        a = np.abs(a)
    count = min(a.size, b.size)
    a, b = a[:count], np.random.default_rng(3).permutation(b[:count])
    worst, at = error_in_ulp(call(library, name, dtype, a, b), exact_values(reference, a, b), dtype)
    where = f"{worst:.2f} ulp at {a[at]!r}, {b[at]!r}"
    print(f"{kind} {name:6} {where}")
    failures = [f"{kind} {name}: {where}, stated {bound}"] if worst > bound else []
    values = [dtype(v) for v in SPECIAL if abs(v) < 1e10 or not np.isfinite(v)]
    grid = np.array([(p, q) for p in values for q in values], dtype)
    left, right = (np.ascontiguousarray(grid[:, i]) for i in (0, 1))
    return failures + check_special(library, name, dtype, NUMPY[name], left, right)


def main():
    chosen = sys.argv[4:]
    unary = [n for n in BOUNDS if not chosen or n in chosen]
    binary = [n for n in BINARY if not chosen or n in chosen]
    library = build(unary, binary)
    failures = []
    for dtype, column in ((np.float32, -2), (np.float64, -1)):
        for name in unary:
            failures += check_unary(library, name, dtype, BOUNDS[name][column])
        for name in binary:
            failures += check_binary(library, name, dtype, BINARY[name][column])
    unary = [n for n in unary if n in WITHOUT_F64]
    binary = [n for n in binary if n in WITHOUT_F64]
    library = build(unary, binary, ("f32",), "has-f64=false")
    print("without f64:")
    for name in unary:
        failures += check_unary(library, name, np.float32, WITHOUT_F64[name])
    for name in binary:
        failures += check_binary(library, name, np.float32, WITHOUT_F64[name])
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


main()
