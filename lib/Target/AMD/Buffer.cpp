//===- Buffer.cpp - Guarded accesses by buffer resources ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A buffer instruction takes a base from scalar registers and 32 bits of
// offset, and compares the offset with the buffer's size: a guard costs one
// select and no branch. The size says nothing about the tensor here: it is what
// a select puts the offset beyond. Tensors may be larger than 4 GiB: what
// blocks and loops add is in the base, and only the thread's own offset must be
// small.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Buffer.h"

#include "lib/Target/AMD/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::amd {

static constexpr int64_t kBufferBytes = int64_t(1) << 31;

/// The largest number an i32 that is not negative can be; nullopt if unknown.
static std::optional<int64_t> largest(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.isNegative() ? std::nullopt
                                 : std::optional(constant.getSExtValue());
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (isa<ROCDL::ThreadIdXOp>(op))
    return 1023;
  if (op->getNumOperands() != 2)
    return std::nullopt;
  std::optional<int64_t> lhs = largest(op->getOperand(0));
  std::optional<int64_t> rhs = largest(op->getOperand(1));
  if (isa<arith::AndIOp>(op) && (lhs || rhs))
    return std::min(lhs.value_or(INT32_MAX), rhs.value_or(INT32_MAX));
  if (!lhs || !rhs)
    return std::nullopt;
  std::optional<int64_t> result;
  if (isa<arith::AddIOp>(op))
    result = *lhs + *rhs;
  else if (isa<arith::OrIOp, arith::XOrIOp>(op))
    result = llvm::NextPowerOf2(*lhs | *rhs) - 1;
  else if (isa<arith::MulIOp>(op))
    result = *lhs * *rhs;
  else if (isa<arith::ShLIOp>(op) && *rhs < 32)
    result = *lhs << *rhs;
  else if (isa<arith::ShRUIOp, arith::DivUIOp, arith::RemUIOp>(op))
    result = *lhs;
  return result && *result < kBufferBytes ? result : std::nullopt;
}

static int64_t elementBytes(LLVM::GEPOp gep) {
  Type element = gep.getElemType();
  return element.isIntOrFloat() ? element.getIntOrFloatBitWidth() / 8 : 0;
}

/// The constant index of a step from a pointer to another; nullopt if it is not
/// one.
static std::optional<int64_t> constantIndex(LLVM::GEPOp gep) {
  APInt index;
  if (gep.getDynamicIndices().empty())
    return gep.getRawConstantIndices().front();
  if (matchPattern(gep.getDynamicIndices().front(), m_ConstantInt(&index)))
    return index.getSExtValue();
  return std::nullopt;
}

std::optional<BufferPlace> findBufferPlace(OpBuilder &builder, Location loc,
                                           Value pointer, int64_t bytes,
                                           unsigned alignBytes) {
  if (alignBytes < std::min<int64_t>(bytes, 4) || bytes > 16)
    return std::nullopt;
  BufferPlace place = {pointer, Value(), 0};
  auto gep = pointer.getDefiningOp<LLVM::GEPOp>();
  while (gep && gep.getRawConstantIndices().size() == 1) {
    int64_t scale = elementBytes(gep);
    std::optional<int64_t> index = constantIndex(gep);
    if (!scale || !index || *index < 0)
      break;
    place.constant += *index * scale;
    place.base = gep.getBase();
    gep = place.base.getDefiningOp<LLVM::GEPOp>();
  }
  // What is left is shared by the block, or one step by the thread's number.
  if (!gep || gep.getDynamicIndices().size() != 1)
    return std::nullopt;
  auto number = gep.getDynamicIndices().front().getDefiningOp<arith::ExtUIOp>();
  if (!number || !number.getIn().getType().isInteger(32))
    return std::nullopt;
  int64_t scale = elementBytes(gep);
  std::optional<int64_t> most = largest(number.getIn());
  if (!scale || !most || *most * scale + place.constant + bytes >= kBufferBytes)
    return std::nullopt;
  place.base = gep.getBase();
  place.offset = LLVM::MulOp::create(builder, loc, number.getIn(),
                                     constantI32(builder, loc, scale));
  return place;
}

static Value makeResource(OpBuilder &builder, Location loc, uint32_t flags,
                          Value base) {
  Value stride =
      LLVM::ConstantOp::create(builder, loc, builder.getI16Type(), 0);
  Value size = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(),
                                        kBufferBytes);
  auto type = LLVM::LLVMPointerType::get(builder.getContext(), 8);
  return ROCDL::MakeBufferRsrcOp::create(builder, loc, type, base, stride, size,
                                         constantI32(builder, loc, flags));
}

/// The offset where the predicate holds, and one beyond the buffer elsewhere.
static Value guardedOffset(OpBuilder &builder, Location loc,
                           const BufferPlace &place, Value predicate) {
  Value offset = place.offset;
  if (place.constant)
    offset = LLVM::AddOp::create(builder, loc, offset,
                                 constantI32(builder, loc, place.constant));
  // 2^31 as the instruction reads it: without a sign.
  Value beyond = constantI32(builder, loc, INT32_MIN);
  return LLVM::SelectOp::create(builder, loc, predicate, offset, beyond);
}

/// Integers of the same size: the instruction moves bytes, words and up to four
/// words at once.
static Type carrierOf(Type type) {
  MLIRContext *context = type.getContext();
  int64_t bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (auto vector = dyn_cast<VectorType>(type))
    bits *= vector.getNumElements();
  if (bits <= 32)
    return IntegerType::get(context, bits);
  return VectorType::get(bits / 32, IntegerType::get(context, 32));
}

Value loadBuffer(OpBuilder &builder, Location loc, uint32_t flags, Type type,
                 const BufferPlace &place, Value predicate) {
  Value none = constantI32(builder, loc, 0);
  Value loaded = ROCDL::RawPtrBufferLoadOp::create(
      builder, loc, carrierOf(type),
      makeResource(builder, loc, flags, place.base),
      guardedOffset(builder, loc, place, predicate), none, none, {}, {}, {});
  if (loaded.getType() == type)
    return loaded;
  return LLVM::BitcastOp::create(builder, loc, type, loaded);
}

void storeBuffer(OpBuilder &builder, Location loc, uint32_t flags, Value value,
                 const BufferPlace &place, Value predicate) {
  Value none = constantI32(builder, loc, 0);
  Type carrier = carrierOf(value.getType());
  if (carrier != value.getType())
    value = LLVM::BitcastOp::create(builder, loc, carrier, value);
  ROCDL::RawPtrBufferStoreOp::create(
      builder, loc, value, makeResource(builder, loc, flags, place.base),
      guardedOffset(builder, loc, place, predicate), none, none, {}, {}, {});
}

} // namespace xcc::amd
