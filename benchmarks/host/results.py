"""Results on disk: host.json after each case; CSV, table and plots at the end."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from host import machine, plots, report, roofs

COLUMNS = [
    "case",
    "family",
    "dtype",
    "threads",
    "peer",
    "status",
    "reason",
    "median_ms",
    "min_ms",
    "calls",
    "prepare_seconds",
    "error",
    "bound",
    "roof_ms",
    "roof",
    "roof_in_turn_ms",
    "flops",
    "bytes_read",
    "bytes_written",
]
# Of these a run may not differ from the one that it goes on with.
SAME = ("processor", "family", "cpus", "features")


class OtherMachine(Exception):
    """Results of another machine cannot be gone on with."""


class NoMarkers(Exception):
    """A README without a place for the summary."""


@dataclass
class Results:
    """What a run has found so far."""

    folder: Path
    content: dict = field(default_factory=dict)

    @staticmethod
    def open(folder: Path, resume: bool) -> "Results":
        """Fails with OtherMachine."""
        results = Results(folder, {"machine": machine.describe(), "roofs": {}})
        results.content |= {"rows": [], "cold": []}
        path = folder / "host.json"
        if not (resume and path.exists()):
            return results
        before = json.loads(path.read_text())
        for name in SAME:
            ours, theirs = results.content["machine"][name], before["machine"][name]
            if ours != theirs:
                raise OtherMachine(f"expected {name} {theirs} as in {path}, got {ours}")
        results.content |= {key: before[key] for key in ("roofs", "rows", "cold")}
        return results

    def note_roofs(self, measured: dict) -> None:
        """The best of these and those of before; all rows are seen below them."""
        before = [self.content["roofs"]] if self.content["roofs"] else []
        self.content["roofs"] = roofs.best([*before, measured])
        for row in self.content["rows"]:
            self.set_roof(row)

    def set_roof(self, row: dict) -> None:
        row["roof_ms"], row["roof"] = roofs.least_ms(self.content["roofs"], row)

    def has(self, case: str, threads: list[int]) -> bool:
        found = {row["threads"] for row in self.content["rows"] if row["case"] == case}
        return found >= set(threads)

    def has_cold(self, case: str) -> bool:
        return any(entry["case"] == case for entry in self.content["cold"])

    def add(self, rows: list[dict]) -> None:
        """Rows in place of those of the same case and threads."""
        new = {(row["case"], row["threads"]) for row in rows}
        kept = [r for r in self.content["rows"] if (r["case"], r["threads"]) not in new]
        for row in rows:
            self.set_roof(row)
        self.content["rows"] = kept + rows
        self.save()

    def add_cold(self, entries: list[dict]) -> None:
        """Entries in place of those of the same case and peer."""
        new = {(entry["case"], entry["peer"]) for entry in entries}
        kept = [e for e in self.content["cold"] if (e["case"], e["peer"]) not in new]
        self.content["cold"] = kept + entries
        self.save()

    def wrong(self) -> list[str]:
        """Cases that xcc failed."""
        ours = ("xcc", "xcc_compile")
        return [
            row["case"]
            for row in self.content["rows"]
            for peer in ours
            if row["peers"].get(peer, {}).get("status", "ok") not in ("ok", "left out")
        ]

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: an interrupted run is gone on with from here.
        partial = self.folder / "host.json.partial"
        partial.write_text(json.dumps(self.content, indent=1) + "\n")
        partial.replace(self.folder / "host.json")

    def finish(self, cases: list[str]) -> str:
        """Writes the rest, in the order of `cases`, all of a whole table; returns the table."""
        places = {name: place for place, name in enumerate(cases)}
        self.content["rows"].sort(
            key=lambda row: (places.get(row["case"], len(places)), row["threads"])
        )
        self.save()
        write_csv(self.folder / "host.csv", self.content["rows"])
        text = report.document(self.content, len(cases))
        (self.folder / "README.md").write_text(text)
        for name, drawing in plots.draw(self.content).items():
            (self.folder / name).write_text(drawing)
        return text

    def quote(self, readme: Path) -> None:
        """Puts the summary between the markers of a README in a folder above."""
        folder = self.folder.relative_to(readme.parent)
        summary = report.quotation(self.content, str(folder))
        text = readme.read_text()
        before, opening, rest = text.partition(report.OPENING)
        _, closing, after = rest.partition(report.CLOSING)
        if not closing:
            raise NoMarkers(f"expected '{report.OPENING}' and its end in {readme}, got neither")
        readme.write_text(before + opening + "\n" + summary + closing + after)


def write_csv(path: Path, rows: list[dict]) -> None:
    """A line for each row and peer."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            for peer, facts in row["peers"].items():
                writer.writerow({**row, **facts, "peer": peer})
