"""The backend of torch.compile(model, backend="xcc")."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from dataclasses import dataclass, fields

from xcc.errors import Error


@dataclass(frozen=True)
class Options:
    """What `options=` of torch.compile may hold."""

    # Where the program runs: "host", "emu:<target>", or a device that `xcc devices` lists.
    device: str = "host"
    # What it is compiled for; None: the host's or the emulated device's own.
    target: str | None = None
    # True: an error instead of eager for whatever is not supported.
    strict: bool = False
    # Threads of a run; 0: as many as the process may use.
    threads: int = 0

    @staticmethod
    def parse(options: dict | None) -> "Options":
        """Fails with Error for an option that there is not."""
        known = [field.name for field in fields(Options)]
        for name in options or {}:
            if name not in known:
                raise Error(f"expected options among {', '.join(known)}, got '{name}'")
        made = Options(**(options or {}))
        if made.target is None and made.device != "host" and not made.is_emulated:
            cure = "say which by options={'target': ...}; xcc devices shows it"
            raise Error(f"expected a target beside device '{made.device}'; {cure}")
        return made

    @property
    def is_emulated(self) -> bool:
        return self.device.startswith("emu:")

    @property
    def targets(self) -> list[str]:
        """What to compile for."""
        return [self.target or self.device.removeprefix("emu:")]


def compile_graph(graph_module, example_inputs, *, mode=None, options=None):
    """Compiles a graph of Dynamo for inference; a callable that torch.compile puts in its place.

    Operations that are not supported run in eager and are listed by xcc.report(). With
    options={"strict": True} they are an error, as are graphs that need gradients.
    """
    from torch._dynamo.backends.common import aot_autograd

    from xcc.dynamo.compile import GraphCompiler
    from xcc.importer.decompositions import for_autograd

    compiler = GraphCompiler(Options.parse(options))
    backend = aot_autograd(
        fw_compiler=compiler.training,
        bw_compiler=compiler.backward,
        inference_compiler=compiler.inference,
        decompositions=for_autograd(),
    )
    return backend(graph_module, example_inputs)
