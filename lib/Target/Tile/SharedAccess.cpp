//===- SharedAccess.cpp - Which shared memory a thread's registers are ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/SharedAccess.h"

using namespace mlir;

namespace xcc::thread {

SharedAccess::SharedAccess(KernelLowering &lowering, Value base, Type element,
                           LinearNumbers numbers, uint64_t redundant)
    : lowering(lowering), base(base), element(element),
      memoryElement(lowering.memoryType(element)), numbers(std::move(numbers)),
      redundant(redundant),
      elementBytes(memoryElement.getIntOrFloatBitWidth() / 8) {
  findRun();
  uint64_t skipped = redundant;
  for (unsigned bit : runBits)
    skipped |= uint64_t(1) << bit;
  for (uint64_t reg = 0; reg >> this->numbers.registers.size() == 0; ++reg)
    if ((reg & skipped) == 0)
      leaders.push_back(reg);
}

/// Register bits that count 1, 2, 4... where nobody else does.
void SharedAccess::findRun() {
  unsigned most = lowering.device.maxVectorBytes / elementBytes;
  for (uint64_t place = 1; place < most; place *= 2) {
    auto sets = [&](uint64_t basis) { return (basis & place) != 0; };
    auto *found = llvm::find(numbers.registers, place);
    if (found == numbers.registers.end() ||
        llvm::count_if(numbers.registers, sets) != 1 ||
        llvm::any_of(numbers.threads, sets))
      return;
    runBits.push_back(found - numbers.registers.begin());
  }
}

SmallVector<unsigned> SharedAccess::groupOf(unsigned leader) const {
  SmallVector<unsigned> registers;
  for (unsigned i = 0; i >> runBits.size() == 0; ++i) {
    unsigned reg = leader;
    for (auto [place, bit] : llvm::enumerate(runBits))
      reg |= (i >> place & 1) << bit;
    registers.push_back(reg);
  }
  return registers;
}

Value SharedAccess::pointerTo(Location loc, unsigned reg) {
  IndexSum number = lowering.numberOf(loc, numbers, reg);
  return lowering.index.pointerTo(loc, base, memoryElement, number);
}

Registers SharedAccess::load(Location loc) {
  OpBuilder &builder = lowering.builder;
  Registers result(size_t(1) << numbers.registers.size());
  Type type = memoryElement;
  if (!runBits.empty())
    type = VectorType::get(int64_t(1) << runBits.size(), memoryElement);
  for (unsigned leader : leaders) {
    Value loaded =
        LLVM::LoadOp::create(builder, loc, type, pointerTo(loc, leader),
                             elementBytes << runBits.size());
    Registers parts;
    lowering.unpack(loc, loaded, parts);
    for (auto [reg, part] : llvm::zip(groupOf(leader), parts))
      result[reg] = lowering.fromMemory(loc, part, element);
  }
  for (auto [reg, value] : llvm::enumerate(result))
    if (!value)
      value = result[reg & ~redundant];
  return result;
}

void SharedAccess::store(Location loc, ArrayRef<Value> registers) {
  OpBuilder &builder = lowering.builder;
  for (unsigned leader : leaders) {
    Registers parts;
    for (unsigned reg : groupOf(leader))
      parts.push_back(lowering.toMemory(loc, registers[reg]));
    Value packed = lowering.pack(loc, parts);
    LLVM::StoreOp::create(builder, loc, packed, pointerTo(loc, leader),
                          elementBytes << runBits.size());
  }
}

} // namespace xcc::thread
