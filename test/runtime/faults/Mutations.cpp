//===- Mutations.cpp - Faults to put into a kernel ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/faults/Mutations.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>

using namespace llvm;
using namespace xcc::faults;

using Arguments = ArrayRef<StringRef>;

static Expected<int64_t> parseNumber(StringRef text) {
  int64_t number;
  if (text.getAsInteger(10, number))
    return createStringError("expects a number, got '" + text + "'");
  return number;
}

/// The function's name, or the text of inline assembly.
static StringRef nameOf(const CallInst &call) {
  if (auto *assembly = dyn_cast<InlineAsm>(call.getCalledOperand()))
    return assembly->getAsmString();
  const Function *callee = call.getCalledFunction();
  return callee ? callee->getName() : "";
}

/// Calls of what has the first argument in its name, in the order of the code.
/// With an argument behind |numUsed|, the one of that number
/// alone.
static Expected<SmallVector<CallInst *>>
findCalls(Module &module, Arguments arguments, size_t numUsed) {
  SmallVector<CallInst *> calls;
  for (Function &function : module)
    for (Instruction &each : instructions(function))
      if (auto *call = dyn_cast<CallInst>(&each))
        if (nameOf(*call).contains(arguments[0]))
          calls.push_back(call);
  if (arguments.size() == numUsed)
    return calls;
  auto number = parseNumber(arguments.back());
  if (!number)
    return number.takeError();
  if (*number < 0 || size_t(*number) >= calls.size())
    return createStringError(
        formatv("expects one of {0} calls, got {1}", calls.size(), *number)
            .str());
  return SmallVector<CallInst *>{calls[*number]};
}

static Expected<unsigned> removeCalls(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 1);
  if (!calls)
    return calls.takeError();
  for (CallInst *call : *calls) {
    if (!call->use_empty())
      return createStringError("expects calls whose result nobody uses");
    call->eraseFromParent();
  }
  return calls->size();
}

/// The other function takes and returns the same.
static Expected<unsigned> renameCalls(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 2);
  if (!calls)
    return calls.takeError();
  for (CallInst *call : *calls)
    call->setCalledFunction(
        module.getOrInsertFunction(arguments[1], call->getFunctionType()));
  return calls->size();
}

static Expected<unsigned> addToArgument(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 3);
  if (!calls)
    return calls.takeError();
  auto index = parseNumber(arguments[1]), step = parseNumber(arguments[2]);
  if (!index || !step)
    return joinErrors(index.takeError(), step.takeError());
  for (CallInst *call : *calls) {
    auto *old = dyn_cast<ConstantInt>(call->getArgOperand(*index));
    if (!old)
      return createStringError("expects an argument that is constant");
    call->setArgOperand(
        *index, ConstantInt::get(old->getType(), old->getSExtValue() + *step));
  }
  return calls->size();
}

/// Of a parity: the other one.
static Expected<unsigned> xorArgument(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 3);
  if (!calls)
    return calls.takeError();
  auto index = parseNumber(arguments[1]), bits = parseNumber(arguments[2]);
  if (!index || !bits)
    return joinErrors(index.takeError(), bits.takeError());
  for (CallInst *call : *calls) {
    Value *old = call->getArgOperand(*index);
    IRBuilder<> builder(call);
    call->setArgOperand(
        *index,
        builder.CreateXor(old, ConstantInt::get(old->getType(), *bits)));
  }
  return calls->size();
}

/// Nobody waits for an answer: it is always this one.
static Expected<unsigned> setResult(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 2);
  if (!calls)
    return calls.takeError();
  auto value = parseNumber(arguments[1]);
  if (!value)
    return value.takeError();
  for (CallInst *call : *calls) {
    call->replaceAllUsesWith(ConstantInt::get(call->getType(), *value));
    call->eraseFromParent();
  }
  return calls->size();
}

/// For operations that return their arguments, later.
static Expected<unsigned> passArguments(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 1);
  if (!calls)
    return calls.takeError();
  for (CallInst *call : *calls) {
    IRBuilder<> builder(call);
    Value *passed = call->getArgOperand(0);
    if (call->getType()->isStructTy()) {
      passed = PoisonValue::get(call->getType());
      for (unsigned i = 0; i < call->arg_size(); ++i)
        passed = builder.CreateInsertValue(passed, call->getArgOperand(i), i);
    }
    call->replaceAllUsesWith(passed);
    call->eraseFromParent();
  }
  return calls->size();
}

static Expected<unsigned> swapArguments(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 3);
  if (!calls)
    return calls.takeError();
  auto first = parseNumber(arguments[1]), second = parseNumber(arguments[2]);
  if (!first || !second)
    return joinErrors(first.takeError(), second.takeError());
  for (CallInst *call : *calls) {
    Value *kept = call->getArgOperand(*first);
    Value *other = call->getArgOperand(*second);
    IRBuilder<> builder(call);
    call->setArgOperand(*first, builder.CreateBitCast(other, kept->getType()));
    call->setArgOperand(*second, builder.CreateBitCast(kept, other->getType()));
  }
  return calls->size();
}

/// The elements of a vector in opposite order.
static Expected<unsigned> reverseArgument(Module &module, Arguments arguments) {
  auto calls = findCalls(module, arguments, 2);
  if (!calls)
    return calls.takeError();
  auto index = parseNumber(arguments[1]);
  if (!index)
    return index.takeError();
  for (CallInst *call : *calls) {
    IRBuilder<> builder(call);
    call->setArgOperand(
        *index, builder.CreateVectorReverse(call->getArgOperand(*index)));
  }
  return calls->size();
}

static Expected<unsigned> removeFences(Module &module, Arguments) {
  SmallVector<FenceInst *> fences;
  for (Function &function : module)
    for (Instruction &each : instructions(function))
      if (auto *fence = dyn_cast<FenceInst>(&each))
        fences.push_back(fence);
  for (FenceInst *fence : fences)
    fence->eraseFromParent();
  return fences.size();
}

/// The exclusive ors that an address is made with.
static void collectXors(Value *value, std::set<Value *> &seen,
                        SmallVectorImpl<Instruction *> &xors) {
  auto *instruction = dyn_cast<Instruction>(value);
  if (!instruction || isa<PHINode, LoadInst, CallInst>(instruction) ||
      !seen.insert(value).second)
    return;
  if (instruction->getOpcode() == Instruction::Xor &&
      !instruction->getType()->isIntegerTy(1))
    xors.push_back(instruction);
  for (Value *operand : instruction->operands())
    collectXors(operand, seen, xors);
}

/// An access to shared memory of the wanted sort, or an operation by name.
static Value *swizzledPointer(Instruction &instruction, StringRef wanted) {
  Value *pointer = nullptr;
  if (auto *load = dyn_cast<LoadInst>(&instruction))
    pointer = wanted == "load" ? load->getPointerOperand() : nullptr;
  else if (auto *store = dyn_cast<StoreInst>(&instruction))
    pointer = wanted == "store" ? store->getPointerOperand() : nullptr;
  else if (auto *call = dyn_cast<CallInst>(&instruction))
    if (Function *callee = call->getCalledFunction())
      if (callee->getName().starts_with(wanted) && call->arg_size())
        pointer = call->getArgOperand(0);
  bool isShared = pointer && pointer->getType()->isPointerTy() &&
                  pointer->getType()->getPointerAddressSpace() == 3;
  return isShared ? pointer : nullptr;
}

static Expected<unsigned> dropSwizzle(Module &module, Arguments arguments) {
  std::set<Value *> seen;
  SmallVector<Instruction *> xors;
  for (Function &function : module)
    for (Instruction &each : instructions(function))
      if (Value *pointer = swizzledPointer(each, arguments[0]))
        collectXors(pointer, seen, xors);
  for (Instruction *each : xors)
    each->replaceAllUsesWith(each->getOperand(0));
  return xors.size();
}

/// How far a constant address lies behind the shared variable it is made from;
/// 0 for anything else.
static uint64_t sharedOffset(const Module &module, const Value *value) {
  auto *address = dyn_cast<ConstantExpr>(value);
  if (!address || !address->getType()->isPointerTy() ||
      address->getType()->getPointerAddressSpace() != 3)
    return 0;
  const DataLayout &layout = module.getDataLayout();
  APInt offset(layout.getIndexTypeSizeInBits(address->getType()), 0);
  const Value *base = address->stripAndAccumulateConstantOffsets(
      layout, offset, /*AllowNonInbounds=*/true);
  return isa<GlobalVariable>(base) ? offset.getZExtValue() : 0;
}

/// Slices lie one behind the other; every second one comes to lie on the one
/// before it.
static Expected<unsigned> foldSlices(Module &module, Arguments) {
  SmallVector<std::pair<Use *, uint64_t>> uses;
  uint64_t sliceBytes = ~uint64_t(0);
  for (Function &function : module)
    for (Instruction &each : instructions(function))
      for (Use &use : each.operands())
        if (uint64_t offset = sharedOffset(module, use)) {
          uses.push_back({&use, offset});
          sliceBytes = std::min(sliceBytes, offset);
        }
  unsigned count = 0;
  for (auto [use, offset] : uses) {
    if (offset / sliceBytes % 2 == 0)
      continue;
    auto *address = cast<Constant>(use->get());
    Type *bytes = Type::getInt8Ty(module.getContext());
    auto *back = ConstantInt::getSigned(Type::getInt32Ty(module.getContext()),
                                        -int64_t(sliceBytes));
    use->set(ConstantExpr::getGetElementPtr(bytes, address, back));
    ++count;
  }
  return count;
}

template <unsigned (*change)(Module &, AccessKind)>
static Expected<unsigned> changeMasks(Module &module, Arguments arguments) {
  auto kind = parseAccessKind(arguments[0]);
  if (!kind)
    return kind.takeError();
  return change(module, *kind);
}

ArrayRef<Mutation> xcc::faults::allMutations() {
  static const Mutation mutations[] = {
      {"remove-call", "NAME", "removes an operation", 1, removeCalls},
      {"rename-call", "NAME OTHER", "makes it another", 2, renameCalls},
      {"add-to-argument", "NAME INDEX STEP", "changes a constant argument", 3,
       addToArgument},
      {"xor-argument", "NAME INDEX BITS", "changes bits of an argument", 3,
       xorArgument},
      {"set-result", "NAME VALUE", "answers in its place", 2, setResult},
      {"pass-arguments", "NAME", "returns the arguments at once", 1,
       passArguments},
      {"swap-arguments", "NAME INDEX INDEX", "swaps two arguments", 3,
       swapArguments},
      {"reverse-argument", "NAME INDEX", "turns a vector around", 2,
       reverseArgument},
      {"remove-fences", "", "removes all fences", 0, removeFences},
      {"drop-swizzle", "load|store|NAME",
       "addresses of shared memory without exclusive ors", 1, dropSwizzle},
      {"fold-slices", "", "every second slice of a buffer is the one before", 0,
       foldSlices},
      {"loosen-masks", "load|store", "bounds are off by one", 1,
       changeMasks<loosenMasks>},
      {"drop-masks", "load|store", "bounds are not checked", 1,
       changeMasks<dropMasks>},
  };
  return mutations;
}
