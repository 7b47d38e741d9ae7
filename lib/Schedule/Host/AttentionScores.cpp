//===- AttentionScores.cpp - Queries, scores and results of an attention --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Host/AttentionEmitter.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr double log2e = 1.4426950408889634;

/// The scale, and what makes powers of e powers of two unless scores are bent
/// in between.
Value AttentionEmitter::queryFactor() {
  OpBuilder &b = kernel.builder();
  double base = fx::getSoftCap(op) ? 1 : log2e;
  if (op.getScale())
    return number(op.getScale()->convertToDouble() * base);
  if (int64_t size = known(headSize).value_or(-1); size > 0)
    return number(base / std::sqrt(double(size)));
  Value size = arith::IndexCastOp::create(b, kernel.loc(), b.getI64Type(),
                                          value(headSize));
  Value wide = arith::SIToFPOp::create(b, kernel.loc(), accumulator, size);
  Value root = math::SqrtOp::create(b, kernel.loc(), wide);
  return arith::DivFOp::create(b, kernel.loc(), number(base), root);
}

/// The item's queries times the factor, row by row.
void AttentionEmitter::packQueries() {
  OpBuilder &b = kernel.builder();
  Value factor = queryFactor();
  block->forBlocks({}, [&] {
    block->forRows([&](AffineExpr row) {
      IndexList indices = queryIndices(row, {});
      kernel.forExtent(headSize, [&](AffineExpr element) {
        indices.back() = element;
        if (Value scalar = read(op.getQuery(), indices))
          block->putQuery(
              row, element,
              arith::MulFOp::create(b, kernel.loc(), scalar, factor));
      });
    });
  });
}

void AttentionEmitter::emitRow(AffineExpr key0, AffineExpr row, Value count) {
  emitSoftCap(row, count);
  Value seen = count;
  if (op.getIsCausal()) {
    // Query i sees keys 0 to i.
    Value upTo = arith::MaxSIOp::create(kernel.builder(), kernel.loc(),
                                        value(queryOf(row) + 1 - key0),
                                        value(int64_t(0)));
    seen = least(count, upTo);
  }
  if (op.getMask())
    emitMask(key0, row, seen);
  block->updateRow(row, key0, seen, count);
}

/// score -> cap * tanh(score / cap) * log2(e), for a row of scores.
void AttentionEmitter::emitSoftCap(AffineExpr row, Value count) {
  std::optional<double> cap = fx::getSoftCap(op);
  if (!cap)
    return;
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto times = [&](Value score, double factor) -> Value {
    return arith::MulFOp::create(b, loc, score, number(factor));
  };
  block->forScores(row, count, [&](AffineExpr, Value score) -> Value {
    return times(math::TanhOp::create(b, loc, times(score, 1 / *cap)),
                 *cap * log2e);
  });
}

/// Adds the mask to a row of scores, or drops what a boolean one leaves out.
void AttentionEmitter::emitMask(AffineExpr key0, AffineExpr row, Value count) {
  OpBuilder &b = kernel.builder();
  unsigned rank = cast<RankedTensorType>(op.getMask().getType()).getRank();
  Value nothing = number(-std::numeric_limits<double>::infinity());
  IndexList indices = queryIndices(row, {});
  block->forScores(row, count, [&](AffineExpr key, Value score) -> Value {
    indices.back() = key0 + key;
    Value mask = read(op.getMask(), ArrayRef(indices).take_back(rank));
    if (!mask)
      return score;
    if (mask.getType().isInteger(1))
      return arith::SelectOp::create(b, kernel.loc(), mask, score, nothing);
    Value scaled = scaleMask(b, kernel.loc(), mask,
                             [&](double value) { return number(value); });
    return arith::AddFOp::create(b, kernel.loc(), score, scaled);
  });
}

void AttentionEmitter::emitResults() {
  OpBuilder &b = kernel.builder();
  Type element = op.getType().getElementType();
  block->forBlocks({}, [&] {
    block->forRows([&](AffineExpr row) {
      IndexList indices = queryIndices(row, {});
      Value factor = block->rowFactor(row);
      kernel.forExtent(valueSize, [&](AffineExpr column) {
        indices.back() = column;
        Value result = block->result(row, column, factor);
        if (element != accumulator)
          result = arith::TruncFOp::create(b, kernel.loc(), element, result);
        ok &= succeeded(kernel.elements().writeElement(
            b, kernel.loc(), op.getResult(), indices, result));
      });
    });
  });
}

} // namespace xcc::schedule
