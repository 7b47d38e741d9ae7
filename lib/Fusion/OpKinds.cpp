//===- OpKinds.cpp - What fusion sees in an operation ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/OpKinds.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace xcc::fusion {

OpRole roleOf(Operation *op) {
  if (isa<fx::GetWeightOp, fx::ConstantOp>(op))
    return OpRole::Source;
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(op))
    return OpRole::View;
  if (isa<tensor::EmptyOp, linalg::FillOp>(op))
    return OpRole::Support;
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (isa<TensorType>(constant.getType()))
      return isa<SplatElementsAttr>(constant.getValue()) ? OpRole::Support
                                                         : OpRole::Source;
  if (llvm::none_of(op->getResultTypes(), llvm::IsaPred<TensorType>))
    return OpRole::Support;
  return OpRole::Compute;
}

StringRef nameOf(Family family) {
  switch (family) {
  case Family::Map:
    return "map";
  case Family::Reduce:
    return "reduce";
  case Family::Contract:
    return "contract";
  case Family::Convolution:
    return "convolution";
  case Family::Attention:
    return "attention";
  case Family::Scan:
    return "scan";
  case Family::Sort:
    return "sort";
  case Family::Scatter:
    return "scatter";
  case Family::Pool:
    return "pool";
  case Family::Copy:
    return "copy";
  }
  llvm_unreachable("every family has a name");
}

static bool isContraction(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return false;
  auto dims = linalg::inferContractionDims(op);
  // A row times a row is a reduction; without m or n nothing is used twice.
  return succeeded(dims) && !dims->k.empty() &&
         !(dims->m.empty() && dims->n.empty());
}

Family familyOf(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    if (generic.getNumReductionLoops() == 0)
      return Family::Map;
    return isContraction(generic) ? Family::Contract : Family::Reduce;
  }
  return llvm::TypeSwitch<Operation *, Family>(op)
      .Case<fx::ConvolutionOp>([](auto) { return Family::Convolution; })
      .Case<fx::ScaledDotProductAttentionOp>(
          [](auto) { return Family::Attention; })
      .Case<fx::CumsumOp, fx::CumprodOp>([](auto) { return Family::Scan; })
      .Case<fx::SortOp, fx::TopkOp>([](auto) { return Family::Sort; })
      .Case<fx::ScatterOp, fx::IndexPutOp>([](auto) { return Family::Scatter; })
      .Case<fx::MaxPoolOp, fx::AvgPoolOp, fx::AdaptiveAvgPoolOp,
            fx::AdaptiveMaxPoolOp>([](auto) { return Family::Pool; })
      .Case<fx::ArgmaxOp, fx::ArgminOp>([](auto) { return Family::Reduce; })
      .Default([](Operation *) { return Family::Copy; });
}

linalg::GenericOp asElementwise(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumReductionLoops() != 0)
    return {};
  for (OpOperand &init : generic.getDpsInitsMutable())
    if (!generic.getMatchingIndexingMap(&init).isPermutation())
      return {};
  return generic;
}

linalg::GenericOp asReduction(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || familyOf(op) != Family::Reduce)
    return {};
  return generic;
}

static bool isCheapInBody(Operation &op) {
  if (isa<math::AbsFOp, math::AbsIOp, math::FloorOp, math::CeilOp, math::FmaOp,
          math::CopySignOp, math::TruncOp>(op))
    return true;
  if (isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::RemSIOp,
          tensor::ExtractOp>(op))
    return false;
  return isa<arith::ArithDialect, linalg::LinalgDialect>(op.getDialect());
}

bool isCheap(Operation *op) {
  auto generic = asElementwise(op);
  return generic && llvm::all_of(*generic.getBody(), isCheapInBody);
}

bool isGather(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && !generic.getBody()->getOps<tensor::ExtractOp>().empty();
}

bool isMovement(linalg::GenericOp op) {
  return op.getBody()->getOperations().size() == 1;
}

//===-- Where an op comes from
//---------------------------------------------===//

static std::string modelOpIn(Location loc) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    auto name = dyn_cast_or_null<StringAttr>(fused.getMetadata());
    if (name && name.getValue().starts_with("fx."))
      return name.str();
    for (Location inner : fused.getLocations())
      if (std::string name = modelOpIn(inner); !name.empty())
        return name;
  }
  if (auto named = dyn_cast<NameLoc>(loc)) {
    if (named.getName().getValue().starts_with("fx."))
      return named.getName().str();
    return modelOpIn(named.getChildLoc());
  }
  return "";
}

std::string modelOpOf(Operation *op) {
  std::string name = modelOpIn(op->getLoc());
  if (name.empty())
    name = isa<linalg::LinalgOp>(op) ? nameOf(familyOf(op)).str()
                                     : op->getName().getStringRef().str();
  StringRef whole = name;
  return (whole.consume_front("fx."), whole.str());
}

std::string sourceOf(Location loc) {
  if (auto line = dyn_cast<FileLineColLoc>(loc))
    return (llvm::sys::path::filename(line.getFilename().getValue()) + ":" +
            Twine(line.getLine()))
        .str();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location inner : fused.getLocations())
      if (std::string source = sourceOf(inner); !source.empty())
        return source;
  if (auto named = dyn_cast<NameLoc>(loc))
    return sourceOf(named.getChildLoc());
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return sourceOf(call.getCallee());
  return "";
}

std::string describe(Operation *op) {
  std::string source = sourceOf(op->getLoc());
  return source.empty() ? modelOpOf(op) : modelOpOf(op) + " (" + source + ")";
}

} // namespace xcc::fusion
