"""The loop of a SPIR-V kernel that has most matrix instructions, for README.md.

Standard input to standard output. Calls are shown in order, those of one function
that follow each other as one line; other instructions are counted at the end.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import sys
from collections import Counter


def function_names(text):
    """Identifiers -> OpenCL's names, out of mangled ones."""
    names = {}
    for identifier, mangled in re.findall(r"OpName (%\w+) \"([^\"]*)\"", text):
        found = re.match(r"_Z(\d+)(.*)", mangled)
        names[identifier] = found[2][: int(found[1])] if found else mangled
    return names


def instructions(text):
    """(opcode, what follows it) with names for called functions; labels, too."""
    names = function_names(text)
    for line in text.splitlines():
        found = re.match(r"\s*(?:(%\w+) = )?Op(\w+)(.*)", line)
        if not found:
            continue
        result, opcode, operands = found.groups()
        if opcode == "FunctionCall":
            operands = names.get(operands.split()[1], "")
        elif opcode == "Label":
            operands = result
        yield opcode, operands


def products(body):
    return sum("matrix_mad" in operands for _, operands in body)


def hottest(lines):
    best, places = [], {}
    for number, (opcode, operands) in enumerate(lines):
        if opcode == "Label":
            places[operands] = number
        if not opcode.startswith("Branch"):
            continue
        for target in filter(places.get, re.findall(r"%\w+", operands)):
            body = lines[places[target] : number + 1]
            best = max(best, body, key=products)
    return best


def main():
    calls, others = [], Counter()
    for opcode, operands in hottest(list(instructions(sys.stdin.read()))):
        if opcode != "FunctionCall":
            others[opcode] += 1
        elif calls and calls[-1][1] == operands:
            calls[-1][0] += 1
        else:
            calls.append([1, operands])
    for count, name in calls:
        print(f"{count:>4} x {name}")
    listed = ", ".join(f"{n} {opcode}" for opcode, n in others.most_common())
    print(f"{sum(others.values()):>4} others: {listed}")


if __name__ == "__main__":
    main()
