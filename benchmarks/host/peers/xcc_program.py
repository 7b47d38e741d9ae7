"""xcc as a file: xcc.export and xcc.load."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import warnings

import xcc

from host.peers.setup import Runner, Setup, flat


def export(setup: Setup):
    """The bundle's path."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return xcc.export(setup.module, setup.inputs, output=setup.folder / "model.xcb")


def program(setup: Setup, threads: int) -> Runner:
    bundle = setup.once("xcc", lambda: export(setup))
    loaded = xcc.load(bundle, "host", threads)
    return Runner(lambda: loaded(*setup.inputs), flat)
