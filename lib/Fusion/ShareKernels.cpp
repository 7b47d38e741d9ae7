//===- ShareKernels.cpp - Keep one of several equal kernels ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/Groups.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_SHAREKERNELS
#include "lib/Fusion/Passes.h.inc"

static constexpr auto equivalenceFlags = OperationEquivalence::IgnoreLocations;

static llvm::hash_code hashKernel(func::FuncOp kernel) {
  llvm::hash_code hash = mlir::hash_value(kernel.getFunctionType());
  kernel.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(
        hash, OperationEquivalence::computeHash(
                  op, OperationEquivalence::ignoreHashValue,
                  OperationEquivalence::ignoreHashValue, equivalenceFlags));
  });
  return hash;
}

static bool areEqual(func::FuncOp lhs, func::FuncOp rhs) {
  return lhs.getFunctionType() == rhs.getFunctionType() &&
         lhs.getArgAttrsAttr() == rhs.getArgAttrsAttr() &&
         lhs.getResAttrsAttr() == rhs.getResAttrsAttr() &&
         lhs->getAttr(plan::familyAttrName) ==
             rhs->getAttr(plan::familyAttrName) &&
         OperationEquivalence::isRegionEquivalentTo(
             &lhs.getBody(), &rhs.getBody(), equivalenceFlags);
}

/// What only moves elements names a kernel only when it is all there is.
static bool isMovementName(StringRef op) {
  static constexpr StringRef names[] = {"permute", "view",   "expand", "slice",
                                        "select",  "repeat", "to"};
  return llvm::is_contained(names, op);
}

/// linear, permute, gelu -> linear_gelu
static std::string baseName(func::FuncOp kernel) {
  constexpr size_t maxOps = 4;
  auto attribute = kernel->getAttrOfType<ArrayAttr>(plan::opsAttrName);
  auto ops = llvm::to_vector(attribute.getAsValueRange<StringAttr>());
  if (!llvm::all_of(ops, isMovementName))
    llvm::erase_if(ops, isMovementName);
  bool isLong = ops.size() > maxOps;
  std::string name = llvm::join(ArrayRef(ops).take_front(maxOps), "_");
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return isLong ? name + "_etc" : name;
}

/// Adds the source lines of `from` to `into`.
static void addSources(func::FuncOp into, func::FuncOp from) {
  auto sources = into->getAttrOfType<ArrayAttr>(plan::sourcesAttrName);
  auto more = from->getAttrOfType<ArrayAttr>(plan::sourcesAttrName);
  if (!sources || sources == more)
    return;
  llvm::SmallSetVector<Attribute, 8> all(sources.begin(), sources.end());
  all.insert(more.begin(), more.end());
  into->setAttr(plan::sourcesAttrName,
                ArrayAttr::get(into.getContext(), all.getArrayRef()));
}

static bool isWeight(Value value) {
  value = skipViews(value);
  if (value.getDefiningOp<fx::GetWeightOp>())
    return true;
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return false;
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return function.getArgAttr(argument.getArgNumber(), fx::parameterAttrName) !=
         nullptr;
}

namespace {

struct ShareKernels : impl::ShareKernelsBase<ShareKernels> {
  using Launches = llvm::MapVector<func::FuncOp, SmallVector<plan::LaunchOp>>;

  void runOnOperation() override;
  Launches unify(SymbolTable &symbols);
  void rename(const Launches &launches, SymbolTable &symbols);
  void markWeights(const Launches &launches);
};

} // namespace

/// Points launches of equal kernels at the first of them and erases the rest.
ShareKernels::Launches ShareKernels::unify(SymbolTable &symbols) {
  Launches launches;
  std::unordered_map<size_t, SmallVector<func::FuncOp>> known;
  getOperation().walk([&](plan::LaunchOp launch) {
    auto kernel = symbols.lookup<func::FuncOp>(launch.getKernel());
    if (launches.count(kernel)) {
      launches[kernel].push_back(launch);
      return;
    }
    SmallVector<func::FuncOp> &bucket = known[hashKernel(kernel)];
    auto same = llvm::find_if(
        bucket, [&](func::FuncOp other) { return areEqual(other, kernel); });
    if (same == bucket.end()) {
      bucket.push_back(kernel);
      launches[kernel].push_back(launch);
      return;
    }
    addSources(*same, kernel);
    launch.setKernelAttr(FlatSymbolRefAttr::get(same->getSymNameAttr()));
    launches[*same].push_back(launch);
    symbols.erase(kernel);
  });
  return launches;
}

void ShareKernels::rename(const Launches &launches, SymbolTable &symbols) {
  // Out of the way first: a final name may be another kernel's present one.
  for (auto &[kernel, users] : launches)
    symbols.remove(kernel);
  for (auto [number, entry] : llvm::enumerate(launches)) {
    func::FuncOp kernel = entry.first;
    kernel.setSymName((baseName(kernel) + "_" + Twine(number)).str());
    symbols.insert(kernel, kernel->getIterator());
    for (plan::LaunchOp launch : entry.second)
      launch.setKernelAttr(FlatSymbolRefAttr::get(kernel.getSymNameAttr()));
  }
}

void ShareKernels::markWeights(const Launches &launches) {
  auto unit = UnitAttr::get(&getContext());
  for (auto &[shared, users] : launches) {
    func::FuncOp kernel = shared;
    for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
      if (llvm::all_of(users, [&](plan::LaunchOp launch) {
            return isWeight(launch->getOperand(i));
          }))
        kernel.setArgAttr(i, plan::weightAttrName, unit);
  }
}

void ShareKernels::runOnOperation() {
  SymbolTable symbols(getOperation());
  Launches launches = unify(symbols);
  rename(launches, symbols);
  markWeights(launches);
}

} // namespace xcc::fusion
