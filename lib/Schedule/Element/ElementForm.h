//===- ElementForm.h - What code for an element is made of ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The element emitter walks a kernel's graph; what it emits on the way is the
// form's business. In scalar form an element is a scalar and a load a
// memref.load. In tile form index variables may be coordinates of a tile, and
// an element is a tile of elements, one at each coordinate.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_ELEMENTFORM_H
#define XCC_SCHEDULE_ELEMENT_ELEMENTFORM_H

#include "lib/Schedule/Element/IndexSpace.h"

#include "mlir/IR/IRMapping.h"

namespace xcc::schedule {

/// lower <= index < upper; a bound that is null always holds.
struct IndexGuard {
  mlir::AffineExpr index, lower, upper;
};

/// Emits a value where the builder stands; null after an error.
using EmitElement = llvm::function_ref<mlir::Value(mlir::OpBuilder &)>;

class ElementForm {
public:
  virtual ~ElementForm();

  virtual mlir::Value load(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value flat, mlir::AffineExpr offset,
                           mlir::Type element) = 0;
  virtual void store(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value scalar, mlir::Value flat,
                     mlir::AffineExpr offset) = 0;

  /// The number `expr`, as bodies compute with it.
  virtual mlir::Value index(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::AffineExpr expr) = 0;

  /// An operation of a body on elements: its results join `values`. Gives the
  /// operation made, null if none was needed.
  virtual mlir::Operation *apply(mlir::OpBuilder &builder, mlir::Operation &op,
                                 mlir::IRMapping &values) = 0;

  /// `then` where all guards hold, `otherwise` elsewhere. Where there is more
  /// than one bound, `otherwise` reads nothing.
  virtual mlir::Value guarded(mlir::OpBuilder &builder, mlir::Location loc,
                              llvm::ArrayRef<IndexGuard> guards,
                              mlir::Type type, EmitElement then,
                              EmitElement otherwise) = 0;

  /// `then` and `otherwise` by a condition; they give values of `types`.
  using EmitElements = llvm::function_ref<llvm::LogicalResult(
      mlir::OpBuilder &, llvm::SmallVectorImpl<mlir::Value> &)>;
  virtual llvm::LogicalResult
  branch(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value condition,
         mlir::TypeRange types, EmitElements then, EmitElements otherwise,
         llvm::SmallVectorImpl<mlir::Value> &results) = 0;

  /// Gives `inits` the types that elements of `updated` have: what a loop
  /// carries has one type.
  virtual void matchTypes(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::TypeRange updated,
                          llvm::SmallVectorImpl<mlir::Value> &inits) = 0;

  /// Whether structured operations (pools, arg-reductions) are computed where
  /// they are read.
  virtual bool readsStructured() const = 0;

  /// Whether nothing is read or written at an index that does not exist
  /// (IndexSpace::define).
  virtual bool hidesMissing() const { return false; }
};

/// Elements are scalars, buffers memrefs.
std::unique_ptr<ElementForm> makeScalarForm(IndexSpace &space);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_ELEMENTFORM_H
