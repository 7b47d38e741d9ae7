//===- GlobalAccess.cpp - Which memory a thread's registers are -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/GlobalAccess.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;

GlobalAccess::GlobalAccess(KernelLowering &lowering, const AccessSpec &spec,
                           const LinearNumbers *alsoContiguous)
    : lowering(lowering), spec(spec),
      redundant(spec.layout.getRedundantBits(InputDim::Register)) {
  Type element = cast<MemRefType>(spec.buffer.getType()).getElementType();
  memoryElement = lowering.memoryType(element);
  elementBytes = memoryElement.getIntOrFloatBitWidth() / 8;
  for (unsigned dim = 0; dim < spec.layout.getRank(); ++dim)
    coordinates.push_back(lowering.coordinateNumbers(spec.layout, dim));
  symbols = lowering.symbolsOf(spec.scalars);
  for (Value scalar : spec.scalars)
    symbolFacts.push_back(lowering.facts.of(scalar));
  findRun(alsoContiguous);
  uint64_t skipped = redundant;
  for (unsigned bit : runBits)
    skipped |= uint64_t(1) << bit;
  for (unsigned reg = 0; reg < spec.layout.getNumRegisters(); ++reg)
    if ((reg & skipped) == 0)
      leaders.push_back(reg);
}

Type GlobalAccess::accessType() const {
  if (vectorElements() == 1)
    return memoryElement;
  return VectorType::get(vectorElements(), memoryElement);
}

//===-- Width -------------------------------------------------------------===//

/// Register bits that count 1, 2, 4... along `dim` and do nothing else.
SmallVector<unsigned> GlobalAccess::runAlong(unsigned dim,
                                             const LinearNumbers *also) const {
  SmallVector<unsigned> bits;
  ArrayRef<tile::Coordinates> bases = spec.layout.getBases(InputDim::Register);
  for (uint64_t place = 1;; place *= 2) {
    std::optional<unsigned> found;
    for (auto [bit, basis] : llvm::enumerate(bases)) {
      bool isAlong = uint64_t(basis[dim]) == place &&
                     llvm::count(basis, 0) + 1 == int64_t(basis.size());
      if (isAlong && (!also || also->registers[bit] == place))
        found = bit;
    }
    // Nobody else may hold elements among these.
    const LinearNumbers &own = coordinates[dim];
    auto setsPlace = [&](uint64_t basis) { return (basis & place) != 0; };
    if (!found || llvm::any_of(own.threads, setsPlace) ||
        llvm::count_if(own.registers, setsPlace) != 1)
      return bits;
    if (also && (llvm::any_of(also->threads, setsPlace) ||
                 llvm::count_if(also->registers, setsPlace) != 1))
      return bits;
    bits.push_back(*found);
  }
}

/// Facts about the coordinates of a group's first element, then about the
/// elements of the index tiles.
SmallVector<Facts> GlobalAccess::dimFacts(unsigned dim, int64_t width) const {
  SmallVector<Facts> result;
  for (auto [i, numbers] : llvm::enumerate(coordinates)) {
    uint64_t reached = numbers.threadMask() | numbers.registerMask();
    uint64_t first = i == dim ? reached & ~uint64_t(width - 1) : reached;
    Facts facts = Facts::of(0);
    if (first)
      facts = Facts::between(0, int64_t(first), int64_t(first & -first));
    result.push_back(facts);
  }
  result.append(spec.indices.size(), Facts());
  return result;
}

/// How `expr` grows with each step along `dim` within `width` elements that
/// begin at a multiple of it; nullopt if not evenly.
std::optional<int64_t> GlobalAccess::stepAlong(AffineExpr expr, unsigned dim,
                                               int64_t width,
                                               ArrayRef<Facts> dims) const {
  if (isa<AffineConstantExpr, AffineSymbolExpr>(expr))
    return 0;
  if (auto d = dyn_cast<AffineDimExpr>(expr)) {
    if (d.getPosition() < coordinates.size())
      return d.getPosition() == dim;
    SmallVector<unsigned> bits = runAlong(dim, nullptr);
    bits.resize(llvm::Log2_64(width));
    if (haveEqualIndices(d.getPosition() - coordinates.size(), bits))
      return 0;
    return std::nullopt;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto lhs = stepAlong(binary.getLHS(), dim, width, dims);
  auto rhs = stepAlong(binary.getRHS(), dim, width, dims);
  if (!lhs || !rhs)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return *lhs + *rhs;
  if (*lhs == 0 && *rhs == 0)
    return 0;
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!constant)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Mul)
    return *lhs * constant.getValue();
  // The whole run lies between two multiples of the divisor.
  Facts first = factsOf(binary.getLHS(), dims, symbolFacts);
  bool staysWithin = *lhs == 1 && constant.getValue() % width == 0 &&
                     first.alignment % width == 0;
  if (!staysWithin || expr.getKind() == AffineExprKind::CeilDiv)
    return std::nullopt;
  return expr.getKind() == AffineExprKind::Mod ? 1 : 0;
}

/// Whether registers that differ in `bits` alone have the same index.
bool GlobalAccess::haveEqualIndices(unsigned index,
                                    ArrayRef<unsigned> bits) const {
  uint64_t mask = 0;
  for (unsigned bit : bits)
    mask |= uint64_t(1) << bit;
  ArrayRef<Value> registers = lowering.registersOf(spec.indices[index]);
  for (auto [reg, value] : llvm::enumerate(registers))
    if (value != registers[reg & ~mask])
      return false;
  return true;
}

/// Whether `width` elements along `dim` lie one behind the other, aligned, and
/// exist all or not at all.
bool GlobalAccess::isRun(unsigned dim, int64_t width) const {
  IntegerSet bounds = spec.bounds;
  SmallVector<Facts> dims = dimFacts(dim, width);
  SmallVector<Facts> allDims = dimFacts(dim, 1);
  AffineExpr place = spec.map.getResult(0);
  if (stepAlong(place, dim, width, dims) != 1 ||
      factsOf(place, dims, symbolFacts).alignment % width != 0)
    return false;
  if (!bounds)
    return true;
  for (unsigned i = 0; i < bounds.getNumConstraints(); ++i) {
    AffineExpr expr = bounds.getConstraint(i);
    bool isKnown = factsOf(expr, allDims, symbolFacts).least >= 0;
    if (isKnown && !bounds.isEq(i))
      continue;
    auto step = stepAlong(expr, dim, width, dims);
    if (step == 0)
      continue;
    if (!step || std::abs(*step) != 1 || bounds.isEq(i))
      return false;
    // Upwards e >= 0 begins, downwards e + 1 > 0 ends at a multiple of width.
    // Simplified, so that constants meet.
    AffineExpr end =
        simplifyAffineExpr(*step == 1 ? expr : expr + 1, bounds.getNumDims(),
                           bounds.getNumSymbols());
    Facts edge = factsOf(end, dims, symbolFacts);
    if (edge.alignment % width != 0)
      return false;
  }
  return true;
}

void GlobalAccess::findRun(const LinearNumbers *alsoContiguous) {
  unsigned most = lowering.device.maxVectorBytes / elementBytes;
  for (unsigned dim = 0; dim < coordinates.size(); ++dim) {
    SmallVector<unsigned> bits = runAlong(dim, alsoContiguous);
    while (!bits.empty() && ((1u << bits.size()) > most ||
                             !isRun(dim, int64_t(1) << bits.size())))
      bits.pop_back();
    if (bits.size() > runBits.size())
      runBits = bits;
  }
}

//===-- Places ------------------------------------------------------------===//

AccessGroup GlobalAccess::group(unsigned leader) {
  Location loc = spec.loc;
  AccessGroup result;
  for (unsigned i = 0; i < vectorElements(); ++i) {
    unsigned reg = leader;
    for (auto [place, bit] : llvm::enumerate(runBits))
      reg |= (i >> place & 1) << bit;
    result.registers.push_back(reg);
  }
  SmallVector<IndexSum> dims;
  for (const LinearNumbers &numbers : coordinates)
    dims.push_back(lowering.numberOf(loc, numbers, leader));
  for (Value tile : spec.indices) {
    Value number =
        lowering.index.signedToI64(loc, lowering.registersOf(tile)[leader]);
    dims.push_back(IndexSum::of(number, Facts(), /*isUniform=*/false));
  }
  IndexSum place =
      lowering.index.evaluate(loc, spec.map.getResult(0), dims, symbols);
  result.pointer = lowering.index.pointerTo(loc, lowering.scalarOf(spec.buffer),
                                            memoryElement, place);
  if (!spec.bounds)
    return result;
  for (unsigned i = 0; i < spec.bounds.getNumConstraints(); ++i) {
    IndexSum inside = lowering.index.evaluate(loc, spec.bounds.getConstraint(i),
                                              dims, symbols);
    Value holds = lowering.index.isInside(loc, inside, spec.bounds.isEq(i));
    result.predicate = lowering.both(loc, result.predicate, holds);
  }
  return result;
}

} // namespace xcc::thread
