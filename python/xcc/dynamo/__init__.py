"""The backend of torch.compile(model, backend="xcc")."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from dataclasses import dataclass, fields

from xcc.devices import check_device, check_target
from xcc.errors import Error

# The runtime's own limit.
MAX_THREADS = 4096


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
        """Fails with Error for an option, device or target that there is not.

        A name that is mistyped is an error even where unsupported operations are not.
        """
        kinds = {field.name: field.type for field in fields(Options)}
        for name, value in (options or {}).items():
            if name not in kinds:
                raise Error(f"expected options among {', '.join(kinds)}, got '{name}'")
            # True is a number to Python, not to a reader.
            if not isinstance(value, kinds[name]) or (kinds[name] is int and value is True):
                kind = getattr(kinds[name], "__name__", str(kinds[name]))
                raise Error(f"expected option '{name}' of type {kind}, got {value!r}")
        made = Options(**(options or {}))
        made.check()
        return made

    def check(self) -> None:
        """Fails with Error where device and target are unknown or do not fit each other."""
        if not 0 <= self.threads <= MAX_THREADS:
            raise Error(f"expected 0 to {MAX_THREADS} threads, got {self.threads}")
        check_device(self.device)
        if self.target is not None:
            check_target(self.target)
        own = self.device.removeprefix("emu:")
        is_of_device = self.device == "host" or self.is_emulated
        if self.target is None and not is_of_device:
            cure = "say which by options={'target': ...}; xcc devices shows it"
            raise Error(f"expected a target beside device '{self.device}'; {cure}")
        if is_of_device and self.target not in (None, own):
            device = "host" if self.target == "host" else f"emu:{self.target}"
            cure = f"for '{self.target}' say options={{'device': '{device}'}}"
            got = f"got '{self.target}'"
            raise Error(f"expected target '{own}' on device '{self.device}', {got}; {cure}")

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
