//===- Lowering.h - Xe's code for the operations of a thread --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_LOWERING_H
#define XCC_LIB_TARGET_INTEL_LOWERING_H

#include "lib/Target/Intel/Chips.h"
#include "lib/Target/Vendor.h"

namespace xcc::intel {

/// Calls of OpenCL's built-in functions, by their mangled names: the back end
/// knows some as instructions, the device's compiler the others.
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
  std::optional<FragmentBlock>
  largestGlobalBlock(const GlobalOperand &operand) override;
  llvm::SmallVector<mlir::Value>
  loadGlobalBlock(mlir::OpBuilder &builder, mlir::Location loc,
                  const GlobalOperand &operand, FragmentBlock block,
                  mlir::Value row, mlir::Value column) override;
  void prefetchGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                      const GlobalMatrix &matrix, unsigned rows,
                      unsigned columns, mlir::Value row,
                      mlir::Value column) override;
  mlir::Value exp2(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value x) override;

  /// Calls the built-in function `name`; no result type for none.
  static mlir::Value call(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::StringRef name, mlir::Type result,
                          mlir::ValueRange operands);

private:
  const Chip &chip;
};

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_LOWERING_H
