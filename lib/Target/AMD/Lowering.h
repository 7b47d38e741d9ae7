//===- Lowering.h - The operations of a thread, in rocdl ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_LOWERING_H
#define XCC_LIB_TARGET_AMD_LOWERING_H

#include "lib/Target/AMD/Chips.h"

namespace xcc::amd {

class Lowering final : public VendorLowering {
public:
  explicit Lowering(const Chip &chip) : chip(chip) {}

  void beginKernel(mlir::LLVM::LLVMFuncOp kernel,
                   unsigned threadsPerBlock) override;
  mlir::Value threadId(mlir::OpBuilder &builder, mlir::Location loc) override;
  mlir::Value blockId(mlir::OpBuilder &builder, mlir::Location loc,
                      unsigned dimension) override;
  void barrier(mlir::OpBuilder &builder, mlir::Location loc) override;
  mlir::Value sharedBase(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::LLVM::LLVMFuncOp kernel,
                         uint64_t bytes) override;
  mlir::Value shuffleXor(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value value, unsigned mask) override;
  mlir::Value shuffleIndex(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::Value lane) override;
  mlir::Value loadGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Type type, mlir::Value pointer,
                         unsigned alignBytes, mlir::Value predicate,
                         mlir::Value other) override;
  void storeGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value value, mlir::Value pointer, unsigned alignBytes,
                   mlir::Value predicate) override;
  void asyncCopy(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::Value sharedPointer, mlir::Value globalPointer,
                 unsigned bytes, mlir::Value predicate) override;
  void asyncCommit(mlir::OpBuilder &builder, mlir::Location loc) override;
  void asyncWait(mlir::OpBuilder &builder, mlir::Location loc,
                 unsigned pending) override;
  llvm::SmallVector<mlir::Value>
  matrixMultiply(mlir::OpBuilder &builder, mlir::Location loc,
                 const MatrixInstruction &instruction,
                 llvm::ArrayRef<mlir::Value> lhs,
                 llvm::ArrayRef<mlir::Value> rhs,
                 llvm::ArrayRef<mlir::Value> acc) override;
  std::optional<llvm::SmallVector<mlir::Value>>
  loadSharedFragment(mlir::OpBuilder &builder, mlir::Location loc,
                     const MatrixInstruction &instruction, bool isLhs,
                     const SharedTile &tile, mlir::Value row,
                     mlir::Value column) override;
  mlir::Value exp2(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value x) override;

private:
  mlir::Value xorByCrossbar(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value value, unsigned mask);

  const Chip &chip;
};

mlir::Value constantI32(mlir::OpBuilder &builder, mlir::Location loc,
                        int64_t value);
mlir::Value packVector(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::VectorType type,
                       llvm::ArrayRef<mlir::Value> values);
mlir::Value extractElement(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value vector, unsigned index);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_LOWERING_H
