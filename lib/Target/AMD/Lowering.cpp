//===- Lowering.cpp - The operations of a thread, in rocdl ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Lowering.h"

#include "lib/Target/AMD/Buffer.h"

#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::amd {

std::unique_ptr<VendorLowering> createLowering(const Chip &chip) {
  return std::make_unique<Lowering>(chip);
}

Value constantI32(OpBuilder &builder, Location loc, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(), value);
}

Value packVector(OpBuilder &builder, Location loc, VectorType type,
                 ArrayRef<Value> values) {
  Value vector = LLVM::PoisonOp::create(builder, loc, type);
  for (auto [index, value] : llvm::enumerate(values))
    vector = LLVM::InsertElementOp::create(builder, loc, vector, value,
                                           constantI32(builder, loc, index));
  return vector;
}

Value extractElement(OpBuilder &builder, Location loc, Value vector,
                     unsigned index) {
  return LLVM::ExtractElementOp::create(builder, loc, vector,
                                        constantI32(builder, loc, index));
}

void Lowering::beginKernel(LLVM::LLVMFuncOp kernel, unsigned threadsPerBlock) {
  Builder builder(kernel.getContext());
  auto threads = static_cast<int32_t>(threadsPerBlock);
  kernel->setAttr(ROCDL::ROCDLDialect::getKernelFuncAttrName(),
                  builder.getUnitAttr());
  kernel->setAttr(ROCDL::ROCDLDialect::getReqdWorkGroupSizeAttrName(),
                  builder.getDenseI32ArrayAttr({threads, 1, 1}));
  std::string size = std::to_string(threads);
  kernel->setAttr(ROCDL::ROCDLDialect::getFlatWorkGroupSizeAttrName(),
                  builder.getStringAttr(size + "," + size));
}

Value Lowering::threadId(OpBuilder &builder, Location loc) {
  return ROCDL::ThreadIdXOp::create(builder, loc, builder.getI32Type());
}

Value Lowering::blockId(OpBuilder &builder, Location loc, unsigned dimension) {
  Type type = builder.getI32Type();
  if (dimension == 0)
    return ROCDL::BlockIdXOp::create(builder, loc, type);
  if (dimension == 1)
    return ROCDL::BlockIdYOp::create(builder, loc, type);
  return ROCDL::BlockIdZOp::create(builder, loc, type);
}

// A fence of the block waits for shared memory, and for global stores no
// longer than it takes the block's own processor to see them: loads in flight
// stay in flight.
void Lowering::barrier(OpBuilder &builder, Location loc) {
  LLVM::FenceOp::create(builder, loc, LLVM::AtomicOrdering::release,
                        "workgroup");
  ROCDL::SBarrierOp::create(builder, loc);
  LLVM::FenceOp::create(builder, loc, LLVM::AtomicOrdering::acquire,
                        "workgroup");
}

Value Lowering::sharedBase(OpBuilder &builder, Location loc,
                           LLVM::LLVMFuncOp kernel, uint64_t bytes) {
  OpBuilder outside(kernel);
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes);
  auto global = LLVM::GlobalOp::create(
      outside, loc, type, /*isConstant=*/false, LLVM::Linkage::Internal,
      (kernel.getName() + "_shared").str(), /*value=*/Attribute(),
      /*alignment=*/128, kSharedAddressSpace);
  return LLVM::AddressOfOp::create(builder, loc, global);
}

// DPP controls of a row of 16 lanes.
static constexpr uint32_t kRotateBy8 = 0x128;                 // lane xor 8
static constexpr uint32_t kMirrorOf8 = 0x141;                 // lane xor 7
static constexpr uint32_t kQuadXor[] = {0, 0xB1, 0x4E, 0x1B}; // lane xor 1 to 3
static constexpr uint32_t kXorMask = 0x160; // and a mask: lane xor mask

static Value permuteInRow(OpBuilder &builder, Location loc, Value value,
                          uint32_t control) {
  Value none = LLVM::PoisonOp::create(builder, loc, value.getType());
  return ROCDL::DPPUpdateOp::create(builder, loc, value.getType(), none, value,
                                    control, /*rowMask=*/0xf, /*bankMask=*/0xf,
                                    /*boundCtrl=*/true);
}

/// lane xor mask in a row of 16, by one to three moves.
static Value xorInRow(OpBuilder &builder, Location loc, Value value,
                      unsigned mask) {
  if (mask & 8)
    value = permuteInRow(builder, loc, value, kRotateBy8);
  if (mask & 4) {
    value = permuteInRow(builder, loc, value, kMirrorOf8);
    mask = ~mask;
  }
  if (mask & 3)
    value = permuteInRow(builder, loc, value, kQuadXor[mask & 3]);
  return value;
}

/// Within 32 lanes by the crossbar of shared memory with a fixed pattern, over
/// all 64 with an address.
Value Lowering::xorByCrossbar(OpBuilder &builder, Location loc, Value value,
                              unsigned mask) {
  if (mask >= 32)
    return shuffleIndex(builder, loc, value,
                        LLVM::XOrOp::create(builder, loc,
                                            threadId(builder, loc),
                                            constantI32(builder, loc, mask)));
  if (mask >= 16) // and mask 0x1f, or mask 0, xor mask
    return ROCDL::DsSwizzleOp::create(
        builder, loc, builder.getI32Type(), value,
        constantI32(builder, loc, mask << 10 | 0x1f));
  return xorInRow(builder, loc, value, mask);
}

/// The halves (32) or neighbouring rows (16) of a value and of a copy trade
/// places: the copies then have one of the two parts each, twice.
template <typename Swap>
static Value xorBySwap(OpBuilder &builder, Location loc, Value value,
                       Value lane, unsigned bit) {
  Type i32 = builder.getI32Type();
  auto pair =
      LLVM::LLVMStructType::getLiteral(builder.getContext(), {i32, i32});
  BoolAttr no = builder.getBoolAttr(false);
  Value swapped = Swap::create(builder, loc, pair, value, value, no, no);
  Value lower = LLVM::ExtractValueOp::create(builder, loc, swapped, 0);
  Value upper = LLVM::ExtractValueOp::create(builder, loc, swapped, 1);
  Value place =
      LLVM::AndOp::create(builder, loc, lane, constantI32(builder, loc, bit));
  Value isUpper = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne,
                                       place, constantI32(builder, loc, 0));
  return LLVM::SelectOp::create(builder, loc, isUpper, lower, upper);
}

/// lane xor mask by one move: in the same row of 16, or from the other one.
static Value xorByMask(OpBuilder &builder, Location loc, Value value,
                       unsigned mask) {
  if (mask < 16)
    return permuteInRow(builder, loc, value, kXorMask | mask);
  // Four bits for each lane of a row: the lane of the other row it reads.
  uint64_t choices = 0;
  for (unsigned lane = 0; lane != 16; ++lane)
    choices |= uint64_t(lane ^ (mask & 15)) << 4 * lane;
  Value lower = constantI32(builder, loc, int32_t(choices));
  Value upper = constantI32(builder, loc, int32_t(choices >> 32));
  BoolAttr no = builder.getBoolAttr(false);
  Value none = LLVM::PoisonOp::create(builder, loc, value.getType());
  return ROCDL::PermlaneX16Op::create(builder, loc, value.getType(), none,
                                      value, lower, upper, no, no);
}

Value Lowering::shuffleXor(OpBuilder &builder, Location loc, Value value,
                           unsigned mask) {
  switch (chip.laneMoves) {
  case LaneMoves::Rows:
    return xorByCrossbar(builder, loc, value, mask);
  case LaneMoves::Masks:
    return xorByMask(builder, loc, value, mask);
  case LaneMoves::Swaps:
    value = xorInRow(builder, loc, value, mask & 15);
    if (mask & 16)
      value = xorBySwap<ROCDL::Permlane16SwapOp>(builder, loc, value,
                                                 threadId(builder, loc), 16);
    if (mask & 32)
      value = xorBySwap<ROCDL::Permlane32SwapOp>(builder, loc, value,
                                                 threadId(builder, loc), 32);
    return value;
  }
  llvm_unreachable("every chip has some way");
}

// The crossbar takes the address of a word in an imagined memory, modulo the
// number of lanes: the thread's number will do where the lane's is meant.
Value Lowering::shuffleIndex(OpBuilder &builder, Location loc, Value value,
                             Value lane) {
  Value address =
      LLVM::ShlOp::create(builder, loc, lane, constantI32(builder, loc, 2));
  return ROCDL::DsBpermuteOp::create(builder, loc, builder.getI32Type(),
                                     address, value);
}

static int64_t bytesOf(Type type) {
  int64_t bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (auto vector = dyn_cast<VectorType>(type))
    bits *= vector.getNumElements();
  return bits / 8;
}

/// What a load beyond the buffer gives anyway.
static bool isZero(Value value) {
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return value.getDefiningOp<LLVM::ZeroOp>() != nullptr;
  return matchPattern(attribute, m_Zero()) ||
         matchPattern(attribute, m_PosZeroFloat());
}

Value Lowering::loadGlobal(OpBuilder &builder, Location loc, Type type,
                           Value pointer, unsigned alignBytes, Value predicate,
                           Value other) {
  if (!predicate)
    return LLVM::LoadOp::create(builder, loc, type, pointer, alignBytes);
  if (auto place =
          findBufferPlace(builder, loc, pointer, bytesOf(type), alignBytes)) {
    Value loaded =
        loadBuffer(builder, loc, chip.bufferFlags, type, *place, predicate);
    if (isZero(other))
      return loaded;
    return LLVM::SelectOp::create(builder, loc, predicate, loaded, other);
  }
  auto guarded = scf::IfOp::create(
      builder, loc, predicate,
      [&](OpBuilder &inner, Location loc) {
        Value loaded =
            LLVM::LoadOp::create(inner, loc, type, pointer, alignBytes);
        scf::YieldOp::create(inner, loc, loaded);
      },
      [&](OpBuilder &inner, Location loc) {
        scf::YieldOp::create(inner, loc, other);
      });
  return guarded.getResult(0);
}

void Lowering::storeGlobal(OpBuilder &builder, Location loc, Value value,
                           Value pointer, unsigned alignBytes,
                           Value predicate) {
  if (!predicate) {
    LLVM::StoreOp::create(builder, loc, value, pointer, alignBytes);
    return;
  }
  if (auto place = findBufferPlace(builder, loc, pointer,
                                   bytesOf(value.getType()), alignBytes))
    return storeBuffer(builder, loc, chip.bufferFlags, value, *place,
                       predicate);
  scf::IfOp::create(
      builder, loc, predicate, [&](OpBuilder &inner, Location loc) {
        LLVM::StoreOp::create(inner, loc, value, pointer, alignBytes);
        scf::YieldOp::create(inner, loc);
      });
}

void Lowering::asyncCopy(OpBuilder &, Location, Value, Value, unsigned, Value) {
  llvm_unreachable("operands of this device pass through registers");
}

void Lowering::asyncCommit(OpBuilder &, Location) {
  llvm_unreachable("operands of this device pass through registers");
}

void Lowering::asyncWait(OpBuilder &, Location, unsigned) {
  llvm_unreachable("operands of this device pass through registers");
}

/// v_exp_f32: one unit in the last place, results below 2^-126 are zero.
Value Lowering::exp2(OpBuilder &builder, Location loc, Value x) {
  auto type = dyn_cast<VectorType>(x.getType());
  if (!type)
    return ROCDL::ROCDLExp2::create(builder, loc, x.getType(), x);
  SmallVector<Value> powers;
  for (int64_t i = 0; i != type.getNumElements(); ++i) {
    Value element = extractElement(builder, loc, x, i);
    powers.push_back(
        ROCDL::ROCDLExp2::create(builder, loc, type.getElementType(), element));
  }
  return packVector(builder, loc, type, powers);
}

} // namespace xcc::amd
