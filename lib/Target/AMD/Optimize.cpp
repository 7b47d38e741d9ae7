//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Optimize.h"

#include "lib/Target/AMD/Arithmetic.h"
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Order.h"
#include "lib/Target/RunPasses.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace xcc::amd {

// What is written here is straight-line code around a few loops: fold, find
// equal values, take what does not change out of the loops. A loop that tests
// at its end keeps the sums of matrix instructions where they are; one that
// tests at its start moves each of them once a step.
static constexpr StringLiteral simplify =
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-simplifycfg,licm<allowspeculation>,loop-rotate,"
    "licm<allowspeculation>),"
    "gvn<no-pre;no-load-pre>,instcombine<no-verify-fixpoint>,simplifycfg)";

// Two steps in one: which half of shared memory a step reads is then a constant
// (sccp finds that it alternates), and so are the distances of its addresses.
static constexpr StringLiteral unrollMarked =
    "function(loop-unroll<no-runtime;no-peeling;no-partial>,sccp,"
    "instcombine<no-verify-fixpoint>,gvn<no-pre;no-load-pre>,"
    "instcombine<no-verify-fixpoint>,simplifycfg)";

// Two f32 an instruction: sums, products and multiply-adds.
static constexpr StringLiteral pairs =
    "function(slp-vectorizer,instcombine<no-verify-fixpoint>)";

/// Registers of the results of a block's products.
static uint64_t registersOfProducts(const BasicBlock &block) {
  uint64_t bits = 0;
  for (const Instruction &instruction : block)
    if (isMatrixProduct(instruction))
      bits += instruction.getType()->getPrimitiveSizeInBits();
  return bits / 32;
}

/// Whether two steps of a loop in one are better than one: beside other work on
/// floats, products whose results fill more than half of the registers leave
/// too few.
static bool isWorthDoubling(const BasicBlock &block, const Chip &chip) {
  if (!isHotLoop(block))
    return false;
  bool isOfProductsAlone = none_of(block, [](const Instruction &instruction) {
    return isa<BinaryOperator>(instruction) &&
           instruction.getType()->isFPOrFPVectorTy();
  });
  return isOfProductsAlone ||
         registersOfProducts(block) <= chip.device.registersPerThread / 2;
}

namespace {
/// Marks the loops of matrix instructions that take an even number of steps.
struct MarkHotLoops : PassInfoMixin<MarkHotLoops> {
  explicit MarkHotLoops(const Chip &chip) : chip(chip) {}

  PreservedAnalyses run(Function &function, FunctionAnalysisManager &analyses) {
    auto &loops = analyses.getResult<LoopAnalysis>(function);
    auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
    for (Loop *loop : loops.getLoopsInPreorder()) {
      if (isWorthDoubling(*loop->getHeader(), chip) &&
          evolution.getSmallConstantTripMultiple(loop) % 2 == 0)
        addStringMetadataToLoop(loop, "llvm.loop.unroll.count", 2);
    }
    return PreservedAnalyses::all();
  }

  const Chip &chip;
};
} // namespace

void optimize(Module &module, TargetMachine &machine, const Chip &chip) {
  runPasses(
      module, machine, [&](PassBuilder &builder, ModulePassManager &passes) {
        cantFail(builder.parsePassPipeline(passes, simplify));
        passes.addPass(createModuleToFunctionPassAdaptor(MarkHotLoops(chip)));
        cantFail(builder.parsePassPipeline(passes, unrollMarked));
        cantFail(builder.parsePassPipeline(passes, pairs));
      });
  for (Function &function : module) {
    if (!chip.hasBF16Conversions)
      roundByBits(function);
    if (chip.hasPackedF32)
      pairMultiplyAdds(function);
    orderCode(function);
  }
}

} // namespace xcc::amd
