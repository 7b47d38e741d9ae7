"""Names of devices and targets, checked before anything is compiled or run in eager."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import difflib
from functools import lru_cache

from xcc.compiler import run_tool
from xcc.errors import Error

# What others call it, or near nothing.
ALIASES = {"cpu": "host", "emu:host": "host", "emu": "emu:sm_80", "emu:": "emu:sm_80"}


@lru_cache(maxsize=1)
def targets() -> tuple[str, ...]:
    """What a bundle can be compiled for, as xcc --list-targets has it."""
    lines = run_tool("xcc", "--list-targets").splitlines()
    return tuple(line.split()[0] for line in lines if not line.startswith(" "))


@lru_cache(maxsize=1)
def drivers() -> tuple[str, ...]:
    """Names of drivers, as xcc devices has them, here or not."""
    lines = run_tool("xcc", "devices").splitlines()
    names = (line.split()[1] for line in lines)
    return tuple(name for name in names if ":" not in name)


def _did_you_mean(name: str, names) -> str:
    """The name that was meant, if one is near enough; else nothing."""
    near = difflib.get_close_matches(name.lower(), names, 1)
    if name in ALIASES:
        near = [ALIASES[name]]
    return f"; did you mean '{near[0]}'?" if near else ""


def check_target(name: str) -> None:
    """Fails with Error, naming the nearest, for what is no target."""
    if name not in targets():
        hint = _did_you_mean(str(name).removeprefix("emu:"), targets())
        raise Error(f"expected a target among {', '.join(targets())}, got '{name}'{hint}")


def check_device(name: str) -> None:
    """Fails with Error, naming the nearest, for what is no name of a device."""
    if name == "host":
        return
    emulated = [f"emu:{target}" for target in targets() if target != "host"]
    if name in emulated or name.partition(":")[0] in drivers():
        return
    names = [*drivers(), *emulated]
    # The part that tells them apart.
    known = emulated if name.startswith("emu:") or name.lower() in targets() else names
    wanted = name if name.startswith("emu:") or known is names else f"emu:{name}"
    hint = _did_you_mean(wanted, known)
    raise Error(f"expected a device among {', '.join(names)}, got '{name}'{hint}")
