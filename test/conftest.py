"""What all pytest files share: slow tests are run when asked for."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: whole models and sweeps; run with -m slow")


def pytest_collection_modifyitems(config, items):
    if config.option.markexpr:
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with -m slow"))
