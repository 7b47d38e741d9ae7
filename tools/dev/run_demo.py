"""The demo behind tools/dev/demo: compile for all, run, verify, explain; drawn as tables."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = {
    "bert_encoder": "a BERT-like encoder",
    "llama_block": "a LLaMA-like block: RMSNorm, RoPE, grouped queries, SwiGLU",
}
# One chip of each vendor; `xcc --list-targets` has all.
CHIPS = ["sm_80", "gfx942", "pvc"]
REPEAT = 20
IS_TERMINAL = sys.stdout.isatty() and "NO_COLOR" not in os.environ
STYLES = {"bold": "1", "dim": "2", "good": "32", "bad": "31"}


def paint(style, text):
    return f"\033[{STYLES[style]}m{text}\033[0m" if IS_TERMINAL else text


def xcc(*arguments):
    """What xcc prints, and the seconds it took from start to exit."""
    started = time.monotonic()
    done = subprocess.run(
        ["build/bin/xcc", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"demo: error: xcc {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout, time.monotonic() - started


def field(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        sys.exit(f"demo: error: expected '{pattern}' in what xcc printed:\n{text}")
    return found.groups() if found.re.groups > 1 else found[1]


class Progress:
    """Says which step runs: in place on a terminal, else a line each."""

    def __init__(self, count):
        self.count, self.done = count, 0

    def step(self, text):
        self.done += 1
        line = f"  [{self.done:2}/{self.count}] {text}"
        print(f"\r\033[K{line}" if IS_TERMINAL else line, end=self.end(), flush=True)

    def end(self):
        return "" if IS_TERMINAL else "\n"

    def finish(self):
        print("\r\033[K" if IS_TERMINAL else "", end=self.end(), flush=True)


def measure(name, progress):
    """Compiles, runs and checks a model; the numbers as text by column."""
    bundle = f"build/demo/{name}.xcb"
    progress.step(f"{name}: compiling for {', '.join([*CHIPS, 'host'])}")
    targets = f"-target={','.join([*CHIPS, 'host'])}"
    _, seconds = xcc(f"examples/{name}.mlir", targets, "--with-emulation", "-o", bundle)
    progress.step(f"{name}: running on the best device here")
    ran, _ = xcc("run", bundle, f"--repeat={REPEAT}", "--check")
    # Errors of all outputs; the largest counts.
    errors = [float(e) for e in re.findall(r"^check .*, (\S+) of its scale", ran, re.MULTILINE)]
    first, median = field(r"^run +first (\S+) ms, .*median (\S+) ms", ran)
    kernels = section(xcc("inspect", bundle)[0], "kernels").split("\n")
    fused = [kernel for kernel in kernels if not re.match(r" *\S+ +prepare ", kernel)]
    explained, _ = xcc("explain", f"examples/{name}.mlir")
    return {
        "device": field(r"^device +([^:]+): (.*)", ran),
        "fusion": explained.split("\n")[0],
        "fused": [line.strip() for line in fused],
        "model": name,
        "compile": f"{seconds:.2f} s",
        "first run": f"{float(first):.2f} ms",
        "then": f"{float(median):.2f} ms",
        "error": f"{max(errors):.1e}",
        "": "good" if errors else "not checked",
    }


def verify(name, chip, progress):
    """Runs a chip's image on an emulated device; the numbers as text by column."""
    device = f"emu:{chip}"
    progress.step(f"{name}: verifying on {device}")
    text, _ = xcc("verify", f"build/demo/{name}.xcb", f"--device={device}")
    numbers = rf"^{device} +(\d+) +\d+ +(\S+) +\S+ +(\d+) +(\S+)  good$"
    kernels, error, faults, seconds = field(numbers, text)
    return {
        "model": name,
        "on": device,
        "kernels": kernels,
        "faults": faults,
        "seconds": seconds,
        "error": f"{float(error):.1e}",
        "": "good",
    }


def section(text, title):
    """The lines of `title (n)` in what inspect prints, up to the next blank line."""
    return field(rf"(?s)^{title} \(\d+\)\n(.*?)(?:\n\n|\Z)", text + "\n\n")


def draw(rows):
    columns = [key for key in rows[0] if key not in ("device", "fusion", "fused")]
    widths = [max(len(c), *(len(row[c]) for row in rows)) for c in columns]

    def line(cells):
        aligned = [
            cell.ljust(width) if column in ("model", "on") else cell.rjust(width)
            for column, cell, width in zip(columns, cells, widths, strict=True)
        ]
        return "  ".join(aligned)

    print("  " + paint("dim", line(columns)))
    print("  " + paint("dim", "─" * len(line(columns))))
    for row in rows:
        text = line([row[c] for c in columns])
        print("  " + text.removesuffix("good") + paint("good", "good"))


def main():
    (ROOT / "build/demo").mkdir(parents=True, exist_ok=True)
    version, _ = xcc("--version")
    print(f"\n{paint('bold', version.strip())}: one file for each model, compiled, run, checked\n")
    for name, sentence in MODELS.items():
        print(f"  {name:14} {sentence}")
    print()
    progress = Progress(len(MODELS) * (2 + len(CHIPS)))
    rows = [measure(name, progress) for name in MODELS]
    verified = [verify(name, chip, progress) for name in MODELS for chip in CHIPS]
    progress.finish()
    device, reason = rows[0]["device"]
    print(f"  device         {paint('bold', device)}")
    because, *passed_over = reason.split("; passed over: ")
    print(f"  because        {because}")
    for other in "".join(passed_over).split("; "):
        print(f"  not            {other}" if other else "")
    print()
    draw(rows)
    print(f"\n  compile: for {', '.join(CHIPS)} and the host, into one file; then: median of")
    print(f"  {REPEAT} runs; error: largest difference from the float64 interpreter over the")
    print("  output's largest number\n")
    print("The same files' images for devices that need not be here, each kernel emulated:\n")
    draw(verified)
    for row in rows:
        print(f"\n{paint('bold', row['model'])}: {row['fusion']}\n")
        print("\n".join(f"  {line}".rstrip() for line in row["fused"]))
    name = rows[0]["model"]
    print("\nLook closer:")
    print(f"  build/bin/xcc explain examples/{name}.mlir         what was fused, what was not, why")
    print(f"  build/bin/xcc inspect build/demo/{name}.xcb        what the file holds")
    print(f"  build/bin/xcc run build/demo/{name}.xcb --profile  where the time goes")
    print("  build/bin/xcc examples/linear_gelu.mlir -target=gfx942 --emit=asm -o -\n")


if __name__ == "__main__":
    main()
