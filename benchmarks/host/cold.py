"""Cold compiles of whole models through torch.compile, each in a new process.

The clock starts at torch.compile() and stops when the first call has returned: tracing,
compiling, loading and one run. PyTorch is imported and the model built before; Inductor
starts with empty caches.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
PEERS = {"xcc_compile": "xcc", "inductor": "inductor", "iree": "iree"}
LIMIT_SECONDS = 600
ROUNDS = 2


def measure(case: str, peers: list[str], progress) -> list[dict]:
    """An entry for each peer: the least seconds of some rounds, and bytes of what was made."""
    entries = []
    for peer in peers:
        if peer not in PEERS:
            continue
        entry = {"case": case, "peer": peer}
        try:
            found = [once(case, peer) for _ in range(ROUNDS)]
            entry |= min(found, key=lambda one: one["seconds"])
        except (subprocess.SubprocessError, RuntimeError) as error:
            entry["reason"] = str(error)[:160]
        entries.append(entry)
        progress(f"cold compile: {entry}")
    return entries


def once(case: str, peer: str) -> dict:
    with tempfile.TemporaryDirectory(prefix="xcc-benchmark-") as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{FOLDER}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            "TORCHINDUCTOR_CACHE_DIR": f"{folder}/inductor",
            "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1",
            "TMPDIR": folder,
        }
        done = subprocess.run(
            [sys.executable, "-B", "-m", "host.cold_process", case, peer, folder],
            capture_output=True,
            text=True,
            env=environment,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no output"]
        raise RuntimeError(lines[-1])
    return json.loads(done.stdout.splitlines()[-1])
