//===- Coordinates.cpp - Which elements a thread holds --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

uint64_t LinearNumbers::ofRegister(uint64_t reg) const {
  uint64_t number = 0;
  for (auto [bit, basis] : llvm::enumerate(registers))
    if (reg >> bit & 1)
      number ^= basis;
  return number;
}

uint64_t LinearNumbers::threadMask() const {
  return std::accumulate(threads.begin(), threads.end(), uint64_t(0),
                         std::bit_or<>());
}

uint64_t LinearNumbers::registerMask() const {
  return std::accumulate(registers.begin(), registers.end(), uint64_t(0),
                         std::bit_or<>());
}

LinearNumbers KernelLowering::coordinateNumbers(const LinearLayout &layout,
                                                unsigned dim) const {
  LinearNumbers result;
  for (const tile::Coordinates &basis : layout.getBases(InputDim::Register))
    result.registers.push_back(basis[dim]);
  for (InputDim input : {InputDim::Lane, InputDim::Warp})
    for (const tile::Coordinates &basis : layout.getBases(input))
      result.threads.push_back(basis[dim]);
  return result;
}

LinearNumbers KernelLowering::sharedNumbers(const LinearLayout &shared,
                                            const LinearLayout &held) const {
  tile::BitMatrix offsets = shared.inverse().compose(held.toMatrix());
  unsigned numRegisterBits = held.getNumBits(InputDim::Register);
  LinearNumbers result;
  llvm::append_range(result.registers,
                     offsets.getColumns().take_front(numRegisterBits));
  llvm::append_range(result.threads,
                     offsets.getColumns().drop_front(numRegisterBits));
  return result;
}

namespace {
/// Bits of a number that move by the same distance.
struct MovedBits {
  int shift;
  uint32_t mask;
};
} // namespace

/// Bit i adds bases[i]: as few masks and shifts as there are distances.
static SmallVector<MovedBits> groupByShift(ArrayRef<uint64_t> bases) {
  SmallVector<MovedBits> groups;
  for (auto [from, basis] : llvm::enumerate(bases))
    for (uint64_t rest = basis; rest; rest &= rest - 1) {
      int shift = int(llvm::countr_zero(rest)) - int(from);
      auto *group = llvm::find_if(
          groups, [&](const MovedBits &g) { return g.shift == shift; });
      if (group == groups.end())
        group = &groups.emplace_back(MovedBits{shift, 0});
      group->mask |= uint32_t(1) << from;
    }
  return groups;
}

Value KernelLowering::linearImage(Location loc, Value value,
                                  ArrayRef<uint64_t> bases,
                                  uint64_t possibleBits) {
  Type type = value.getType();
  Value total;
  uint64_t reached = 0;
  for (auto [shift, mask] : groupByShift(bases)) {
    Value part = value;
    uint64_t others = possibleBits & ~uint64_t(mask);
    if ((shift < 0 ? others >> -shift : others) != 0)
      part = index.apply<arith::AndIOp>(loc, part, index.constant(mask, type));
    if (shift > 0)
      part = index.apply<arith::ShLIOp>(loc, part, index.constant(shift, type));
    if (shift < 0)
      part =
          index.apply<arith::ShRUIOp>(loc, part, index.constant(-shift, type));
    uint64_t bits = shift > 0 ? uint64_t(mask) << shift : mask >> -shift;
    // Without common bits both are the same; `or` shows that to the back end.
    total = !total           ? part
            : reached & bits ? index.apply<arith::XOrIOp>(loc, total, part)
                             : index.apply<arith::OrIOp>(loc, total, part);
    reached |= bits;
  }
  return total;
}

IndexSum KernelLowering::numberOf(Location loc, const LinearNumbers &numbers,
                                  uint64_t reg) {
  uint64_t mask = numbers.threadMask();
  uint64_t own = numbers.ofRegister(reg);
  if (mask == 0)
    return IndexSum::of(int64_t(own));
  Value number =
      linearImage(loc, threadId, numbers.threads,
                  llvm::maskTrailingOnes<uint64_t>(numbers.threads.size()));
  // Register bits that threads set, too, must be added without carry.
  if (uint64_t common = own & mask)
    number = index.apply<arith::XOrIOp>(
        loc, number, index.constant(common, number.getType()));
  Facts known = Facts::between(0, int64_t(mask), int64_t(mask & -mask));
  IndexSum sum = IndexSum::of(number, known, /*isUniform=*/false);
  sum.constant = int64_t(own & ~mask);
  return sum;
}

Value KernelLowering::isFirstHolder(Location loc, const LinearLayout &layout) {
  uint64_t redundant = layout.getRedundantBits(InputDim::Lane) |
                       layout.getRedundantBits(InputDim::Warp)
                           << layout.getNumBits(InputDim::Lane);
  if (redundant == 0)
    return Value();
  Type i32 = threadId.getType();
  Value bits = index.apply<arith::AndIOp>(
      loc, threadId, index.constant(int64_t(redundant), i32));
  return index.compare(loc, arith::CmpIPredicate::eq, bits,
                       index.constant(0, i32));
}

} // namespace xcc::thread
