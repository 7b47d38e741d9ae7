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
  Kernel() : builder(makeContext()), loc(builder.getUnknownLoc()) {
    module = ModuleOp::create(loc);
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
    auto code = nvidia::emit(*module, nvidia::targets().front(), format);
    return succeeded(code) ? *code : "";
  }

  /// What ptxas says of the kernel; nothing where there is no ptxas.
  std::optional<nvidia::KernelUsage> usage(const std::string &ptx) {
    if (!nvidia::canEmit("cubin"))
      return std::nullopt;
    llvm::Expected<nvidia::Cubin> cubin =
        nvidia::assemble(*nvidia::findAssembler(), ptx, "sm_80");
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
  OwningOpRef<ModuleOp> module;

public:
  OpBuilder builder;
  Location loc;
  LLVM::LLVMFuncOp function;
  nvidia::Lowering vendor{*nvidia::findChip("sm_80")};
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

/// A product of 16x8x16 from operands in shared memory, 32 elements a line.
struct Product {
  MatrixType type;
  bool isLhsByRows, isRhsByRows;
};
class Products : public testing::TestWithParam<Product> {};

const MatrixInstruction *instructionFor(MatrixType operand) {
  for (const auto &one : nvidia::findChip("sm_80")->device.matrixInstructions)
    if (one.operand == operand)
      return &one;
  return nullptr;
}

TEST_P(Products, TakeFragmentsAsOneLoadEach) {
  auto [type, isLhsByRows, isRhsByRows] = GetParam();
  Kernel k;
  OpBuilder &b = k.builder;
  Type element =
      type == MatrixType::F16 ? Type(b.getF16Type()) : Type(b.getBF16Type());
  const MatrixInstruction *instruction = instructionFor(type);
  ASSERT_NE(instruction, nullptr);
  Value base = k.vendor.sharedBase(b, k.loc, k.function, 4096);
  auto load = [&](bool isLhs, bool isByRows) {
    auto offset = [&](Value row, Value column) -> Value {
      Value line = isByRows ? row : column, place = isByRows ? column : row;
      Value sum = arith::MulIOp::create(b, k.loc, line, k.constant(64));
      return arith::AddIOp::create(
          b, k.loc, sum, arith::MulIOp::create(b, k.loc, place, k.constant(2)));
    };
    VendorLowering::SharedTile tile{base, offset, element, isByRows, 32};
    return k.vendor.loadSharedFragment(b, k.loc, *instruction, isLhs, tile,
                                       k.constant(0), k.constant(0));
  };
  auto lhs = load(true, isLhsByRows), rhs = load(false, isRhsByRows);
  ASSERT_TRUE(lhs && rhs);
  EXPECT_EQ(lhs->size(), 8u);
  EXPECT_EQ(rhs->size(), 4u);
  SmallVector<Value> acc(
      4, arith::ConstantOp::create(b, k.loc, b.getF32FloatAttr(0)));
  acc = k.vendor.matrixMultiply(b, k.loc, *instruction, *lhs, *rhs, acc);
  ASSERT_EQ(acc.size(), 4u);
  Value place = k.at(k.to, b.getF32Type(), k.vendor.threadId(b, k.loc));
  for (auto [i, value] : llvm::enumerate(acc))
    k.vendor.storeGlobal(b, k.loc, value,
                         k.at(place, b.getF32Type(), k.constant(int(i) * 128)),
                         4, {});
  std::string ptx = k.emit();
  EXPECT_EQ(occurrences(ptx, "ldmatrix.sync.aligned.m8n8.x4"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "ldmatrix.sync.aligned.m8n8.x2"), 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "x4.trans"), isLhsByRows ? 0u : 1u) << ptx;
  EXPECT_EQ(occurrences(ptx, "x2.trans"), isRhsByRows ? 1u : 0u) << ptx;
  EXPECT_EQ(
      occurrences(ptx, type == MatrixType::F16
                           ? "mma.sync.aligned.m16n8k16.row.col.f32.f16"
                           : "mma.sync.aligned.m16n8k16.row.col.f32.bf16"),
      1u)
      << ptx;
  // The pairs that ldmatrix gives are the pairs that mma takes.
  EXPECT_EQ(occurrences(ptx, "prmt") + occurrences(ptx, "mov.b32 \t{"), 0u)
      << ptx;
  k.usage(ptx);
}

INSTANTIATE_TEST_SUITE_P(Layouts, Products,
                         testing::Values(Product{MatrixType::F16, true, false},
                                         Product{MatrixType::F16, false, true},
                                         Product{MatrixType::BF16, true, true},
                                         Product{MatrixType::BF16, false,
                                                 false}));

} // namespace
