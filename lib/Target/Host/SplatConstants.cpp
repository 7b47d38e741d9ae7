//===- SplatConstants.cpp - Vectors of one number, in memory --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/SplatConstants.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

// Of the 16 registers about half are left for numbers that stay.
static constexpr size_t mostInRegisters = 8;

/// The vectors of one number other than zero and minus one, which an
/// instruction without operands makes.
static Constant *asSplat(Value *value) {
  auto *constant = dyn_cast<Constant>(value);
  if (!constant || !isa<FixedVectorType>(value->getType()))
    return nullptr;
  Constant *element = constant->getSplatValue();
  if (!element || !isa<ConstantFP, ConstantInt>(element) ||
      element->isNullValue() || element->isAllOnesValue())
    return nullptr;
  return constant;
}

/// Instructions that can have an operand in memory. Not comparisons: with what
/// is selected by them they become minima, or others whose constants differ.
/// Not shifts: they have their amounts in the instruction.
static bool takesMemory(const Instruction &instruction) {
  if (auto *call = dyn_cast<IntrinsicInst>(&instruction))
    return call->getIntrinsicID() == Intrinsic::fma ||
           call->getIntrinsicID() == Intrinsic::fmuladd;
  switch (instruction.getOpcode()) {
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
  case Instruction::FDiv:
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
    return true;
  default:
    return false;
  }
}

namespace {
/// Finds and replaces the constants of one module.
class Pool {
public:
  explicit Pool(Module &module) : module(module) {}
  void run(BasicBlock &block);

private:
  GlobalVariable *find(Constant *splat);

  Module &module;
  MapVector<Constant *, GlobalVariable *> made;
};
} // namespace

/// The splat in memory. LLVM must not look into it: it would put the constant
/// back.
GlobalVariable *Pool::find(Constant *splat) {
  GlobalVariable *&known = made[splat];
  if (known)
    return known;
  known = new GlobalVariable(module, splat->getType(), /*isConstant=*/true,
                             GlobalValue::PrivateLinkage, splat, "splat");
  known->setExternallyInitialized(true);
  // What a load of that type may count on, also of 3 numbers.
  known->setAlignment(module.getDataLayout().getABITypeAlign(splat->getType()));
  return known;
}

void Pool::run(BasicBlock &block) {
  SetVector<Constant *> splats;
  SmallVector<Use *> uses;
  for (Instruction &instruction : block) {
    if (!takesMemory(instruction))
      continue;
    for (Use &use : instruction.operands())
      if (Constant *splat = asSplat(use.get())) {
        splats.insert(splat);
        uses.push_back(&use);
      }
  }
  if (splats.size() <= mostInRegisters)
    return;
  for (Use *use : uses) {
    auto *splat = cast<Constant>(use->get());
    auto *user = cast<Instruction>(use->getUser());
    IRBuilder<> builder(user);
    use->set(builder.CreateLoad(splat->getType(), find(splat)));
  }
}

void xcc::host::loadSplatConstants(Module &module, TargetMachine &machine) {
  // AVX-512 broadcasts an operand in memory as it reads it.
  if (machine.getMCSubtargetInfo()->checkFeatures("+avx512f"))
    return;
  Pool pool(module);
  for (Function &function : module)
    for (BasicBlock &block : function)
      pool.run(block);
}
