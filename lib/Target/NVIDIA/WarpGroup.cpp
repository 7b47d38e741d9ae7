//===- WarpGroup.cpp - wgmma: products of groups of four warps ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products and the wait that ends them have no intrinsics: they are inline PTX.
// The wait takes the sums as operands and gives them back, so that nothing
// reads them before it.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace xcc;
using namespace xcc::nvidia;

//===-- Descriptors of operands
//--------------------------------------------===//

// Fields of 14 bits hold bytes / 16.
static constexpr int64_t descriptorUnit = 16, fieldMask = 0x3fff;
static constexpr unsigned leadingShift = 16, strideShift = 32,
                          swizzleShift = 62;
// Lines whose groups are exchanged among each other: a core matrix.
static constexpr int64_t coreLines = 8;

static int64_t field(int64_t bytes) {
  return bytes / descriptorUnit & fieldMask;
}

static int64_t swizzleMode(int64_t lineBytes) {
  if (lineBytes == 128)
    return 1;
  return lineBytes == 64 ? 2 : 3;
}

/// Bytes from the first element to the one `depth` further along the depth.
static int64_t bytesTo(const VendorLowering::GroupOperand &operand,
                       int64_t depth) {
  if (!operand.runsAlongDepth)
    return depth * operand.lineBytes;
  int64_t along = depth * operand.elementBytes;
  return along / operand.lineBytes * operand.lineBytes * operand.lines +
         along % operand.lineBytes;
}

static Value constant64(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

/// What wgmma takes for an operand that begins at its base. Along lines: panels
/// lie `leading` bytes apart (lines along the depth are no longer than one), 8
/// lines `stride`.
static Value makeDescriptor(OpBuilder &builder, Location loc,
                            const VendorLowering::GroupOperand &operand) {
  int64_t leading = operand.runsAlongDepth ? descriptorUnit
                                           : operand.lineBytes * operand.lines;
  int64_t stride = coreLines * operand.lineBytes;
  int64_t fixed =
      field(leading) << leadingShift | field(stride) << strideShift |
      int64_t(uint64_t(swizzleMode(operand.lineBytes)) << swizzleShift);
  Value address = LLVM::PtrToIntOp::create(builder, loc, builder.getI32Type(),
                                           operand.base);
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  };
  address = arith::ShRUIOp::create(builder, loc, address, number(4));
  address = arith::AndIOp::create(builder, loc, address, number(fieldMask));
  Value start =
      arith::ExtUIOp::create(builder, loc, builder.getI64Type(), address);
  return arith::OrIOp::create(builder, loc, start,
                              constant64(builder, loc, fixed));
}

//===-- Text
//---------------------------------------------------------------===//

/// "{$0, $1, ...}"
static std::string listOf(unsigned first, unsigned count) {
  std::string text = "{";
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return text + "}";
}

static StringRef typeName(MatrixType type) {
  return type == MatrixType::BF16 ? "bf16" : "f16";
}

/// "=f,=f,...", then "0,1,..." for operands that are those results.
static std::string tiedConstraints(unsigned results, bool areTied) {
  SmallVector<std::string> parts(results, "=f");
  for (unsigned i = 0; areTied && i < results; ++i)
    parts.push_back(std::to_string(i));
  return llvm::join(parts, ",");
}

/// The inline PTX, whose results are `count` floats.
static SmallVector<Value> emitText(OpBuilder &builder, Location loc,
                                   StringRef text, StringRef constraints,
                                   ValueRange operands, unsigned count) {
  SmallVector<Type> types(count, builder.getF32Type());
  Type result =
      count == 1
          ? types.front()
          : LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  Value all = LLVM::InlineAsmOp::create(builder, loc, result, operands, text,
                                        constraints, /*has_side_effects=*/true,
                                        /*is_align_stack=*/false,
                                        LLVM::tailcallkind::TailCallKind::None,
                                        LLVM::AsmDialectAttr(), ArrayAttr())
                  .getRes();
  if (count == 1)
    return {all};
  SmallVector<Value> values;
  for (unsigned i = 0; i < count; ++i)
    values.push_back(LLVM::ExtractValueOp::create(builder, loc, all, i));
  return values;
}

//===-- Products
//-----------------------------------------------------------===//

/// Elements of a register's fragment, two to a word.
static SmallVector<Value> packWords(OpBuilder &builder, Location loc,
                                    ArrayRef<Value> elements) {
  auto pair = VectorType::get(2, elements.front().getType());
  SmallVector<Value> words;
  for (size_t i = 0; i < elements.size(); i += 2) {
    Value vector = LLVM::PoisonOp::create(builder, loc, pair);
    for (int32_t half : {0, 1}) {
      Value place = arith::ConstantOp::create(builder, loc,
                                              builder.getI32IntegerAttr(half));
      vector = LLVM::InsertElementOp::create(builder, loc, vector,
                                             elements[i + half], place);
    }
    words.push_back(
        LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), vector));
  }
  return words;
}

/// One wgmma: `lhs` is a descriptor or four words, `sums` come and go.
static void multiplyOnce(OpBuilder &builder, Location loc,
                         const VendorLowering::GroupProduct &product,
                         ArrayRef<Value> lhs, Value rhs,
                         SmallVector<Value> &sums) {
  unsigned count = product.columns / 2;
  bool accumulates = !sums.empty();
  unsigned next = accumulates ? 2 * count : count;
  std::string constraints = tiedConstraints(count, accumulates);
  std::string left = "$" + std::to_string(next);
  if (lhs.size() > 1)
    left = listOf(next, lhs.size());
  for (size_t i = 0; i < lhs.size(); ++i)
    constraints += lhs.size() > 1 ? ",r" : ",l";
  constraints += ",l";
  std::string type = typeName(product.instruction.operand).str();
  std::string text = "{ .reg .pred p; setp.ne.b32 p, " +
                     std::to_string(accumulates) +
                     ", 0; wgmma.mma_async.sync.aligned.m64n" +
                     std::to_string(product.columns) + "k16.f32." + type + "." +
                     type + " " + listOf(0, count) + ", " + left + ", $" +
                     std::to_string(next + lhs.size()) + ", p, 1, 1, ";
  // An operand is transposed whose lines do not run along the depth.
  if (product.lhs)
    text += product.lhs->runsAlongDepth ? "0, " : "1, ";
  text += product.rhs.runsAlongDepth ? "0; }" : "1; }";
  SmallVector<Value> operands(sums);
  llvm::append_range(operands, lhs);
  operands.push_back(rhs);
  sums = emitText(builder, loc, text, constraints, operands, count);
}

SmallVector<Value> Lowering::multiplyGroup(OpBuilder &builder, Location loc,
                                           const GroupProduct &product) {
  int64_t k = product.instruction.k;
  Value lhs, rhs = makeDescriptor(builder, loc, product.rhs);
  SmallVector<Value> words, sums(product.accumulators);
  if (product.lhs)
    lhs = makeDescriptor(builder, loc, *product.lhs);
  else
    words = packWords(builder, loc, product.lhsRegisters);
  auto advanced = [&](Value descriptor, const GroupOperand &operand,
                      int64_t depth) -> Value {
    if (depth == 0)
      return descriptor;
    Value more =
        constant64(builder, loc, bytesTo(operand, depth) / descriptorUnit);
    return arith::AddIOp::create(builder, loc, descriptor, more);
  };
  for (int64_t depth = 0; depth < product.depth; depth += k) {
    SmallVector<Value> left;
    if (product.lhs)
      left = {advanced(lhs, *product.lhs, depth)};
    else
      left = to_vector(ArrayRef(words).slice(depth / k * 4, 4));
    multiplyOnce(builder, loc, product, left, advanced(rhs, product.rhs, depth),
                 sums);
  }
  return sums;
}

//===-- Groups of products
//-------------------------------------------------===//

void Lowering::beginGroupProducts(OpBuilder &builder, Location loc) {
  callIntrinsic(builder, loc, "llvm.nvvm.wgmma.fence.sync.aligned", {});
}

void Lowering::commitGroupProducts(OpBuilder &builder, Location loc) {
  callIntrinsic(builder, loc, "llvm.nvvm.wgmma.commit_group.sync.aligned", {});
}

SmallVector<Value> Lowering::waitForGroupProducts(OpBuilder &builder,
                                                  Location loc,
                                                  unsigned pending,
                                                  ArrayRef<Value> sums) {
  if (sums.empty()) {
    callIntrinsic(builder, loc, "llvm.nvvm.wgmma.wait_group.sync.aligned",
                  constant64(builder, loc, pending));
    return {};
  }
  std::string text =
      "wgmma.wait_group.sync.aligned " + std::to_string(pending) + ";";
  SmallVector<Value> ready =
      emitText(builder, loc, text, tiedConstraints(sums.size(), true), sums,
               sums.size());
  // ptxas 13.0 takes sums that are read behind branches for ones that are read
  // too early, and serialises the products (C7514), unless memory is ordered
  // in between. Behind the last product that costs next to nothing.
  if (pending == 0)
    callIntrinsic(builder, loc, "llvm.nvvm.membar.cta", {});
  return ready;
}
