//===- SortBytes.cpp - Words in order, byte by byte -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the lowest byte to the highest. The bins of all bytes are counted in one
// reading, before the first pass.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/SortBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t numBins = 256;

ByteSort::ByteSort(HostKernelBuilder &builder, Location loc,
                   SmallVector<unsigned> bytesOfKeys, Value words,
                   AffineExpr capacity)
    : builder(builder), loc(loc), bytes(std::move(bytesOfKeys)), words(words),
      capacity(capacity) {
  counts = builder.allocateScratch(
      b().getI32Type(), builder.space().constant(numBins * bytes.size()));
}

//===-- Code --------------------------------------------------------------===//

Value ByteSort::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b(), loc, value);
}
Value ByteSort::number(int64_t value, unsigned width) {
  return arith::ConstantIntOp::create(b(), loc, value, width);
}
Value ByteSort::add(Value lhs, Value rhs) {
  return arith::AddIOp::create(b(), loc, lhs, rhs);
}
Value ByteSort::load(Value buffer, Value at) {
  return memref::LoadOp::create(b(), loc, buffer, at);
}
void ByteSort::put(Value value, Value buffer, Value at) {
  memref::StoreOp::create(b(), loc, value, buffer, at);
}

void ByteSort::forRange(Value lower, Value upper,
                        function_ref<void(Value)> inside) {
  auto loop = scf::ForOp::create(b(), loc, lower, upper, constant(1));
  OpBuilder::InsertionGuard guard(b());
  b().setInsertionPointToStart(loop.getBody());
  inside(loop.getInductionVar());
}

//===-- Order -------------------------------------------------------------===//

/// Where the bin of a word is counted.
Value ByteSort::binOf(unsigned pass, Value word) {
  Value shift = number(32 + 8 * bytes[pass], 64);
  Value moved = arith::ShRUIOp::create(b(), loc, word, shift);
  Value bin = arith::AndIOp::create(b(), loc, moved, number(numBins - 1, 64));
  Value index = arith::IndexCastOp::create(b(), loc, b().getIndexType(), bin);
  return add(index, constant(pass * numBins));
}

void ByteSort::countBytes(Value count) {
  forRange(constant(0), constant(numBins * bytes.size()),
           [&](Value bin) { put(number(0, 32), counts, bin); });
  forRange(constant(0), count, [&](Value index) {
    Value word = load(words, add(index, constant(1)));
    for (unsigned pass = 0; pass < bytes.size(); ++pass) {
      Value bin = binOf(pass, word);
      put(add(load(counts, bin), number(1, 32)), counts, bin);
    }
  });
}

/// Counts become the places of the bins.
void ByteSort::placeBins(unsigned pass) {
  auto loop = scf::ForOp::create(b(), loc, constant(pass * numBins),
                                 constant((pass + 1) * numBins), constant(1),
                                 number(0, 32));
  OpBuilder::InsertionGuard guard(b());
  b().setInsertionPointToEnd(loop.getBody());
  Value bin = loop.getInductionVar(), before = loop.getRegionIterArg(0);
  Value size = load(counts, bin);
  put(before, counts, bin);
  scf::YieldOp::create(b(), loc, add(before, size));
}

/// Words from `from` to `to`, in the order of one byte and else as they are.
void ByteSort::scatterByte(unsigned pass, Value from, Value to, Value count) {
  placeBins(pass);
  forRange(constant(0), count, [&](Value index) {
    Value word = load(words, add(from, index));
    Value bin = binOf(pass, word);
    Value place = load(counts, bin);
    put(add(place, number(1, 32)), counts, bin);
    Value at =
        arith::IndexCastUIOp::create(b(), loc, b().getIndexType(), place);
    put(word, words, add(to, at));
  });
}

/// One pass over the words from `from`; gives where they are afterwards. A
/// byte that all have in common needs none.
Value ByteSort::passByte(unsigned pass, Value from, Value count) {
  Type index = b().getIndexType();
  Value size = load(counts, binOf(pass, load(words, from)));
  Value isMixed = arith::CmpIOp::create(
      b(), loc, arith::CmpIPredicate::ne,
      arith::IndexCastOp::create(b(), loc, index, size), count);
  auto branch = scf::IfOp::create(b(), loc, TypeRange{index}, isMixed,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b());
  b().setInsertionPointToStart(&branch.getThenRegion().front());
  Value halves = builder.space().materialize(b(), loc, capacity + 2);
  Value to = arith::SubIOp::create(b(), loc, halves, from);
  scatterByte(pass, from, to, count);
  scf::YieldOp::create(b(), loc, to);
  b().setInsertionPointToStart(&branch.getElseRegion().front());
  scf::YieldOp::create(b(), loc, from);
  return branch.getResult(0);
}

Value ByteSort::sort(Value count) {
  countBytes(count);
  Value from = constant(1);
  for (unsigned pass = 0; pass < bytes.size(); ++pass)
    from = passByte(pass, from, count);
  return from;
}

} // namespace xcc::schedule
