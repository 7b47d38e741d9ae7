//===- TileForm.h - Elements as tiles -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An element whose index depends on coordinates of the frame is a tile of the
// frame's rank, of size 1 in the dimensions it does not depend on, held as the
// frame is with those dimensions collapsed. What depends on none is a scalar.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_TILEFORM_H
#define XCC_SCHEDULE_TILE_TILEFORM_H

#include "lib/Schedule/Element/ElementForm.h"
#include "lib/Schedule/Tile/TileKernelBuilder.h"

#include "llvm/ADT/SmallBitVector.h"

namespace xcc::schedule {

/// Dimensions of the frame.
using FrameDims = llvm::SmallBitVector;

class TileForm : public ElementForm {
public:
  explicit TileForm(TileKernelBuilder &builder);

  mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value flat, mlir::AffineExpr offset,
                   mlir::Type element) override;
  void store(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
             mlir::Value flat, mlir::AffineExpr offset) override;
  mlir::Value index(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::AffineExpr expr) override;
  mlir::Operation *apply(mlir::OpBuilder &builder, mlir::Operation &op,
                         mlir::IRMapping &values) override;
  mlir::Value guarded(mlir::OpBuilder &builder, mlir::Location loc,
                      llvm::ArrayRef<IndexGuard> guards, mlir::Type type,
                      EmitElement then, EmitElement otherwise) override;
  llvm::LogicalResult
  branch(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value condition,
         mlir::TypeRange types, EmitElements then, EmitElements otherwise,
         llvm::SmallVectorImpl<mlir::Value> &results) override;
  void matchTypes(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::TypeRange updated,
                  llvm::SmallVectorImpl<mlir::Value> &inits) override;
  bool readsStructured() const override { return false; }
  bool hidesMissing() const override { return true; }

  //===-- For generators
  //----------------------------------------------------===//

  /// A frame begins or ends.
  void frameChanged() { types.clear(); }
  FrameDims allDims() const;
  /// The dimensions that `expr` depends on; those in which `value` has a size.
  FrameDims dimsOf(mlir::AffineExpr expr);
  FrameDims dimsOf(mlir::Value value);
  mlir::RankedTensorType tileType(mlir::Type element, const FrameDims &dims);
  /// `value` as a tile that has a size in `dims`, and in no other.
  mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value value, const FrameDims &dims);
  /// True where `expr` >= 0 for all of these: a scalar or a tile of i1.
  mlir::Value holds(mlir::OpBuilder &builder, mlir::Location loc,
                    Indices conditions);
  /// What must be >= 0 for the variables of `expr` to be in their extents.
  IndexList conditionsOf(mlir::AffineExpr expr);
  /// The access at `offset`, in the dimensions it depends on (which join
  /// `dims`).
  TileAccess access(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value flat, mlir::AffineExpr offset, FrameDims &dims,
                    Indices required = {});

  /// Stores happen only where `indices` exist. Their places do not always tell:
  /// an index of which there is one is in no place.
  class StoresWithin {
  public:
    StoresWithin(TileForm &form, Indices indices);
    ~StoresWithin() { form.storeConditions.truncate(before); }
    StoresWithin(const StoresWithin &) = delete;

  private:
    TileForm &form;
    size_t before;
  };

private:
  struct Numbering;
  void number(mlir::AffineExpr expr, Numbering &numbering);
  IndexList conditionsOn(FrameDims &dims);
  mlir::Value indexOfTiles(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::AffineExpr expr);
  bool isMasked(mlir::Value value, Indices required, mlir::Block *block,
                mlir::Operation *last);
  mlir::Type integerTypeFor(mlir::OpBuilder &builder, mlir::AffineExpr expr);
  mlir::Value castIndex(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value value, mlir::Type to, bool isUnsigned);
  mlir::Operation *applyCast(mlir::OpBuilder &builder, mlir::Operation &op,
                             mlir::IRMapping &values);
  mlir::Type indexTypeFor(mlir::OpBuilder &builder, mlir::Operation &op,
                          mlir::ValueRange operands);
  llvm::LogicalResult
  branchUniformly(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value condition, EmitElements then,
                  EmitElements otherwise,
                  llvm::SmallVectorImpl<mlir::Value> &results);
  mlir::RankedTensorType acrossType(mlir::RankedTensorType type,
                                    mlir::AffineExpr offset);
  mlir::RankedTensorType wideType(mlir::RankedTensorType type,
                                  mlir::AffineExpr offset);

  TileKernelBuilder &builder;
  IndexSpace &space;
  llvm::DenseMap<std::pair<mlir::Type, uint64_t>, mlir::RankedTensorType> types;
  /// What holds where code is being emitted: expressions that are >= 0, and
  /// tiles of i1.
  IndexList conditions;
  llvm::SmallVector<mlir::Value> masks;
  IndexList storeConditions;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_TILEFORM_H
