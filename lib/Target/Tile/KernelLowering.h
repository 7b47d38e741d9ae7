//===- KernelLowering.h - The state of lowering one kernel ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a tile is held: one SSA scalar of the element type for each register of
// its layout, in order of the register's number. `index` becomes i64; a buffer
// becomes a global pointer, a tile in shared memory a shared one.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_KERNELLOWERING_H
#define XCC_LIB_TARGET_TILE_KERNELLOWERING_H

#include "dialects/tile/Tile.h"
#include "lib/Target/Tile/IndexSum.h"
#include "lib/Target/Vendor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <deque>

namespace xcc::thread {

/// Buffers begin at multiples of this: the runtime copies one that does not.
inline constexpr int64_t kBufferAlignBytes = 16;

using Registers = llvm::SmallVector<mlir::Value, 8>;

/// An address that is linear over GF(2) in the thread's and the register's
/// number: what each thread bit adds (lanes first, then warps) and each
/// register bit.
struct LinearNumbers {
  llvm::SmallVector<uint64_t, 10> threads;
  llvm::SmallVector<uint64_t, 8> registers;

  uint64_t ofRegister(uint64_t reg) const;
  /// Bits that the thread's number may set.
  uint64_t threadMask() const;
  uint64_t registerMask() const;
};

class KernelLowering {
public:
  KernelLowering(mlir::func::FuncOp source, const DeviceDescription &device,
                 VendorLowering &vendor);
  mlir::LogicalResult run();

  //===-- For the lowering of one operation -------------------------------===//

  mlir::Value scalarOf(mlir::Value value) const {
    return scalars.lookup(value);
  }
  llvm::ArrayRef<mlir::Value> registersOf(mlir::Value tile) const;
  void setScalar(mlir::Value value, mlir::Value lowered);
  void setRegisters(mlir::Value tile, Registers registers);

  /// The coordinate `dim` of the elements that threads hold.
  LinearNumbers coordinateNumbers(const tile::LinearLayout &layout,
                                  unsigned dim) const;
  /// The element offsets, in a tile in shared memory, of the elements that
  /// threads hold in registers.
  LinearNumbers sharedNumbers(const tile::LinearLayout &shared,
                              const tile::LinearLayout &held) const;
  /// The number of one register as a sum: what the thread adds, and a constant
  /// as far as no carry comes between them.
  IndexSum numberOf(mlir::Location loc, const LinearNumbers &numbers,
                    uint64_t reg);
  /// The xor of the bases of the bits that are set in `value`, which can only
  /// have `possibleBits`; null if there is none.
  mlir::Value linearImage(mlir::Location loc, mlir::Value value,
                          llvm::ArrayRef<uint64_t> bases,
                          uint64_t possibleBits);
  /// i1: whether this thread holds the first copy of its elements; null if
  /// every thread does.
  mlir::Value isFirstHolder(mlir::Location loc,
                            const tile::LinearLayout &layout);

  mlir::Value threadNumber() const { return threadId; }
  /// Byte `offset` of the block's shared memory.
  mlir::Value sharedAt(mlir::Location loc, int64_t offset);
  /// The number, once for the whole kernel.
  mlir::Value constant(mlir::Location loc, mlir::TypedAttr value);
  /// The buffer's scalars in an affine expression.
  llvm::SmallVector<IndexSum> symbolsOf(mlir::ValueRange scalars);
  mlir::Value both(mlir::Location loc, mlir::Value lhs, mlir::Value rhs);
  /// What `store` emits, under `isFirst` unless that is null.
  void storeByFirstHolders(mlir::Location loc, mlir::Value isFirst,
                           llvm::function_ref<void()> store);
  /// The value that lane (lane xor mask) has, of any type up to 64 bits.
  mlir::Value shuffleXor(mlir::Location loc, mlir::Value value, unsigned mask);
  mlir::Value shuffleIndex(mlir::Location loc, mlir::Value value,
                           mlir::Value lane);
  /// Values narrower than 32 bits side by side in an i32, and back.
  mlir::Value packWord(mlir::Location loc, mlir::ValueRange values);
  void unpackWord(mlir::Location loc, mlir::Value word, mlir::Type type,
                  unsigned count, Registers &into);

  /// One value of several scalars, and back; a vector taken apart and put
  /// together again is itself.
  mlir::Value pack(mlir::Location loc, mlir::ValueRange values);
  void unpack(mlir::Location loc, mlir::Value value, Registers &into);
  /// All threads that run this part of the kernel arrive.
  void barrier(mlir::Location loc);
  /// i1 and floats of 8 bits are a byte in memory.
  mlir::Type memoryType(mlir::Type element);
  mlir::Value toMemory(mlir::Location loc, mlir::Value value);
  mlir::Value fromMemory(mlir::Location loc, mlir::Value value,
                         mlir::Type element);

  mlir::OpBuilder builder; // where the thread's program goes on
  mlir::OpBuilder entry;   // before it: what depends on the thread alone
  IndexArithmetic index;
  ScalarFacts facts;
  const DeviceDescription &device;
  VendorLowering &vendor;

private:
  //===-- Driver (LowerTile.cpp, ControlFlow.cpp) -------------------------===//
  mlir::LogicalResult checkKernel();
  void createKernel();
  void countWorkers();
  mlir::LogicalResult lowerBlock(mlir::Block &block);
  mlir::LogicalResult lower(mlir::Operation *op);
  mlir::LogicalResult lowerTileOp(mlir::Operation *op);
  mlir::LogicalResult lowerBlockOp(mlir::Operation *op);
  mlir::LogicalResult checkLayout(mlir::Operation *op, mlir::Type type);
  mlir::LogicalResult lowerScalar(mlir::Operation *op);
  bool lowerIndexOp(mlir::Operation *op);
  mlir::LogicalResult lowerFor(mlir::scf::ForOp op);
  mlir::LogicalResult lowerIf(mlir::scf::IfOp op);
  void bind(mlir::ValueRange originals, mlir::ValueRange lowered);
  bool travelsInPairs(mlir::Type type) const;
  void flatten(mlir::ValueRange originals, Registers &into);
  void flattenTypes(mlir::TypeRange types, llvm::SmallVector<mlir::Type> &into);

  //===-- One file each ---------------------------------------------------===//
  mlir::LogicalResult lowerElementwise(mlir::Operation *op);
  mlir::Value lowerElement(mlir::Operation *op, mlir::ValueRange operands);
  mlir::Value lowerOnExp2(mlir::Operation *op, mlir::ValueRange operands);
  void lowerConstant(mlir::arith::ConstantOp op);
  void lowerIndex(tile::IndexOp op);
  void lowerRenaming(mlir::Operation *op);
  mlir::LogicalResult lowerConvertLayout(tile::ConvertLayoutOp op);
  mlir::LogicalResult lowerExchange(tile::ExchangeOp op);
  void lowerLoad(tile::LoadOp op);
  bool lowerGlobalBlocks(tile::LoadOp op);
  void lowerPrefetch(tile::PrefetchOp op);
  void lowerStore(tile::StoreOp op);
  mlir::LogicalResult lowerAtomicAdd(tile::AtomicAddOp op);
  mlir::LogicalResult lowerAllocShared(tile::AllocSharedOp op);
  void lowerSlice(tile::SliceOp op);
  void lowerSharedLoad(tile::SharedLoadOp op);
  void lowerSharedStore(tile::SharedStoreOp op);
  bool lowerFragmentLoad(tile::SharedLoadOp op);
  bool loadFragments(tile::SharedLoadOp op, const tile::LinearLayout &outer,
                     const MatrixInstruction &instruction, bool isLhs,
                     const VendorLowering::SharedTile &tile);
  void lowerAsyncCopy(tile::AsyncCopyOp op);
  mlir::LogicalResult lowerReduce(tile::ReduceOp op);
  mlir::LogicalResult lowerDot(tile::DotOp op);
  mlir::LogicalResult lowerMatrixDot(tile::DotOp op,
                                     const MatrixInstruction &instruction);
  mlir::LogicalResult lowerThreadDot(tile::DotOp op);

  // Roles.cpp, GroupDot.cpp: of devices with group instructions.
  mlir::LogicalResult lowerRoleOp(mlir::Operation *op);
  mlir::LogicalResult lowerRoles(tile::RolesOp op);
  mlir::LogicalResult lowerAllocBarriers(tile::AllocBarriersOp op);
  mlir::Value barrierAt(mlir::Location loc, mlir::Value barriers,
                        mlir::Value slot);
  void lowerPhaseArrive(tile::PhaseArriveOp op);
  void lowerTensorCopy(tile::TensorCopyOp op);
  mlir::LogicalResult lowerAsyncDot(tile::AsyncDotOp op);
  void lowerDotWait(tile::DotWaitOp op);

  mlir::func::FuncOp source;
  mlir::LLVM::LLVMFuncOp kernel;
  mlir::Value threadId;
  int64_t threads = 0;   // of the block
  int64_t workers = 0;   // those of them that tiles are shared out to
  bool isInRole = false; // and not all threads come here
  llvm::SmallVector<mlir::Value> tensorMaps;
  bool hasExp2 = true; // until the vendor says otherwise
  mlir::Value shared;  // base of the block's shared memory
  llvm::DenseMap<mlir::Value, mlir::Value> scalars;
  llvm::DenseMap<mlir::Value, Registers *> tiles;
  std::deque<Registers> storage;
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_KERNELLOWERING_H
