"""Plots as SVG, drawn here: bars on a logarithmic axis of ratios, and shares of the roof."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import math
from html import escape

from host import ratios

ROW, LEFT, RIGHT, TOP, WIDTH = 14, 270, 60, 46, 860
# Readable on white and on black.
COLOURS = {"torch": "#3778bf", "iree": "#c8702a"}
TEXT = "#808080"
RATIO_RANGE = (0.25, 8.0)
TICKS = (0.25, 0.5, 0.85, 1, 1.3, 2, 4, 8)


def draw(content: dict) -> dict[str, str]:
    """File name -> SVG: the ratios of each case, and how near each is to its roof."""
    rows = content["rows"]
    threads = max((row["threads"] for row in rows), default=0)
    chosen = [row for row in rows if row["threads"] == threads]
    if not chosen:
        return {}
    title = f"{threads} threads" if threads > 1 else "1 thread"
    return {
        "families.svg": families(ratios.summary(chosen), title),
        "ratios.svg": cases(chosen, title),
        "roofs.svg": shares(chosen, title),
    }


def x_of_ratio(value: float) -> float:
    low, high = map(math.log, RATIO_RANGE)
    at = (math.log(min(max(value, RATIO_RANGE[0]), RATIO_RANGE[1])) - low) / (high - low)
    return LEFT + at * (WIDTH - LEFT - RIGHT)


def text(x, y, content, anchor="start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(str(content))}</text>'


def bar(x, y, width, height, colour) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
        f'height="{height:.1f}" fill="{colour}"/>'
    )


def page(height: float, title: str, body: list[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-family="sans-serif" font-size="10" fill="{TEXT}">'
    )
    return "\n".join([head, text(4, 14, title), *body, "</svg>"]) + "\n"


def ratio_axis(bottom: float) -> list[str]:
    found = []
    for tick in TICKS:
        x, is_one = x_of_ratio(tick), tick == 1
        dashes = "" if is_one else ' stroke-dasharray="2 3"'
        found.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{bottom:.1f}" '
            f'stroke="{TEXT}" stroke-width="{1 if is_one else 0.5}"{dashes}/>'
        )
        found.append(text(x, TOP - 8, f"{tick:g}", "middle"))
    return found


def pair(y: float, label: str, values: dict[str, float | None]) -> list[str]:
    """One line: a bar for each value that there is, from 1 to it."""
    found = [text(LEFT - 6, y + ROW - 4, label, "end")]
    height = (ROW - 3) / len(values)
    for i, (other, value) in enumerate(values.items()):
        if not value:
            continue
        one, at = x_of_ratio(1), x_of_ratio(value)
        top = y + 1 + i * height
        found.append(bar(min(one, at), top, abs(at - one), height, COLOURS[other]))
    if values["torch"]:
        found.append(text(WIDTH - RIGHT + 4, y + ROW - 4, f"{values['torch']:.2f}"))
    return found


def families(lines: list[dict], title: str) -> str:
    body = ratio_axis(TOP + ROW * len(lines))
    for i, line in enumerate(lines):
        values = {other: line[other]["geomean"] for other in COLOURS}
        body += pair(TOP + ROW * i, f"{line['family']} ({line['rows']})", values)
    heading = f"{title}: geometric mean of times over xcc's. {legend()}"
    return page(TOP + ROW * len(lines) + 8, heading, body)


def cases(rows: list[dict], title: str) -> str:
    body = ratio_axis(TOP + ROW * len(rows))
    for i, row in enumerate(rows):
        values = {other: ratios.ratio(row, other) for other in COLOURS}
        body += pair(TOP + ROW * i, row["case"], values)
    heading = f"{title}: times over xcc's. {legend()}"
    return page(TOP + ROW * len(rows) + 8, heading, body)


def legend() -> str:
    return "Blue: the better of eager and Inductor (number at the right); orange: IREE"


def shares(rows: list[dict], title: str) -> str:
    """xcc's and the better torch's share of the roof of each case."""
    scale = WIDTH - LEFT - RIGHT
    body = []
    for tick in (0, 25, 50, 75, 100):
        x = LEFT + scale * tick / 100
        body.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{TOP + ROW * len(rows)}" '
            f'stroke="{TEXT}" stroke-width="0.5"/>'
        )
        body.append(text(x, TOP - 8, f"{tick}%", "middle"))
    for i, row in enumerate(rows):
        y = TOP + ROW * i
        body.append(text(LEFT - 6, y + ROW - 4, row["case"], "end"))
        ours = ratios.share_of_roof(row)
        if not ours:
            continue
        body.append(bar(LEFT, y + 1, scale * min(ours, 1), ROW - 3, COLOURS["torch"]))
        theirs = ratios.share_of_roof(row, "torch")
        if theirs:
            x = LEFT + scale * min(theirs, 1)
            body.append(bar(x, y, 2, ROW - 1, TEXT))
        body.append(text(WIDTH - RIGHT + 4, y + ROW - 4, f"{100 * ours:.0f}% {row['roof']}"))
    heading = f"{title}: share of the roof. Bar: xcc; mark: the better of eager and Inductor"
    return page(TOP + ROW * len(rows) + 8, heading, body)
