//===- CarryBF16AsBits.cpp - bf16 as 16-bit integers ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_CARRYBF16ASBITS
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

static Type withoutBF16(Type type) {
  if (type.isBF16())
    return IntegerType::get(type.getContext(), 16);
  if (auto shaped = dyn_cast<ShapedType>(type))
    if (shaped.getElementType().isBF16())
      return shaped.clone(withoutBF16(shaped.getElementType()));
  return type;
}

static TypedAttr withoutBF16(TypedAttr value) {
  Type type = withoutBF16(value.getType());
  if (auto number = dyn_cast<FloatAttr>(value))
    return IntegerAttr::get(type, number.getValue().bitcastToAPInt());
  return cast<DenseElementsAttr>(value).bitcast(getElementTypeOrSelf(type));
}

static void retype(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op);
      constant && withoutBF16(constant.getType()) != constant.getType())
    constant.setValueAttr(withoutBF16(constant.getValue()));
  for (OpResult result : op->getResults())
    result.setType(withoutBF16(result.getType()));
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument argument : block.getArguments())
        argument.setType(withoutBF16(argument.getType()));
}

static void carryAsBits(FunctionOpInterface function) {
  function.walk(retype);
  SmallVector<Type> inputs, results;
  for (Type type : function.getArgumentTypes())
    inputs.push_back(withoutBF16(type));
  for (Type type : function.getResultTypes())
    results.push_back(withoutBF16(type));
  if (ArrayRef(inputs) != function.getArgumentTypes() ||
      ArrayRef(results) != function.getResultTypes())
    function.setType(function.cloneTypeWith(inputs, results));
  // What turned values into bits has nothing left to do.
  function.walk([](arith::BitcastOp cast) {
    if (cast.getIn().getType() != cast.getType())
      return;
    cast.replaceAllUsesWith(cast.getIn());
    cast.erase();
  });
}

namespace {
struct CarryBF16AsBits : impl::CarryBF16AsBitsBase<CarryBF16AsBits> {
  void runOnOperation() override { getOperation()->walk(carryAsBits); }
};
} // namespace

} // namespace xcc::schedule
