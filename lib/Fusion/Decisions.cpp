//===- Decisions.cpp - Fusions taken and refused, with reasons ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"

#include "dialects/plan/Describe.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace xcc::fusion {

static constexpr llvm::StringLiteral passName = "fuse-kernels";

Decisions::Decisions(func::FuncOp function, Groups &groups)
    : groups(groups), function(function) {
  auto symbols = function->getAttrOfType<ArrayAttr>(fx::symbolsAttrName);
  for (unsigned i = 0; i < numSymbolsOf(function); ++i) {
    StringAttr name;
    if (symbols)
      name = cast<DictionaryAttr>(symbols[i]).getAs<StringAttr>("name");
    symbolNames.push_back(name ? name.str() : "s" + llvm::utostr(i));
  }
}

void Decisions::fuse(Operation *into, Operation *op, StringRef as) {
  std::vector<std::string> &lines = groups.groupOf(into).fused;
  std::string line = llvm::formatv("{0} in one piece: what lies between its "
                                   "steps stays out of memory",
                                   describe(op));
  // An op of the model that became several here is no fusion of the model's.
  bool isOneOp = describe(op) == describe(into);
  if (!isOneOp && as == "sibling")
    line = llvm::formatv("{0} beside {1}: they read the same, once",
                         describe(op), describe(into));
  else if (!isOneOp)
    line = llvm::formatv("{0} as {1} of {2}: {3} stay out of memory",
                         describe(op), as, describe(into),
                         bytesOf(as == "epilogue" ? into : op));
  if (!llvm::is_contained(lines, line))
    lines.push_back(std::move(line));
  groups.merge(into, op);
}

void Decisions::recompute(Operation *into, Operation *op) {
  groups.groupOf(into).fused.push_back(
      llvm::formatv("{0} computed again for {1}: cheaper than reading {2}",
                    describe(op), describe(into), bytesOf(op))
          .str());
  groups.copy(into, op);
}

void Decisions::refuse(Operation *producer, Operation *consumer,
                       StringRef reason) {
  auto edge =
      std::make_pair(groups.positionOf(producer), groups.positionOf(consumer));
  reasons.try_emplace(edge, reason.str());
}

bool Decisions::isReadOnlyBy(Operation *other, Operation *op) const {
  return !groups.isReturned(op) &&
         llvm::all_of(groups.consumersOf(op), [&](Operation *consumer) {
           return groups.inOneGroup(consumer, other);
         });
}

bool Decisions::readsDirectly(Operation *op, Operation *other) const {
  auto isOther = [&](Value value) {
    Operation *producer = skipViews(value).getDefiningOp();
    return producer && producer->getBlock() == op->getBlock() &&
           roleOf(producer) == OpRole::Compute &&
           groups.inOneGroup(producer, other);
  };
  bool isDirect = true;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (isOther(operand))
        isDirect &= nested == op && skipViews(operand) == operand;
  });
  return isDirect;
}

std::string Decisions::bytesOf(Operation *op) {
  AffineExpr bytes = getAffineConstantExpr(0, op->getContext());
  for (Value result : op->getResults()) {
    auto type = cast<RankedTensorType>(result.getType());
    AffineExpr size = getAffineConstantExpr(
        llvm::divideCeil(type.getElementTypeBitWidth(), 8), op->getContext());
    for (AffineExpr dim : sizes.shapeOf(result)) {
      if (!dim)
        return "? B";
      size = size * dim;
    }
    bytes = bytes + size;
  }
  return plan::formatCount(bytes, symbolNames, plan::CountUnit::Bytes);
}

/// The reason when no rule has given one, by the families of the kernels.
static std::string defaultReason(Family from, Family to) {
  switch (to) {
  case Family::Contract:
  case Family::Convolution:
  case Family::Attention:
    return llvm::formatv("a {0} kernel reads its operands more than once",
                         nameOf(to));
  case Family::Reduce:
    return llvm::formatv(
        "a row is complete only after several work items of a {0} kernel",
        nameOf(from));
  case Family::Map:
  case Family::Pool:
  case Family::Scan:
  case Family::Sort:
  case Family::Scatter:
  case Family::Copy:
    return llvm::formatv("a {0} kernel does not continue a {1} kernel",
                         nameOf(to), nameOf(from));
  }
  llvm_unreachable("every family is listed");
}

void Decisions::addRefusals() {
  // An op of the model may be several ops here: a pair is told once, and a
  // reason that a rule gave is better than one by families.
  std::map<std::pair<std::string, std::string>, std::string *> told;
  for (Operation *consumer : groups.getOps())
    for (Operation *producer : groups.producersOf(consumer)) {
      Group &group = groups.groupOf(consumer);
      if (group.holds(producer))
        continue;
      auto known = reasons.find(
          {groups.positionOf(producer), groups.positionOf(consumer)});
      bool isGiven = known != reasons.end();
      std::string line = llvm::formatv(
          "{0} with {1}: {2}", describe(producer), describe(consumer),
          isGiven
              ? known->second
              : defaultReason(groups.groupOf(producer).family, group.family));
      std::string *&place = told[{describe(producer), describe(consumer)}];
      if (!place) {
        refusals.push_back({&group, std::move(line)});
        place = &refusals.back().second;
      } else if (isGiven) {
        *place = std::move(line);
      }
    }
  for (auto &[group, line] : refusals)
    group->refused.push_back(std::move(line));
}

void Decisions::report() {
  addRefusals();
  for (Group *group : groups.inOrder()) {
    Location loc = group->ops.front()->getLoc();
    auto options = remark::RemarkOpts::name("fusion").category(passName);
    for (const std::string &line : group->fused)
      remark::passed(loc, options) << line;
    for (const std::string &line : group->refused)
      remark::missed(loc, options) << line;
  }
}

} // namespace xcc::fusion
