//===- CheckAccesses.cpp - A check before every access to memory ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Loading.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace xrt;
using namespace xrt::emulator;

namespace {
struct CheckedAccess {
  Instruction *instruction;
  Value *pointer;
  Align align;
  const char *verb; // "read", "write", "atomic"
  const char *noun; // for the report
  uint64_t bytes;
  Value *length = nullptr; // in place of bytes
};
} // namespace

static bool isPrivate(Value *pointer) {
  return pointer->getType()->getPointerAddressSpace() == 5 ||
         isa<AllocaInst>(getUnderlyingObject(pointer));
}

static const char *spaceOf(Value *pointer) {
  switch (pointer->getType()->getPointerAddressSpace()) {
  case 3:
    return "shared";
  case 1:
    return "global";
  default:
    return "any";
  }
}

static void collectTransfer(AnyMemIntrinsic &transfer,
                            SmallVectorImpl<CheckedAccess> &accesses) {
  Value *length = transfer.getLength();
  accesses.push_back({&transfer, transfer.getDest(),
                      transfer.getDestAlign().valueOrOne(), "write",
                      "block store", 0, length});
  if (auto *copy = dyn_cast<AnyMemTransferInst>(&transfer))
    accesses.push_back({&transfer, copy->getSource(),
                        copy->getSourceAlign().valueOrOne(), "read",
                        "block load", 0, length});
}

static SmallVector<CheckedAccess> collect(Function &function) {
  const DataLayout &layout = function.getParent()->getDataLayout();
  SmallVector<CheckedAccess> accesses;
  auto bytes = [&](Type *type) {
    return layout.getTypeStoreSize(type).getFixedValue();
  };
  for (Instruction &each : instructions(function)) {
    if (auto *load = dyn_cast<LoadInst>(&each))
      accesses.push_back({load, load->getPointerOperand(), load->getAlign(),
                          "read", "load", bytes(load->getType())});
    else if (auto *store = dyn_cast<StoreInst>(&each))
      accesses.push_back({store, store->getPointerOperand(), store->getAlign(),
                          "write", "store",
                          bytes(store->getValueOperand()->getType())});
    else if (auto *update = dyn_cast<AtomicRMWInst>(&each))
      accesses.push_back({update, update->getPointerOperand(),
                          update->getAlign(), "atomic", "atomic update",
                          bytes(update->getType())});
    else if (auto *swap = dyn_cast<AtomicCmpXchgInst>(&each))
      accesses.push_back({swap, swap->getPointerOperand(), swap->getAlign(),
                          "atomic", "atomic exchange",
                          bytes(swap->getNewValOperand()->getType())});
    else if (auto *transfer = dyn_cast<AnyMemIntrinsic>(&each))
      collectTransfer(*transfer, accesses);
  }
  return accesses;
}

static bool isSized(uint64_t bytes) {
  return isPowerOf2_64(bytes) && bytes <= 16;
}

static void check(KernelRewrite &rewrite, const CheckedAccess &access) {
  IRBuilder<> builder(access.instruction);
  std::string operation = access.noun;
  if (!access.length)
    operation += " of " + std::to_string(access.bytes) + " bytes";
  uint32_t site = rewrite.addSite(*access.instruction, operation);
  uint32_t place = site << kAlignBits | Log2(access.align);
  Value *address = builder.CreatePtrToInt(access.pointer, builder.getInt64Ty());
  SmallVector<Value *> arguments = {rewrite.thread, address,
                                    builder.getInt32(place)};
  std::string name = std::string("xemu.") + access.verb;
  bool isAtomic = StringRef(access.verb) == "atomic";
  if (!isAtomic)
    name += std::string(".") + spaceOf(access.pointer);
  if (access.length)
    arguments.push_back(
        builder.CreateZExtOrTrunc(access.length, builder.getInt64Ty()));
  else if (isAtomic || !isSized(access.bytes))
    arguments.push_back(builder.getInt64(access.bytes));
  if (!isAtomic)
    name += arguments.size() == 4 ? ".n" : "." + std::to_string(access.bytes);
  callEmulator(builder, name, arguments);
}

/// Facts about memory that a check must be able to find wrong.
static void dropPromises(Instruction &instruction) {
  for (unsigned kind :
       {LLVMContext::MD_invariant_load, LLVMContext::MD_noalias,
        LLVMContext::MD_alias_scope, LLVMContext::MD_tbaa,
        LLVMContext::MD_dereferenceable, LLVMContext::MD_nontemporal})
    instruction.setMetadata(kind, nullptr);
}

static void noteAtomic(const Instruction &instruction, Kernel &facts) {
  if (auto *update = dyn_cast<AtomicRMWInst>(&instruction))
    facts.hasOrderedAtomics |=
        update->isFloatingPointOperation() || !update->use_empty();
  else if (isa<AtomicCmpXchgInst>(instruction))
    facts.hasOrderedAtomics = true;
}

Error emulator::checkAccesses(KernelRewrite &rewrite) {
  for (const CheckedAccess &access : collect(*rewrite.function)) {
    if (isPrivate(access.pointer) || access.pointer == rewrite.thread ||
        getUnderlyingObject(access.pointer) == rewrite.thread ||
        getUnderlyingObject(access.pointer) == rewrite.function->getArg(1))
      continue;
    if (access.pointer->getType()->getPointerAddressSpace() > 5)
      return makeError("expects pointers in address spaces 0 to 5, got a {0} "
                       "in {1} in kernel '{2}'",
                       access.noun,
                       access.pointer->getType()->getPointerAddressSpace(),
                       rewrite.function->getName());
    dropPromises(*access.instruction);
    noteAtomic(*access.instruction, rewrite.facts);
    check(rewrite, access);
  }
  return Error::success();
}
