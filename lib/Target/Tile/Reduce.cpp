//===- Reduce.cpp - Reductions within a thread, a warp and a block --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Scratch.h"
#include "lib/Target/Tile/KernelLowering.h"
#include "lib/Target/Tile/SharedAccess.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

namespace {
/// One number from each operand.
using Tuple = SmallVector<Value, 2>;

class ReduceLowering {
public:
  ReduceLowering(KernelLowering &lowering, tile::ReduceOp op)
      : lowering(lowering), op(op), loc(op.getLoc()),
        axis(unsigned(op.getAxis())),
        from(tile::getLayout(op.getTiles().front().getType())),
        to(tile::getLayout(op.getResults().front().getType())) {}

  LogicalResult run();

private:
  Tuple combine(const Tuple &lhs, const Tuple &rhs);
  Tuple combineTree(SmallVector<Tuple> parts);
  /// Bits of lanes or warps that reach other elements along the axis.
  SmallVector<unsigned> bitsAlongAxis(InputDim dim) const;
  void withinThread();
  void acrossLanes();
  LogicalResult acrossWarps();
  Value isWriter(ArrayRef<unsigned> laneBits);
  void numberScratch(ArrayRef<unsigned> warpBits, LinearNumbers &writers,
                     LinearNumbers &readers) const;
  SmallVector<Value> scratchOfOperands(int64_t numPlaces);

  KernelLowering &lowering;
  tile::ReduceOp op;
  Location loc;
  unsigned axis;
  LinearLayout from, to;
  SmallVector<Tuple> results; // one for each register of the result
};
} // namespace

/// combiner(lhs, rhs), written out here.
Tuple ReduceLowering::combine(const Tuple &lhs, const Tuple &rhs) {
  Block &body = op.getCombiner().front();
  IRMapping mapping;
  for (auto [argument, value] :
       llvm::zip(body.getArguments(), llvm::concat<const Value>(lhs, rhs)))
    mapping.map(argument, value);
  for (Operation &inner : body.without_terminator())
    lowering.builder.clone(inner, mapping);
  Tuple result;
  for (Value value : body.getTerminator()->getOperands())
    result.push_back(mapping.lookupOrDefault(value));
  return result;
}

/// Neighbours in pairs, then pairs of pairs: short chains and small errors.
Tuple ReduceLowering::combineTree(SmallVector<Tuple> parts) {
  while (parts.size() > 1) {
    SmallVector<Tuple> halves;
    for (size_t i = 0; i + 1 < parts.size(); i += 2)
      halves.push_back(combine(parts[i], parts[i + 1]));
    if (parts.size() % 2)
      halves.push_back(parts.back());
    parts = std::move(halves);
  }
  return parts.front();
}

SmallVector<unsigned> ReduceLowering::bitsAlongAxis(InputDim dim) const {
  uint64_t redundant = from.getRedundantBits(dim);
  SmallVector<unsigned> bits;
  for (auto [bit, basis] : llvm::enumerate(from.getBases(dim)))
    if (basis[axis] != 0 && !(redundant >> bit & 1))
      bits.push_back(bit);
  return bits;
}

void ReduceLowering::withinThread() {
  uint64_t redundant = from.getRedundantBits(InputDim::Register);
  std::map<SmallVector<int32_t, 4>, std::map<int32_t, unsigned>> rows;
  for (int64_t reg = 0; reg < from.getNumRegisters(); ++reg) {
    if (reg & redundant)
      continue;
    tile::Coordinates place = from.apply(reg, 0, 0);
    int32_t along = place[axis];
    place.erase(place.begin() + axis);
    rows[place][along] = reg;
  }
  for (int64_t reg = 0; reg < to.getNumRegisters(); ++reg) {
    SmallVector<Tuple> parts;
    for (auto [along, source] : rows[to.apply(reg, 0, 0)]) {
      Tuple &part = parts.emplace_back();
      for (Value tile : op.getTiles())
        part.push_back(lowering.registersOf(tile)[source]);
    }
    results.push_back(combineTree(std::move(parts)));
  }
}

void ReduceLowering::acrossLanes() {
  for (unsigned bit : bitsAlongAxis(InputDim::Lane))
    for (Tuple &mine : results) {
      Tuple other;
      for (Value value : mine)
        other.push_back(lowering.shuffleXor(loc, value, 1u << bit));
      mine = combine(mine, other);
    }
}

/// i1: one lane of those that have the same numbers; null if all differ.
Value ReduceLowering::isWriter(ArrayRef<unsigned> laneBits) {
  uint64_t same = from.getRedundantBits(InputDim::Lane) |
                  from.getRedundantBits(InputDim::Warp)
                      << from.getNumBits(InputDim::Lane);
  for (unsigned bit : laneBits)
    same |= uint64_t(1) << bit;
  if (!same)
    return Value();
  Type i32 = lowering.builder.getI32Type();
  IndexArithmetic &index = lowering.index;
  Value bits = index.apply<arith::AndIOp>(loc, lowering.threadNumber(),
                                          index.constant(int64_t(same), i32));
  return index.compare(loc, arith::CmpIPredicate::eq, bits,
                       index.constant(0, i32));
}

/// In scratch, the elements of one combination of warps lie side by side,
/// combinations one behind the other. A reader has one register more for each
/// bit of the combination.
void ReduceLowering::numberScratch(ArrayRef<unsigned> warpBits,
                                   LinearNumbers &writers,
                                   LinearNumbers &readers) const {
  tile::BitMatrix matrix = to.toMatrix();
  ArrayRef<uint64_t> elements = matrix.getColumns();
  unsigned registerBits = to.getNumBits(InputDim::Register);
  llvm::append_range(readers.registers, elements.take_front(registerBits));
  llvm::append_range(readers.threads, elements.drop_front(registerBits));
  writers = readers;
  uint64_t numElements = to.getNumElements();
  for (auto [i, bit] : llvm::enumerate(warpBits)) {
    writers.threads[from.getNumBits(InputDim::Lane) + bit] = numElements << i;
    readers.registers.push_back(numElements << i);
  }
}

/// Where each operand's part of the scratch begins.
SmallVector<Value> ReduceLowering::scratchOfOperands(int64_t numPlaces) {
  SmallVector<Value> bases;
  int64_t offset = *op.getOffset();
  for (Value tile : op.getTiles()) {
    bases.push_back(lowering.sharedAt(loc, offset));
    unsigned bits =
        getElementTypeOrSelf(tile.getType()).getIntOrFloatBitWidth();
    offset += llvm::alignTo(numPlaces * llvm::divideCeil(bits, 8),
                            tile::kScratchAlignBytes);
  }
  return bases;
}

/// Every warp writes what it has of each element; then everybody combines all
/// warps' parts in the same order.
LogicalResult ReduceLowering::acrossWarps() {
  SmallVector<unsigned> warpBits = bitsAlongAxis(InputDim::Warp);
  if (warpBits.empty())
    return success();
  if (!op.getOffset())
    return op.emitOpError("across warps expects an offset, which "
                          "allocate-shared gives");
  LinearNumbers writers, readers;
  numberScratch(warpBits, writers, readers);
  uint64_t redundant = to.getRedundantBits(InputDim::Register);
  SmallVector<Value> bases =
      scratchOfOperands(to.getNumElements() << warpBits.size());
  auto accessOf = [&](unsigned i, const LinearNumbers &numbers) {
    Type element = getElementTypeOrSelf(op.getTiles()[i].getType());
    return SharedAccess(lowering, bases[i], element, numbers, redundant);
  };
  // Readers of what was here before are done.
  lowering.barrier(loc);
  Value isFirst = isWriter(bitsAlongAxis(InputDim::Lane));
  lowering.storeByFirstHolders(loc, isFirst, [&] {
    for (unsigned i = 0; i < bases.size(); ++i) {
      Registers values;
      for (const Tuple &result : results)
        values.push_back(result[i]);
      accessOf(i, writers).store(loc, values);
    }
  });
  lowering.barrier(loc);
  SmallVector<Registers> read;
  for (unsigned i = 0; i < bases.size(); ++i)
    read.push_back(accessOf(i, readers).load(loc));
  for (auto [reg, result] : llvm::enumerate(results)) {
    SmallVector<Tuple> parts;
    for (unsigned warp = 0; warp >> warpBits.size() == 0; ++warp) {
      Tuple &part = parts.emplace_back();
      for (const Registers &values : read)
        part.push_back(values[reg | warp * results.size()]);
    }
    result = combineTree(std::move(parts));
  }
  return success();
}

LogicalResult ReduceLowering::run() {
  withinThread();
  acrossLanes();
  if (failed(acrossWarps()))
    return failure();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    Registers registers;
    for (const Tuple &tuple : results)
      registers.push_back(tuple[i]);
    lowering.setRegisters(result, std::move(registers));
  }
  return success();
}

LogicalResult KernelLowering::lowerReduce(tile::ReduceOp op) {
  return ReduceLowering(*this, op).run();
}

} // namespace xcc::thread
