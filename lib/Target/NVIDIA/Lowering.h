//===- Lowering.h - The operations of a thread on NVIDIA ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_LOWERING_H
#define XCC_LIB_TARGET_NVIDIA_LOWERING_H

#include "lib/Target/NVIDIA/Chips.h"
#include "lib/Target/Vendor.h"

namespace xcc::nvidia {

class Lowering : public VendorLowering {
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
  std::optional<llvm::SmallVector<mlir::Value>>
  loadSharedFragmentPair(mlir::OpBuilder &builder, mlir::Location loc,
                         const MatrixInstruction &instruction, bool isLhs,
                         const SharedTile &tile, mlir::Value row,
                         mlir::Value column, FragmentBasis next) override;

  mlir::Value exp2(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value x) override;

  // TensorCopy.cpp.
  void declareTensorMap(mlir::LLVM::LLVMFuncOp kernel,
                        unsigned argument) override;
  void setRegisters(mlir::OpBuilder &builder, mlir::Location loc,
                    unsigned registersPerThread, bool isMore) override;
  void workerBarrier(mlir::OpBuilder &builder, mlir::Location loc,
                     unsigned threads) override;
  void initBarrier(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value barrier, unsigned arrivals) override;
  void publishBarriers(mlir::OpBuilder &builder, mlir::Location loc) override;
  void arriveExpecting(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value barrier, int64_t bytes) override;
  void arrive(mlir::OpBuilder &builder, mlir::Location loc,
              mlir::Value barrier) override;
  void waitForPhase(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value barrier, mlir::Value parity) override;
  void copyTensor(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value tensorMap, mlir::Value sharedPointer,
                  llvm::ArrayRef<mlir::Value> coordinates,
                  mlir::Value barrier) override;

  // WarpGroup.cpp.
  void beginGroupProducts(mlir::OpBuilder &builder,
                          mlir::Location loc) override;
  llvm::SmallVector<mlir::Value>
  multiplyGroup(mlir::OpBuilder &builder, mlir::Location loc,
                const GroupProduct &product) override;
  void commitGroupProducts(mlir::OpBuilder &builder,
                           mlir::Location loc) override;
  llvm::SmallVector<mlir::Value>
  waitForGroupProducts(mlir::OpBuilder &builder, mlir::Location loc,
                       unsigned pending,
                       llvm::ArrayRef<mlir::Value> sums) override;

private:
  mlir::Value laneId(mlir::OpBuilder &builder, mlir::Location loc);
  /// Null where `result` is.
  mlir::Value callIntrinsic(mlir::OpBuilder &builder, mlir::Location loc,
                            llvm::StringRef name, mlir::ValueRange operands,
                            mlir::Type result = {});
  /// One ldmatrix of a fragment, and of the one `next` further if there is one;
  /// nullopt when the tile or the fragment is not as ldmatrix wants it.
  std::optional<llvm::SmallVector<mlir::Value>>
  loadMatrices(mlir::OpBuilder &builder, mlir::Location loc,
               const Fragment &fragment, std::optional<FragmentBasis> next,
               const SharedTile &tile, mlir::Value row, mlir::Value column);

  const Chip &chip;
  unsigned threadsPerBlock = 0;
};

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_LOWERING_H
