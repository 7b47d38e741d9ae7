//===- Passes.td - Passes of the fusion stage -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the order in which they run; see Pipeline.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FUSION_PASSES_TD
#define XCC_FUSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def InlineScalars : Pass<"inline-scalars", "::mlir::func::FuncOp"> {
  let summary = "Put constants of one value into the bodies that read them";
  let description = [{
    - Input: normalised IR.
    - Output: no `linalg.generic` reads a constant or fill of one value as a
      tensor, nor a tensor seen through a view that only adds dimensions of
      size 1. A fill that is read as a tensor is a `linalg.generic`.
    - Leaves alone: constants of several values; unsigned ones.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def SinkViews : Pass<"sink-views", "::mlir::func::FuncOp"> {
  let summary = "Move views out from between element-wise operations";
  let description = [{
    - Input: normalised IR.
    - Output: an element-wise operation that alone read a `tensor.collapse_shape`
      of a computed tensor reads the tensor itself, so that it can be fused with
      what computes it; a copy that only a `tensor.expand_shape` read comes
      after the view instead.
    - Leaves alone: readers of which another operand depends on that tensor
      (they cannot be fused), gathers and copies.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect",
                           "::xcc::fx::FxDialect"];
}

def FuseKernels : Pass<"fuse-kernels", "::mlir::ModuleOp"> {
  let summary = "Group operations and outline each group into a kernel function";
  let description = [{
    - Input: normalised IR in `@main`: linalg on tensors, structural fx ops,
      views.
    - Output: private kernel functions; `@main` launches them. A remark and an
      entry of `plan.fused` or `plan.refused` for each decision.
    - Leaves alone: functions other than `@main`.
  }];
  let options = [
    Option<"fuse", "fuse", "bool", /*default=*/"true",
           "Put ops together; otherwise each is a kernel of its own">
  ];
  let dependentDialects = [
    "::xcc::plan::PlanDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"
  ];
}

def ShareKernels : Pass<"share-kernels", "::mlir::ModuleOp"> {
  let summary = "Keep one of several kernels that do the same";
  let description = [{
    - Input: kernel functions and launches.
    - Output: no two kernels with equal bodies (locations and names apart);
      kernels are named for their operations and numbered in order of first
      launch; `plan.weight` on arguments that are weights or parameters at
      every launch.
  }];
  let dependentDialects = ["::xcc::plan::PlanDialect"];
}

def SimplifyKernels : Pass<"simplify-kernels", "::mlir::func::FuncOp"> {
  let summary = "Merge the element-wise operations of a kernel into few bodies";
  let description = [{
    - Input: a kernel function.
    - Output: element-wise producers merged into element-wise consumers where
      that repeats no work; roundings to f16 or bf16 and back that nobody asked
      for are gone.
    - Leaves alone: roots (contractions, reductions, structural ops), functions
      that are no kernels.
  }];
}

def MeasureKernels : Pass<"measure-kernels", "::mlir::func::FuncOp"> {
  let summary = "Count the arithmetic and the reads of a kernel";
  let description = [{
    - Input: a kernel function.
    - Output: `plan.flops`, a map from its sizes to its arithmetic operations,
      each scalar operation of a body counting once (a fused multiply-add twice),
      conversions, selections and the computing of places not at all. And
      `plan.reads` on arguments of which less than the whole is read, as of an
      embedding's table.
    - Leaves alone: functions that are no kernels.
  }];
  let dependentDialects = ["::xcc::plan::PlanDialect"];
}

def PlanLaunches : Pass<"plan-launches", "::mlir::ModuleOp"> {
  let summary = "Give each result of @main a buffer of its own";
  let description = [{
    - Input: `@main` with launches.
    - Output: each returned value is made by a launch or a `plan.copy`, and no
      buffer is returned twice; ops that nothing reads are gone.
  }];
  let dependentDialects = ["::xcc::plan::PlanDialect"];
}

def PlanBuffers : Pass<"plan-buffers", "::mlir::ModuleOp"> {
  let summary = "Decide where each launch's results lie";
  let description = [{
    - Input: `@main` with launches and copies.
    - Output: `places` on each: the caller's output buffer for what is
      returned, else a range of the arena, shared by buffers that do not live
      at the same time; `plan.arena_bytes` on `@main`. Offsets and sizes are
      multiples of 64 bytes.
  }];
  let dependentDialects = ["::xcc::plan::PlanDialect"];
}

def VerifyPlan : Pass<"verify-plan", "::mlir::ModuleOp"> {
  let summary = "Check what leaves the fusion stage";
  let description = [{
    - Input: a planned module.
    - Output: the same; an error where `@main` holds what a plan may not hold,
      a kernel lacks an attribute, a size is unknown, or buffers that live at
      the same time overlap.
  }];
}

#endif // XCC_FUSION_PASSES_TD
