"""What all Python tests share: one thread budget, families of cases computed once."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import oracle
import pytest
import torch


def pytest_configure(config):
    torch.set_num_threads(2)


@pytest.fixture(scope="session")
def interpreted(tmp_path_factory):
    return oracle.Families(oracle.interpret, tmp_path_factory.mktemp("interpreted"))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    return oracle.Families(oracle.run_compiled, tmp_path_factory.mktemp("compiled"))
