"""What a peer is given for a case, and what it gives back."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from host.cases.case import Case


class LeftOut(Exception):
    """This peer does not run this case, for a reason that is no failure."""


@dataclass
class Setup:
    """One case in one process: what is made once for all numbers of threads stays here."""

    case: Case
    module: nn.Module
    inputs: tuple[torch.Tensor, ...]
    # For files of this case, removed behind it.
    folder: Path
    # Seconds that a peer may take to get ready.
    patience: float = 60.0
    made: dict = field(default_factory=dict)

    def once(self, key: str, make: Callable):
        """What `make` gave the first time; what it raised then, if it did."""
        if key not in self.made:
            try:
                self.made[key] = make()
            except Exception as error:
                self.made[key] = error
        if isinstance(self.made[key], Exception):
            raise self.made[key]
        return self.made[key]


@dataclass
class Runner:
    """A case made ready: `run` is what is timed, `tensors` reads what it returned."""

    run: Callable
    tensors: Callable


def flat(result) -> list[torch.Tensor]:
    return list(result) if isinstance(result, (tuple, list)) else [result]
