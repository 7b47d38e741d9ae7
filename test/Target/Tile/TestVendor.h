//===- TestVendor.h - A vendor of whom there are only names ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TEST_TARGET_TILE_TESTVENDOR_H
#define XCC_TEST_TARGET_TILE_TESTVENDOR_H

#include "lib/Target/Vendor.h"

#include <string>

namespace xcc::test {

struct TestDevice {
  bool hasAsyncCopies = false;
  bool hasFragmentLoads = false;
  bool hasExp2 = false;
  bool hasBF16 = false;
};

/// 4 lanes a warp, so that tests are short, and one instruction, "mma4": 4x4x2.
DeviceDescription describe(const TestDevice &device);

/// Everything that is asked of it becomes a call of a function named for it.
class TestVendor : public VendorLowering {
public:
  explicit TestVendor(const TestDevice &device) : device(device) {}

  void beginKernel(mlir::LLVM::LLVMFuncOp kernel, unsigned threads) override;
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

private:
  /// Calls a function made for these types; `result` may be null.
  mlir::Value call(mlir::OpBuilder &builder, mlir::Location loc,
                   llvm::StringRef name, mlir::Type result,
                   mlir::ValueRange operands);
  mlir::Value number(mlir::OpBuilder &builder, mlir::Location loc,
                     int64_t value);

  TestDevice device;
  mlir::LLVM::LLVMFuncOp kernel;
};

} // namespace xcc::test

#endif // XCC_TEST_TARGET_TILE_TESTVENDOR_H
