"""What all Python tests share: one thread budget, families of cases computed once."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import oracle
import pytest
import torch


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: whole models; run with -m slow")
    torch.set_num_threads(2)


def pytest_collection_modifyitems(config, items):
    if config.option.markexpr:
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with -m slow"))


@pytest.fixture(scope="session")
def interpreted(tmp_path_factory):
    return oracle.Families(oracle.interpret, tmp_path_factory.mktemp("interpreted"))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    return oracle.Families(oracle.run_compiled, tmp_path_factory.mktemp("compiled"))
