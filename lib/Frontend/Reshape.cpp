//===- Reshape.cpp - Views as expand_shape and collapse_shape -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Lowering.h"

using namespace mlir;

namespace xcc::frontend {

namespace {
/// A product of sizes in a form that can be compared: a number and the other
/// factors, sorted.
struct Product {
  int64_t number = 1;
  SmallVector<AffineExpr> factors;

  void times(AffineExpr size) {
    if (auto constant = dyn_cast<AffineConstantExpr>(size)) {
      number *= constant.getValue();
      return;
    }
    auto binary = dyn_cast<AffineBinaryOpExpr>(size);
    if (binary && binary.getKind() == AffineExprKind::Mul) {
      times(binary.getLHS());
      times(binary.getRHS());
      return;
    }
    auto isBefore = [](AffineExpr a, AffineExpr b) {
      return a.getAsOpaquePointer() < b.getAsOpaquePointer();
    };
    factors.insert(llvm::upper_bound(factors, size, isBefore), size);
  }
  bool operator==(const Product &other) const {
    return number == other.number && factors == other.factors;
  }
  bool divides(const Product &other) const {
    auto isBefore = [](AffineExpr a, AffineExpr b) {
      return a.getAsOpaquePointer() < b.getAsOpaquePointer();
    };
    return other.number % number == 0 &&
           std::includes(other.factors.begin(), other.factors.end(),
                         factors.begin(), factors.end(), isBefore);
  }
};
} // namespace

/// Extends one group until both sides hold the same elements.
static LogicalResult growGroup(ReshapeGroup &group, ArrayRef<AffineExpr> from,
                               ArrayRef<AffineExpr> to, size_t &i, size_t &j) {
  Product before, after;
  auto take = [](Product &product, SmallVector<int64_t> &dims,
                 ArrayRef<AffineExpr> sizes, size_t &position) {
    dims.push_back(position);
    product.times(sizes[position++]);
  };
  if (i < from.size())
    take(before, group.from, from, i);
  if (j < to.size())
    take(after, group.to, to, j);
  while (!(before == after)) {
    bool growFrom =
        i < from.size() &&
        (before.divides(after) || !after.divides(before) || j == to.size());
    if (!growFrom && j == to.size())
      return failure();
    if (growFrom)
      take(before, group.from, from, i);
    else
      take(after, group.to, to, j);
  }
  return success();
}

FailureOr<SmallVector<ReshapeGroup>> groupDimensions(ArrayRef<AffineExpr> from,
                                                     ArrayRef<AffineExpr> to) {
  SmallVector<ReshapeGroup> groups;
  size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    ReshapeGroup group;
    if (failed(growGroup(group, from, to, i, j)))
      return failure();
    // What is left are sizes of 1, which belong to the group before.
    if (!groups.empty() && (group.from.empty() || group.to.empty())) {
      llvm::append_range(groups.back().from, group.from);
      llvm::append_range(groups.back().to, group.to);
      continue;
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

static SmallVector<ReassociationIndices>
reassociation(ArrayRef<ReshapeGroup> groups,
              SmallVector<int64_t> ReshapeGroup::*side) {
  SmallVector<ReassociationIndices> result;
  for (const ReshapeGroup &group : groups)
    result.emplace_back((group.*side).begin(), (group.*side).end());
  return result;
}

Tensor Lowering::reshapeRoot(Tensor tensor) {
  Value value = tensor.value;
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      break;
    Value source = op->getOperand(0);
    if (!shapes.contains(source))
      break;
    value = source;
  }
  if (value == tensor.value)
    return tensor;
  return {value, shapes.lookup(value), tensor.element, {}};
}

/// expand(permute(x)) -> permute(expand(x)): a copy that reads a view, instead
/// of a view of a copy, can be fused into whatever reads it.
std::optional<Tensor>
Lowering::reshapeThroughPermute(Tensor root, ArrayRef<ReshapeGroup> groups,
                                const SymbolicShape &shape) {
  auto generic = root.value.getDefiningOp<linalg::GenericOp>();
  if (!generic || generic.getNumDpsInputs() != 1 ||
      generic.getBody()->getOperations().size() != 1 ||
      generic.getNumParallelLoops() != generic.getNumLoops())
    return std::nullopt;
  AffineMap map = generic.getIndexingMapsArray().front();
  Value source = generic.getDpsInputs().front();
  if (!map.isPermutation() || !shapes.contains(source) ||
      llvm::any_of(groups, [](const ReshapeGroup &group) {
        return group.from.size() != 1;
      }))
    return std::nullopt;
  SymbolicShape expanded;
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i < map.getNumResults(); ++i)
    for (int64_t to : groups[map.getDimPosition(i)].to) {
      expanded.push_back(shape[to]);
      exprs.push_back(dim(to));
    }
  Tensor view = mustReshape(
      Tensor{source, shapes.lookup(source), root.element, {}}, expanded);
  // Merging the loops again would undo it.
  return move(
      shape, {Access{view, exprs}}, root.element,
      [](ArrayRef<Scalar> x) { return x[0]; }, /*usesIndex=*/true);
}

FailureOr<Tensor> Lowering::reshape(Tensor tensor, SymbolicShape shape) {
  if (!tensor.value)
    return splat(tensor.splat, shape, tensor.element);
  Tensor root = reshapeRoot(tensor);
  if (root.shape == shape)
    return root;
  // No elements: nothing to group by.
  auto isZero = [](AffineExpr size) { return isSize(size, 0); };
  if (llvm::any_of(shape, isZero))
    return store(splat(builder.getZeroAttr(storageType(tensor.element)), shape,
                       tensor.element));
  auto groups = groupDimensions(root.shape, shape);
  if (failed(groups))
    return failure();
  if (std::optional<Tensor> moved = reshapeThroughPermute(root, *groups, shape))
    return *moved;
  return buildView(root, *groups, shape);
}

/// The collapse_shape and expand_shape that take `root` to `shape`.
Tensor Lowering::buildView(Tensor root, ArrayRef<ReshapeGroup> groups,
                           const SymbolicShape &shape) {
  SymbolicShape middle;
  bool collapses = root.shape.empty() ? false : shape.empty();
  bool expands = root.shape.empty();
  for (const ReshapeGroup &group : groups) {
    collapses |= group.from.size() > 1;
    expands |= group.to.size() > 1;
    SmallVector<AffineExpr> sizes;
    for (int64_t from : group.from)
      sizes.push_back(root.shape[from]);
    middle.push_back(productOf(sizes, context()));
  }
  Value value = root.value;
  if (collapses) {
    SmallVector<ReassociationIndices> from =
        reassociation(groups, &ReshapeGroup::from);
    if (shape.empty()) {
      from.clear();
      middle.clear();
    }
    value = tensor::CollapseShapeOp::create(
        builder, typeOf(middle, root.element), value, from);
    shapes[value] = middle;
  }
  if (expands) {
    SmallVector<OpFoldResult> sizes;
    for (AffineExpr expr : shape)
      sizes.push_back(size(expr));
    SmallVector<ReassociationIndices> to =
        root.shape.empty() ? SmallVector<ReassociationIndices>()
                           : reassociation(groups, &ReshapeGroup::to);
    value = tensor::ExpandShapeOp::create(builder, typeOf(shape, root.element),
                                          value, to, sizes);
  }
  return wrap(value, shape, root.element);
}

Tensor Lowering::mustReshape(Tensor tensor, SymbolicShape shape) {
  FailureOr<Tensor> result = reshape(std::move(tensor), std::move(shape));
  assert(succeeded(result) && "the caller derives one shape from the other");
  return *result;
}

} // namespace xcc::frontend
