//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Optimize.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicsAMDGPU.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

// What is written here is straight-line code around a few loops: fold, find
// equal values, take what does not change out of the loops. A loop that tests
// at its end keeps the sums of matrix instructions where they are; one that
// tests at its start moves each of them once a step.
static constexpr StringLiteral pipeline =
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-simplifycfg,licm<allowspeculation>,loop-rotate,"
    "licm<allowspeculation>),"
    "gvn<no-pre;no-load-pre>,instcombine<no-verify-fixpoint>,simplifycfg)";

//===-- The order of long straight-line code ------------------------------===//

// The lowering writes one operation for all elements of a tile, then the next:
// behind a product some hundred values would live from one operation to the
// next. The back end's scheduler starts from the order it is given, and does
// not find its way out of one with thousands of instructions.

/// Blocks shorter than this the scheduler does well.
static constexpr size_t kLongBlock = 400;
/// Enough independent work to hide the latency of one operation by others.
static constexpr unsigned kScheduleTogether = 160;

/// Stays where it is with respect to others of its kind.
static bool isPinned(const Instruction &instruction) {
  const auto *call = dyn_cast<CallBase>(&instruction);
  return isa<PHINode>(instruction) || instruction.isTerminator() ||
         instruction.mayReadOrWriteMemory() ||
         instruction.mayHaveSideEffects() || (call && call->isConvergent());
}

namespace {
/// Moves what a block computes to where it is used first.
class BlockOrder {
public:
  explicit BlockOrder(BasicBlock &block) : block(block) {}

  void arrange() {
    std::vector<Instruction *> pinned, all;
    for (Instruction &instruction : block) {
      all.push_back(&instruction);
      if (isPinned(instruction))
        pinned.push_back(&instruction);
    }
    for (Instruction *instruction : pinned) {
      // What other blocks read comes last.
      if (instruction->isTerminator())
        for (Instruction *other : all)
          if (!other->isTerminator())
            place(other);
      place(instruction);
      if (instruction->mayWriteToMemory() && sinceCut >= kScheduleTogether)
        cut(instruction);
    }
  }

private:
  /// Appends the instruction behind all that it needs.
  void place(Instruction *instruction) {
    if (!placed.insert(instruction).second)
      return;
    if (isa<PHINode>(instruction))
      return;
    for (Value *operand : instruction->operands())
      if (auto *needed = dyn_cast<Instruction>(operand);
          needed && needed->getParent() == &block && !isPinned(*needed))
        place(needed);
    if (!instruction->isTerminator())
      instruction->moveBefore(block.getTerminator()->getIterator());
    ++sinceCut;
  }

  /// Nothing is scheduled across this place.
  void cut(Instruction *after) {
    IRBuilder<> builder(after->getNextNode());
    builder.CreateIntrinsic(Intrinsic::amdgcn_sched_barrier,
                            {builder.getInt32(0)});
    sinceCut = 0;
  }

  BasicBlock &block;
  DenseSet<Instruction *> placed;
  unsigned sinceCut = 0;
};
} // namespace

void xcc::amd::optimize(Module &module, TargetMachine &machine) {
  PassBuilder builder(&machine);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  ModulePassManager passes;
  cantFail(builder.parsePassPipeline(passes, pipeline));
  passes.run(module, modules);
  for (Function &function : module)
    for (BasicBlock &block : function)
      if (block.size() > kLongBlock)
        BlockOrder(block).arrange();
}
