"""Rows of results, as tests make them up."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception


def facts(median, least=None):
    return {"status": "ok", "median_ms": median, "min_ms": least or median, "calls": 3}


def row(case="softmax", family="row", threads=1, **peers):
    work = {"flops": 0, "bytes_read": 4_000_000, "bytes_written": 4_000_000, "bound": 2e-5}
    found = {name: facts(value) for name, value in peers.items()}
    return {"case": case, "family": family, "dtype": "f32", "threads": threads, **work} | {
        "peers": found
    }


MEASURED = {
    "products": [{"instruction": "avx2 fma", "type": "f32", "threads": 1, "gflops": 100.0}],
    "bandwidths": [
        {"threads": 1, "bytes": 1 << 20, "read_gbs": 80.0, "triad_gbs": 60.0},
        {"threads": 1, "bytes": 1 << 28, "read_gbs": 20.0, "triad_gbs": 10.0},
    ],
}
