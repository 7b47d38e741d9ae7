"""Cases run in threads while tests wait: each compiles and emulates on one core."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
from concurrent.futures import ThreadPoolExecutor

import pytest


class Ahead:
    """Begins the work of all selected tests at once and hands out what came of each."""

    def __init__(self, folder):
        self.folder = folder
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.futures = {}

    def begin(self, work, *arguments):
        key = (work, *arguments)
        if key not in self.futures:
            self.futures[key] = self.pool.submit(work, self.folder, *arguments)
        return self.futures[key]


@pytest.fixture(scope="session")
def ahead(request, tmp_path_factory):
    ahead = Ahead(tmp_path_factory.mktemp("devices"))
    for item in request.session.items:
        is_skipped = any(mark.name == "skip" for mark in item.iter_markers())
        if "ahead" in getattr(item, "fixturenames", ()) and not is_skipped:
            ahead.begin(item.function.work, *item.callspec.params.values())
    yield ahead
    ahead.pool.shutdown(cancel_futures=True)
