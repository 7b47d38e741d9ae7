"""Files and functions that fit: one subject a file, one screen a function."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import ast
import re

from checks.tree import CPP_SUFFIXES, Finding, line_of

FILE_LINES = 400
FUNCTION_LINES = 50
SIZED = (*CPP_SUFFIXES, ".td", ".py", ".fbs", ".cmake", "CMakeLists.txt")

# What opens a scope that holds functions rather than being one, after access
# labels and a template's head; `struct a f(void)` ends in its parameters.
SCOPE = re.compile(
    r"\s*(?:(?:public|private|protected)\s*:\s*)*(?:template\s*<[^{]*>\s*)?(?:inline\s+|typedef\s+)?"
    r"(?:namespace|class|struct|union|enum|extern)\b(?![^{]*\)\s*$)"
)


def files(tree):
    """A file has at most 400 lines"""
    found = []
    for path in [*tree.sources(SIZED), *tree.scripts()]:
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES:
            found.append(Finding(path, 1, f"file has {lines} lines, expected at most {FILE_LINES}"))
    return found


def functions(tree):
    """A function has at most 50 lines"""
    found = []
    for path in tree.sources(CPP_SUFFIXES):
        found += [
            Finding(path, line, f"function has {lines} lines, expected at most {FUNCTION_LINES}")
            for line, lines in cpp_functions(tree.code(path))
            if lines > FUNCTION_LINES
        ]
    for path in tree.python_files():
        found += [
            Finding(path, line, f"{name}() has {lines} lines, expected at most {FUNCTION_LINES}")
            for name, line, lines in python_functions(tree.text(path))
            if lines > FUNCTION_LINES
        ]
    return found


def cpp_functions(code):
    """(first line, lines) of each function defined outside other functions.

    Braces are matched on text without comments and literals. A brace opens a
    function when what stands before it holds parentheses and is neither a
    scope nor an initialiser.
    """
    # Preprocessor lines hold unbalanced braces at times.
    code = re.sub(r"(?m)^[ \t]*#(?:.*\\\n)*.*$", lambda m: re.sub(r"[^\n]", " ", m[0]), code)
    head = 0
    inside = 0  # Depth within the function being measured; 0 outside.
    start = 0
    for match in re.finditer(r"[{};]", code):
        symbol, at = match.group(), match.start()
        if inside:
            inside += {"{": 1, "}": -1, ";": 0}[symbol]
            if inside == 0:
                yield line_of(code, start), code.count("\n", start, at) + 1
        elif symbol == "{":
            before = code[head:at]
            if opens_function(before):
                inside = 1
                start = head + len(before) - len(before.lstrip())
        if not inside:
            head = at + 1


def opens_function(head):
    if "(" not in head or SCOPE.match(head):
        return False
    # `int table[] = {`, `Type name = call({`; operator= and defaults are not that.
    depth_zero = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", head))
    return not re.search(r"(?<!operator)(?<![=!<>])=(?!=)", depth_zero)


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1
