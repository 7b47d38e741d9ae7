"""PyTorch: eager, and torch.compile with three backends."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from host.peers.setup import LeftOut, Runner, Setup, flat

# Of mode="max-autotune" what concerns a processor; weights become constants, without which
# Inductor does not choose among kernels for products of its own.
AUTOTUNE = {"max_autotune": True, "freezing": True}


def eager(setup: Setup, threads: int) -> Runner:
    return Runner(lambda: setup.module(*setup.inputs), flat)


def inductor(setup: Setup, threads: int) -> Runner:
    return compiled(setup)


def autotune(setup: Setup, threads: int) -> Runner:
    if not setup.case.has_tunable_products:
        raise LeftOut("nothing to choose: the same as inductor")
    return compiled(setup, options=AUTOTUNE)


def compiled_by_xcc(setup: Setup, threads: int) -> Runner:
    # Strict: eager in xcc's name would be no measurement of xcc.
    options = {"device": "host", "threads": threads, "strict": True}
    return compiled(setup, backend="xcc", options=options)


def compiled(setup: Setup, **keywords) -> Runner:
    """Compiled at the first call; the number of threads is part of Inductor's code."""
    torch._dynamo.reset()
    function = torch.compile(setup.module, dynamic=False, **keywords)
    with torch.inference_mode():
        function(*setup.inputs)
    return Runner(lambda: function(*setup.inputs), flat)
