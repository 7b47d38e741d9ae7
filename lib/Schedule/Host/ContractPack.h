//===- ContractPack.h - Operands of products in the register tile's order -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTPACK_H
#define XCC_SCHEDULE_HOST_CONTRACTPACK_H

#include "lib/Schedule/Host/ContractProbe.h"
#include "lib/Schedule/Host/ContractProduct.h"
#include "lib/Schedule/Host/ContractTranspose.h"
#include "lib/Schedule/Host/MicroKernel.h"

namespace xcc::schedule {

/// `expr` computed here and from now on a variable in [0, extent) (null: of
/// unknown extent).
mlir::AffineExpr fixIndex(HostKernelBuilder &kernel, mlir::AffineExpr expr,
                          mlir::AffineExpr extent);

/// Divisors by which code with these accesses takes indices apart, as one: a
/// multiple of panelColumns that divides them all, or panelColumns.
int64_t columnPeriod(llvm::ArrayRef<ProbedAccess> accesses, Indices extents);

/// The columns of panel `number`, written so that a division by `period` is
/// seen not to depend on the column within the panel.
class PanelIndices {
public:
  PanelIndices(HostKernelBuilder &kernel, Indices extents,
               mlir::AffineExpr number, int64_t period);
  /// Column `column` of the panel over all dimensions, and over each.
  mlir::AffineExpr linear(mlir::AffineExpr column) { return start + column; }
  IndexList at(mlir::AffineExpr column);

private:
  HostKernelBuilder &kernel;
  Indices extents;
  mlir::AffineExpr start;
};

/// Some panels, one after the other in a buffer.
struct PanelGroup {
  mlir::AffineExpr first;
  mlir::Value count;
  int64_t most; // panels, at any `count`
  mlir::Value flat;
};

/// Packs panels of the right operand.
llvm::LogicalResult packPanels(HostKernelBuilder &kernel,
                               const MatrixProduct &product, Indices batch,
                               const PanelGroup &group);

/// Packs panels of k steps, in strips of `strip` columns, of an operand of n
/// columns that lie side by side: (column c of the first panel, step s) is
/// element (c, s) of `lines`, as asColumns() has them.
void packLines(HostKernelBuilder &kernel, const RowSource &lines,
               mlir::AffineExpr n, mlir::AffineExpr k, int64_t strip,
               const PanelGroup &group);

/// Some steps of some rows of the left operand.
struct RowBlock {
  mlir::AffineExpr m0;
  mlir::Value rows;
  mlir::AffineExpr k0;
  mlir::Value steps;
};

/// Where packed rows go: `tileRows` after `tileRows`, `depth` steps of each, a
/// multiple of rowRun, as a tile with `packedRows` takes them.
struct PackedRows {
  mlir::Value flat;
  int64_t tileRows, depth;
};

/// Packs a block of the left operand.
llvm::LogicalResult packRows(HostKernelBuilder &kernel,
                             const MatrixProduct &product, Indices batch,
                             const RowBlock &block, const PackedRows &target);

/// What one element of an operand reads, over (batch..., row, k); rows are m or
/// n.
llvm::FailureOr<Probe> probeOperand(HostKernelBuilder &kernel,
                                    const MatrixProduct &product,
                                    Indices rowExtents, bool isLhs);

/// Whether neighbours in k, and not neighbours in the row's index, are
/// neighbours in memory.
bool runsAlongSteps(const Probe &found);

/// A weight's place in its buffer, over dimensions (batch, n, k).
struct WeightPlace {
  mlir::AffineExpr offset;
  mlir::AffineExpr rowStride; // along n, if neighbours in k are neighbours
  mlir::Type element;
  IndexList dims; // of the buffer
  int64_t batch, n, k;
  int64_t strip; // of the panels

  int64_t panels() const { return (n + panelColumns - 1) / panelColumns; }
  /// Elements of all panels.
  int64_t packedSize() const { return batch * panels() * k * panelColumns; }
};

/// Makes the function that packs a weight once into panels, before `kernel`.
void buildPrepareKernel(HostKernelBuilder &kernel, llvm::StringRef name,
                        const WeightPlace &weight);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTPACK_H
