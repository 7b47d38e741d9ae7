"""The sections of examples/RESULTS.md, each written by the script that measured it."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from pathlib import Path

PATH = Path(__file__).with_name("RESULTS.md")


def _sections(path: Path) -> dict[str, list[str]]:
    """Lines of each section under its title."""
    sections: dict[str, list[str]] = {}
    lines = path.read_text().splitlines() if path.exists() else []
    for line in lines:
        if line.startswith("# "):
            sections[line] = []
        elif sections:
            sections[list(sections)[-1]].append(line)
    return sections


def kept_lines(title: str, done: list[str], path: Path = PATH) -> list[str]:
    """Lines of a section's table of models other than those in `done`."""
    lines = _sections(path).get(f"# {title}", [])
    # The first two lines of a table are its head.
    table = [line for line in lines if line.startswith("| ")][1:]
    return [line for line in table if model_of(line) not in done]


def model_of(line: str) -> str:
    """The model in the first cell of a line."""
    return line.removeprefix("| ").partition(" ")[0]


def replace_section(title: str, text: list[str], head: list[str], table: list[str], path=PATH):
    """Writes a section: its text, then the table; other sections stay as they are."""
    sections = _sections(path)
    columns = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    sections[f"# {title}"] = ["", *text, "", *columns, *table]
    bodies = {name: "\n".join(body).rstrip() for name, body in sections.items()}
    path.write_text("\n\n".join(f"{name}\n{body}" for name, body in bodies.items()) + "\n")
