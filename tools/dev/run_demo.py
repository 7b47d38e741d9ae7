"""The demo behind tools/dev/demo: compile, run, check, explain; drawn as a table."""

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


def measure(name):
    """Compiles, runs and checks a model; the numbers as text by column."""
    bundle = f"build/demo/{name}.xcb"
    _, seconds = xcc(f"examples/{name}.mlir", "-target=host", "-o", bundle)
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


def section(text, title):
    """The lines of `title (n)` in what inspect prints, up to the next blank line."""
    return field(rf"(?s)^{title} \(\d+\)\n(.*?)(?:\n\n|\Z)", text + "\n\n")


def draw(rows):
    columns = [key for key in rows[0] if key not in ("device", "fusion", "fused")]
    widths = [max(len(c), *(len(row[c]) for row in rows)) for c in columns]

    def line(cells):
        aligned = [cells[0].ljust(widths[0])]
        aligned += [c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True)]
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
    rows = []
    for name, sentence in MODELS.items():
        print(f"  {name:14} {sentence}", flush=True)
        rows.append(measure(name))
    device, reason = rows[0]["device"]
    print(f"\n  device         {paint('bold', device)}\n  because        {reason}\n")
    draw(rows)
    print(f"\n  then: median of {REPEAT} runs; error: largest difference from the float64")
    print("  interpreter over the output's largest number")
    for row in rows:
        print(f"\n{paint('bold', row['model'])}: {row['fusion']}\n")
        print("\n".join(f"  {line}".rstrip() for line in row["fused"]))
    name = rows[0]["model"]
    print("\nLook closer:")
    print(f"  build/bin/xcc explain examples/{name}.mlir         what was fused, what was not, why")
    print(f"  build/bin/xcc inspect build/demo/{name}.xcb        what the file holds")
    print(f"  build/bin/xcc run build/demo/{name}.xcb --profile  where the time goes\n")


if __name__ == "__main__":
    main()
