//===- PlanDialect.cpp - The plan dialect and its verifiers ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace xcc::plan;

#include "dialects/plan/PlanDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/plan/PlanAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/plan/PlanOps.cpp.inc"

void PlanDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/plan/PlanAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/plan/PlanOps.cpp.inc"
      >();
}

static LogicalResult verifyPlaces(Operation *op,
                                  std::optional<ArrayAttr> places) {
  if (!places)
    return success();
  if (places->size() != op->getNumResults())
    return op->emitOpError("expects one place a result, got ")
           << places->size() << " for " << op->getNumResults() << " results";
  for (Attribute place : *places)
    if (!isa<ArenaAttr, OutputAttr>(place))
      return op->emitOpError("expects #plan.arena or #plan.output as a place, "
                             "got ")
             << place;
  return success();
}

LogicalResult LaunchOp::verify() { return verifyPlaces(*this, getPlaces()); }

LogicalResult CopyOp::verify() { return verifyPlaces(*this, getPlaces()); }

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel =
      symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getKernelAttr());
  if (!kernel || !kernel->hasAttr(kernelAttrName))
    return emitOpError("expects a kernel function, got ") << getKernelAttr();
  auto type =
      FunctionType::get(getContext(), getOperandTypes(), getResultTypes());
  if (kernel.getFunctionType() != type)
    return emitOpError("expects the type of kernel ")
           << getKernelAttr() << ", " << kernel.getFunctionType() << ", got "
           << type;
  return success();
}
