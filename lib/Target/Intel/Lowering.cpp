//===- Lowering.cpp - Xe's code for the operations of a thread ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::intel {

Value Lowering::call(OpBuilder &builder, Location loc, StringRef name,
                     Type result, ValueRange operands) {
  auto module =
      builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!function) {
    Type type = result ? result : LLVM::LLVMVoidType::get(builder.getContext());
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    function = LLVM::LLVMFuncOp::create(
        builder, UnknownLoc::get(builder.getContext()), name,
        LLVM::LLVMFunctionType::get(type, llvm::to_vector(operands.getTypes())),
        LLVM::Linkage::External, /*dsoLocal=*/false, LLVM::CConv::SPIR_FUNC);
    // Which lanes take part matters to most of them.
    function.setConvergent(true);
    function.setNoUnwind(true);
    function.setWillReturn(true);
  }
  auto op = LLVM::CallOp::create(builder, loc, function, operands);
  op.setCConv(LLVM::CConv::SPIR_FUNC);
  op.setConvergent(true);
  return result ? op.getResult() : Value();
}

static Value constant(OpBuilder &builder, Location loc, int32_t value) {
  return arith::ConstantIntOp::create(builder, loc, value, 32);
}

void Lowering::beginKernel(LLVM::LLVMFuncOp kernel, unsigned threadsPerBlock) {
  MLIRContext *context = kernel.getContext();
  kernel.setCConv(LLVM::CConv::SPIR_KERNEL);
  kernel.setIntelReqdSubGroupSize(chip.device.lanesPerWarp);
  // Translated to metadata: the driver checks the launch against it.
  kernel->setAttr(
      "reqd_work_group_size",
      DenseI32ArrayAttr::get(context, {int32_t(threadsPerBlock), 1, 1}));
}

/// Lanes are numbered as the subgroup functions number them, whatever way the
/// work-items of a group were dealt out to subgroups.
Value Lowering::threadId(OpBuilder &builder, Location loc) {
  Type i32 = builder.getI32Type();
  Value subgroup = call(builder, loc, "_Z16get_sub_group_idv", i32, {});
  Value lane = call(builder, loc, "_Z22get_sub_group_local_idv", i32, {});
  // Said once more, so that the subgroup's number is found again in the
  // thread's: what depends on it alone is the same for all lanes.
  lane = arith::AndIOp::create(
      builder, loc, lane, constant(builder, loc, chip.device.lanesPerWarp - 1));
  Value first = arith::MulIOp::create(
      builder, loc, subgroup, constant(builder, loc, chip.device.lanesPerWarp));
  return arith::OrIOp::create(builder, loc, first, lane);
}

Value Lowering::blockId(OpBuilder &builder, Location loc, unsigned dimension) {
  Value id = call(builder, loc, "_Z12get_group_idj", builder.getI64Type(),
                  constant(builder, loc, dimension));
  return arith::TruncIOp::create(builder, loc, builder.getI32Type(), id);
}

void Lowering::barrier(OpBuilder &builder, Location loc) {
  // SPIR-V specification, 3.27 and 3.25: scope Workgroup; sequentially
  // consistent over workgroup and cross-workgroup memory.
  constexpr int32_t workgroup = 2, semantics = 0x10 | 0x100 | 0x200;
  Value scope = constant(builder, loc, workgroup);
  call(builder, loc, "_Z22__spirv_ControlBarrierjjj", {},
       {scope, scope, constant(builder, loc, semantics)});
}

Value Lowering::sharedBase(OpBuilder &builder, Location loc,
                           LLVM::LLVMFuncOp kernel, uint64_t bytes) {
  auto module = kernel->getParentOfType<ModuleOp>();
  std::string name = (kernel.getName() + "_shared").str();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(kernel);
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes);
    auto global = LLVM::GlobalOp::create(
        builder, kernel.getLoc(), type, /*isConstant=*/false,
        LLVM::Linkage::Internal, name, Attribute(), /*alignment=*/128,
        kSharedAddressSpace);
    Block *block = builder.createBlock(&global.getInitializerRegion());
    builder.setInsertionPointToStart(block);
    Value undefined = LLVM::UndefOp::create(builder, kernel.getLoc(), type);
    LLVM::ReturnOp::create(builder, kernel.getLoc(), undefined);
  }
  auto pointer =
      LLVM::LLVMPointerType::get(builder.getContext(), kSharedAddressSpace);
  return LLVM::AddressOfOp::create(builder, loc, pointer, name);
}

Value Lowering::shuffleXor(OpBuilder &builder, Location loc, Value value,
                           unsigned mask) {
  return call(builder, loc, "_Z27intel_sub_group_shuffle_xorij",
              builder.getI32Type(), {value, constant(builder, loc, mask)});
}

Value Lowering::shuffleIndex(OpBuilder &builder, Location loc, Value value,
                             Value lane) {
  return call(builder, loc, "_Z23intel_sub_group_shuffleij",
              builder.getI32Type(), {value, lane});
}

Value Lowering::loadGlobal(OpBuilder &builder, Location loc, Type type,
                           Value pointer, unsigned alignBytes, Value predicate,
                           Value other) {
  auto load = [&](OpBuilder &b) -> Value {
    return LLVM::LoadOp::create(b, loc, type, pointer, alignBytes);
  };
  if (!predicate)
    return load(builder);
  auto branch = scf::IfOp::create(
      builder, loc, predicate,
      [&](OpBuilder &b, Location) { scf::YieldOp::create(b, loc, load(b)); },
      [&](OpBuilder &b, Location) { scf::YieldOp::create(b, loc, other); });
  return branch.getResult(0);
}

void Lowering::storeGlobal(OpBuilder &builder, Location loc, Value value,
                           Value pointer, unsigned alignBytes,
                           Value predicate) {
  auto store = [&](OpBuilder &b) {
    LLVM::StoreOp::create(b, loc, value, pointer, alignBytes);
  };
  if (!predicate)
    return store(builder);
  scf::IfOp::create(builder, loc, predicate, [&](OpBuilder &b, Location) {
    store(b);
    scf::YieldOp::create(b, loc);
  });
}

// The operand path is Direct: no schedule asks for asynchronous copies.
void Lowering::asyncCopy(OpBuilder &, Location, Value, Value, unsigned, Value) {
  llvm_unreachable("no asynchronous copies on this device");
}
void Lowering::asyncCommit(OpBuilder &, Location) {
  llvm_unreachable("no asynchronous copies on this device");
}
void Lowering::asyncWait(OpBuilder &, Location, unsigned) {
  llvm_unreachable("no asynchronous copies on this device");
}

Value Lowering::exp2(OpBuilder &builder, Location loc, Value x) {
  // OpenCL's exp2: 3 ulp, the math unit's instruction on every Xe.
  return LLVM::Exp2Op::create(builder, loc, x);
}

} // namespace xcc::intel
