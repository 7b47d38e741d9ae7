//===- TileForm.cpp - Elements as tiles -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/TileForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::schedule {

TileForm::TileForm(TileKernelBuilder &builder)
    : builder(builder), space(builder.space()) {}

//===-- Dimensions and types ----------------------------------------------===//

FrameDims TileForm::allDims() const {
  return FrameDims(builder.frame().shape.size(), true);
}

FrameDims TileForm::dimsOf(Value value) {
  FrameDims dims(builder.frame().shape.size());
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (auto [i, size] : llvm::enumerate(type.getShape()))
      if (size != 1)
        dims.set(i);
  return dims;
}

FrameDims TileForm::dimsOf(AffineExpr expr) {
  const TileFrame &frame = builder.frame();
  FrameDims dims(frame.shape.size());
  space.resolve(expr).walk([&](AffineExpr part) {
    if (!isa<AffineDimExpr>(part))
      return;
    auto *coordinate = llvm::find(frame.coordinates, part);
    if (coordinate != frame.coordinates.end())
      dims.set(coordinate - frame.coordinates.begin());
    else if (Value value = space.valueOf(part))
      dims |= dimsOf(value);
  });
  return dims;
}

RankedTensorType TileForm::tileType(Type element, const FrameDims &dims) {
  uint64_t key = 0;
  for (unsigned dim : dims.set_bits())
    key |= uint64_t(1) << dim;
  RankedTensorType &type = types[{element, key}];
  if (type)
    return type;
  const TileFrame &frame = builder.frame();
  tile::LinearLayout layout = frame.layout;
  for (unsigned dim = 0; dim < frame.shape.size(); ++dim)
    if (!dims.test(dim) && frame.shape[dim] != 1)
      layout = layout.collapsed(dim);
  return type = tile::getTileType(element, layout);
}

Value TileForm::widen(OpBuilder &b, Location loc, Value value,
                      const FrameDims &dims) {
  RankedTensorType type = tileType(getElementTypeOrSelf(value), dims);
  if (value.getType() == type)
    return value;
  if (!isa<RankedTensorType>(value.getType()))
    return tile::SplatOp::create(b, loc, type, value);
  return tile::BroadcastOp::create(b, loc, type, value);
}

void TileForm::matchTypes(OpBuilder &b, Location loc, TypeRange updated,
                          SmallVectorImpl<Value> &inits) {
  for (auto [init, type] : llvm::zip_equal(inits, updated)) {
    if (init.getType() == type)
      continue;
    auto tileType = cast<RankedTensorType>(type);
    init = isa<RankedTensorType>(init.getType())
               ? Value(tile::BroadcastOp::create(b, loc, tileType, init))
               : Value(tile::SplatOp::create(b, loc, tileType, init));
  }
}

//===-- Numbers -----------------------------------------------------------===//

Type TileForm::integerTypeFor(OpBuilder &b, AffineExpr expr) {
  // Within [-2^31, 2^31).
  bool isNarrow = space.isWithin(expr + (int64_t(1) << 31),
                                 space.constant(int64_t(1) << 32));
  return b.getIntegerType(isNarrow ? 32 : 64);
}

Value TileForm::index(OpBuilder &b, Location loc, AffineExpr expr) {
  expr = space.simplify(space.resolve(space.simplify(expr)));
  FrameDims dims(builder.frame().shape.size());
  bool hasTiles = false;
  expr.walk([&](AffineExpr part) {
    if (Value value = isa<AffineDimExpr>(part) ? space.valueOf(part) : Value())
      hasTiles |= isa<RankedTensorType>(value.getType());
  });
  if (hasTiles)
    return indexOfTiles(b, loc, expr);
  dims = dimsOf(expr);
  if (dims.none())
    return space.materialize(b, loc, expr);
  TileAccess numbers = access(b, loc, {}, expr, dims);
  return tile::IndexOp::create(b, loc, tileType(integerTypeFor(b, expr), dims),
                               numbers.map, numbers.scalars);
}

/// Where gathered numbers occur: arithmetic in i64.
Value TileForm::indexOfTiles(OpBuilder &b, Location loc, AffineExpr expr) {
  Type i64 = b.getI64Type();
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expr)) {
    Value lhs = indexOfTiles(b, loc, binary.getLHS());
    Value rhs = indexOfTiles(b, loc, binary.getRHS());
    FrameDims dims = dimsOf(lhs) | dimsOf(rhs);
    lhs = widen(b, loc, lhs, dims);
    rhs = widen(b, loc, rhs, dims);
    if (expr.getKind() == AffineExprKind::Add)
      return arith::AddIOp::create(b, loc, lhs, rhs);
    if (expr.getKind() == AffineExprKind::Mul)
      return arith::MulIOp::create(b, loc, lhs, rhs);
    if (expr.getKind() == AffineExprKind::Mod)
      return arith::RemUIOp::create(b, loc, lhs, rhs);
    return arith::DivUIOp::create(b, loc, lhs, rhs);
  }
  Value value = isa<AffineDimExpr>(expr) ? space.valueOf(expr) : Value();
  if (!value || !isa<RankedTensorType>(value.getType()))
    value = index(b, loc, expr);
  return castIndex(b, loc, value, i64, /*isUnsigned=*/false);
}

/// `value`, an index, an integer or a tile of integers, as integers `to`.
Value TileForm::castIndex(OpBuilder &b, Location loc, Value value, Type to,
                          bool isUnsigned) {
  Type from = getElementTypeOrSelf(value);
  if (from == to)
    return value;
  if (from.isIndex())
    return arith::IndexCastOp::create(b, loc, to, value);
  Type type = to;
  if (auto tile = dyn_cast<RankedTensorType>(value.getType()))
    type = tile.clone(to);
  if (from.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(b, loc, type, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, loc, type, value);
  return arith::ExtSIOp::create(b, loc, type, value);
}

//===-- Bodies ------------------------------------------------------------===//

/// Between index and integers: indices of tiles are i32 or i64 already.
Operation *TileForm::applyCast(OpBuilder &b, Operation &op, IRMapping &values) {
  Value value = values.lookup(op.getOperand(0));
  Type to = getElementTypeOrSelf(op.getResult(0));
  if (to.isIndex())
    to = b.getIntegerType(
        getElementTypeOrSelf(value).getIntOrFloatBitWidth() <= 32 ? 32 : 64);
  Value result =
      castIndex(b, op.getLoc(), value, to, isa<arith::IndexCastUIOp>(op));
  values.map(op.getResult(0), result);
  return result == value ? nullptr : result.getDefiningOp();
}

/// The integers that an operation on indices is done in.
Type TileForm::indexTypeFor(OpBuilder &b, Operation &op, ValueRange operands) {
  // Other operations could leave the range of 32 bits.
  bool mayBeNarrow = isa<arith::CmpIOp, arith::MinSIOp, arith::MaxSIOp,
                         arith::MinUIOp, arith::MaxUIOp, arith::SelectOp>(op);
  for (auto [value, original] : llvm::zip_equal(operands, op.getOperands())) {
    if (!original.getType().isIndex())
      continue;
    APInt number;
    bool isSmall = matchPattern(value, m_ConstantInt(&number))
                       ? number.isSignedIntN(32)
                       : getElementTypeOrSelf(value).isInteger(32);
    mayBeNarrow &= isSmall;
  }
  return b.getIntegerType(mayBeNarrow ? 32 : 64);
}

Operation *TileForm::apply(OpBuilder &b, Operation &op, IRMapping &values) {
  SmallVector<Value> operands;
  bool hasTiles = false;
  for (Value operand : op.getOperands()) {
    operands.push_back(values.lookup(operand));
    hasTiles |= isa<RankedTensorType>(operands.back().getType());
  }
  if (!hasTiles)
    return b.clone(op, values);
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return applyCast(b, op, values);
  Type number = indexTypeFor(b, op, operands);
  FrameDims dims(builder.frame().shape.size());
  for (Value operand : operands)
    dims |= dimsOf(operand);
  IRMapping widened;
  for (auto [operand, original] : llvm::zip_equal(operands, op.getOperands())) {
    if (original.getType().isIndex())
      operand = castIndex(b, op.getLoc(), operand, number, false);
    widened.map(original, widen(b, op.getLoc(), operand, dims));
  }
  Operation *copy = b.clone(op, widened);
  for (auto [from, to] : llvm::zip_equal(op.getResults(), copy->getResults())) {
    Type element = from.getType().isIndex() ? number : from.getType();
    to.setType(tileType(element, dims));
    values.map(from, to);
  }
  return copy;
}

//===-- Conditions --------------------------------------------------------===//

Value TileForm::holds(OpBuilder &b, Location loc, Indices wanted) {
  Value all;
  FrameDims dims(builder.frame().shape.size());
  for (AffineExpr condition : wanted) {
    Value number = index(b, loc, condition);
    Type element = getElementTypeOrSelf(number);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    FrameDims here = dimsOf(number);
    if (isa<RankedTensorType>(number.getType()))
      zero = widen(b, loc, zero, here);
    Value each =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, number, zero);
    if (!all) {
      all = each;
      continue;
    }
    FrameDims both = dimsOf(all) | here;
    if (both.any()) {
      all = widen(b, loc, all, both);
      each = widen(b, loc, each, both);
    }
    all = arith::AndIOp::create(b, loc, all, each);
  }
  return all;
}

/// condition ? then : otherwise, each a scalar or a tile.
static Value selectTiles(OpBuilder &b, Location loc, TileForm &form,
                         Value condition, Value then, Value otherwise) {
  FrameDims dims =
      form.dimsOf(condition) | form.dimsOf(then) | form.dimsOf(otherwise);
  bool isUniform = !isa<RankedTensorType>(condition.getType());
  bool hasTiles = !isUniform || isa<RankedTensorType>(then.getType()) ||
                  isa<RankedTensorType>(otherwise.getType());
  if (hasTiles) {
    then = form.widen(b, loc, then, dims);
    otherwise = form.widen(b, loc, otherwise, dims);
    if (!isUniform)
      condition = form.widen(b, loc, condition, dims);
  }
  return arith::SelectOp::create(b, loc, condition, then, otherwise);
}

/// Whether `value` is zero already where some of `required` does not hold: a
/// load made in `block` behind `last`, when that was known, whose bounds
/// include all conditions on coordinates that it has.
bool TileForm::isMasked(Value value, Indices required, Block *block,
                        Operation *last) {
  auto load = value.getDefiningOp<tile::LoadOp>();
  if (!load || load.getOther() || load->getBlock() != block ||
      (last && !last->isBeforeInBlock(load)))
    return false;
  return llvm::all_of(required, [&](AffineExpr condition) {
    FrameDims here = dimsOf(condition);
    return here.none() || here.anyCommon(dimsOf(value));
  });
}

Value TileForm::guarded(OpBuilder &b, Location loc, ArrayRef<IndexGuard> guards,
                        Type, EmitElement then, EmitElement otherwise) {
  IndexList required;
  auto require = [&](AffineExpr condition) {
    if (!space.isNonNegative(condition))
      required.push_back(space.simplify(condition));
  };
  for (const IndexGuard &guard : guards) {
    if (guard.lower)
      require(guard.index - guard.lower);
    if (guard.upper)
      require(guard.upper - 1 - guard.index);
  }
  if (required.empty())
    return then(b);
  size_t before = conditions.size();
  conditions.append(required);
  Block *block = b.getInsertionBlock();
  Operation *last = b.getInsertionPoint() == block->begin()
                        ? nullptr
                        : &*std::prev(b.getInsertionPoint());
  Value inside = then(b);
  conditions.truncate(before);
  // Of several conditions, it is not known which one fails.
  if (required.size() == 1)
    conditions.push_back(space.simplify(-required[0] - 1));
  Value outside = inside ? otherwise(b) : Value();
  conditions.truncate(before);
  if (!outside)
    return {};
  if (isMasked(inside, required, block, last) &&
      matchPattern(outside, m_AnyZeroFloat()))
    return inside;
  return selectTiles(b, loc, *this, holds(b, loc, required), inside, outside);
}

/// Both branches in the same types, by an scf.if.
LogicalResult TileForm::branchUniformly(OpBuilder &b, Location loc,
                                        Value condition, EmitElements then,
                                        EmitElements otherwise,
                                        SmallVectorImpl<Value> &results) {
  Block blocks[2];
  SmallVector<Value> yielded[2];
  for (unsigned i = 0; i < 2; ++i) {
    OpBuilder inner(b.getContext());
    inner.setInsertionPointToEnd(&blocks[i]);
    if (failed(i ? otherwise(inner, yielded[i]) : then(inner, yielded[i])))
      return failure();
  }
  SmallVector<Type> types;
  for (auto [left, right] : llvm::zip_equal(yielded[0], yielded[1])) {
    if (left.getType() != right.getType()) {
      FrameDims dims = dimsOf(left) | dimsOf(right);
      OpBuilder first(b.getContext()), second(b.getContext());
      first.setInsertionPointToEnd(&blocks[0]);
      second.setInsertionPointToEnd(&blocks[1]);
      left = widen(first, loc, left, dims);
      right = widen(second, loc, right, dims);
    }
    types.push_back(left.getType());
  }
  auto op = scf::IfOp::create(b, loc, types, condition,
                              /*withElseRegion=*/true);
  for (unsigned i = 0; i < 2; ++i) {
    Block &into = op->getRegion(i).front();
    into.clear();
    into.getOperations().splice(into.end(), blocks[i].getOperations());
    OpBuilder inner(b.getContext());
    inner.setInsertionPointToEnd(&into);
    scf::YieldOp::create(inner, loc, yielded[i]);
  }
  results.append(op.result_begin(), op.result_end());
  return success();
}

LogicalResult TileForm::branch(OpBuilder &b, Location loc, Value condition,
                               TypeRange, EmitElements then,
                               EmitElements otherwise,
                               SmallVectorImpl<Value> &results) {
  if (!isa<RankedTensorType>(condition.getType()))
    return branchUniformly(b, loc, condition, then, otherwise, results);
  SmallVector<Value> inside, outside;
  masks.push_back(condition);
  LogicalResult status = then(b, inside);
  masks.pop_back();
  Value yes = widen(
      b, loc, arith::ConstantIntOp::create(b, loc, /*value=*/1, /*width=*/1),
      dimsOf(condition));
  masks.push_back(arith::XOrIOp::create(b, loc, condition, yes));
  if (succeeded(status))
    status = otherwise(b, outside);
  masks.pop_back();
  if (failed(status))
    return failure();
  for (auto [left, right] : llvm::zip_equal(inside, outside))
    results.push_back(selectTiles(b, loc, *this, condition, left, right));
  return success();
}

} // namespace xcc::schedule
