//===- Lowering.cpp - The operations of a thread as nvvm ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Lowering.h"

#include "dialects/tile/Panels.h"
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace xcc::nvidia;

static Value constant(OpBuilder &builder, Location loc, int32_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI32IntegerAttr(value));
}

void Lowering::beginKernel(LLVM::LLVMFuncOp kernel, unsigned threads) {
  Builder builder(kernel.getContext());
  kernel->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                  builder.getUnitAttr());
  // Exactly so many: ptxas shares out registers and drops tests by it.
  kernel->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                  builder.getDenseI32ArrayAttr({int32_t(threads), 1, 1}));
  // Roles share out the registers of a processor: of one block at least.
  if (kernel->hasAttr(tile::tensorMapsAttrName))
    kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    builder.getI32IntegerAttr(1));
  threadsPerBlock = threads;
}

Value Lowering::threadId(OpBuilder &builder, Location loc) {
  auto range = LLVM::ConstantRangeAttr::get(builder.getContext(), 32, 0,
                                            int64_t(threadsPerBlock));
  return NVVM::ThreadIdXOp::create(builder, loc, builder.getI32Type(), range);
}

Value Lowering::laneId(OpBuilder &builder, Location loc) {
  return arith::AndIOp::create(
      builder, loc, threadId(builder, loc),
      constant(builder, loc, int32_t(chip.device.lanesPerWarp) - 1));
}

Value Lowering::blockId(OpBuilder &builder, Location loc, unsigned dimension) {
  Type i32 = builder.getI32Type();
  if (dimension == 0)
    return NVVM::BlockIdXOp::create(builder, loc, i32);
  if (dimension == 1)
    return NVVM::BlockIdYOp::create(builder, loc, i32);
  return NVVM::BlockIdZOp::create(builder, loc, i32);
}

void Lowering::barrier(OpBuilder &builder, Location loc) {
  NVVM::BarrierOp::create(builder, loc);
}

/// A global of the kernel's own: of the size itself while a kernel may declare
/// that much, else of no size, and the launch says how much there is.
Value Lowering::sharedBase(OpBuilder &builder, Location loc,
                           LLVM::LLVMFuncOp kernel, uint64_t bytes) {
  auto module = kernel->getParentOfType<ModuleOp>();
  std::string name = (kernel.getName() + "_shared").str();
  auto global = module.lookupSymbol<LLVM::GlobalOp>(name);
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(kernel);
    bool isStatic = bytes <= kStaticSharedBytes;
    auto type =
        LLVM::LLVMArrayType::get(builder.getI8Type(), isStatic ? bytes : 0);
    // Where engines read panels of lines, those begin at such multiples.
    bool hasPanels = !chip.device.groupInstructions.empty();
    global = LLVM::GlobalOp::create(
        builder, loc, type, /*isConstant=*/false,
        isStatic ? LLVM::Linkage::Internal : LLVM::Linkage::External, name,
        /*value=*/Attribute(), hasPanels ? tile::kPanelAlignBytes : 128,
        kSharedAddressSpace);
    if (isStatic) {
      // Shared memory starts undefined, and LLVM wants that said.
      Block *block = builder.createBlock(&global.getInitializerRegion());
      builder.setInsertionPointToStart(block);
      Value undefined = LLVM::UndefOp::create(builder, loc, type);
      LLVM::ReturnOp::create(builder, loc, undefined);
    }
  }
  return LLVM::AddressOfOp::create(builder, loc, global);
}

/// All lanes take part; a lane's partner is never out of the warp.
static Value shuffle(OpBuilder &builder, Location loc, Value value,
                     Value partner, NVVM::ShflKind kind) {
  Value everyLane = constant(builder, loc, -1);
  Value wholeWarp = constant(builder, loc, 31);
  return NVVM::ShflOp::create(builder, loc, builder.getI32Type(), everyLane,
                              value, partner, wholeWarp, kind, UnitAttr());
}

Value Lowering::shuffleXor(OpBuilder &builder, Location loc, Value value,
                           unsigned mask) {
  return shuffle(builder, loc, value, constant(builder, loc, int32_t(mask)),
                 NVVM::ShflKind::bfly);
}

Value Lowering::shuffleIndex(OpBuilder &builder, Location loc, Value value,
                             Value lane) {
  return shuffle(builder, loc, value, lane, NVVM::ShflKind::idx);
}

// A branch around one access becomes a predicate of the access in ptxas.
Value Lowering::loadGlobal(OpBuilder &builder, Location loc, Type type,
                           Value pointer, unsigned alignBytes, Value predicate,
                           Value other) {
  auto load = [&](OpBuilder &b) -> Value {
    return LLVM::LoadOp::create(b, loc, type, pointer, alignBytes);
  };
  if (!predicate)
    return load(builder);
  auto guarded = scf::IfOp::create(
      builder, loc, predicate,
      [&](OpBuilder &b, Location loc) {
        scf::YieldOp::create(b, loc, load(b));
      },
      [&](OpBuilder &b, Location loc) { scf::YieldOp::create(b, loc, other); });
  return guarded.getResult(0);
}

void Lowering::storeGlobal(OpBuilder &builder, Location loc, Value value,
                           Value pointer, unsigned alignBytes,
                           Value predicate) {
  if (!predicate) {
    LLVM::StoreOp::create(builder, loc, value, pointer, alignBytes);
    return;
  }
  scf::IfOp::create(builder, loc, predicate, [&](OpBuilder &b, Location loc) {
    LLVM::StoreOp::create(b, loc, value, pointer, alignBytes);
    scf::YieldOp::create(b, loc);
  });
}

/// Where the predicate is false, no byte is read and zeros fill the rest.
void Lowering::asyncCopy(OpBuilder &builder, Location loc, Value sharedPointer,
                         Value globalPointer, unsigned bytes, Value predicate) {
  // 16 bytes go past the first cache, which would not see them again.
  auto cache = bytes == 16 ? NVVM::LoadCacheModifierKind::CG
                           : NVVM::LoadCacheModifierKind::CA;
  Value bytesRead;
  if (predicate)
    bytesRead = arith::SelectOp::create(builder, loc, predicate,
                                        constant(builder, loc, int32_t(bytes)),
                                        constant(builder, loc, 0));
  NVVM::CpAsyncOp::create(builder, loc, sharedPointer, globalPointer, bytes,
                          cache, bytesRead);
}

void Lowering::asyncCommit(OpBuilder &builder, Location loc) {
  NVVM::CpAsyncCommitGroupOp::create(builder, loc);
}

void Lowering::asyncWait(OpBuilder &builder, Location loc, unsigned pending) {
  NVVM::CpAsyncWaitGroupOp::create(builder, loc, pending);
}

/// ex2.approx.ftz: within 2 units in the last place, results below 2^-126 are
/// zero. To keep those takes a comparison and two products more each time.
Value Lowering::exp2(OpBuilder &builder, Location loc, Value x) {
  return LLVM::CallIntrinsicOp::create(
             builder, loc, x.getType(),
             builder.getStringAttr("llvm.nvvm.ex2.approx.ftz.f32"),
             ValueRange{x})
      ->getResult(0);
}
