"""Who may see whom: the arrows between folders.

- dialects/ and lib/Base/ are seen by all stages and see no stage.
- A stage lib/<Stage>/ sees itself, dialects/ and lib/Base/; lib/Driver/ sees all
  stages. A vendor lib/Target/<Vendor>/ sees lib/Target/'s own headers and
  lib/Target/Tile/, which vendors share, not another vendor's; Tile ends in passes
  of lib/Schedule/.
- runtime/ sees itself and include/xrt/, never MLIR, LLVM or the compiler; a driver
  never another driver. runtime/emulator/ may use LLVM; of it the driver of emulated
  devices sees the border, runtime/emulator/Emulator.h.
- lib/Bundle/ also sees runtime/format/: one description of the file for both sides.
  lib/CApi/ puts lib/Driver/ behind include/xcc-c/.
- include/ sees include/.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

from checks.tree import CPP_SUFFIXES, Finding, line_of

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)
LLVM_FOLDERS = ("llvm/", "mlir/", "lld/", "clang/", "llvm-c/", "mlir-c/")
OUR_FOLDERS = (
    "dialects/",
    "lib/",
    "runtime/",
    "tools/",
    "python/",
    "test/",
    "xcc-c/",
    "xrt/",
    "xcc/",
)
# What a part of the compiler sees beside itself, dialects/ and lib/Base/.
BESIDES = {"Bundle": ("runtime/format/",), "CApi": ("lib/Driver/", "xcc-c/")}
# What a driver sees of the library that it loads.
DRIVERS_BESIDES = {"emulated": ("runtime/emulator/Emulator.h",)}
PUBLIC = ("xcc-c/", "xrt/", "xcc/")


def allowed(path):
    """Prefixes of our own folders that a file may include, or None for all."""
    parts = path.split("/")
    top = parts[0]
    if top == "dialects":
        return ("dialects/", "lib/Base/")
    if top == "include":
        return PUBLIC
    if top == "runtime":
        return allowed_in_runtime(parts)
    if top != "lib" or parts[1] == "Driver":
        return None
    if parts[1] == "Base":
        return ("lib/Base/",)
    if parts[1] == "Target":
        vendor = f"lib/Target/{parts[2]}/" if len(parts) > 3 else "lib/Target/"
        shared = "lib/Schedule/Schedule.h" if parts[2] == "Tile" else "lib/Target/Tile/"
        return ("dialects/", "lib/Base/", vendor, shared)
    own = ("dialects/", "lib/Base/", f"lib/{parts[1]}/")
    return own + BESIDES.get(parts[1], ())


def allowed_in_runtime(parts):
    if parts[1] == "drivers" and len(parts) > 3:
        own = ("runtime/core/", "runtime/format/", f"runtime/drivers/{parts[2]}/", "xrt/")
        return own + DRIVERS_BESIDES.get(parts[2], ())
    return ("runtime/", "xrt/")


def is_vendor_interface(path, include):
    """lib/Target/'s own headers, seen from a vendor's folder."""
    return path.startswith("lib/Target/") and re.fullmatch(r"lib/Target/[^/]+", include)


def is_driver_interface(path, include):
    """runtime/drivers/'s own headers, seen from a driver's folder."""
    return path.startswith("runtime/drivers/") and re.fullmatch(r"runtime/drivers/[^/]+", include)


def includes(tree):
    """Files include only what their folder may see"""
    found = []
    for path in tree.below("dialects", "lib", "runtime", "include", suffixes=CPP_SUFFIXES):
        prefixes = allowed(path)
        text = tree.text(path)
        for match in INCLUDE.finditer(text):
            include, line = match.group(1), line_of(text, match.start())
            reason = refusal(path, include, prefixes)
            if reason:
                found.append(Finding(path, line, reason))
    return found


def refusal(path, include, prefixes):
    """Why a file may not include this, or None."""
    is_bare = path.startswith(("runtime/", "include/")) and not path.startswith("runtime/emulator/")
    if is_bare and include.startswith(LLVM_FOLDERS):
        return f"includes {include}: the runtime and its API never see LLVM"
    if prefixes is None or not include.startswith(OUR_FOLDERS):
        return None
    if include.startswith(prefixes):
        return None
    if is_vendor_interface(path, include) or is_driver_interface(path, include):
        return None
    return f"includes {include}; expected only {', '.join(prefixes)}"
