"""Error texts: lower case, no full stop, and each shown by a test."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import ast
import re

from checks.tree import CPP_LEXEME, CPP_SUFFIXES, Finding, line_of

# Functions that take an error's text, as a string or streamed into with <<.
EMITTERS = re.compile(
    r"\b(emitOpError|emitError|emitOptionalError|createStringError|makeError|reportError|"
    r"setError|xrtError|fail)\s*\("
)
STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"')
# printf's and formatv's holes split a text into the pieces that are always there.
HOLE = re.compile(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z|j|t)?[a-zA-Z]|%%|\{\d[^}]*\}")
# Where a long string literal goes on in the next line.
NEIGHBOURS = re.compile(r'(?<!\\)"[ \t]*\n\s*"')
ESCAPE = {"n": "\n", "t": "\t", "0": "\0"}
# Shorter pieces ("got ", "; ") are in every test and prove nothing.
PROOF = 8


def statement(code, at):
    """Where the statement that holds `at` ends: its `;` or unmatched bracket."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
            if depth < 0:
                return i
        elif code[i] == ";" and depth == 0:
            return i
    return len(code)


def unescape(text):
    return re.sub(r"\\(.)", lambda m: ESCAPE.get(m[1], m[1]), text)


def literals(text):
    """String literals in order, neighbours joined as the compiler joins them."""
    joined, end = [], None
    for match in CPP_LEXEME.finditer(text):
        string = STRING.fullmatch(match.group())
        if not string:
            continue
        if end is not None and not text[end : match.start()].strip():
            joined[-1] += unescape(string[1])
        else:
            joined.append(unescape(string[1]))
        end = match.end()
    return [piece for piece in joined if piece]


def errors(tree):
    """(path, line, literals) of each error emitted or raised by our sources."""
    yield from cpp_errors(tree)
    for path in tree.below("python", suffixes=(".py",)):
        for node in ast.walk(ast.parse(tree.text(path))):
            if isinstance(node, ast.Raise) and (pieces := raised(node)):
                yield path, node.lineno, pieces


def raised(node):
    """The literal pieces of `raise Error("..." or f"...", ...)`; none of anything else."""
    if not isinstance(node.exc, ast.Call) or not node.exc.args:
        return []
    text = node.exc.args[0]
    values = text.values if isinstance(text, ast.JoinedStr) else [text]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


def cpp_errors(tree):
    for path in tree.below("dialects", "lib", "runtime", "tools", "python", suffixes=CPP_SUFFIXES):
        text, code = tree.text(path), tree.code(path)
        for match in EMITTERS.finditer(code):
            # A definition or declaration names its parameters' types.
            pieces = literals(text[match.start() : statement(code, match.start())])
            if pieces:
                yield path, line_of(text, match.start()), pieces


def style(tree):
    """Error texts are lower case, without a full stop"""
    found = []
    for path, line, pieces in errors(tree):
        if re.match(r"[A-Z][a-z]", pieces[0].lstrip()):
            found.append(Finding(path, line, f"error starts with a capital: '{pieces[0]}'"))
        if re.search(r"[^.]\.\s*$", pieces[-1]):
            found.append(Finding(path, line, f"error ends with a full stop: '{pieces[-1]}'"))
    return found


def tested(tree):
    """Every error text is shown by a test"""
    corpus = squeeze("\n".join(tree.text(path) for path in test_files(tree)))
    found = []
    for path, line, pieces in errors(tree):
        fragments = [squeeze(part) for piece in pieces for part in HOLE.split(piece)]
        longest = max(fragments, key=len)
        if len(longest) >= PROOF and longest not in corpus:
            found.append(Finding(path, line, f"no test shows the error '{longest}'"))
    return found


def test_files(tree):
    suffixes = (".mlir", ".test", ".cpp", ".c", ".py", ".h")
    # The presubmit's own tests quote made-up errors.
    own = re.compile(r"test/tools/test_\w+\.py")
    return [p for p in tree.below("test", suffixes=suffixes) if not own.fullmatch(p)]


def squeeze(text):
    """One space for any white space; a test may quote, split and escape as its language asks."""
    return re.sub(r"\s+", " ", NEIGHBOURS.sub("", text).replace("\\", "")).strip()
