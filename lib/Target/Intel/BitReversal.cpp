//===- BitReversal.cpp - The order of bits turned around ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/BitReversal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

/// Bit by bit, in an integer of a size that there is.
static Value *reverse(IRBuilder<> &builder, Value *value) {
  Type *type = value->getType();
  unsigned bits = type->getScalarSizeInBits();
  Type *wide = type->getWithNewBitWidth(bits <= 32 ? 32 : 64);
  value = builder.CreateZExt(value, wide);
  Value *result = ConstantInt::get(wide, 0);
  for (unsigned bit = 0; bit < bits; ++bit) {
    int by = int(bits - 1) - 2 * int(bit);
    Value *one = builder.CreateAnd(value, ConstantInt::get(wide, 1ull << bit));
    Value *moved = by < 0 ? builder.CreateLShr(one, -by)
                          : builder.CreateShl(one, uint64_t(by));
    result = builder.CreateOr(result, moved);
  }
  return builder.CreateTrunc(result, type);
}

void xcc::intel::expandBitReversals(Module &module) {
  for (Function &function : make_early_inc_range(module)) {
    if (function.getIntrinsicID() != Intrinsic::bitreverse)
      continue;
    for (User *user : make_early_inc_range(function.users())) {
      auto *call = cast<CallInst>(user);
      IRBuilder<> builder(call);
      call->replaceAllUsesWith(reverse(builder, call->getArgOperand(0)));
      call->eraseFromParent();
    }
    function.eraseFromParent();
  }
}
