//===- ScalarForm.cpp - Elements as scalars -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ElementForm.h"

#include "lib/Schedule/Element/ScalarOps.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

ElementForm::~ElementForm() = default;

namespace {
class ScalarForm : public ElementForm {
public:
  explicit ScalarForm(IndexSpace &space) : space(space) {}

  Value load(OpBuilder &builder, Location loc, Value flat, AffineExpr offset,
             Type element) override;
  void store(OpBuilder &builder, Location loc, Value scalar, Value flat,
             AffineExpr offset) override;
  Value index(OpBuilder &builder, Location loc, AffineExpr expr) override {
    return space.materialize(builder, loc, expr);
  }
  Operation *apply(OpBuilder &builder, Operation &op,
                   IRMapping &values) override {
    return builder.clone(op, values);
  }
  Value guarded(OpBuilder &builder, Location loc, ArrayRef<IndexGuard> guards,
                Type type, EmitElement then, EmitElement otherwise) override;
  LogicalResult branch(OpBuilder &builder, Location loc, Value condition,
                       TypeRange types, EmitElements then,
                       EmitElements otherwise,
                       SmallVectorImpl<Value> &results) override;
  void matchTypes(OpBuilder &, Location, TypeRange,
                  SmallVectorImpl<Value> &) override {}
  bool readsStructured() const override { return true; }

private:
  IndexSpace &space;
};
} // namespace

Value ScalarForm::load(OpBuilder &builder, Location loc, Value flat,
                       AffineExpr offset, Type element) {
  Value index = space.materialize(builder, loc, offset);
  Value loaded = memref::LoadOp::create(builder, loc, flat, index);
  if (!element.isInteger(1))
    return loaded;
  Value zero = arith::ConstantIntOp::create(builder, loc, loaded.getType(), 0);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, loaded,
                               zero);
}

void ScalarForm::store(OpBuilder &builder, Location loc, Value scalar,
                       Value flat, AffineExpr offset) {
  Type storage = cast<MemRefType>(flat.getType()).getElementType();
  if (scalar.getType().isInteger(1) && storage != scalar.getType())
    scalar = arith::ExtUIOp::create(builder, loc, storage, scalar);
  Value index = space.materialize(builder, loc, offset);
  memref::StoreOp::create(builder, loc, scalar, flat, index);
}

Value ScalarForm::guarded(OpBuilder &builder, Location loc,
                          ArrayRef<IndexGuard> guards, Type type,
                          EmitElement then, EmitElement otherwise) {
  ScalarOps ops{builder, loc};
  Value inside;
  auto require = [&](Value condition) {
    inside = inside ? ops.both(inside, condition) : condition;
  };
  for (const IndexGuard &guard : guards) {
    Value value = space.materialize(builder, loc, guard.index);
    if (guard.lower)
      require(ops.negate(
          ops.isBelow(value, space.materialize(builder, loc, guard.lower))));
    if (guard.upper)
      require(ops.isBelow(value, space.materialize(builder, loc, guard.upper)));
  }
  auto asList = [](EmitElement emit) {
    return [emit](OpBuilder &b, SmallVectorImpl<Value> &yielded) {
      yielded.push_back(emit(b));
      return success(yielded.back() != nullptr);
    };
  };
  SmallVector<Value> results;
  if (failed(branch(builder, loc, inside, type, asList(then), asList(otherwise),
                    results)))
    return {};
  return results[0];
}

LogicalResult ScalarForm::branch(OpBuilder &builder, Location loc,
                                 Value condition, TypeRange types,
                                 EmitElements then, EmitElements otherwise,
                                 SmallVectorImpl<Value> &results) {
  auto op = scf::IfOp::create(builder, loc, types, condition,
                              /*withElseRegion=*/true);
  for (Region *region : {&op.getThenRegion(), &op.getElseRegion()}) {
    OpBuilder::InsertionGuard guard(builder);
    region->front().clear();
    builder.setInsertionPointToEnd(&region->front());
    SmallVector<Value> yielded;
    bool isThen = region == &op.getThenRegion();
    if (failed(isThen ? then(builder, yielded) : otherwise(builder, yielded)))
      return failure();
    scf::YieldOp::create(builder, loc, yielded);
  }
  results.append(op.result_begin(), op.result_end());
  return success();
}

std::unique_ptr<ElementForm> makeScalarForm(IndexSpace &space) {
  return std::make_unique<ScalarForm>(space);
}

} // namespace xcc::schedule
