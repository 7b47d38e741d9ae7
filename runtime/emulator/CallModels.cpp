//===- CallModels.cpp - A device's operations become calls of models ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Loading.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/Support/AtomicOrdering.h"

using namespace llvm;
using namespace xrt;
using namespace xrt::emulator;

namespace {
/// A call that a model takes over.
struct ModelledCall {
  CallInst *call;
  const Model *model;
  std::string name;
  std::vector<int32_t> immediates;
};

/// Space for one call's arguments and results; calls of a thread take turns.
struct Blocks {
  AllocaInst *arguments, *results;
};
} // namespace

static std::string nameOf(const CallInst &call) {
  if (auto *assembly = dyn_cast<InlineAsm>(call.getCalledOperand()))
    return assembly->getAsmString().str();
  if (const Function *callee = call.getCalledFunction())
    return callee->getName().str();
  return "an indirect call";
}

/// Calls that mean the same on every machine.
static bool isPlain(const CallInst &call) {
  const Function *callee = call.getCalledFunction();
  return callee && callee->isIntrinsic() &&
         !Intrinsic::isTargetIntrinsic(callee->getIntrinsicID());
}

static Expected<SmallVector<ModelledCall>> collect(KernelRewrite &rewrite) {
  SmallVector<ModelledCall> calls;
  for (Instruction &each : instructions(*rewrite.function)) {
    auto *call = dyn_cast<CallInst>(&each);
    if (!call)
      continue;
    std::string name = nameOf(*call);
    std::vector<int32_t> immediates;
    if (const Model *model = findModel(rewrite.vendor, name, immediates))
      calls.push_back({call, model, name, std::move(immediates)});
    else if (!isPlain(*call))
      return makeError("no model for '{0}' in kernel '{1}'", name,
                       rewrite.function->getName());
  }
  return calls;
}

static StructType *argumentType(const CallInst &call) {
  SmallVector<Type *> types;
  for (const Use &argument : call.args())
    types.push_back(argument->getType());
  return StructType::get(call.getContext(), types);
}

static Blocks makeBlocks(KernelRewrite &rewrite, ArrayRef<ModelledCall> calls) {
  const DataLayout &layout = rewrite.function->getParent()->getDataLayout();
  uint64_t argumentBytes = 1, resultBytes = 1;
  for (const ModelledCall &each : calls) {
    argumentBytes = std::max<uint64_t>(
        argumentBytes, layout.getTypeAllocSize(argumentType(*each.call)));
    Type *result = each.call->getType();
    if (!result->isVoidTy())
      resultBytes =
          std::max<uint64_t>(resultBytes, layout.getTypeAllocSize(result));
  }
  BasicBlock &entry = rewrite.function->getEntryBlock();
  IRBuilder<> builder(&entry, entry.begin());
  auto make = [&](uint64_t bytes) {
    AllocaInst *block = builder.CreateAlloca(
        ArrayType::get(builder.getInt8Ty(), bytes), nullptr);
    block->setAlignment(Align(64));
    return block;
  };
  return {make(argumentBytes), make(resultBytes)};
}

static void readRegister(KernelRewrite &rewrite, const ModelledCall &each) {
  IRBuilder<> builder(each.call);
  Value *address = builder.CreateConstInBoundsGEP1_64(
      builder.getInt8Ty(), rewrite.thread, each.model->field);
  LoadInst *value =
      builder.CreateAlignedLoad(builder.getInt32Ty(), address, Align(4));
  value->setMetadata(LLVMContext::MD_invariant_load,
                     MDNode::get(value->getContext(), {}));
  each.call->replaceAllUsesWith(
      builder.CreateZExtOrTrunc(value, each.call->getType()));
}

/// True when a fence of this kind comes before memory is touched, going from
/// the barrier on with |next|.
template <typename Next>
static bool meetsFence(const Instruction *from,
                       bool (*isWanted)(AtomicOrdering), Next next) {
  for (const Instruction *each = next(from); each; each = next(each)) {
    if (auto *fence = dyn_cast<FenceInst>(each)) {
      if (isWanted(fence->getOrdering()) &&
          fence->getSyncScopeID() != SyncScope::SingleThread)
        return true;
    } else if (each->mayReadOrWriteMemory()) {
      return false;
    }
  }
  return false;
}

static bool ordersMemory(const CallInst &barrier, BarrierOrder order) {
  switch (order) {
  case BarrierOrder::Always:
    return true;
  case BarrierOrder::WithFences:
    return meetsFence(&barrier, isReleaseOrStronger,
                      [](const Instruction *i) { return i->getPrevNode(); }) &&
           meetsFence(&barrier, isAcquireOrStronger,
                      [](const Instruction *i) { return i->getNextNode(); });
  case BarrierOrder::WithFlags: {
    auto *flags = dyn_cast<ConstantInt>(*std::prev(barrier.arg_end()));
    return !flags || !flags->isZero();
  }
  }
  return true;
}

static void callModel(KernelRewrite &rewrite, const ModelledCall &each,
                      const Blocks &blocks) {
  CallInst &call = *each.call;
  const DataLayout &layout = rewrite.function->getParent()->getDataLayout();
  IRBuilder<> builder(&call);
  // Texts of inline assembly are long; their models have a short name.
  uint32_t number = rewrite.addSite(
      call, each.model->parse ? std::string(each.model->name) : each.name);
  Site &site = rewrite.program.sites[number];
  site.model = each.model;
  site.immediates = each.immediates;
  rewrite.facts.ordersSome |= each.model->ordersSome;
  if (each.model->kind == ModelKind::Barrier)
    site.ordersMemory = ordersMemory(call, rewrite.vendor.barrierOrder);

  StructType *type = argumentType(call);
  const StructLayout *offsets = layout.getStructLayout(type);
  for (auto [i, argument] : enumerate(call.args())) {
    uint64_t offset = offsets->getElementOffset(i);
    site.argumentOffsets.push_back(offset);
    site.argumentBytes.push_back(layout.getTypeStoreSize(argument->getType()));
    Align align = layout.getABITypeAlign(argument->getType());
    builder.CreateAlignedStore(
        argument.get(),
        builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(),
                                           blocks.arguments, offset),
        align);
  }
  callEmulator(builder, "xemu.operation",
               {rewrite.thread, builder.getInt32(number), blocks.arguments,
                blocks.results});
  Type *result = call.getType();
  if (result->isVoidTy())
    return;
  site.resultBytes = layout.getTypeStoreSize(result);
  call.replaceAllUsesWith(builder.CreateAlignedLoad(
      result, blocks.results, layout.getABITypeAlign(result)));
}

Error emulator::callModels(KernelRewrite &rewrite) {
  auto calls = collect(rewrite);
  if (!calls)
    return calls.takeError();
  Blocks blocks = makeBlocks(rewrite, *calls);
  for (const ModelledCall &each : *calls) {
    switch (each.model->kind) {
    case ModelKind::Register:
      readRegister(rewrite, each);
      break;
    case ModelKind::Nothing:
      each.call->replaceAllUsesWith(PoisonValue::get(each.call->getType()));
      break;
    case ModelKind::Function:
    case ModelKind::Collective:
    case ModelKind::Barrier:
      callModel(rewrite, each, blocks);
      break;
    }
    each.call->eraseFromParent();
  }
  return Error::success();
}
