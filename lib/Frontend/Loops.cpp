//===- Loops.cpp - Building linalg.generic with few, simple loops ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that a view has split are merged again as they are built, so that a
// chain of operations around views (the linear layers of a transformer) works
// on one shape and views stay at its edges.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Lowering.h"

using namespace mlir;

namespace xcc::frontend {

Access Lowering::broadcast(Tensor tensor, const SymbolicShape &shape) {
  Access access{std::move(tensor), {}};
  size_t offset = shape.size() - access.tensor.rank();
  for (auto [i, size] : llvm::enumerate(access.tensor.shape)) {
    bool isStretched = isSize(size, 1) && !isSize(shape[offset + i], 1);
    access.exprs.push_back(isStretched ? constant(0) : dim(offset + i));
  }
  return access;
}

/// x[i][0] -> view(x)[i]: what is read at 0 alone is no dimension.
Access Lowering::dropUnitDims(Access access) {
  SymbolicShape shape;
  SmallVector<AffineExpr> exprs;
  for (auto [size, expr] : llvm::zip(access.tensor.shape, access.exprs)) {
    if (isSize(size, 1) && isa<AffineConstantExpr>(expr))
      continue;
    shape.push_back(size);
    exprs.push_back(expr);
  }
  if (shape.size() == access.tensor.rank())
    return access;
  return {mustReshape(access.tensor, shape), exprs};
}

/// For each loop but the last: whether it and the next can be one loop and a
/// view asks for it.
SmallVector<bool> Lowering::mergeableLoops(const LoopNest &loops,
                                           ArrayRef<Access> inputs,
                                           ArrayRef<AffineExpr> output) {
  size_t count = loops.sizes.size();
  SmallVector<bool> possible(count, true), wanted(count, false);
  auto restrict = [&](ArrayRef<AffineExpr> exprs) {
    for (size_t i = 0; i + 1 < count; ++i) {
      AffineExpr first = dim(i), second = dim(i + 1);
      bool isUsed = false, isAdjacent = false;
      for (size_t p = 0; p < exprs.size(); ++p) {
        isUsed |=
            exprs[p].isFunctionOfDim(i) || exprs[p].isFunctionOfDim(i + 1);
        if (p + 1 < exprs.size() && exprs[p] == first &&
            exprs[p + 1] == second) {
          isAdjacent = true;
          ++p;
        }
      }
      if (isUsed && !isAdjacent)
        possible[i] = false;
    }
  };
  restrict(output);
  for (const Access &access : inputs) {
    restrict(access.exprs);
    auto expand = access.tensor.value.getDefiningOp<tensor::ExpandShapeOp>();
    if (!expand)
      continue;
    for (ReassociationIndices &group : expand.getReassociationIndices())
      for (int64_t p : ArrayRef<int64_t>(group).drop_back())
        if (auto first = dyn_cast<AffineDimExpr>(access.exprs[p]);
            first && access.exprs[p + 1] == dim(first.getPosition() + 1))
          wanted[first.getPosition()] = true;
  }
  for (size_t i = 0; i + 1 < count; ++i)
    wanted[i] =
        wanted[i] && possible[i] && loops.kinds[i] == loops.kinds[i + 1];
  return wanted;
}

/// Rewrites an access for loops of which some have been merged.
Access Lowering::mergeLoops(Access access, ArrayRef<int64_t> newLoop) {
  SymbolicShape shape;
  SmallVector<AffineExpr> exprs, renamed;
  for (int64_t loop : newLoop)
    renamed.push_back(dim(loop));
  for (auto [i, expr] : llvm::enumerate(access.exprs)) {
    AffineExpr size = access.tensor.shape[i];
    AffineExpr now = expr.replaceDims(renamed);
    if (i && isa<AffineDimExpr>(now) && !exprs.empty() && exprs.back() == now &&
        access.exprs[i - 1] != expr) {
      shape.back() = shape.back() * size;
      continue;
    }
    shape.push_back(size);
    exprs.push_back(now);
  }
  if (access.tensor.rank() == shape.size())
    return {access.tensor, exprs};
  return {mustReshape(access.tensor, shape), exprs};
}

static SmallVector<Value> valuesOf(ArrayRef<Access> inputs) {
  SmallVector<Value> values;
  for (const Access &access : inputs)
    values.push_back(access.tensor.value);
  return values;
}

/// The loops after each one marked in `merges` is joined with the next, and the
/// place of each old loop among them.
static std::pair<LoopNest, SmallVector<int64_t>>
mergeNest(const LoopNest &loops, ArrayRef<bool> merges) {
  LoopNest merged;
  SmallVector<int64_t> newLoop;
  for (size_t i = 0; i < loops.sizes.size(); ++i) {
    if (i && merges[i - 1]) {
      merged.sizes.back() = merged.sizes.back() * loops.sizes[i];
    } else {
      merged.sizes.push_back(loops.sizes[i]);
      merged.kinds.push_back(loops.kinds[i]);
    }
    newLoop.push_back(merged.sizes.size() - 1);
  }
  return {merged, newLoop};
}

Tensor Lowering::generic(LoopNest loops, ArrayRef<Access> inputs,
                         ArrayRef<AffineExpr> output, Type element,
                         TypedAttr init, Body body) {
  SmallVector<Access> accesses;
  for (const Access &access : inputs)
    accesses.push_back(dropUnitDims(access));
  SymbolicShape fullShape;
  for (AffineExpr expr : output)
    fullShape.push_back(loops.sizes[cast<AffineDimExpr>(expr).getPosition()]);
  Access result{Tensor{{}, fullShape, element, {}}, {}};
  result.exprs.assign(output.begin(), output.end());

  SmallVector<bool> merges(loops.sizes.size(), false);
  if (!loops.usesIndex)
    merges = mergeableLoops(loops, accesses, output);
  auto [merged, newLoop] = mergeNest(loops, merges);
  for (Access &access : accesses)
    access = mergeLoops(access, newLoop);
  // The result's tensor does not exist yet: only its shape is rewritten.
  result.tensor.splat = builder.getIndexAttr(0);
  result = mergeLoops(result, newLoop);
  result.tensor.splat = {};

  SmallVector<AffineMap> maps;
  for (const Access &access : accesses)
    maps.push_back(
        AffineMap::get(merged.sizes.size(), 0, access.exprs, context()));
  maps.push_back(
      AffineMap::get(merged.sizes.size(), 0, result.exprs, context()));
  Value target = empty(result.tensor.shape, element);
  if (init) {
    Value start = arith::ConstantOp::create(builder, init);
    target = linalg::FillOp::create(builder, start, target).getResult(0);
  }
  auto op = linalg::GenericOp::create(
      builder, target.getType(), valuesOf(accesses), target, maps, merged.kinds,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder inner(loc, nested);
        linalg::YieldOp::create(inner, body(inner, args));
      });
  Tensor made = wrap(op.getResult(0), result.tensor.shape, element);
  if (made.shape == fullShape)
    return made;
  return buildView(made, *groupDimensions(made.shape, fullShape), fullShape);
}

Tensor Lowering::mapOrMove(const SymbolicShape &shape, ArrayRef<Access> inputs,
                           Type element, ScalarFn fn, bool usesIndex,
                           bool isMove) {
  LoopNest loops;
  loops.sizes = shape;
  loops.kinds.assign(shape.size(), utils::IteratorType::parallel);
  loops.usesIndex = usesIndex;
  SmallVector<Access> tensors;
  for (const Access &access : inputs)
    if (!access.tensor.splat)
      tensors.push_back(access);
  return generic(loops, tensors, dims(shape.size()), element, /*init=*/{},
                 [&](ImplicitLocOpBuilder &nested, ValueRange args) -> Value {
                   SmallVector<Scalar> scalars;
                   unsigned next = 0;
                   for (const Access &access : inputs) {
                     Type from = access.tensor.element;
                     Value stored;
                     if (!access.tensor.splat)
                       stored = args[next++];
                     else
                       stored = arith::ConstantOp::create(nested,
                                                          access.tensor.splat);
                     Scalar scalar = toCompute(nested, stored, from);
                     if (isMove)
                       scalar = scalar.with(stored);
                     // A constant widens at compile time.
                     SmallVector<Value, 1> folded;
                     Operation *op = scalar.value.getDefiningOp();
                     if (access.tensor.splat && op &&
                         succeeded(nested.tryFold(op, folded)))
                       scalar = scalar.with(folded.front());
                     scalars.push_back(scalar);
                   }
                   if (scalars.empty())
                     scalars.push_back(Scalar{&nested, Value(), false});
                   Scalar result = fn(scalars);
                   return isMove ? result.value : toStorage(result, element);
                 });
}

Tensor Lowering::map(const SymbolicShape &shape, ArrayRef<Access> inputs,
                     Type element, ScalarFn fn, bool usesIndex) {
  return mapOrMove(shape, inputs, element, fn, usesIndex, /*isMove=*/false);
}

Tensor Lowering::move(const SymbolicShape &shape, ArrayRef<Access> inputs,
                      Type element, ScalarFn fn, bool usesIndex) {
  return mapOrMove(shape, inputs, element, fn, usesIndex, /*isMove=*/true);
}

Tensor Lowering::reduce(const SymbolicShape &shape, ArrayRef<bool> reduced,
                        ArrayRef<Access> inputs, Type element, TypedAttr init,
                        ScalarFn fn) {
  LoopNest loops;
  loops.sizes = shape;
  SmallVector<AffineExpr> output;
  for (size_t i = 0; i < shape.size(); ++i) {
    loops.kinds.push_back(reduced[i] ? utils::IteratorType::reduction
                                     : utils::IteratorType::parallel);
    if (!reduced[i])
      output.push_back(dim(i));
  }
  SmallVector<Access> stored;
  for (const Access &access : inputs)
    stored.push_back({store(access.tensor), access.exprs});
  return generic(loops, stored, output, element, init,
                 [&](ImplicitLocOpBuilder &nested, ValueRange args) -> Value {
                   SmallVector<Scalar> scalars;
                   for (auto [i, access] : llvm::enumerate(stored))
                     scalars.push_back(
                         toCompute(nested, args[i], access.tensor.element));
                   scalars.push_back(toCompute(nested, args.back(), element));
                   return fn(scalars).value;
                 });
}

} // namespace xcc::frontend
