//===- LowerOps.h - The lowering of each kind of fx operation -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_LOWEROPS_H
#define XCC_LIB_FRONTEND_LOWEROPS_H

#include "lib/Frontend/Lowering.h"

namespace xcc::frontend {

using LowerFn =
    std::function<llvm::LogicalResult(mlir::Operation *, Lowering &)>;

/// The lowerings by operation name. What is not here and not element-wise has
/// a structure of its own and stays.
class LowerTable {
public:
  LowerTable();

  const LowerFn *find(mlir::Operation *op) const {
    auto found = byName.find(op->getName().getStringRef());
    return found == byName.end() ? nullptr : &found->second;
  }
  template <typename OpTy>
  void add(llvm::LogicalResult (*lower)(OpTy, Lowering &)) {
    byName[OpTy::getOperationName()] = [lower](mlir::Operation *op,
                                               Lowering &lowering) {
      return lower(mlir::cast<OpTy>(op), lowering);
    };
  }

private:
  llvm::StringMap<LowerFn> byName;
};

void addCreationLowerings(LowerTable &table);
void addViewLowerings(LowerTable &table);
void addMovementLowerings(LowerTable &table);
void addResizeLowerings(LowerTable &table);
void addIndexingLowerings(LowerTable &table);
void addReductionLowerings(LowerTable &table);
void addSoftmaxLowerings(LowerTable &table);
void addNormLowerings(LowerTable &table);
void addContractionLowerings(LowerTable &table);

/// Sets `op`'s first result and succeeds.
inline llvm::LogicalResult setResult(mlir::Operation *op, Lowering &lowering,
                                     Tensor tensor) {
  lowering.set(op->getResult(0), std::move(tensor));
  return llvm::success();
}

/// Element type of a tensor value, as fx has it.
inline mlir::Type elementOf(mlir::Value value) {
  return mlir::getElementTypeOrSelf(value.getType());
}

/// `source` read at computed places: an element of a tensor as a scalar.
Scalar extractElement(mlir::ImplicitLocOpBuilder &builder, const Tensor &source,
                      mlir::ValueRange indices);

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_LOWEROPS_H
