"""The loop of a PTX kernel that has most matrix instructions, for README.md.

Standard input to standard output. Instructions that follow each other and differ
in registers alone are one line; integers' (addresses and counters) are counted
at the end. Registers lose their numbers, which change with everything.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import sys
from collections import Counter

INTEGERS = r"(add|sub|shl|shr|and|or|xor|mul|mad|setp|selp|cvt|mov)\."


def instructions(text):
    """(label or instruction) in order; an instruction may take several lines."""
    pending = ""
    for line in text.splitlines():
        line = line.split("//")[0].strip()
        if re.fullmatch(r"\$\w+:", line):
            yield line
        elif line and not line.startswith("."):
            pending = f"{pending} {line}".strip()
            if line.endswith((";", "{", "}")):
                yield pending
                pending = ""


def products(body):
    return sum("mma.sync" in i or "wgmma.mma_async" in i for i in body)


def hottest(lines):
    best, places = [], {}
    for number, line in enumerate(lines):
        if line.endswith(":"):
            places[line[:-1]] = number
        branch = re.search(r"\bbra(?:\.uni)?\s+(\S+);", line)
        if branch and branch[1] in places:
            body = lines[places[branch[1]] : number + 1]
            if products(body) > products(best):
                best = body
    return best


def fold_pairs(runs):
    """(count, code) of runs; two that alternate are one."""
    place = 0
    while place < len(runs):
        pair = runs[place : place + 2]
        times = 1
        while len(pair) == 2 and runs[place + 2 * times :][:2] == pair:
            times += 1
        if times == 1:
            yield tuple(runs[place])
            place += 1
            continue
        both = "; ".join(f"{n} x {code}" if n > 1 else code for n, code in pair)
        yield times, f"({both.replace(';;', ';')})"
        place += 2 * times


def main():
    loop = hottest(list(instructions(sys.stdin.read())))
    shown, integers = [], Counter()
    for line in loop:
        code = re.sub(r"%(r|rd|rs|f|p|h|hh|b)\d+", r"%\1", re.sub(r"\s+", " ", line))
        # Inline text of one product, and lists of a group's sums.
        code = re.sub(r"^\{ .reg .pred p; setp.ne.b32 p, 1, 0; (.*;) \}$", r"\1", code)
        code = re.sub(r"\{(%r(?:, %r){15,})\}", lambda m: f"{{{m[1].count('%')} x %r}}", code)
        name = re.sub(r"^@!?%p ", "", code).split(" ")[0]
        if re.match(INTEGERS, name) and not re.search(r"f16|f32|f64", name):
            integers[name] += 1
            continue
        if shown and shown[-1][1].split(" ")[0] == code.split(" ")[0]:
            shown[-1][0] += 1
        else:
            shown.append([1, code])
    for count, code in fold_pairs(shown):
        times = f"{count:>6} x " if count > 1 else " " * 9
        print(code if code.startswith("$") else times + code)
    total = ", ".join(f"{n} {name}" for name, n in integers.most_common())
    print(f"{sum(integers.values()):>6} of integers: {total}")


if __name__ == "__main__":
    main()
