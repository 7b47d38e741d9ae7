"""Who is measured: xcc in two ways, and what a user would take instead.

A peer is a function from a `Setup` and a number of threads to a `Runner`. It raises LeftOut
where it cannot or should not run a case; any other exception is reported as its failure.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from host.peers import iree, pytorch, xcc_program
from host.peers.setup import LeftOut, Runner, Setup

PEERS = {
    # From xcc.export and xcc.load.
    "xcc": xcc_program.program,
    # From torch.compile(backend="xcc").
    "xcc_compile": pytorch.compiled_by_xcc,
    "eager": pytorch.eager,
    # From torch.compile(), nothing else said.
    "inductor": pytorch.inductor,
    # From torch.compile() with everything that makes it faster.
    "autotune": pytorch.autotune,
    "iree": iree.program,
}

__all__ = ["PEERS", "LeftOut", "Runner", "Setup"]
