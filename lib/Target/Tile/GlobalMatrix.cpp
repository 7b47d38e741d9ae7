//===- GlobalMatrix.cpp - A tile in global memory as part of a matrix -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/GlobalMatrix.h"

using namespace mlir;

namespace xcc::thread {

// Rows that a matrix may have for block loads of every device.
static constexpr int64_t kMostRows = int64_t(1) << 24;

static void addTerms(AffineExpr expr, int64_t factor, LinearTerms &into) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    into.constant += factor * constant.getValue();
    return;
  }
  if (auto sum = dyn_cast<AffineBinaryOpExpr>(expr)) {
    if (sum.getKind() == AffineExprKind::Add) {
      addTerms(sum.getLHS(), factor, into);
      return addTerms(sum.getRHS(), factor, into);
    }
    auto by = dyn_cast<AffineConstantExpr>(sum.getRHS());
    if (sum.getKind() == AffineExprKind::Mul && by)
      return addTerms(sum.getLHS(), factor * by.getValue(), into);
  }
  into.factors[expr] += factor;
}

LinearTerms LinearTerms::of(AffineExpr expr) {
  LinearTerms terms;
  addTerms(expr, 1, terms);
  return terms;
}

/// A dim beside others, in a quotient say.
static bool hidesDim(const LinearTerms &terms, unsigned numDims) {
  return llvm::any_of(terms.factors, [&](const auto &term) {
    if (isa<AffineDimExpr>(term.first))
      return false;
    for (unsigned dim = 0; dim < numDims; ++dim)
      if (term.first.isFunctionOfDim(dim))
        return true;
    return false;
  });
}

MatrixView::MatrixView(KernelLowering &lowering, Value buffer,
                       ValueRange scalars, RankedTensorType tile)
    : lowering(lowering), buffer(buffer), scalars(scalars), tile(tile) {}

template <typename Op> static IntegerSet boundsOf(Op op) {
  return op.getBounds() ? *op.getBounds() : IntegerSet();
}

std::optional<MatrixView> MatrixView::of(KernelLowering &lowering,
                                         tile::LoadOp op,
                                         RankedTensorType tile) {
  MatrixView view(lowering, op.getBuffer(), op.getScalars(), tile);
  if (!view.analyze(op.getMap(), boundsOf(op), /*isHint=*/false))
    return std::nullopt;
  return view;
}

std::optional<MatrixView> MatrixView::of(KernelLowering &lowering,
                                         tile::PrefetchOp op,
                                         RankedTensorType tile) {
  MatrixView view(lowering, op.getBuffer(), op.getScalars(), tile);
  if (!view.analyze(op.getMap(), boundsOf(op), /*isHint=*/true))
    return std::nullopt;
  return view;
}

bool MatrixView::analyze(AffineMap map, IntegerSet bounds, bool isHint) {
  if (map.getNumDims() != 2)
    return false;
  LinearTerms place = LinearTerms::of(map.getResult(0));
  if (hidesDim(place, 2) || !splitPlace(place))
    return false;
  if (bounds && !readBounds(bounds, isHint))
    return false;
  if (!placeColumns())
    return false;
  placeRows();
  return true;
}

/// Lines are `stride` apart; what is a multiple of it moves by whole lines.
bool MatrixView::splitPlace(const LinearTerms &place) {
  MLIRContext *context = buffer.getContext();
  int64_t steps[] = {place.factorOf(getAffineDimExpr(0, context)),
                     place.factorOf(getAffineDimExpr(1, context))};
  lineDim = steps[1] == 1 ? 0 : 1;
  stride = steps[lineDim];
  if (steps[1 - lineDim] != 1 || stride <= 1)
    return false;
  for (auto [expr, factor] : place.factors) {
    if (isa<AffineDimExpr>(expr))
      continue;
    if (factor % stride == 0)
      lines.factors[expr] = factor / stride;
    else
      across.factors[expr] = factor;
  }
  across.constant = llvm::mod(place.constant, stride);
  lines.constant = (place.constant - across.constant) / stride;
  return true;
}

bool MatrixView::readBounds(IntegerSet bounds, bool isHint) {
  MLIRContext *context = buffer.getContext();
  AffineExpr line = getAffineDimExpr(lineDim, context);
  AffineExpr along = getAffineDimExpr(1 - lineDim, context);
  SmallVector<Facts> dims, symbols;
  for (int64_t size : tile.getShape())
    dims.push_back(Facts::between(0, size - 1));
  for (Value scalar : scalars)
    symbols.push_back(lowering.facts.of(scalar));
  for (unsigned i = 0; i < bounds.getNumConstraints(); ++i) {
    AffineExpr expr = bounds.getConstraint(i);
    bool isKnown = thread::factsOf(expr, dims, symbols).least >= 0;
    if (isKnown && !bounds.isEq(i))
      continue;
    // last - d >= 0
    LinearTerms last = LinearTerms::of(expr);
    int64_t lineStep = last.factorOf(line), step = last.factorOf(along);
    last.factors.erase(line);
    last.factors.erase(along);
    bool isOfOneDim = !hidesDim(last, 2) && !bounds.isEq(i);
    if (isOfOneDim && lineStep == -1 && step == 0 && !lastRow)
      lastRow = last;
    else if (isOfOneDim && step == -1 && lineStep == 0 && !lastColumn)
      lastColumn = last;
    else if (!isHint)
      return false;
  }
  return true;
}

/// Moves what `last` subtracts, too, from `from` to `inside`; the rest begins
/// the matrix. What is left of `last` does not depend on the tile.
static void takeMatching(const LinearTerms &from, LinearTerms &last,
                         int64_t scale, LinearTerms &inside,
                         LinearTerms &base) {
  for (auto [expr, factor] : from.factors) {
    if (last.factorOf(expr) == -factor) {
      inside.factors[expr] = factor;
      last.factors.erase(expr);
    } else {
      base.factors[expr] += factor * scale;
    }
  }
  base.constant += from.constant * scale;
}

bool MatrixView::placeColumns() {
  // Block loads begin at multiples of 4 bytes.
  int64_t unit =
      std::max<int64_t>(32 / int64_t(tile.getElementTypeBitWidth()), 1);
  auto isOdd = [&](const auto &term) { return term.second % unit != 0; };
  if (llvm::any_of(across.factors, isOdd) || across.constant % unit != 0)
    return false;
  if (lastColumn) {
    takeMatching(across, *lastColumn, 1, column, base);
    columns = lastColumn->constant + 1;
    return lastColumn->factors.empty() && columns > 0;
  }
  // All of it exists, so it must not reach into the next line.
  column = across;
  columns = stride;
  Facts facts = factsOf(column);
  return facts.least >= 0 &&
         facts.most + tile.getDimSize(1 - lineDim) <= stride;
}

void MatrixView::placeRows() {
  int64_t size = tile.getDimSize(lineDim);
  Facts facts = factsOf(lines);
  bool isShort = facts.least >= 0 && facts.most + size <= kMostRows;
  if (lastRow && isShort) {
    // The matrix begins where the buffer does, which is aligned, and ends with
    // the last row that exists here.
    row = lines;
    rows = *lastRow;
    for (auto [expr, factor] : lines.factors)
      rows.factors[expr] += factor;
    rows.constant += lines.constant + 1;
    return;
  }
  if (lastRow) {
    takeMatching(lines, *lastRow, stride, row, base);
    rows = *lastRow;
    rows.constant += 1;
    return;
  }
  if (isShort) {
    row = lines;
    rows.constant = facts.most + size;
    return;
  }
  LinearTerms none;
  takeMatching(lines, none, stride, row, base);
  rows.constant = size;
}

Facts MatrixView::factsOf(const LinearTerms &terms) const {
  SmallVector<Facts> symbols;
  for (Value scalar : scalars)
    symbols.push_back(lowering.facts.of(scalar));
  Facts sum = Facts::of(terms.constant);
  for (auto [expr, factor] : terms.factors)
    sum = sum + thread::factsOf(expr, {}, symbols) * Facts::of(factor);
  return sum;
}

IndexSum MatrixView::sumOf(Location loc, const LinearTerms &terms) {
  SmallVector<IndexSum> symbols = lowering.symbolsOf(scalars);
  IndexSum sum = IndexSum::of(terms.constant);
  for (auto [expr, factor] : terms.factors) {
    IndexSum term = lowering.index.evaluate(loc, expr, {}, symbols);
    term *= factor;
    sum += term;
  }
  return sum;
}

VendorLowering::GlobalMatrix MatrixView::shape() const {
  int64_t bytes = tile.getElementTypeBitWidth() / 8;
  return {Value(),
          Value(),
          columns,
          stride,
          tile.getElementType(),
          factsOf(base).alignment * bytes};
}

VendorLowering::GlobalMatrix MatrixView::materialize(Location loc) {
  VendorLowering::GlobalMatrix matrix = shape();
  matrix.base = lowering.index.pointerTo(
      loc, lowering.scalarOf(buffer), tile.getElementType(), sumOf(loc, base));
  matrix.rows = lowering.index.materialize(loc, sumOf(loc, rows),
                                           lowering.builder.getI32Type());
  return matrix;
}

Value MatrixView::coordinate(Location loc, unsigned dim,
                             const IndexSum &within) {
  IndexSum place = sumOf(loc, dim == lineDim ? row : column);
  place += within;
  return lowering.index.materialize(loc, place, lowering.builder.getI32Type());
}

} // namespace xcc::thread
