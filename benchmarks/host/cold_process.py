"""One cold compile: `python -m host.cold_process case peer folder` prints JSON."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import sys
import time
import warnings
from pathlib import Path

import torch

from host.cases import all_cases
from host.cases.case import tensor_bytes
from host.peers import Setup, iree, xcc_program


def seconds_of_torch_compile(setup: Setup, backend: str) -> float:
    options = {"device": "host", "strict": True} if backend == "xcc" else None
    with torch.inference_mode():
        started = time.perf_counter()
        torch.compile(setup.module, backend=backend, dynamic=False, options=options)(*setup.inputs)
        return time.perf_counter() - started


def measure(setup: Setup, peer: str) -> dict:
    """Seconds, and bytes of code and weights that were made."""
    if peer == "iree":
        started = time.perf_counter()
        path = iree.Build(setup).wait()
        return {"seconds": time.perf_counter() - started, "bytes": path.stat().st_size}
    if peer == "inductor":
        seconds = seconds_of_torch_compile(setup, "inductor")
        libraries = Path(setup.folder).rglob("*.so")
        return {"seconds": seconds, "bytes": sum(path.stat().st_size for path in libraries)}
    seconds = seconds_of_torch_compile(setup, "xcc")
    # Code for all levels, and the weights.
    return {"seconds": seconds, "bytes": xcc_program.export(setup).stat().st_size}


def main() -> int:
    warnings.simplefilter("ignore")
    name, peer, folder = sys.argv[1:]
    case = next(case for case in all_cases() if case.name == name)
    module, inputs = case.build()
    setup = Setup(case, module, inputs, Path(folder), patience=600.0)
    found = measure(setup, peer)
    found["weight_bytes"] = tensor_bytes([*module.parameters(), *module.buffers()])
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
