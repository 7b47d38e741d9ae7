"""IREE: its own importer of PyTorch's graphs, its compiler for this processor, its runtime.

Weights are constants of the program, so that they are packed when it is compiled or loaded.
Inputs lie on the device before the clock starts. One thread is the runtime's `local-sync`,
which works in the caller's; more are `local-task` with that many workers.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import subprocess
import threading
import warnings

import numpy
import torch

from host.peers.setup import LeftOut, Runner, Setup

FLAGS = (
    "--iree-hal-target-device=local",
    "--iree-hal-local-target-device-backends=llvm-cpu",
    "--iree-llvmcpu-target-cpu=host",
    "--iree-input-type=torch",
    "--iree-opt-data-tiling",
)
ELEMENTS = {
    torch.float32: "FLOAT_32",
    torch.bfloat16: "BFLOAT_16",
    torch.int64: "SINT_64",
    torch.bool: "BOOL_8",
}


class Build:
    """A compile in a process of its own, while this one does other things."""

    def __init__(self, setup: Setup):
        self.source = setup.folder / "iree.mlir"
        self.output = setup.folder / "iree.vmfb"
        self.source.write_bytes(imported(setup))
        self.thread = threading.Thread(target=self.compile, args=(setup.patience,))
        self.problem = ""
        self.thread.start()

    def compile(self, patience: float) -> None:
        from iree.compiler.tools.binaries import find_tool

        command = [find_tool("iree-compile"), *FLAGS, str(self.source), "-o", str(self.output)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=patience)
        except subprocess.TimeoutExpired:
            self.problem = f"compiling took more than {patience:g} s"
            return
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error:" in line]
            self.problem = (errors or ["?"])[0].partition("error: ")[2]
            self.problem = f"iree-compile exited with {done.returncode}: {self.problem}"

    def wait(self):
        """The program's path."""
        self.thread.join()
        if self.problem:
            raise RuntimeError(self.problem)
        return self.output


def imported(setup: Setup) -> bytes:
    """The model as bytecode of MLIR, in the dialect of PyTorch's operations."""
    from iree.compiler.extras.fx_importer import FxImporter
    from iree.compiler.ir import Context

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(setup.module, setup.inputs)
        # Attention is taken apart, too: IREE's own form of it is 25 times slower here.
        program = program.run_decompositions()
        importer = FxImporter(context=Context())
        importer.import_frozen_program(program)
    return bytes(_bytecode(importer.module.operation))


def _bytecode(operation) -> bytes:
    import io

    stream = io.BytesIO()
    operation.write_bytecode(stream)
    return stream.getvalue()


def is_installed() -> bool:
    try:
        import iree.compiler
        import iree.runtime  # noqa: F401
    except ImportError:
        return False
    return True


def start(setup: Setup) -> None:
    """Begins to compile, for `program` to find."""
    if is_installed():
        setup.once("iree", lambda: Build(setup))


def device(threads: int):
    """A device of that many threads."""
    from iree.runtime import _binding, flags

    # Drivers read the flags when they are made: not from the cache.
    if threads > 1:
        flags.parse_flags(f"--task_topology_group_count={threads}")
    name = "local-sync" if threads == 1 else "local-task"
    return _binding.create_hal_driver(name).create_default_device()


def program(setup: Setup, threads: int) -> Runner:
    if not is_installed():
        raise LeftOut("not installed: pip install -r python/requirements-benchmark.txt")
    import iree.runtime as runtime

    path = setup.once("iree", lambda: Build(setup)).wait()
    config = runtime.Config(device=device(threads))
    context = runtime.SystemContext(config=config)
    module = runtime.VmModule.mmap(context.instance, str(path))
    context.add_vm_module(module)
    function = module.lookup_function("main")
    arguments = runtime.VmVariantList(len(setup.inputs))
    for tensor in setup.inputs:
        arguments.push_ref(on_device(config.device, tensor))

    def run():
        results = runtime.VmVariantList(1)
        context.vm_context.invoke(function, arguments, results)
        return results

    return Runner(run, lambda results: tensors(config.device, results))


def on_device(target, tensor: torch.Tensor):
    """A copy of the tensor as a buffer with its shape and type."""
    import iree.runtime as runtime

    if tensor.dtype not in ELEMENTS:
        raise LeftOut(f"no element type for {tensor.dtype}")
    tensor = tensor.contiguous()
    raw = tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor
    return target.allocator.allocate_buffer_copy(
        memory_type=runtime.MemoryType.DEVICE_LOCAL,
        allowed_usage=runtime.BufferUsage.DEFAULT | runtime.BufferUsage.MAPPING,
        device=target,
        buffer=raw.numpy(),
        element_type=getattr(runtime.HalElementType, ELEMENTS[tensor.dtype]),
    )


def tensors(target, results) -> list[torch.Tensor]:
    """What a run returned, as PyTorch's tensors."""
    import iree.runtime as runtime

    found = []
    for i in range(len(results)):
        view = results.get_as_object(i, runtime.HalBufferView)
        array = runtime.DeviceArray(target, view, implicit_host_transfer=True).to_host()
        if array.dtype.name == "bfloat16":
            bits = torch.from_numpy(numpy.array(array).view(numpy.int16))
            found.append(bits.view(torch.bfloat16))
        else:
            found.append(torch.from_numpy(numpy.array(array)))
    return found
