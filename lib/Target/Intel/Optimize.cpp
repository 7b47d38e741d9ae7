//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Optimize.h"
#include "lib/Target/Intel/BitReversal.h"
#include "lib/Target/RunPasses.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

// The device's compiler optimises again; these keep what it gets small, hoist
// what a loop repeats and have it test at its end.
static constexpr StringLiteral simplification =
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-simplifycfg,licm<allowspeculation>,loop-rotate),"
    "early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";
static constexpr StringLiteral cleaning =
    "function(instcombine<no-verify-fixpoint>)";

namespace {
/// The scalars that a block takes over from one vector of a predecessor.
struct CarriedVector {
  SmallVector<PHINode *> phis; // by element; null where there is none

  bool isWhole() const { return !is_contained(phis, nullptr); }
};
using CarriedVectors =
    MapVector<std::pair<Value *, BasicBlock *>, CarriedVector>;
} // namespace

/// phi(extract(v, i)) of each element i
static CarriedVectors findCarriedVectors(BasicBlock &block) {
  CarriedVectors found;
  SmallPtrSet<PHINode *, 32> taken;
  for (PHINode &phi : block.phis())
    for (BasicBlock *from : phi.blocks()) {
      auto *part =
          dyn_cast<ExtractElementInst>(phi.getIncomingValueForBlock(from));
      if (!part || !isa<ConstantInt>(part->getIndexOperand()) ||
          taken.contains(&phi))
        continue;
      auto *type = cast<FixedVectorType>(part->getVectorOperandType());
      auto &carried = found[{part->getVectorOperand(), from}];
      carried.phis.resize(type->getNumElements());
      PHINode *&place =
          carried
              .phis[cast<ConstantInt>(part->getIndexOperand())->getZExtValue()];
      if (place)
        continue;
      place = &phi;
      taken.insert(&phi);
    }
  found.remove_if([](auto &entry) { return !entry.second.isWhole(); });
  return found;
}

static Value *gather(ArrayRef<PHINode *> phis, BasicBlock *from) {
  IRBuilder<> builder(from->getTerminator());
  Type *type = FixedVectorType::get(phis[0]->getType(), phis.size());
  Value *vector = PoisonValue::get(type);
  for (auto [i, phi] : enumerate(phis))
    vector = builder.CreateInsertElement(
        vector, phi->getIncomingValueForBlock(from), i);
  return vector;
}

namespace {
/// v0 = phi(s0, extract(v, 0)), v1 = phi(s1, extract(v, 1)), ...
///   -> w = phi((s0, s1, ...), v), v0 = extract(w, 0), ...
///
/// The device's compiler keeps a vector in neighbouring registers, as matrix
/// instructions want it; scalars it moves there and back in each round.
struct CarryVectors : PassInfoMixin<CarryVectors> {
  static PreservedAnalyses run(Function &function, FunctionAnalysisManager &) {
    for (BasicBlock &block : function)
      for (auto &[source, carried] : findCarriedVectors(block))
        join(block, source.first, source.second, carried.phis);
    return PreservedAnalyses::none();
  }

private:
  static void join(BasicBlock &block, Value *vector, BasicBlock *source,
                   ArrayRef<PHINode *> phis) {
    PHINode *joined = PHINode::Create(vector->getType(), 2, "", block.begin());
    for (BasicBlock *from : phis[0]->blocks())
      joined->addIncoming(from == source ? vector : gather(phis, from), from);
    IRBuilder<> builder(&block, block.getFirstInsertionPt());
    for (auto [i, phi] : enumerate(phis)) {
      phi->replaceAllUsesWith(builder.CreateExtractElement(joined, i));
      phi->eraseFromParent();
    }
  }
};
} // namespace

void xcc::intel::optimize(Module &module, TargetMachine &machine) {
  runPasses(module, machine,
            [](PassBuilder &builder, ModulePassManager &passes) {
              cantFail(builder.parsePassPipeline(passes, simplification));
              passes.addPass(createModuleToFunctionPassAdaptor(CarryVectors()));
              cantFail(builder.parsePassPipeline(passes, cleaning));
            });
  expandBitReversals(module);
}
