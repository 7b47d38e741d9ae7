//===- SortWord.cpp - Rows sorted as numbers of 64 bits -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A word is an element's key (SortKey.h) above its index: no two are equal, so
// that any sort of them is stable. A few words are put into a list, many go
// byte by byte. topk lets through what comes before the last of those it has.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Host/Sort.h"
#include "lib/Schedule/Host/SortBytes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

using namespace mlir;

namespace xcc::schedule {

// Words that are sorted by insertion, and kept so by topk. Of 48, an element
// moves past 12 on the average; beyond, counting bytes is quicker.
static constexpr int64_t maxListWords = 48;
// Elements that topk looks at together: their keys are made in vectors.
static constexpr int64_t blockElements = 64;

namespace {
class WordSort : public RowSort {
public:
  WordSort(HostKernelBuilder &builder, Operation *op);

  LogicalResult emitRow(IndexList row) override;

private:
  enum class Way { List, Bytes, FilteredList, FilteredBytes };

  Way chooseWay();
  Value readKey(Indices row, Value index);
  Value wordOf(Value key, Value index);
  void insert(Value word, Value index);
  void sortList(Indices row);
  void fillAll(Indices row);
  void clearList();
  void filterToList(Indices row);
  void filterToBytes(Indices row);
  Value keysOfBlock(Indices row, Value lower, Value upper);
  Numbers appendBlock(Value lower, Value upper, Value count, Value limit);
  Numbers shrink(Value count);
  LogicalResult store(Indices row, Value first);

  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b(), loc, value);
  }
  Value number(int64_t value) {
    return arith::ConstantIntOp::create(b(), loc, value, 64);
  }
  Value add(Value lhs, Value rhs) {
    return arith::AddIOp::create(b(), loc, lhs, rhs);
  }
  Value isBefore(Value lhs, Value rhs) {
    return arith::CmpIOp::create(b(), loc, arith::CmpIPredicate::ult, lhs, rhs);
  }
  Value load(Value buffer, Value at) {
    return memref::LoadOp::create(b(), loc, buffer, at);
  }
  void put(Value value, Value buffer, Value at) {
    memref::StoreOp::create(b(), loc, value, buffer, at);
  }
  Value keyOfLast() {
    Value last = load(words, indexOf(kept));
    return arith::ShRUIOp::create(b(), loc, last, number(32));
  }

  SortKey key;
  Way way;
  std::optional<ByteSort> bytes;
  AffineExpr capacity; // words of each half of the buffer
  Value words;         // from place 1; before it a word that nothing precedes
  Value keys;          // of a block
  LogicalResult status = success();
};
} // namespace

WordSort::WordSort(HostKernelBuilder &builder, Operation *op)
    : RowSort(builder, op), key{builder.builder(), loc, element,
                                isUnsignedElement(op, declared), isDescending},
      way(chooseWay()) {
  IndexSpace &space = builder.space();
  Type i64 = b().getI64Type(), i32 = b().getI32Type();
  switch (way) {
  case Way::List:
  case Way::Bytes:
    capacity = length;
    break;
  case Way::FilteredList:
    capacity = kept;
    break;
  case Way::FilteredBytes:
    // Room for what comes before the first order says what is of use.
    capacity = kept * 4 + 2 * blockElements;
    break;
  }
  bool isList = way == Way::List || way == Way::FilteredList;
  // A list drops its last word to the place behind it.
  words =
      builder.allocateScratch(i64, isList ? capacity + 2 : capacity * 2 + 2);
  if (!isList)
    bytes.emplace(builder, loc, key.bytes(), words, capacity);
  if (way == Way::FilteredList || way == Way::FilteredBytes)
    keys = builder.allocateScratch(i32, space.constant(blockElements));
}

WordSort::Way WordSort::chooseWay() {
  auto all = dyn_cast<AffineConstantExpr>(length);
  auto some = dyn_cast<AffineConstantExpr>(kept);
  if (all && all.getValue() <= maxListWords)
    return Way::List;
  if (!some || (all && 3 * some.getValue() >= all.getValue()))
    return Way::Bytes;
  return some.getValue() <= maxListWords ? Way::FilteredList
                                         : Way::FilteredBytes;
}

//===-- Words -------------------------------------------------------------===//

Value WordSort::readKey(Indices row, Value index) {
  ElementEmitter &emitter = builder.elements();
  AffineExpr at = builder.space().declare(index, length);
  Value value = emitter.readElement(b(), loc, input, placeOf(row, at));
  if (value)
    return key.of(value);
  status = failure();
  return arith::ConstantIntOp::create(b(), loc, 0, 32);
}

Value WordSort::wordOf(Value key, Value index) {
  Type i64 = b().getI64Type();
  Value wide = arith::ExtUIOp::create(b(), loc, i64, key);
  Value high = arith::ShLIOp::create(b(), loc, wide, number(32));
  Value low = arith::IndexCastOp::create(b(), loc, i64, index);
  return arith::OrIOp::create(b(), loc, high, low);
}

LogicalResult WordSort::store(Indices row, Value first) {
  ElementEmitter &emitter = builder.elements();
  builder.forExtent(kept, [&](AffineExpr index) {
    Value word = load(words, add(first, indexOf(index)));
    Value place = arith::AndIOp::create(b(), loc, word, number(0xffffffff));
    Value at = arith::IndexCastOp::create(b(), loc, b().getIndexType(), place);
    Value value = emitter.readElement(
        b(), loc, input, placeOf(row, builder.space().declare(at, length)));
    if (!value ||
        failed(emitter.writeElements(b(), loc, op->getResults(),
                                     placeOf(row, index), {value, place})))
      status = failure();
  });
  return status;
}

//===-- By insertion ------------------------------------------------------===//

/// Puts `word`, the one at `index`, into the list; what does not belong to it
/// ends behind it.
void WordSort::insert(Value word, Value index) {
  Value one = constant(1);
  Value last = arith::MinSIOp::create(b(), loc, index, indexOf(capacity));
  auto loop = scf::WhileOp::create(b(), loc, TypeRange{b().getIndexType()},
                                   ValueRange{add(last, one)});
  OpBuilder::InsertionGuard guard(b());
  Block *before =
      b().createBlock(&loop.getBefore(), {}, {b().getIndexType()}, {loc});
  Value at = before->getArgument(0);
  Value previous = arith::SubIOp::create(b(), loc, at, one);
  Value isLater = isBefore(word, load(words, previous));
  scf::ConditionOp::create(b(), loc, isLater, at);
  Block *after =
      b().createBlock(&loop.getAfter(), {}, {b().getIndexType()}, {loc});
  Value place = after->getArgument(0);
  Value lower = arith::SubIOp::create(b(), loc, place, one);
  put(load(words, lower), words, place);
  scf::YieldOp::create(b(), loc, lower);
  b().setInsertionPointAfter(loop);
  put(word, words, loop.getResult(0));
}

void WordSort::sortList(Indices row) {
  forNumbers(constant(0), indexOf(length), {},
             [&](Value index, ValueRange) -> Numbers {
               insert(wordOf(readKey(row, index), index), index);
               return {};
             });
}

/// Words that come after any other.
void WordSort::clearList() {
  forNumbers(constant(1), add(indexOf(kept), constant(1)), {},
             [&](Value index, ValueRange) -> Numbers {
               put(number(-1), words, index);
               return {};
             });
}

/// The keys of elements from `lower` to `upper` to `keys`; gives the first in
/// order.
Value WordSort::keysOfBlock(Indices row, Value lower, Value upper) {
  Value most = arith::ConstantIntOp::create(b(), loc, -1, 32);
  Numbers least = forNumbers(
      lower, upper, most, [&](Value index, ValueRange carried) -> Numbers {
        Value key = readKey(row, index);
        put(key, keys, arith::SubIOp::create(b(), loc, index, lower));
        return {arith::MinUIOp::create(b(), loc, carried[0], key)};
      });
  return arith::ExtUIOp::create(b(), loc, b().getI64Type(), least[0]);
}

void WordSort::filterToList(Indices row) {
  clearList();
  builder.forExtent(length.ceilDiv(blockElements), [&](AffineExpr block) {
    auto [lower, upper] = blockBounds(builder, block, blockElements, length);
    Value start = lower, end = upper;
    Value least = keysOfBlock(row, start, end);
    Value isOfUse = arith::CmpIOp::create(b(), loc, arith::CmpIPredicate::ule,
                                          least, keyOfLast());
    auto branch = scf::IfOp::create(b(), loc, isOfUse);
    OpBuilder::InsertionGuard guard(b());
    b().setInsertionPointToStart(&branch.getThenRegion().front());
    forNumbers(start, end, {}, [&](Value index, ValueRange) -> Numbers {
      Value place = arith::SubIOp::create(b(), loc, index, start);
      insert(wordOf(load(keys, place), index), index);
      return {};
    });
  });
}

//===-- Byte by byte ------------------------------------------------------===//

void WordSort::fillAll(Indices row) {
  forNumbers(constant(0), indexOf(length), {},
             [&](Value index, ValueRange) -> Numbers {
               put(wordOf(readKey(row, index), index), words,
                   add(index, constant(1)));
               return {};
             });
}

/// Sorts what has come and keeps the first k; gives their number and the word
/// that others must precede.
WordSort::Numbers WordSort::shrink(Value count) {
  Value from = bytes->sort(count);
  Value most = indexOf(kept);
  Value left = arith::MinSIOp::create(b(), loc, count, most);
  Value isMoved = arith::CmpIOp::create(b(), loc, arith::CmpIPredicate::ne,
                                        from, constant(1));
  auto branch = scf::IfOp::create(b(), loc, isMoved);
  {
    OpBuilder::InsertionGuard guard(b());
    b().setInsertionPointToStart(&branch.getThenRegion().front());
    forNumbers(constant(0), left, {}, [&](Value index, ValueRange) -> Numbers {
      put(load(words, add(from, index)), words, add(index, constant(1)));
      return {};
    });
  }
  Value isFull =
      arith::CmpIOp::create(b(), loc, arith::CmpIPredicate::eq, left, most);
  Value last = load(words, left);
  Value limit = arith::SelectOp::create(b(), loc, isFull, last, number(-1));
  return {left, limit};
}

/// Appends what precedes `limit` of the block whose keys are there.
WordSort::Numbers WordSort::appendBlock(Value lower, Value upper, Value count,
                                        Value limit) {
  return forNumbers(
      lower, upper, count, [&](Value index, ValueRange carried) -> Numbers {
        Value place = arith::SubIOp::create(b(), loc, index, lower);
        Value word = wordOf(load(keys, place), index);
        // Stored always, counted if it stays.
        put(word, words, add(carried[0], constant(1)));
        Value more = arith::IndexCastUIOp::create(b(), loc, b().getIndexType(),
                                                  isBefore(word, limit));
        return {add(carried[0], more)};
      });
}

void WordSort::filterToBytes(Indices row) {
  AffineExpr blocks = length.ceilDiv(blockElements);
  Value last = indexOf(blocks - 1);
  Value full = indexOf(capacity - blockElements);
  forNumbers(
      constant(0), indexOf(blocks), {constant(0), number(-1)},
      [&](Value block, ValueRange carried) -> Numbers {
        AffineExpr at = builder.space().declare(block, blocks);
        auto [lower, upper] = blockBounds(builder, at, blockElements, length);
        Value start = lower, end = upper, limit = carried[1];
        Value least = keysOfBlock(row, start, end);
        Value bound = arith::ShRUIOp::create(b(), loc, limit, number(32));
        Value isOfUse = arith::CmpIOp::create(
            b(), loc, arith::CmpIPredicate::ule, least, bound);
        // Nothing is appended from a block that is of no use.
        Value stop = arith::SelectOp::create(b(), loc, isOfUse, end, start);
        Value count = appendBlock(start, stop, carried[0], limit)[0];
        Value isFull = arith::CmpIOp::create(
            b(), loc, arith::CmpIPredicate::sge, count, full);
        Value isLast = arith::CmpIOp::create(b(), loc, arith::CmpIPredicate::eq,
                                             block, last);
        Type types[] = {b().getIndexType(), b().getI64Type()};
        auto branch = scf::IfOp::create(
            b(), loc, types, arith::OrIOp::create(b(), loc, isFull, isLast),
            /*withElseRegion=*/true);
        OpBuilder::InsertionGuard guard(b());
        b().setInsertionPointToStart(&branch.getThenRegion().front());
        scf::YieldOp::create(b(), loc, shrink(count));
        b().setInsertionPointToStart(&branch.getElseRegion().front());
        scf::YieldOp::create(b(), loc, ValueRange{count, limit});
        return Numbers(branch.getResults());
      });
}

LogicalResult WordSort::emitRow(IndexList row) {
  Value first = constant(1);
  put(number(0), words, constant(0));
  switch (way) {
  case Way::List:
    sortList(row);
    break;
  case Way::Bytes:
    fillAll(row);
    first = bytes->sort(indexOf(length));
    break;
  case Way::FilteredList:
    filterToList(row);
    break;
  case Way::FilteredBytes:
    filterToBytes(row);
    break;
  }
  return store(row, first);
}

std::unique_ptr<RowSort> makeWordSort(HostKernelBuilder &builder,
                                      Operation *op) {
  return std::make_unique<WordSort>(builder, op);
}

} // namespace xcc::schedule
