"""The table in Markdown, and the lines on the way there."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from host import aims, losses, ratios

NAMES = {
    "xcc": "xcc",
    "xcc_compile": "xcc in torch.compile",
    "eager": "eager",
    "inductor": "Inductor",
    "autotune": "max-autotune",
    "iree": "IREE",
}
# Between these a README shows the summary.
OPENING = "<!-- made by: tools/dev/benchmark-host -->"
CLOSING = "<!-- end of what benchmark-host made -->"
INTRODUCTION = """\
Made by `tools/dev/benchmark-host`, which `benchmarks/host/README.md` describes. Milliseconds
are medians of calls in turn in one process. Ratios are another's time over xcc's: above 1 xcc
is faster; torch is the better of eager and Inductor in each row. % of roof: the least time
that the roofs measured in this run allow (products at the rate of multiply-adds in registers,
or each byte once at the rate of memory as large as the work), over xcc's; least: over xcc's
least time, as roofs are the best that was seen; in turn: of the roof measured between the calls,
median over median. error: of xcc, in units of the largest output, against float64; bound: what
it may be."""


def number(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def time(value: float | None) -> str:
    """Three digits that count."""
    return "" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def progress_line(row: dict) -> str:
    """One row in a line of text."""
    parts = []
    for peer, facts in row["peers"].items():
        is_timed = facts["status"] == "ok"
        parts.append(f"{peer} {time(facts['median_ms']) if is_timed else facts['status']}")
    against = [f"{other} {number(ratios.ratio(row, other))}" for other in ratios.AGAINST]
    share = ratios.share_of_roof(row)
    roof = f"{100 * share:.0f}% of roof" if share else ""
    where = f"{row['case']} on {row['threads']}"
    return f"{where}: {', '.join(parts)} ms; ratio to {', '.join(against)}; {roof}"


def roof_lines(measured: dict, threads: list[int]) -> str:
    """The roofs as a table."""
    lines = ["| roof | " + " | ".join(f"{n} thread{'s' * (n > 1)}" for n in threads) + " |"]
    lines.append("|---" * (len(threads) + 1) + "|")
    rates = {}
    for entry in measured["products"]:
        label = f"{entry['type']} products, {entry['instruction']}, GF/s"
        rates.setdefault(label, {})[entry["threads"]] = entry["gflops"]
    for kind in ("read", "triad"):
        for entry in measured["bandwidths"]:
            label = f"{kind}, {size(entry['bytes'])}, GB/s"
            rates.setdefault(label, {})[entry["threads"]] = entry[f"{kind}_gbs"]
    for label, found in rates.items():
        cells = [number(found.get(n), 1) for n in threads]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def size(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"


def summary_lines(rows: list[dict], ours: str) -> list[str]:
    """Geometric means and the least ratio of each family."""
    lines = ["| family | rows | to torch, least | to max-autotune, least | to IREE, least |"]
    lines.append("|---|---|---|---|---|")
    for line in ratios.summary(rows, ours):
        cells = [line["family"], str(line["rows"])]
        for other in ratios.AGAINST:
            found = line[other]
            cells.append(f"{number(found['geomean'])}, {number(found['least'])}")
            if not found["count"]:
                cells[-1] = ""
            elif found["count"] < line["rows"]:
                cells[-1] += f" ({found['count']} of them)"
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def case_lines(rows: list[dict], threads: int) -> list[str]:
    """Every case at one number of threads."""
    peers = list(NAMES)
    head = ["case", *(f"{NAMES[p]} ms" for p in peers)]
    head += [
        "to torch",
        "to max-autotune",
        "to IREE",
        "% of roof",
        "least",
        "in turn",
        "error",
        "bound",
    ]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        if row["threads"] != threads:
            continue
        cells = [row["case"], *(cell(row, peer) for peer in peers)]
        cells += [number(ratios.ratio(row, other)) for other in ratios.AGAINST]
        share = ratios.share_of_roof(row)
        cells.append(f"{100 * share:.0f} ({row['roof']})" if share else "")
        others = [ratios.share_of_roof(row, which="min_ms")]
        others.append(ratios.share_of_roof(row, roof="roof_in_turn_ms"))
        cells += [f"{100 * other:.0f}" if other else "" for other in others]
        error = row["peers"].get("xcc", {}).get("error")
        cells.append("" if error is None else f"{error:.1e}")
        lines.append("| " + " | ".join([*cells, f"{row['bound']:.1e}"]) + " |")
    return lines


def cell(row: dict, peer: str) -> str:
    facts = row["peers"].get(peer)
    if facts is None:
        return ""
    return time(facts["median_ms"]) if facts["status"] == "ok" else facts["status"]


def reason_lines(rows: list[dict]) -> list[str]:
    """Why there is no time, each reason once with its cases."""
    found = {}
    for row in rows:
        for peer, facts in row["peers"].items():
            if facts["status"] != "ok":
                key = (NAMES[peer], facts["status"], facts["reason"])
                found.setdefault(key, {})[row["case"]] = True
    lines = []
    for (peer, status, reason), cases in sorted(found.items()):
        names = list(cases)
        listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        lines.append(f"- {peer}, {status}: {reason}: {listed}")
    return lines


def cold_lines(entries: list[dict]) -> list[str]:
    """Cold compiles, a model a line."""
    models = list(dict.fromkeys(entry["case"] for entry in entries))
    found = {(entry["case"], entry["peer"]): entry for entry in entries}
    head = ["model", "xcc s", "Inductor s", "IREE s", "xcc / Inductor"]
    head += ["weights MB", "xcc MB", "Inductor MB, code alone", "IREE MB"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for model in models:
        three = [found.get((model, peer), {}) for peer in ("xcc_compile", "inductor", "iree")]
        seconds = [one.get("seconds") for one in three]
        both = seconds[0] and seconds[1]
        weights = next((one["weight_bytes"] for one in three if "weight_bytes" in one), None)
        sizes = [weights, *(one.get("bytes") for one in three)]
        cells = [model, *map(number, seconds), number(seconds[0] / seconds[1] if both else None)]
        cells += [number(count / 1e6 if count is not None else None) for count in sizes]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def document(content: dict, cases: int) -> str:
    """The whole table; says so where it has less than `cases` cases."""
    machine, rows = content["machine"], content["rows"]
    threads = sorted({row["threads"] for row in rows})
    measured = len({row["case"] for row in rows})
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    lines = ["# The host: xcc beside PyTorch and IREE", "", INTRODUCTION, ""]
    if measured < cases:
        lines += [f"Measured so far: {measured} of {cases} cases; `--resume` goes on.", ""]
    lines.append(
        f"{machine['date']}, {machine['processor']} (family {machine['family']}), "
        f"{machine['cpus']} cpus, {' '.join(machine['features'])}, {machine['memory_gib']} GiB. "
        f"{versions}."
    )
    lines += ["", "## Roofs", "", roof_lines(content["roofs"], threads)]
    lines += ["", "## Aims", "", *aims.aim_lines(rows, content["cold"])]
    for ours in ("xcc", "xcc_compile"):
        lines += ["", f"## Ratios of {NAMES[ours]}", "", *summary_lines(rows, ours)]
    lost = losses.loss_lines(rows)
    if lost:
        lines += ["", "## Where xcc loses", "", *lost]
    for count in threads:
        lines += ["", f"## {count} thread{'s' * (count > 1)}", "", *case_lines(rows, count)]
    if content["cold"]:
        lines += ["", "## Cold compiles", "", *cold_lines(content["cold"])]
    reasons = reason_lines(rows)
    if reasons:
        lines += ["", "## Where there is no time", "", *reasons]
    return "\n".join(lines) + "\n"


def quotation(content: dict, folder: str) -> str:
    """What the README at the root shows: a line a number of threads, and two plots."""
    machine, rows = content["machine"], content["rows"]
    features = " ".join(machine["features"])
    lines = [f"{machine['date']}, {machine['processor']}, {features}; ratios are"]
    lines += ["another's time over xcc's, geometric mean and least; torch is the better of eager"]
    lines += ["and Inductor in each case.", ""]
    lines.append("| threads | cases | to torch | to max-autotune | to IREE |")
    lines.append("|---|---|---|---|---|")
    for threads in sorted({row["threads"] for row in rows}):
        line = ratios.summary([row for row in rows if row["threads"] == threads])[-1]
        cells = [str(threads), str(line["rows"])]
        for other in ratios.AGAINST:
            found = line[other]
            of_them = f" ({found['count']} cases)" if found["count"] < line["rows"] else ""
            mean, least = number(found["geomean"]), number(found["least"])
            cells.append(f"{mean}, {least}{of_them}" if found["count"] else "")
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", f"![ratios by family]({folder}/families.svg)"]
    lines += [f"![shares of the roofs]({folder}/roofs.svg)", ""]
    return "\n".join(lines)
