"""Starts the process that runs the cases, and starts another where it ends too soon."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
# Beside what each peer may take to get ready.
SECONDS_OF_A_CASE = 300.0
# A process that compiled many graphs is slower than a new one, and larger.
CASES_OF_A_PROCESS = 24


class Driver:
    """Runs cases one after the other; use as a context manager."""

    WORKER = "host.worker"

    def __init__(self, settings):
        self.settings = settings
        self.process = None
        self.count = 0

    def __enter__(self):
        self.caches = tempfile.TemporaryDirectory(prefix="xcc-benchmark-")
        self.log = (Path(self.caches.name) / "log").open("w")
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        self.caches.cleanup()

    def run(self, case) -> list[dict]:
        """The rows of a case. A peer that ended the process is left out of a second try."""
        settings = self.settings
        broken = {}
        while True:
            self.start(case)
            request = {
                "case": case.name,
                "threads": settings.threads,
                "peers": settings.peers,
                "seconds": settings.seconds,
                "patience": settings.patience,
                "broken": broken,
            }
            rows, doing, reason = self.ask(request)
            if not reason:
                return rows
            self.stop()
            if doing in broken or doing not in settings.peers:
                print(f"{case.name}: {reason} in {doing}", file=sys.stderr, flush=True)
                return rows
            broken[doing] = reason

    def start(self, case) -> None:
        """A process to ask; a whole model has one of its own."""
        self.count += 1
        is_old = self.count > CASES_OF_A_PROCESS or case.family == "model"
        if self.process and is_old:
            self.stop()
        if self.process:
            return
        self.count = 1
        reader, writer = os.pipe()
        environment = {
            **os.environ,
            # Nothing from an earlier run, nothing left behind.
            "TORCHINDUCTOR_CACHE_DIR": f"{self.caches.name}/inductor",
            "PYTHONPATH": f"{FOLDER}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            "OMP_NUM_THREADS": str(max(self.settings.threads)),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", self.WORKER, str(writer)],
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            pass_fds=(writer,),
            env=environment,
            text=True,
        )
        os.close(writer)
        self.reader, self.heard = reader, b""

    def ask(self, request: dict) -> tuple[list[dict], str, str]:
        """(rows, what it was doing last, why it stopped there or nothing)."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        rows, doing = [], "starting"
        limit = SECONDS_OF_A_CASE + request["patience"] * len(request["peers"])
        deadline = time.monotonic() + limit * len(request["threads"])
        while True:
            try:
                line = self.line(deadline)
            except TimeoutError:
                return rows, doing, "took too long"
            if not line:
                return rows, doing, self.ending()
            message = json.loads(line)
            if "row" in message:
                rows.append(message["row"])
            elif "done" in message:
                return rows, doing, ""
            doing = message.get("doing", doing)

    def line(self, deadline: float) -> bytes:
        """The next line; empty when the process has ended. TimeoutError after `deadline`.

        Without Python's buffers: select() knows nothing of lines that wait there.
        """
        while b"\n" not in self.heard:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.reader], [], [], left)[0]:
                raise TimeoutError
            more = os.read(self.reader, 1 << 16)
            if not more:
                return b""
            self.heard += more
        line, self.heard = self.heard.split(b"\n", 1)
        return line

    def ending(self) -> str:
        code = self.process.wait()
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self.log.flush()
        lines = Path(self.log.name).read_text(errors="replace").strip().splitlines()
        last = f" ({lines[-1].strip()[:120]})" if lines and code > 0 else ""
        return f"the process ended with {name}{last}"

    def stop(self) -> None:
        if not self.process:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        os.close(self.reader)
        self.process = None
