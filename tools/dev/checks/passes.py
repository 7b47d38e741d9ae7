"""A pass is one idea: one .td entry, one .cpp, one test, one name."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

from checks.tree import Finding, line_of

ENTRY = re.compile(r'^def (\w+)\s*:\s*(?:Pass|InterfacePass)<\s*"([^"]+)"', re.MULTILINE)


def entries(text):
    """(definition's name, flag, text up to the next definition, line) of each pass."""
    starts = list(ENTRY.finditer(text))
    for i, match in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        yield match[1], match[2], text[match.start() : end], line_of(text, match.start())


def mirrored_test_folder(td_path):
    """lib/Fusion/Passes.td -> test/Fusion; dialects/fx/Passes.td -> test/dialects/fx."""
    folder = td_path.rsplit("/", 1)[0]
    return "test/" + folder.removeprefix("lib/")


def file_names(folder, name):
    """VerifyHost in lib/Target/Host: VerifyHost.cpp, or Verify.cpp as in every vendor's folder."""
    vendor = folder.rsplit("/", 1)[1] if folder.startswith("lib/Target/") else None
    yield f"/{name}.cpp"
    if vendor and name.lower().endswith(vendor.lower()):
        yield f"/{name[: -len(vendor)]}.cpp"


def has_test(tree, folder, flag):
    used = re.compile(rf"RUN:.*(?:--?|[(,'\" ]){re.escape(flag)}(?![\w-])")
    tests = tree.below(folder, suffixes=(".mlir", ".test"))
    return any(used.search(tree.text(path)) for path in tests)


def passes(tree):
    """A pass says what goes in and out, and has a file and a test by its name"""
    found = []
    for path in tree.sources(("Passes.td",)):
        folder = path.rsplit("/", 1)[0]
        for name, flag, text, line in entries(tree.text(path)):
            for promise in ("- Input:", "- Output:"):
                if promise not in text:
                    found.append(
                        Finding(path, line, f"{flag}: description has no '{promise}' line")
                    )
            if not any(
                source.endswith(tuple(file_names(folder, name))) for source in tree.below(folder)
            ):
                found.append(Finding(path, line, f"{flag}: expected {folder}/{name}.cpp"))
            tests = mirrored_test_folder(path)
            if not has_test(tree, tests, flag):
                found.append(Finding(path, line, f"{flag}: no test in {tests}/ runs --{flag}"))
    return found
