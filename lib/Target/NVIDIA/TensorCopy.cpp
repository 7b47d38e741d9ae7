//===- TensorCopy.cpp - mbarriers, TMA and roles of warps -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace xcc;
using namespace xcc::nvidia;

// The block's cluster: of one block, whose shared memory keeps its addresses.
static constexpr unsigned clusterAddressSpace = 7;
static constexpr int64_t tensorMapBytes = 128, tensorMapAlignBytes = 64;
// Barrier 0 is that of the whole block.
static constexpr int32_t workerBarrierNumber = 1;

static Value constant(OpBuilder &builder, Location loc, int64_t value,
                      unsigned bits = 32) {
  return arith::ConstantOp::create(
      builder, loc,
      builder.getIntegerAttr(builder.getIntegerType(bits), value));
}

Value Lowering::callIntrinsic(OpBuilder &builder, Location loc, StringRef name,
                              ValueRange operands, Type result) {
  StringAttr intrinsic = builder.getStringAttr(name);
  if (result)
    return LLVM::CallIntrinsicOp::create(builder, loc, result, intrinsic,
                                         operands)
        ->getResult(0);
  LLVM::CallIntrinsicOp::create(builder, loc, intrinsic, operands);
  return {};
}

//===-- Roles
//--------------------------------------------------------------===//

void Lowering::setRegisters(OpBuilder &builder, Location loc,
                            unsigned registers, bool isMore) {
  callIntrinsic(builder, loc,
                isMore ? "llvm.nvvm.setmaxnreg.inc.sync.aligned.u32"
                       : "llvm.nvvm.setmaxnreg.dec.sync.aligned.u32",
                constant(builder, loc, registers));
}

void Lowering::workerBarrier(OpBuilder &builder, Location loc,
                             unsigned threads) {
  callIntrinsic(builder, loc, "llvm.nvvm.barrier.cta.sync.aligned.count",
                {constant(builder, loc, workerBarrierNumber),
                 constant(builder, loc, threads)});
}

//===-- Barriers with phases
//-----------------------------------------------===//

void Lowering::initBarrier(OpBuilder &builder, Location loc, Value barrier,
                           unsigned arrivals) {
  callIntrinsic(builder, loc, "llvm.nvvm.mbarrier.init.shared",
                {barrier, constant(builder, loc, arrivals)});
}

void Lowering::publishBarriers(OpBuilder &builder, Location loc) {
  callIntrinsic(builder, loc, "llvm.nvvm.fence.proxy.async.shared_cta", {});
}

void Lowering::arriveExpecting(OpBuilder &builder, Location loc, Value barrier,
                               int64_t bytes) {
  callIntrinsic(builder, loc,
                "llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta",
                {barrier, constant(builder, loc, bytes)}, builder.getI64Type());
}

void Lowering::arrive(OpBuilder &builder, Location loc, Value barrier) {
  callIntrinsic(builder, loc, "llvm.nvvm.mbarrier.arrive.scope.cta.space.cta",
                {barrier, constant(builder, loc, 1)}, builder.getI64Type());
}

/// The hardware waits some time by itself before it says no.
void Lowering::waitForPhase(OpBuilder &builder, Location loc, Value barrier,
                            Value parity) {
  auto loop = scf::WhileOp::create(builder, loc, TypeRange(), ValueRange());
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&loop.getBefore());
  Value isOver = callIntrinsic(
      builder, loc, "llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta",
      {barrier, parity}, builder.getI1Type());
  Value goesOn = arith::XOrIOp::create(builder, loc, isOver,
                                       constant(builder, loc, 1, /*bits=*/1));
  scf::ConditionOp::create(builder, loc, goesOn, ValueRange());
  builder.createBlock(&loop.getAfter());
  scf::YieldOp::create(builder, loc);
}

//===-- Described tensors
//--------------------------------------------------===//

void Lowering::declareTensorMap(LLVM::LLVMFuncOp kernel, unsigned argument) {
  Builder builder(kernel.getContext());
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), tensorMapBytes);
  kernel.setArgAttr(argument, LLVM::LLVMDialect::getByValAttrName(),
                    TypeAttr::get(type));
  kernel.setArgAttr(argument, LLVM::LLVMDialect::getAlignAttrName(),
                    builder.getI64IntegerAttr(tensorMapAlignBytes));
  kernel.setArgAttr(argument, NVVM::NVVMDialect::getGridConstantAttrName(),
                    builder.getUnitAttr());
}

void Lowering::copyTensor(OpBuilder &builder, Location loc, Value tensorMap,
                          Value sharedPointer, ArrayRef<Value> coordinates,
                          Value barrier) {
  auto cluster =
      LLVM::LLVMPointerType::get(builder.getContext(), clusterAddressSpace);
  SmallVector<Value> operands = {
      LLVM::AddrSpaceCastOp::create(builder, loc, cluster, sharedPointer),
      barrier, tensorMap};
  llvm::append_range(operands, coordinates);
  // To this block alone, with no hint for the cache.
  operands.append({constant(builder, loc, 0, 16), constant(builder, loc, 0, 64),
                   constant(builder, loc, 0, 1), constant(builder, loc, 0, 1),
                   constant(builder, loc, 0)});
  std::string name = "llvm.nvvm.cp.async.bulk.tensor.g2s.tile." +
                     std::to_string(coordinates.size()) + "d";
  callIntrinsic(builder, loc, name, operands);
}
