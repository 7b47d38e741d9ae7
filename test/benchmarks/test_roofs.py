"""What the processor can do at most: measured before, behind and between."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import subprocess

import pytest
from host import ratios, roofs
from rows import MEASURED, row


def test_roofs():
    # 8 MB, half of it written, at the rate of three large arrays.
    assert roofs.least_ms(MEASURED, row()) == (pytest.approx(0.8), "bytes")
    assert roofs.least_ms(MEASURED, row() | {"flops": 1e9}) == (pytest.approx(10.0), "products")
    small = row() | {"bytes_read": 1000, "bytes_written": 10}
    assert roofs.least_ms(MEASURED, small)[0] == pytest.approx(1010 / 80e6)


class Rates:
    """A server of roofs whose medians are known."""

    def __init__(self):
        self.asked = []

    def rates(self, kind, what, threads):
        self.asked.append((kind, what, threads))
        return {"products": [50.0, 100.0, 100.0], "triad": [10.0, 10.0, 1.0]}[kind]


def test_roofs_in_turn():
    # 8 MB at 10 GB/s, median of what is asked for again and again.
    server = Rates()
    memory = roofs.InTurn(server, row(), 2)
    memory.take()
    memory.take()
    assert memory.least() == (pytest.approx(0.8), "bytes")
    assert server.asked == [("triad", 8_000_000, 2)] * 2
    # Both, then only the one that bounds.
    server = Rates()
    products = roofs.InTurn(server, row() | {"flops": 1e9}, 1)
    products.take()
    products.take()
    assert products.least() == (pytest.approx(10.0), "products")
    assert [kind for kind, _, _ in server.asked] == ["triad", "products", "products"]
    shown = row(xcc=4.0) | {"roof_in_turn_ms": 1.0}
    assert ratios.share_of_roof(shown, roof="roof_in_turn_ms") == pytest.approx(0.25)


def test_roofs_server():
    server = roofs.Server()
    # f32 multiply-adds of any processor with AVX2: some GF/s at least.
    assert len(found := server.rates("products", "f32", 1)) > 2 and min(found) > 1.0
    assert min(server.rates("triad", 1 << 20, 2)) > 0.1 and server.rates("read", 1 << 16, 1)
    with pytest.raises(roofs.NoRoofs, match="ended, asked for write 100 1"):
        server.rates("write", 100, 1)
    done = subprocess.run(
        [roofs.PROGRAM, "--serve"], input="read x 1\n", capture_output=True, text=True
    )
    assert done.returncode == 2
    expected = "xcc-roofs: expected products, read or triad, what of and threads, got 'read x 1'\n"
    assert done.stderr == expected


def test_roofs_are_the_best_that_was_seen():
    slow = json.loads(json.dumps(MEASURED))
    slow["products"][0]["gflops"] = 50.0
    slow["bandwidths"][1]["triad_gbs"] = 11.0
    best = roofs.best([MEASURED, slow])
    assert best["products"] == MEASURED["products"]
    assert best["bandwidths"][0] == MEASURED["bandwidths"][0]
    assert best["bandwidths"][1] == MEASURED["bandwidths"][1] | {"triad_gbs": 11.0}


def test_roofs_program():
    with pytest.raises(roofs.NoRoofs, match=r"expected .*none, found none; run tools/dev/setup"):
        roofs.measure([1], roofs.PROGRAM.parent / "none")
    done = subprocess.run([roofs.PROGRAM, "two"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "xcc-roofs: expected 1 to 1024 threads, got 'two'\n"
