"""The files under check, and C++ text without its comments and strings."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CPP_SUFFIXES = (".cpp", ".h", ".c")
# C++ comments and literals; a raw string's delimiter is matched by name.
CPP_LEXEME = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, at a line."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """The files git tracks or would track below a root, with their texts."""

    def __init__(self, root):
        self.root = Path(root)
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        self.paths = sorted({p for p in listed if p and (self.root / p).is_file()})

    @cache  # noqa: B019 - one tree lives as long as the program
    def text(self, path):
        return (self.root / path).read_text(errors="replace")

    @cache  # noqa: B019
    def code(self, path):
        """The C++ text with comments and literals blanked, lines kept."""
        return CPP_LEXEME.sub(blank, self.text(path))

    def below(self, *folders, suffixes=None):
        """Paths below one of the folders, with one of the suffixes."""
        for path in self.paths:
            if not path.startswith(tuple(f"{folder}/" for folder in folders)):
                continue
            if suffixes is None or path.endswith(suffixes):
                yield path

    def sources(self, suffixes):
        """Paths anywhere with one of the suffixes."""
        return [path for path in self.paths if path.endswith(suffixes)]

    @cache  # noqa: B019
    def scripts(self):
        """Files without a suffix that start with #!, by their interpreter's name."""
        found = {}
        for path in self.paths:
            if "." in Path(path).name:
                continue
            first = self.text(path).split("\n", 1)[0]
            if first.startswith("#!"):
                found[path] = "python" if "python" in first else "shell"
        return found

    def python_files(self):
        return self.sources((".py",)) + [
            p for p, kind in self.scripts().items() if kind == "python"
        ]


def blank(match):
    """A lexeme as spaces; a string keeps its quotes so that calls keep their shape."""
    text = match.group(0)
    hollow = re.sub(r"[^\n]", " ", text)
    return f'"{hollow[1:-1]}"' if text[0] == '"' else hollow


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
