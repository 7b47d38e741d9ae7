//===- ConvertLayout.cpp - A tile to another layout -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"
#include "dialects/tile/ConversionScratch.h"
#include "lib/Target/Tile/KernelLowering.h"
#include "lib/Target/Tile/SharedAccess.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

namespace {

/// Elements from registers of the same warp. A register of the result is
/// (register r) -> (source register R(r) + R'(thread), lane L(r) + L'(thread)).
/// Where L' is the thread's own lane but for one bit of its number, the lanes
/// are two, each a fixed distance away.
class WarpGather {
public:
  WarpGather(KernelLowering &lowering, Location loc, ArrayRef<Value> registers,
             const LinearLayout &from, const LinearLayout &to);
  Registers run();

private:
  void findChoices(ArrayRef<uint64_t> threadColumns);
  void findLanes(ArrayRef<uint64_t> threadColumns);
  Value hasBit(Value bits, unsigned bit);
  Value choose(unsigned reg, unsigned lanes, unsigned choice,
               std::optional<bool> exchanged);
  Value fromLane(unsigned reg, unsigned lanes, std::optional<bool> exchanged);
  Value fromDistance(unsigned reg, unsigned distance);

  KernelLowering &lowering;
  Location loc;
  ArrayRef<Value> registers;
  const LinearLayout &to;
  tile::Conversion conversion;
  unsigned registerBits, laneBits; // of the source
  /// Whether the source register has choices[i] added in this thread.
  SmallVector<uint64_t> choices;
  SmallVector<Value> isChosen;
  /// Bits of the thread's number of which an odd number says so.
  SmallVector<uint64_t> choiceBits;
  /// The source lane of L(r) = 0; null if it is the thread's own, or that and
  /// what an exchange adds.
  Value lane;
  /// Whether the exchange adds its difference in this thread; null if none.
  Value isExchanged;
  llvm::SmallMapVector<std::pair<unsigned, unsigned>, Value, 16> received;
};

} // namespace

WarpGather::WarpGather(KernelLowering &lowering, Location loc,
                       ArrayRef<Value> registers, const LinearLayout &from,
                       const LinearLayout &to)
    : lowering(lowering), loc(loc), registers(registers), to(to),
      conversion(from, to), registerBits(from.getNumBits(InputDim::Register)),
      laneBits(from.getNumBits(InputDim::Lane)) {
  ArrayRef<uint64_t> threadColumns =
      conversion.getMatrix().getColumns().drop_front(
          to.getNumBits(InputDim::Register));
  findChoices(threadColumns);
  findLanes(threadColumns);
}

/// R'(thread) as a sum of as few vectors as can be.
void WarpGather::findChoices(ArrayRef<uint64_t> threadColumns) {
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(registerBits);
  tile::BitSpan span;
  for (uint64_t column : threadColumns)
    if (span.insert(column & mask, uint64_t(1) << choices.size()))
      choices.push_back(column & mask);
  if (choices.empty())
    return;
  SmallVector<uint64_t> numbers;
  for (uint64_t column : threadColumns)
    numbers.push_back(*span.express(column & mask));
  Value chosen = lowering.linearImage(
      loc, lowering.threadNumber(), numbers,
      llvm::maskTrailingOnes<uint64_t>(threadColumns.size()));
  for (unsigned i = 0; i < choices.size(); ++i) {
    isChosen.push_back(hasBit(chosen, i));
    uint64_t &bits = choiceBits.emplace_back(0);
    for (auto [bit, number] : llvm::enumerate(numbers))
      bits |= (number >> i & 1) << bit;
  }
}

Value WarpGather::hasBit(Value bits, unsigned bit) {
  IndexArithmetic &index = lowering.index;
  Value set = index.apply<arith::AndIOp>(
      loc, bits, index.constant(int64_t(1) << bit, bits.getType()));
  return index.compare(loc, arith::CmpIPredicate::ne, set,
                       index.constant(0, bits.getType()));
}

/// L'(thread).
void WarpGather::findLanes(ArrayRef<uint64_t> threadColumns) {
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(laneBits);
  SmallVector<uint64_t> lanes;
  bool isOwn = true;
  for (auto [i, column] : llvm::enumerate(threadColumns)) {
    lanes.push_back(column >> registerBits & mask);
    isOwn &= lanes.back() == (i < laneBits ? uint64_t(1) << i : 0);
  }
  if (isOwn)
    return;
  if (auto exchange = conversion.getExchange()) {
    isExchanged = hasBit(lowering.threadNumber(), exchange->bit);
    return;
  }
  lane = lowering.linearImage(
      loc, lowering.threadNumber(), lanes,
      llvm::maskTrailingOnes<uint64_t>(threadColumns.size()));
  if (!lane)
    lane = lowering.index.constant(0, lowering.threadNumber().getType());
}

/// Register `reg` of the thread's own lane + `distance`.
Value WarpGather::fromDistance(unsigned reg, unsigned distance) {
  if (distance == 0)
    return registers[reg];
  Value &value = received[{reg, distance}];
  if (!value)
    value = lowering.shuffleXor(loc, registers[reg], distance);
  return value;
}

/// Register `reg` of lane L'(thread) + `lanes`, in threads of which is known
/// whether they are among those that exchange.
Value WarpGather::fromLane(unsigned reg, unsigned lanes,
                           std::optional<bool> exchanged) {
  if (isExchanged) {
    unsigned farLanes = lanes ^ conversion.getExchange()->difference;
    if (exchanged)
      return fromDistance(reg, *exchanged ? farLanes : lanes);
    Value near = fromDistance(reg, lanes), far = fromDistance(reg, farLanes);
    return arith::SelectOp::create(lowering.builder, loc, isExchanged, far,
                                   near);
  }
  if (!lane)
    return fromDistance(reg, lanes);
  Value &value = received[{reg, lanes}];
  if (value)
    return value;
  Value source = lane;
  if (lanes != 0)
    source = lowering.index.apply<arith::XOrIOp>(
        loc, source, lowering.index.constant(lanes, source.getType()));
  return value = lowering.shuffleIndex(loc, registers[reg], source);
}

/// Every register that some lane wants is fetched; each keeps its own.
Value WarpGather::choose(unsigned reg, unsigned lanes, unsigned choice,
                         std::optional<bool> exchanged) {
  if (choice == choices.size())
    return fromLane(reg, lanes, exchanged);
  // Threads that choose may be those that exchange.
  auto exchange = conversion.getExchange();
  bool areSame = exchange && choiceBits[choice] == uint64_t(1) << exchange->bit;
  Value without = choose(reg, lanes, choice + 1,
                         areSame ? std::optional(false) : exchanged);
  Value with = choose(reg ^ choices[choice], lanes, choice + 1,
                      areSame ? std::optional(true) : exchanged);
  if (with == without)
    return with;
  return arith::SelectOp::create(lowering.builder, loc, isChosen[choice], with,
                                 without);
}

Registers WarpGather::run() {
  Registers result;
  for (int64_t reg = 0; reg < to.getNumRegisters(); ++reg) {
    tile::Holder source = conversion.sourceOf({uint64_t(reg), 0, 0});
    result.push_back(choose(source.reg, source.lane, 0, std::nullopt));
  }
  return result;
}

namespace {
/// The registers of one side that move in one round.
struct RoundRegisters {
  LinearNumbers numbers;
  uint64_t redundant = 0;
  SmallVector<unsigned> registers;
};
} // namespace

static RoundRegisters registersOfRound(const LinearNumbers &all,
                                       uint64_t redundant,
                                       ArrayRef<unsigned> roundBits,
                                       unsigned round) {
  RoundRegisters result;
  result.numbers.threads = all.threads;
  SmallVector<unsigned> kept;
  for (auto [bit, basis] : llvm::enumerate(all.registers))
    if (!llvm::is_contained(roundBits, bit)) {
      result.redundant |= (redundant >> bit & 1) << kept.size();
      kept.push_back(bit);
      result.numbers.registers.push_back(basis);
    }
  unsigned first = 0;
  for (auto [place, bit] : llvm::enumerate(roundBits))
    first |= (round >> place & 1) << bit;
  for (unsigned i = 0; i >> kept.size() == 0; ++i) {
    unsigned reg = first;
    for (auto [place, bit] : llvm::enumerate(kept))
      reg |= (i >> place & 1) << bit;
    result.registers.push_back(reg);
  }
  return result;
}

/// All threads write what they hold, then read what they want.
static LogicalResult convertThroughShared(KernelLowering &lowering,
                                          tile::ConvertLayoutOp op,
                                          const LinearLayout &from,
                                          const LinearLayout &to,
                                          Registers &result) {
  Location loc = op.getLoc();
  if (!op.getOffset())
    return op.emitOpError("through shared memory expects an offset, which "
                          "allocate-shared gives");
  Type element = getElementTypeOrSelf(op.getType());
  tile::ConversionScratch scratch =
      makeConversionScratch(from, to, element.getIntOrFloatBitWidth());
  LinearNumbers writers = lowering.sharedNumbers(scratch.layout, from);
  LinearNumbers readers = lowering.sharedNumbers(scratch.layout, to);
  Value base = lowering.sharedAt(loc, *op.getOffset());
  ArrayRef<Value> held = lowering.registersOf(op.getTile());
  result.resize(to.getNumRegisters());
  for (unsigned round = 0; round < scratch.getNumRounds(); ++round) {
    RoundRegisters written =
        registersOfRound(writers, from.getRedundantBits(InputDim::Register),
                         scratch.fromRoundBits, round);
    Registers values;
    for (unsigned reg : written.registers)
      values.push_back(held[reg]);
    // Readers of what was here before are done.
    lowering.barrier(loc);
    lowering.storeByFirstHolders(loc, lowering.isFirstHolder(loc, from), [&] {
      SharedAccess(lowering, base, element, written.numbers, written.redundant)
          .store(loc, values);
    });
    lowering.barrier(loc);
    RoundRegisters read =
        registersOfRound(readers, to.getRedundantBits(InputDim::Register),
                         scratch.toRoundBits, round);
    Registers loaded =
        SharedAccess(lowering, base, element, read.numbers, read.redundant)
            .load(loc);
    for (auto [reg, value] : llvm::zip_equal(read.registers, loaded))
      result[reg] = value;
  }
  return success();
}

/// Packs of neighbours move where they are wanted, and are taken apart there.
static Registers convertWithinWarp(KernelLowering &lowering, Location loc,
                                   ArrayRef<Value> registers,
                                   const LinearLayout &from,
                                   const LinearLayout &to) {
  Type type = registers.front().getType();
  tile::PackedLayouts packed =
      packNeighbours(from, to, type.getIntOrFloatBitWidth());
  if (packed.elements == 1)
    return WarpGather(lowering, loc, registers, from, to).run();
  Registers words, result;
  for (size_t i = 0; i < registers.size(); i += packed.elements)
    words.push_back(
        lowering.packWord(loc, registers.slice(i, packed.elements)));
  for (Value word :
       WarpGather(lowering, loc, words, packed.from, packed.to).run())
    lowering.unpackWord(loc, word, type, packed.elements, result);
  return result;
}

LogicalResult KernelLowering::lowerConvertLayout(tile::ConvertLayoutOp op) {
  Location loc = op.getLoc();
  LinearLayout from = tile::getLayout(op.getTile().getType());
  LinearLayout to = tile::getLayout(op.getType());
  unsigned bits = getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth();
  ArrayRef<Value> held = registersOf(op.getTile());
  Registers registers;
  switch (planConversion(from, to, bits).movement) {
  case tile::Movement::None:
  case tile::Movement::WithinThread:
    registers = WarpGather(*this, loc, held, from, to).run();
    break;
  case tile::Movement::WithinWarp:
    registers = convertWithinWarp(*this, loc, held, from, to);
    break;
  case tile::Movement::Shared:
    if (failed(convertThroughShared(*this, op, from, to, registers)))
      return failure();
    break;
  }
  setRegisters(op, std::move(registers));
  return success();
}

} // namespace xcc::thread
