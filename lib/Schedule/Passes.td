//===- Passes.td - Passes of the schedule stage ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_PASSES_TD
#define XCC_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ScheduleHost : Pass<"schedule-host", "::mlir::ModuleOp"> {
  let summary = "Turn each kernel into loops over its work items, on memrefs";
  let description = [{
    - Input: kernels (`plan.kernel` functions on tensors) and the plan.
    - Output: the same functions on memrefs with the host's calling form, each
      running a range of work items, with `schedule.work_items` and
      `schedule.scratch_bytes`; functions that pack weights beside them.
    - Leaves alone: functions that are not kernels.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "256",
           "Width in bits of the vector registers that micro-kernels are shaped for">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def ExpandWindows : Pass<"expand-windows", "::mlir::func::FuncOp"> {
  let summary = "Express pools and convolutions as loops over their windows";
  let description = [{
    - Input: kernels (`plan.kernel` functions on tensors).
    - Output: the same with `linalg.generic` in the place of `fx.convolution`,
      `fx.max_pool`, `fx.avg_pool` and the adaptive pools: a reduction over the
      window, reading an `fx.pad` of the input at steps, and a map that adds the
      bias or divides. A convolution is a contraction of groups, channels and
      places, a transposed one for each phase of its stride.
    - Leaves alone: functions that are not kernels.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ScheduleTile : Pass<"schedule-tile", "::mlir::ModuleOp"> {
  let summary = "Turn each kernel into the program of a block of threads";
  let description = [{
    - Input: kernels (`plan.kernel` functions on tensors) and the plan.
    - Output: the same functions in the `tile` dialect on flat buffers, with
      `schedule.grid` and `schedule.threads`; further launches of a kernel
      beside it, named by `schedule.next`.
    - Leaves alone: functions that are not kernels.
  }];
  let options = [
    Option<"device", "device", "std::string", "",
           "Name of the target that tile sizes and layouts are chosen for">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::xcc::tile::TileDialect"
  ];
}

def ExpandMath : Pass<"expand-math"> {
  let summary = "Expand math functions to straight-line arithmetic";
  let description = [{
    - Input: scalar or vector `math` and `arith` operations in any function.
    - Output: the same with no operation that needs a library: exp, log, sin,
      tanh, erf, pow, rounding, remainders and narrow float conversions become
      additions, products, selects and bit operations with stated error (see
      README.md beside this pass).
    - Leaves alone: what every target has an instruction for (fma, sqrt, abs,
      copysign, floor, ceil, trunc), and integer arithmetic.
  }];
  let options = [
    Option<"keepBF16Casts", "keep-bf16-casts", "bool", "false",
           "Leave conversions between f32 and bf16 to the target">,
    Option<"hasF64", "has-f64", "bool", "true",
           "Compute f32 functions in f64 where that is more exact">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect"];
}

def CarryBF16AsBits : Pass<"carry-bf16-as-bits"> {
  let summary = "Carry bf16 values as 16-bit integers";
  let description = [{
    - Input: functions after `expand-math`, which compute nothing in bf16.
    - Output: the same with i16 in the place of bf16 in every type, also of
      buffers: a target without bf16 instructions converts even what it only
      moves, by a library call.
    - Leaves alone: functions without bf16.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def AllocateShared : Pass<"allocate-shared", "::mlir::func::FuncOp"> {
  let summary = "Give tiles in shared memory and scratch their places";
  let description = [{
    - Input: kernels on tiles.
    - Output: the same with `offset`, in bytes from the beginning of the block's
      shared memory, on each `tile.alloc_shared` and on each `tile.reduce` and
      `tile.convert_layout` that goes through shared memory; and
      `schedule.shared_bytes` on the kernel. Bytes are used again only behind a
      barrier, and not before the copies to them are done.
    - Leaves alone: functions that are not kernels.
  }];
  let options = [
    Option<"limitBytes", "limit-bytes", "int64_t", "0",
           "Most bytes that a block may have; 0 for any number">
  ];
}

#endif // XCC_SCHEDULE_PASSES_TD
