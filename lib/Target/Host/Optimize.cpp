//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Optimize.h"
#include "lib/Target/Host/SplatConstants.h"
#include "lib/Target/RunPasses.h"

#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/LowerMemIntrinsics.h"

using namespace llvm;

/// The back end makes a few stores of what is this short, never a call.
static bool isShort(const MemIntrinsic &op) {
  auto *bytes = dyn_cast<ConstantInt>(op.getLength());
  return bytes && bytes->getZExtValue() <= 64;
}

/// memcpy, memmove, memset -> loops, unless short.
static void expandMemoryIntrinsics(Module &module, TargetMachine &machine) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    SmallVector<MemIntrinsic *> found;
    for (BasicBlock &block : function)
      for (Instruction &instruction : block)
        if (auto *op = dyn_cast<MemIntrinsic>(&instruction))
          if (!isShort(*op))
            found.push_back(op);
    TargetTransformInfo costs = machine.getTargetTransformInfo(function);
    for (MemIntrinsic *op : found) {
      if (auto *copy = dyn_cast<MemCpyInst>(op))
        expandMemCpyAsLoop(copy, costs);
      else if (auto *move = dyn_cast<MemMoveInst>(op))
        expandMemMoveAsLoop(move, costs);
      else
        expandMemSetAsLoop(cast<MemSetInst>(op));
      op->eraseFromParent();
    }
  }
}

/// Streaming stores of scalars -> ordinary ones that carry a mark; LLVM makes
/// no vectors of the former. The mark is an access group: vectors inherit it.
static MDNode *markStreams(Module &module) {
  MDNode *mark = MDNode::getDistinct(module.getContext(), {});
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *store = dyn_cast<StoreInst>(&instruction))
        if (store->hasMetadata(LLVMContext::MD_nontemporal)) {
          store->setMetadata(LLVMContext::MD_nontemporal, nullptr);
          store->setMetadata(LLVMContext::MD_access_group, mark);
        }
  return mark;
}

/// Marked vectors -> streaming stores. The loops start at a line of memory
/// (lib/Schedule/Host/Streaming.h), so that vectors lie at multiples of
/// their size. What follows a kernel must find the results: a fence at its end.
static void streamVectors(Module &module, MDNode *mark) {
  LLVMContext &context = module.getContext();
  MDNode *one = MDNode::get(context, ConstantAsMetadata::get(ConstantInt::get(
                                         Type::getInt32Ty(context), 1)));
  for (Function &function : module) {
    bool streams = false;
    for (Instruction &instruction : instructions(function)) {
      auto *store = dyn_cast<StoreInst>(&instruction);
      if (!store || store->getMetadata(LLVMContext::MD_access_group) != mark)
        continue;
      store->setMetadata(LLVMContext::MD_access_group, nullptr);
      Type *type = store->getValueOperand()->getType();
      uint64_t bytes = module.getDataLayout().getTypeStoreSize(type);
      if (!type->isVectorTy() || bytes < 16 || !isPowerOf2_64(bytes))
        continue;
      store->setAlignment(Align(std::min<uint64_t>(bytes, 64)));
      store->setMetadata(LLVMContext::MD_nontemporal, one);
      streams = true;
    }
    if (!streams)
      continue;
    for (BasicBlock &block : function)
      if (auto *end = dyn_cast<ReturnInst>(block.getTerminator()))
        IRBuilder<>(end).CreateIntrinsic(Intrinsic::x86_sse_sfence, {});
  }
}

// The passes that matter for loops over flat buffers, in `opt`'s notation; the
// reasons are in README.md beside this file.
static constexpr StringLiteral simplification =
    "deadargelim,function("
    "sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-instsimplify,loop-simplifycfg,licm<allowspeculation>,"
    "loop-rotate,licm<allowspeculation>,"
    "simple-loop-unswitch<no-nontrivial;trivial>),"
    "simplifycfg,instcombine<no-verify-fixpoint>,"
    // Short windows and the like, so that the loop around them vectorises.
    "loop(loop-deletion),loop-unroll<O3;no-partial;no-runtime;no-upperbound;"
    "no-peeling;full-unroll-max=8>,"
    "sroa<modify-cfg>,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    "loop-mssa(licm<allowspeculation>),simplifycfg)";
static constexpr StringLiteral vectorization =
    "function("
    "loop-vectorize,instcombine<no-verify-fixpoint>,early-cse,simplifycfg,"
    "vector-combine,instcombine<no-verify-fixpoint>,"
    "loop-mssa(licm<allowspeculation>),early-cse,simplifycfg)";

void xcc::host::optimize(Module &module, TargetMachine &machine) {
  expandMemoryIntrinsics(module, machine);
  MDNode *mark = markStreams(module);
  runPasses(module, machine,
            [&](PassBuilder &builder, ModulePassManager &passes) {
              for (StringRef part : {simplification, vectorization})
                cantFail(builder.parsePassPipeline(passes, part));
            });
  expandMemoryIntrinsics(module, machine);
  streamVectors(module, mark);
  loadSplatConstants(module, machine);
}
