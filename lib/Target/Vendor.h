//===- Vendor.h - What a vendor gives to the lowering of tiles ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lib/Target/Tile turns a block program on tiles into the program of one
// thread and asks the vendor's object for whatever is not plain arithmetic.
// Global pointers are in address space 1, shared ones in 3.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_VENDOR_H
#define XCC_LIB_TARGET_VENDOR_H

#include "lib/Base/Device.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace xcc {

inline constexpr unsigned kGlobalAddressSpace = 1;
inline constexpr unsigned kSharedAddressSpace = 3;

/// Emits one vendor's code for the operations of a thread. Values are scalars
/// or 1-d vectors.
class VendorLowering {
public:
  virtual ~VendorLowering() = default;

  /// Called once for each kernel, before its body is made: the signature's
  /// attributes (kernel convention, number of threads, subgroup size).
  virtual void beginKernel(mlir::LLVM::LLVMFuncOp kernel,
                           unsigned threadsPerBlock) = 0;

  /// i32: the thread's number in its block, lane = number mod lanesPerWarp.
  virtual mlir::Value threadId(mlir::OpBuilder &builder,
                               mlir::Location loc) = 0;
  /// i32: the block's number in dimension 0, 1 or 2 of the grid.
  virtual mlir::Value blockId(mlir::OpBuilder &builder, mlir::Location loc,
                              unsigned dimension) = 0;
  /// All threads of the block arrive; shared and global writes before it are
  /// seen by all after it.
  virtual void barrier(mlir::OpBuilder &builder, mlir::Location loc) = 0;
  /// The base of the block's shared memory: ptr<3>, aligned to 128 bytes.
  virtual mlir::Value sharedBase(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::LLVM::LLVMFuncOp kernel,
                                 uint64_t bytes) = 0;

  /// The i32 held by lane (lane xor mask).
  virtual mlir::Value shuffleXor(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Value value, unsigned mask) = 0;
  /// The i32 held by `lane` (i32, may differ from lane to lane).
  virtual mlir::Value shuffleIndex(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::Value value, mlir::Value lane) = 0;

  /// Loads `type` (a scalar or vector of up to maxVectorBytes) through a
  /// global pointer; where `predicate` (i1, may be null) is false the memory
  /// is not touched and the result is `other`.
  virtual mlir::Value loadGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Type type, mlir::Value pointer,
                                 unsigned alignBytes, mlir::Value predicate,
                                 mlir::Value other) = 0;
  virtual void storeGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::Value pointer,
                           unsigned alignBytes, mlir::Value predicate) = 0;

  /// Starts copying `bytes` (4, 8 or 16) from global to shared memory; where
  /// `predicate` is false zeros are written. Only if the device's operand path
  /// is AsyncShared.
  virtual void asyncCopy(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value sharedPointer, mlir::Value globalPointer,
                         unsigned bytes, mlir::Value predicate) = 0;
  virtual void asyncCommit(mlir::OpBuilder &builder, mlir::Location loc) = 0;
  /// Waits until at most `pending` committed groups are still under way.
  virtual void asyncWait(mlir::OpBuilder &builder, mlir::Location loc,
                         unsigned pending) = 0;

  /// One matrix instruction. Operands are the fragment's registers in order;
  /// the accumulators come back likewise.
  virtual llvm::SmallVector<mlir::Value> matrixMultiply(
      mlir::OpBuilder &builder, mlir::Location loc,
      const MatrixInstruction &instruction, llvm::ArrayRef<mlir::Value> lhs,
      llvm::ArrayRef<mlir::Value> rhs, llvm::ArrayRef<mlir::Value> acc) = 0;

  /// A tile in shared memory seen from one thread: where the element at
  /// (row, column) lies, in bytes from `base`.
  struct SharedTile {
    mlir::Value base; // ptr<3>
    /// i32: byte offset of an element given as i32 coordinates.
    llvm::function_ref<mlir::Value(mlir::Value row, mlir::Value column)>
        byteOffset;
    mlir::Type elementType;
    bool isRowContiguous; // neighbours along columns lie next to each other
    unsigned contiguousElements; // run of neighbours at consecutive addresses
  };
  /// Loads the fragment of `instruction`'s lhs (or rhs) whose first element is
  /// (row, column) by a special instruction, registers in order; nullopt when
  /// there is none for this tile, and plain loads are used.
  virtual std::optional<llvm::SmallVector<mlir::Value>>
  loadSharedFragment(mlir::OpBuilder &builder, mlir::Location loc,
                     const MatrixInstruction &instruction, bool isLhs,
                     const SharedTile &tile, mlir::Value row,
                     mlir::Value column) = 0;

  /// As loadSharedFragment, of two fragments at once: the registers of the one
  /// at (row, column), then of the one that lies `next` further.
  virtual std::optional<llvm::SmallVector<mlir::Value>>
  loadSharedFragmentPair(mlir::OpBuilder &builder, mlir::Location loc,
                         const MatrixInstruction &instruction, bool isLhs,
                         const SharedTile &tile, mlir::Value row,
                         mlir::Value column, FragmentBasis next) {
    return std::nullopt;
  }

  /// A row-major matrix in global memory, for two-dimensional block loads.
  struct GlobalMatrix {
    mlir::Value base;      // ptr<1>, of the first element
    mlir::Value rows;      // i32, at least 1
    int64_t columns;       // reads outside of rows and columns give zeros
    int64_t strideColumns; // from one row to the next
    mlir::Type elementType;
    int64_t offsetAlignBytes; // of the base, from the buffer's first byte
  };
  /// Which operand's fragments lie in a matrix, and how.
  struct GlobalOperand {
    const MatrixInstruction &instruction;
    bool isLhs;
    bool isTransposed; // the matrix has the operand's columns as rows
    GlobalMatrix matrix;
  };
  /// So many fragments below and beside each other, of the operand.
  struct FragmentBlock {
    unsigned rows, columns; // powers of two
  };
  /// The most fragments that one load brings; nullopt when there is no such
  /// load for this operand.
  virtual std::optional<FragmentBlock>
  largestGlobalBlock(const GlobalOperand &operand) {
    return std::nullopt;
  }
  /// Loads a block, no larger than the largest, whose first element is
  /// (row, column) of the operand, i32 that all lanes share: the registers of
  /// the fragments of the first column downwards, then of the next.
  virtual llvm::SmallVector<mlir::Value>
  loadGlobalBlock(mlir::OpBuilder &builder, mlir::Location loc,
                  const GlobalOperand &operand, FragmentBlock block,
                  mlir::Value row, mlir::Value column) {
    llvm_unreachable("the largest block is none");
  }
  /// Brings rows times columns elements of the matrix nearer, where the vendor
  /// has an instruction for it.
  virtual void prefetchGlobal(mlir::OpBuilder &builder, mlir::Location loc,
                              const GlobalMatrix &matrix, unsigned rows,
                              unsigned columns, mlir::Value row,
                              mlir::Value column) {}

  //===-- Only of devices with group instructions -------------------------===//

  /// Argument `argument` of the kernel, a pointer, is the description of a
  /// tensor that the launch passes by value.
  virtual void declareTensorMap(mlir::LLVM::LLVMFuncOp kernel,
                                unsigned argument) {
    llvm_unreachable("the device copies no described tensors");
  }
  /// Gives registers back, or takes more: all warps of a group run this first
  /// in their role.
  virtual void setRegisters(mlir::OpBuilder &builder, mlir::Location loc,
                            unsigned registersPerThread, bool isMore) {
    llvm_unreachable("the device's warps have no roles");
  }
  /// The first `threads` threads of the block arrive.
  virtual void workerBarrier(mlir::OpBuilder &builder, mlir::Location loc,
                             unsigned threads) {
    llvm_unreachable("the device's warps have no roles");
  }

  /// A phase barrier, 8 bytes, begins its first phase. By one thread.
  virtual void initBarrier(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value barrier, unsigned arrivals) {
    llvm_unreachable("the device has no barriers with phases");
  }
  /// Barriers begun by this thread are there for copies, too.
  virtual void publishBarriers(mlir::OpBuilder &builder, mlir::Location loc) {
    llvm_unreachable("the device has no barriers with phases");
  }
  /// This thread arrives; the phase ends only after so many bytes were copied.
  virtual void arriveExpecting(mlir::OpBuilder &builder, mlir::Location loc,
                               mlir::Value barrier, int64_t bytes) {
    llvm_unreachable("the device has no barriers with phases");
  }
  virtual void arrive(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value barrier) {
    llvm_unreachable("the device has no barriers with phases");
  }
  /// Waits until the phase of this parity (i32, 0 or 1) has ended.
  virtual void waitForPhase(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value barrier, mlir::Value parity) {
    llvm_unreachable("the device has no barriers with phases");
  }
  /// Copies the box at `coordinates` (i32, the fastest first) of a described
  /// tensor to shared memory; its bytes count at the barrier.
  virtual void copyTensor(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value tensorMap, mlir::Value sharedPointer,
                          llvm::ArrayRef<mlir::Value> coordinates,
                          mlir::Value barrier) {
    llvm_unreachable("the device copies no described tensors");
  }

  /// An operand of a group's product in shared memory: panels of lines (see
  /// dialects/tile/Panels.h).
  struct GroupOperand {
    mlir::Value base;    // ptr<3>, of the group's first row or column
    bool runsAlongDepth; // else lines run along rows or columns
    int64_t lineBytes, lines;
    unsigned elementBytes;
  };
  /// sums(m, n) = acc(m, n) + lhs(m, depth) * rhs(depth, n), of one group.
  struct GroupProduct {
    const MatrixInstruction &instruction;
    int64_t columns, depth;
    std::optional<GroupOperand> lhs;
    llvm::ArrayRef<mlir::Value> lhsRegisters; // of all depth, if not `lhs`
    GroupOperand rhs;
    llvm::ArrayRef<mlir::Value> accumulators; // none: from zero
  };
  /// Begins products: registers that they read or add to are written.
  virtual void beginGroupProducts(mlir::OpBuilder &builder,
                                  mlir::Location loc) {
    llvm_unreachable("the device has no group instructions");
  }
  /// The sums, in order of columns, which nobody may touch before the wait.
  virtual llvm::SmallVector<mlir::Value>
  multiplyGroup(mlir::OpBuilder &builder, mlir::Location loc,
                const GroupProduct &product) {
    llvm_unreachable("the device has no group instructions");
  }
  virtual void commitGroupProducts(mlir::OpBuilder &builder,
                                   mlir::Location loc) {
    llvm_unreachable("the device has no group instructions");
  }
  /// Waits until at most `pending` commits are still under way; `sums` are
  /// those of what is done then, and come back.
  virtual llvm::SmallVector<mlir::Value>
  waitForGroupProducts(mlir::OpBuilder &builder, mlir::Location loc,
                       unsigned pending, llvm::ArrayRef<mlir::Value> sums) {
    llvm_unreachable("the device has no group instructions");
  }

  /// Hardware's f32 2^x, or null: then lib/Schedule's expansion is used. A
  /// result below 2^-126 may be 0.
  virtual mlir::Value exp2(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value x) = 0;
};

} // namespace xcc

#endif // XCC_LIB_TARGET_VENDOR_H
