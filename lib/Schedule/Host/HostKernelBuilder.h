//===- HostKernelBuilder.h - The scheduled form of one kernel -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_HOSTKERNELBUILDER_H
#define XCC_SCHEDULE_HOST_HOSTKERNELBUILDER_H

#include "lib/Schedule/Element/ElementEmitter.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace xcc::schedule {

/// A buffer argument of a scheduled function that has no tensor kernel.
struct BufferSpec {
  mlir::Type element;
  IndexList dims; // over the function's index arguments
};

/// Builds `@k(memrefs in..., memrefs out..., indices..., scratch, begin, end)`
/// from a kernel on tensors. The body runs work items [begin, end). A kernel of
/// two phases has a workspace behind the outputs: what the first leaves there
/// the second finds, for the runtime ends the one before it begins the other.
class HostKernelBuilder {
public:
  /// The scheduled form of `kernel`, made beside it; finish() replaces it.
  explicit HostKernelBuilder(mlir::func::FuncOp kernel);
  /// A function with no tensor form (packing): `buffers`, then `sizes` index
  /// arguments, placed before `anchor`.
  HostKernelBuilder(mlir::func::FuncOp anchor, llvm::StringRef name,
                    llvm::ArrayRef<BufferSpec> buffers, unsigned sizes);
  /// Drops the scheduled function if finish() was not reached.
  ~HostKernelBuilder();
  HostKernelBuilder(const HostKernelBuilder &) = delete;

  mlir::OpBuilder &builder() { return body; }
  mlir::Location loc() { return function.getLoc(); }
  IndexSpace &space() { return indexSpace; }
  ElementEmitter &elements() { return *emitter; }
  mlir::func::FuncOp kernel() { return tensorKernel; }
  mlir::func::FuncOp scheduled() { return function; }

  /// Buffer argument i, inputs first. flat() is the same buffer as 1-d memref.
  mlir::Value buffer(unsigned i) { return function.getArgument(i); }
  mlir::Value flat(unsigned i);
  unsigned numInputs() const { return inputCount; }
  mlir::Value begin() {
    return function.getArgument(function.getNumArguments() - 2);
  }
  mlir::Value end() {
    return function.getArgument(function.getNumArguments() - 1);
  }

  /// A float, or a vector of them, as the wider `type`; itself if it is one.
  mlir::Value extend(mlir::Value narrow, mlir::Type type);

  /// Asks for the line of memory that element `place` of a 1-d memref is in, to
  /// the second-level cache: what lies a page apart shares sets of the first.
  /// The place may be beyond the end.
  void prefetch(mlir::Value flat, mlir::Value place);

  /// `count` elements of private memory, 64-byte aligned, as a 1-d memref.
  mlir::Value allocateScratch(mlir::Type element, mlir::AffineExpr count);
  void setWorkItems(mlir::AffineExpr count) { workItems = count; }

  /// Sets aside memory for `count` elements that all work items share; its
  /// first byte, a multiple of 64.
  mlir::AffineExpr reserveWorkspace(mlir::Type element, mlir::AffineExpr count);
  /// `count` elements of it, the first being element `first` of those that
  /// begin at byte `start`, as a 1-d memref made here.
  mlir::Value viewWorkspace(mlir::Type element, mlir::AffineExpr start,
                            mlir::AffineExpr first, mlir::AffineExpr count);

  /// Input i becomes a buffer of `type`, made once from the weight by
  /// `prepare`; its tensor argument can no longer be read element by element.
  mlir::Value replaceInput(unsigned i, mlir::MemRefType type, Indices dims,
                           llvm::StringRef prepare, mlir::AffineExpr bytes);

  /// An scf.for over [lower, upper) whose body is a scope and has the builder
  /// inside; the index variable's extent is `extent` (may be null).
  void forLoop(mlir::Value lower, mlir::Value upper, mlir::AffineExpr extent,
               llvm::function_ref<void(mlir::AffineExpr)> inside,
               int64_t step = 1);
  /// The same over [0, extent).
  void forExtent(mlir::AffineExpr extent,
                 llvm::function_ref<void(mlir::AffineExpr)> inside);
  /// A loop over this call's work items.
  void forWorkItems(llvm::function_ref<void(mlir::AffineExpr)> inside);
  /// The same of two phases: `count` items that come before the work items,
  /// which count from 0 in `then`.
  void forPhases(mlir::AffineExpr count,
                 llvm::function_ref<void(mlir::AffineExpr)> first,
                 llvm::function_ref<void(mlir::AffineExpr)> then);

  /// Sets attributes and puts the scheduled function in the kernel's place.
  void finish();

private:
  void setArgumentType(unsigned i, mlir::Type type);
  /// Makes room for `count` elements behind `bytes`; where they begin.
  mlir::AffineExpr reserve(mlir::AffineExpr &bytes, mlir::Type element,
                           mlir::AffineExpr count);
  mlir::Value view(mlir::Value block, mlir::Type element,
                   mlir::AffineExpr start, mlir::AffineExpr count);
  void create(mlir::OpBuilder &outer, mlir::Location loc, llvm::StringRef name,
              llvm::ArrayRef<BufferSpec> buffers, unsigned sizes);

  mlir::func::FuncOp tensorKernel;
  mlir::func::FuncOp function;
  mlir::OpBuilder body;
  IndexSpace indexSpace;
  std::unique_ptr<ElementEmitter> emitter;
  llvm::SmallVector<mlir::Value> flatBuffers;
  unsigned inputCount = 0;
  unsigned bufferCount = 0; // without the workspace
  unsigned symbolCount = 0;
  mlir::AffineExpr workItems;
  mlir::AffineExpr firstPhase; // null: the only one
  mlir::AffineExpr workspaceBytes;
  mlir::AffineExpr scratchBytes;
  bool finished = false;
};

/// A family's generator: fills the builder, or reports why it cannot.
using FamilyGenerator = llvm::LogicalResult (*)(HostKernelBuilder &,
                                                const HostScheduleOptions &);

llvm::LogicalResult scheduleMap(HostKernelBuilder &,
                                const HostScheduleOptions &);
llvm::LogicalResult scheduleReduce(HostKernelBuilder &,
                                   const HostScheduleOptions &);
llvm::LogicalResult scheduleCopy(HostKernelBuilder &,
                                 const HostScheduleOptions &);
llvm::LogicalResult scheduleScan(HostKernelBuilder &,
                                 const HostScheduleOptions &);
llvm::LogicalResult scheduleSort(HostKernelBuilder &,
                                 const HostScheduleOptions &);
llvm::LogicalResult scheduleScatter(HostKernelBuilder &,
                                    const HostScheduleOptions &);
llvm::LogicalResult schedulePool(HostKernelBuilder &,
                                 const HostScheduleOptions &);
llvm::LogicalResult scheduleContract(HostKernelBuilder &,
                                     const HostScheduleOptions &);
llvm::LogicalResult scheduleConvolution(HostKernelBuilder &,
                                        const HostScheduleOptions &);
llvm::LogicalResult scheduleAttention(HostKernelBuilder &,
                                      const HostScheduleOptions &);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_HOSTKERNELBUILDER_H
