//===- LoweringTest.cpp - The operations of a thread, down to PTX ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Lowering.h"
#include "lib/Target/NVIDIA/Link.h"
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace xcc;

namespace {

/// A kernel (ptr<1> from, ptr<1> to, i64 size), filled in by the test.
class Kernel {
public:
  explicit Kernel(StringRef target = "sm_80")
      : builder(makeContext()), loc(builder.getUnknownLoc()),
        module(ModuleOp::create(loc)), chip(*nvidia::findChip(*module, target)),
        vendor(chip) {
    builder.setInsertionPointToEnd(module->getBody());
    auto pointer =
        LLVM::LLVMPointerType::get(builder.getContext(), kGlobalAddressSpace);
    auto type = LLVM::LLVMFunctionType::get(
        LLVM::LLVMVoidType::get(builder.getContext()),
        {pointer, pointer, builder.getI64Type()});
    function = LLVM::LLVMFuncOp::create(builder, loc, "k", type);
    for (unsigned i : {0, 1})
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
    Block *entry = function.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    from = entry->getArgument(0);
    to = entry->getArgument(1);
    size = entry->getArgument(2);
    vendor.beginKernel(function, 128);
  }

  /// Where thread `thread`'s elements of `type` lie.
  Value at(Value base, Type type, Value thread) {
    return LLVM::GEPOp::create(builder, loc, base.getType(), type, base,
                               ArrayRef<LLVM::GEPArg>{thread});
  }

  Value isInside(Value thread) {
    Value wide =
        arith::ExtUIOp::create(builder, loc, builder.getI64Type(), thread);
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, wide,
                                 size);
  }

  Value constant(int32_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  }

  std::string emit(StringRef format = "ptx") {
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    EXPECT_TRUE(succeeded(verify(*module)));
    PassManager pm(&context);
    pm.addPass(createSCFToControlFlowPass());
    pm.addPass(createArithToLLVMConversionPass());
    pm.addPass(createConvertControlFlowToLLVMPass());
    pm.addPass(createCanonicalizerPass());
    EXPECT_TRUE(succeeded(pm.run(*module)));
    auto *row =
        llvm::find_if(nvidia::targets(), [&](const TargetDescription &row) {
          return row.name == chip.name;
        });
    auto code = nvidia::emit(*module, *row, format);
    return succeeded(code) ? *code : "";
  }

  /// What ptxas says of the kernel; nothing where there is no ptxas.
  std::optional<nvidia::KernelUsage> usage(const std::string &ptx) {
    if (!nvidia::canEmit("cubin"))
      return std::nullopt;
    llvm::Expected<nvidia::Cubin> cubin =
        nvidia::assemble(*nvidia::findAssembler(), ptx, chip.architecture);
    if (cubin)
      return cubin->kernels.front();
    ADD_FAILURE() << llvm::toString(cubin.takeError());
    return std::nullopt;
  }

private:
  MLIRContext *makeContext() {
    DialectRegistry registry;
    nvidia::registerDialects(registry);
    registry.insert<cf::ControlFlowDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    return &context;
  }

  MLIRContext context;

public:
  OpBuilder builder;
  Location loc;

private:
  OwningOpRef<ModuleOp> module;

public:
  const nvidia::Chip &chip;
  LLVM::LLVMFuncOp function;
  nvidia::Lowering vendor;
  Value from, to, size;
};

unsigned occurrences(StringRef text, StringRef part) {
  return text.count(part);
}

TEST(Lowering, GuardedAccessesStayWide) {
  Kernel k;
  auto four = VectorType::get(4, k.builder.getF32Type());
  Value thread = k.vendor.threadId(k.builder, k.loc);
  Value inside = k.isInside(thread);
  Value zero = arith::ConstantOp::create(k.builder, k.loc, four,
                                         k.builder.getZeroAttr(four));
  Value x = k.vendor.loadGlobal(k.builder, k.loc, four,
                                k.at(k.from, four, thread), 16, inside, zero);
  k.vendor.storeGlobal(k.builder, k.loc, x, k.at(k.to, four, thread), 16,
                       inside);
  std::string ptx = k.emit();
  EXPECT_EQ(occurrences(ptx, "ld.global.nc.v4.b32"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "st.global.v4.b32"), 1u) << ptx;
  k.usage(ptx);
}

TEST(Lowering, CopiesFillWithZerosByTheirSize) {
  Kernel k;
  Value thread = k.vendor.threadId(k.builder, k.loc);
  Value base = k.vendor.sharedBase(k.builder, k.loc, k.function, 4096);
  Value inside = k.isInside(thread);
  Type byte = k.builder.getI8Type();
  for (unsigned bytes : {4, 8, 16}) {
    auto line = LLVM::LLVMArrayType::get(byte, bytes);
    k.vendor.asyncCopy(k.builder, k.loc, k.at(base, line, thread),
                       k.at(k.from, line, thread), bytes, inside);
    k.vendor.asyncCommit(k.builder, k.loc);
  }
  k.vendor.asyncWait(k.builder, k.loc, 1);
  k.vendor.barrier(k.builder, k.loc);
  Value partner =
      arith::XOrIOp::create(k.builder, k.loc, thread, k.constant(1));
  Type i32 = k.builder.getI32Type();
  Value x =
      LLVM::LoadOp::create(k.builder, k.loc, i32, k.at(base, i32, partner));
  k.vendor.storeGlobal(k.builder, k.loc, x, k.at(k.to, i32, thread), 4, {});
  std::string ptx = k.emit();
  EXPECT_EQ(occurrences(ptx, "cp.async.ca.shared.global"), 2u) << ptx;
  EXPECT_EQ(occurrences(ptx, "cp.async.cg.shared.global"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "cp.async.wait_group"), 1u);
  EXPECT_EQ(occurrences(ptx, "bar.sync"), 1u);
  EXPECT_EQ(occurrences(ptx, "bra"), 0u) << ptx;
  EXPECT_EQ(occurrences(ptx, ".shared .align 128 .b8 k_shared[4096]"), 1u)
      << ptx;
  if (auto usage = k.usage(ptx))
    EXPECT_EQ(usage->sharedBytes, 4096u);
}

TEST(Lowering, SharedMemoryBeyondTheStaticLimitIsOfTheLaunch) {
  Kernel k;
  Value thread = k.vendor.threadId(k.builder, k.loc);
  Value base = k.vendor.sharedBase(k.builder, k.loc, k.function, 48 * 1024 + 1);
  Type i32 = k.builder.getI32Type();
  LLVM::StoreOp::create(k.builder, k.loc, thread, k.at(base, i32, thread));
  k.vendor.barrier(k.builder, k.loc);
  Value x = LLVM::LoadOp::create(
      k.builder, k.loc, i32,
      k.at(base, i32,
           arith::XOrIOp::create(k.builder, k.loc, thread, k.constant(127))));
  k.vendor.storeGlobal(k.builder, k.loc, x, k.at(k.to, i32, thread), 4, {});
  std::string ptx = k.emit();
  EXPECT_EQ(occurrences(ptx, ".extern .shared .align 128 .b8 k_shared[]"), 1u)
      << ptx;
  k.usage(ptx);
}

TEST(Lowering, ShufflesAndSpecialFunctionsAreOneInstruction) {
  Kernel k;
  Value thread = k.vendor.threadId(k.builder, k.loc);
  Type f32 = k.builder.getF32Type();
  Value x =
      k.vendor.exp2(k.builder, k.loc,
                    k.vendor.loadGlobal(k.builder, k.loc, f32,
                                        k.at(k.from, f32, thread), 4, {}, {}));
  Value bits =
      LLVM::BitcastOp::create(k.builder, k.loc, k.builder.getI32Type(), x);
  bits = k.vendor.shuffleXor(k.builder, k.loc, bits, 16);
  bits = k.vendor.shuffleIndex(k.builder, k.loc, bits, thread);
  Value block = k.vendor.blockId(k.builder, k.loc, 0);
  for (unsigned dimension : {1, 2})
    block = arith::AddIOp::create(
        k.builder, k.loc, block, k.vendor.blockId(k.builder, k.loc, dimension));
  bits = arith::AddIOp::create(k.builder, k.loc, bits, block);
  k.vendor.storeGlobal(k.builder, k.loc, bits,
                       k.at(k.to, k.builder.getI32Type(), thread), 4, {});
  std::string ptx = k.emit();
  EXPECT_EQ(occurrences(ptx, "ex2.approx.ftz.f32"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "shfl.sync.bfly.b32"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "shfl.sync.idx.b32"), 1u) << ptx;
  for (StringRef name : {"%ctaid.x", "%ctaid.y", "%ctaid.z", "%tid.x"})
    EXPECT_EQ(occurrences(ptx, name), 1u) << ptx;
  k.usage(ptx);
}

/// A product by one row of a chip's table, from operands in shared memory of
/// which each line has 128 bytes.
struct Product {
  const char *target, *instruction;
  bool isLhsByRows, isRhsByRows;
  // Matrices that one ldmatrix brings of each operand; 0: it takes none.
  unsigned lhsMatrices, rhsMatrices;
  const char *mma;
  unsigned count;
};
class Products : public testing::TestWithParam<Product> {};

Type elementOf(OpBuilder &b, MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return b.getF16Type();
  case MatrixType::BF16:
    return b.getBF16Type();
  case MatrixType::F64:
    return b.getF64Type();
  case MatrixType::I8:
    return b.getI8Type();
  case MatrixType::I32:
    return b.getI32Type();
  case MatrixType::F8E4M3:
    return Float8E4M3FNType::get(b.getContext());
  case MatrixType::F8E5M2:
    return Float8E5M2Type::get(b.getContext());
  default:
    return b.getF32Type();
  }
}

/// The fragment by ldmatrix, or as values that somebody else loaded.
SmallVector<Value> fragmentOf(Kernel &k, const MatrixInstruction &instruction,
                              bool isLhs, bool isByRows, bool isExpected) {
  OpBuilder &b = k.builder;
  Type element = elementOf(b, instruction.operand);
  unsigned bytes = element.getIntOrFloatBitWidth() / 8;
  Value base = k.vendor.sharedBase(b, k.loc, k.function, 8192);
  auto offset = [&](Value row, Value column) -> Value {
    Value line = isByRows ? row : column, place = isByRows ? column : row;
    Value sum = arith::MulIOp::create(b, k.loc, line, k.constant(128));
    return arith::AddIOp::create(
        b, k.loc, sum,
        arith::MulIOp::create(b, k.loc, place, k.constant(int(bytes))));
  };
  VendorLowering::SharedTile tile{base, offset, element, isByRows, 128 / bytes};
  auto loaded = k.vendor.loadSharedFragment(b, k.loc, instruction, isLhs, tile,
                                            k.constant(0), k.constant(0));
  EXPECT_EQ(loaded.has_value(), isExpected);
  if (loaded)
    return *loaded;
  const Fragment &fragment = isLhs ? instruction.lhs : instruction.rhs;
  Type stored = bytes == 1 ? Type(b.getI8Type()) : element;
  Value place = k.at(base, stored, k.vendor.threadId(b, k.loc));
  SmallVector<Value> values;
  for (unsigned i = 0; i < 1u << fragment.registers.size(); ++i) {
    Value value = LLVM::LoadOp::create(
        b, k.loc, stored, k.at(place, stored, k.constant(int(i) * 128)));
    if (stored != element)
      value = arith::BitcastOp::create(b, k.loc, element, value);
    values.push_back(value);
  }
  return values;
}

unsigned loadsOf(StringRef ptx, unsigned matrices) {
  return occurrences(
      ptx, ("ldmatrix.sync.aligned.m8n8.x" + llvm::Twine(matrices)).str());
}

TEST_P(Products, TakeFragmentsAsOneLoadEach) {
  const Product &row = GetParam();
  Kernel k(row.target);
  OpBuilder &b = k.builder;
  auto *instruction = llvm::find_if(k.chip.device.matrixInstructions,
                                    [&](const MatrixInstruction &one) {
                                      return one.name == row.instruction;
                                    });
  ASSERT_NE(instruction, k.chip.device.matrixInstructions.end());
  SmallVector<Value> lhs =
      fragmentOf(k, *instruction, true, row.isLhsByRows, row.lhsMatrices != 0);
  SmallVector<Value> rhs =
      fragmentOf(k, *instruction, false, row.isRhsByRows, row.rhsMatrices != 0);
  EXPECT_EQ(lhs.size(), 1u << instruction->lhs.registers.size());
  EXPECT_EQ(rhs.size(), 1u << instruction->rhs.registers.size());
  Type sum = elementOf(b, instruction->accumulator);
  size_t sums = 1u << instruction->accumulators.registers.size();
  SmallVector<Value> acc(
      sums, arith::ConstantOp::create(b, k.loc, b.getZeroAttr(sum)));
  acc = k.vendor.matrixMultiply(b, k.loc, *instruction, lhs, rhs, acc);
  ASSERT_EQ(acc.size(), sums);
  Value place = k.at(k.to, sum, k.vendor.threadId(b, k.loc));
  for (auto [i, value] : llvm::enumerate(acc))
    k.vendor.storeGlobal(b, k.loc, value,
                         k.at(place, sum, k.constant(int(i) * 128)), 4, {});
  std::string ptx = k.emit();
  if (row.lhsMatrices == row.rhsMatrices) {
    EXPECT_EQ(loadsOf(ptx, row.lhsMatrices), row.lhsMatrices ? 2u : 0u) << ptx;
  } else {
    EXPECT_EQ(loadsOf(ptx, row.lhsMatrices), row.lhsMatrices ? 1u : 0u) << ptx;
    EXPECT_EQ(loadsOf(ptx, row.rhsMatrices), row.rhsMatrices ? 1u : 0u) << ptx;
  }
  EXPECT_EQ(occurrences(ptx, ".trans"),
            (row.lhsMatrices && !row.isLhsByRows ? 1u : 0u) +
                (row.rhsMatrices && row.isRhsByRows ? 1u : 0u))
      << ptx;
  EXPECT_EQ(occurrences(ptx, row.mma), row.count) << ptx;
  // What ldmatrix gives is what mma takes.
  if (row.lhsMatrices && row.rhsMatrices) {
    EXPECT_EQ(occurrences(ptx, "prmt") + occurrences(ptx, "mov.b32 \t{"), 0u)
        << ptx;
  }
  if (llvm::is_contained(k.chip.formats, "cubin"))
    k.usage(ptx);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Products,
    testing::Values(Product{"sm_80", "mma.m16n8k16.f32.f16", true, false, 4, 2,
                            "mma.sync.aligned.m16n8k16.row.col.f32.f16", 1},
                    Product{"sm_80", "mma.m16n8k16.f32.f16", false, true, 4, 2,
                            "mma.sync.aligned.m16n8k16.row.col.f32.f16", 1},
                    Product{"sm_80", "mma.m16n8k16.f32.bf16", true, true, 4, 2,
                            "mma.sync.aligned.m16n8k16.row.col.f32.bf16", 1},
                    Product{"sm_80", "mma.m16n8k16.f32.bf16", false, false, 4,
                            2, "mma.sync.aligned.m16n8k16.row.col.f32.bf16", 1},
                    Product{"sm_75", "mma.m16n8k8.f32.f16.pair", true, false, 4,
                            2, "mma.sync.aligned.m16n8k8.row.col.f32.f16", 2},
                    Product{
                        "sm_75", "mma.m8n8k16.s32.s8.quad", true, false, 4, 2,
                        "mma.sync.aligned.m8n8k16.row.col.satfinite.s32.s8", 0},
                    Product{"sm_75", "mma.m8n8k16.s32.s8.quad", true, false, 4,
                            2, "mma.sync.aligned.m8n8k16.row.col.s32.s8", 4},
                    Product{"sm_70", "mma.m8n8k4.f32.f16.quads", true, false, 0,
                            0, "mma.sync.aligned.m8n8k4.row.col.f32.f16", 2},
                    Product{"sm_80", "mma.m16n8k8.f32.tf32", true, false, 4, 2,
                            "mma.sync.aligned.m16n8k8.row.col.f32.tf32", 1},
                    Product{"sm_80", "mma.m16n8k8.f32.tf32", true, true, 4, 0,
                            "mma.sync.aligned.m16n8k8.row.col.f32.tf32", 1},
                    Product{"sm_80", "mma.m8n8k4.f64.pair", true, false, 0, 0,
                            "mma.sync.aligned.m8n8k4.row.col.f64", 2},
                    Product{"sm_86", "mma.m16n8k32.s32.s8", true, false, 4, 2,
                            "mma.sync.aligned.m16n8k32.row.col.s32.s8", 1},
                    Product{"sm_89", "mma.m16n8k32.f32.e4m3", true, false, 4, 2,
                            "mma.sync.aligned.m16n8k32.row.col.f32.e4m3", 1},
                    Product{"sm_90", "mma.m16n8k32.f32.e5m2", true, false, 4, 2,
                            "mma.sync.aligned.m16n8k32.row.col.f32.e5m2", 1}));

} // namespace
