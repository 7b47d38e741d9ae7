//===- Arithmetic.cpp - Arithmetic in fewer instructions ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Arithmetic.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"

#include <map>
#include <optional>
#include <tuple>

using namespace llvm;
using namespace llvm::PatternMatch;

namespace xcc::amd {

/// float -> bfloat to the nearest, ties to even, by the bits. NaN becomes the
/// usual NaN: the back end's own expansion keeps its bits, for one instruction
/// more.
static void roundByBits(FPTruncInst &narrowing) {
  IRBuilder<> builder(&narrowing);
  Value *number = narrowing.getOperand(0);
  Type *words = number->getType()->getWithNewType(builder.getInt32Ty());
  Value *bits = builder.CreateBitCast(number, words);
  Value *isOdd = builder.CreateAnd(builder.CreateLShr(bits, 16), 1);
  Value *rounded = builder.CreateAdd(
      builder.CreateAdd(bits, ConstantInt::get(words, 0x7fff)), isOdd);
  Value *kept =
      builder.CreateSelect(builder.CreateFCmpUNO(number, number),
                           ConstantInt::get(words, 0x7fc00000), rounded);
  Value *upper = builder.CreateTrunc(builder.CreateLShr(kept, 16),
                                     words->getWithNewBitWidth(16));
  narrowing.replaceAllUsesWith(
      builder.CreateBitCast(upper, narrowing.getType()));
  narrowing.eraseFromParent();
}

void roundByBits(Function &function) {
  for (BasicBlock &block : function)
    for (Instruction &instruction : make_early_inc_range(block))
      if (auto *narrowing = dyn_cast<FPTruncInst>(&instruction);
          narrowing && narrowing->getType()->getScalarType()->isBFloatTy() &&
          narrowing->getSrcTy()->getScalarType()->isFloatTy())
        roundByBits(*narrowing);
}

namespace {
/// fma(vector[index], factor, addend)
struct MultiplyAdd {
  Value *vector;
  uint64_t index;
  Value *factor, *addend;

  /// The same for both of a pair.
  auto key() const { return std::tuple(vector, index / 2, factor, addend); }
};
} // namespace

static std::optional<MultiplyAdd> findMultiplyAdd(Instruction &instruction) {
  MultiplyAdd found;
  if (!match(&instruction, m_Intrinsic<Intrinsic::fma>(
                               m_ExtractElt(m_Value(found.vector),
                                            m_ConstantInt(found.index)),
                               m_Value(found.factor), m_Value(found.addend))) ||
      !instruction.getType()->isFloatTy() ||
      !isa<FixedVectorType>(found.vector->getType()))
    return std::nullopt;
  return found;
}

/// At the first of the two, where all that both need is there.
static void pair(IntrinsicInst &first, IntrinsicInst &second,
                 const MultiplyAdd &of) {
  IRBuilder<> builder(&first);
  int even = static_cast<int>(of.index & ~uint64_t(1));
  Value *both = builder.CreateShuffleVector(of.vector, {even, even + 1});
  Value *result =
      builder.CreateIntrinsic(Intrinsic::fma, {both->getType()},
                              {both, builder.CreateVectorSplat(2, of.factor),
                               builder.CreateVectorSplat(2, of.addend)});
  bool isFirstEven = (of.index & 1) == 0;
  first.replaceAllUsesWith(
      builder.CreateExtractElement(result, uint64_t(!isFirstEven)));
  second.replaceAllUsesWith(
      builder.CreateExtractElement(result, uint64_t(isFirstEven)));
  first.eraseFromParent();
  second.eraseFromParent();
}

void pairMultiplyAdds(Function &function) {
  for (BasicBlock &block : function) {
    std::map<decltype(std::declval<MultiplyAdd>().key()), IntrinsicInst *>
        alone;
    for (Instruction &instruction : make_early_inc_range(block)) {
      std::optional<MultiplyAdd> found = findMultiplyAdd(instruction);
      if (!found)
        continue;
      auto &call = cast<IntrinsicInst>(instruction);
      auto [other, isFirst] = alone.try_emplace(found->key(), &call);
      if (isFirst)
        continue;
      MultiplyAdd first = *findMultiplyAdd(*other->second);
      if (first.index == found->index)
        continue;
      pair(*other->second, call, first);
      alone.erase(other);
    }
  }
}

} // namespace xcc::amd
