//===- EmitTest.cpp - SPIR-V modules: what they hold, what is refused -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Intel.h"
#include "lib/Target/Intel/Link.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace mlir;

namespace {

const xcc::TargetDescription &pvc() { return xcc::intel::targets().front(); }

/// Emits modules of the LLVM dialect and keeps what is said about them.
class Emitter {
public:
  Emitter() {
    DialectRegistry registry;
    xcc::intel::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { said += diagnostic.str(); });
  }

  std::string emit(StringRef text, StringRef format = "spirv") {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return "";
    FailureOr<std::string> image = xcc::intel::emit(*module, pvc(), format);
    return succeeded(image) ? *image : "";
  }

  LogicalResult verify(StringRef text, StringRef image) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    return xcc::intel::verifyImage(*module, pvc(), image);
  }

  std::string said;

private:
  MLIRContext context;
};

constexpr StringLiteral goodModule = R"(
  llvm.func spir_kernelcc @kernel(%a: !llvm.ptr<1>, %b: f32)
      attributes {intel_reqd_sub_group_size = 16 : i32,
                  reqd_work_group_size = array<i32: 64, 1, 1>} {
    llvm.store %b, %a : f32, !llvm.ptr<1>
    llvm.return
  })";

TEST(Emit, TextHasTheEntryPointAndItsModes) {
  std::string text = Emitter().emit(goodModule, "spirv-text");
  EXPECT_NE(text.find("OpEntryPoint Kernel"), std::string::npos) << text;
  EXPECT_NE(text.find("LocalSize 64 1 1"), std::string::npos) << text;
  EXPECT_NE(text.find("SubgroupSize 16"), std::string::npos) << text;
}

// The back end knows of one module at a time, and images are made side by side.
TEST(Emit, ImagesAreEqualWhicheverThreadMakesThem) {
  const std::string image = Emitter().emit(goodModule);
  ASSERT_FALSE(image.empty());
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int turn = 0; turn < 50; ++turn)
        different += Emitter().emit(goodModule) != image;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(different, 0);
}

TEST(Emit, BitcodeIsBitcode) {
  EXPECT_EQ(Emitter().emit(goodModule, "bitcode").substr(0, 2), "BC");
}

TEST(Emit, FunctionsFromOutsideAreRefused) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(R"(
    llvm.func spir_funccc @sinf(f32) -> f32
    llvm.func spir_kernelcc @kernel(%a: !llvm.ptr<1>, %b: f32) {
      %r = llvm.call spir_funccc @sinf(%b) : (f32) -> f32
      llvm.store %r, %a : f32, !llvm.ptr<1>
      llvm.return
    })"),
            "");
  EXPECT_EQ(emitter.said,
            "expects no function from outside on pvc, got a call of 'sinf'");
}

TEST(Emit, BytesThatAreNoModuleAreRefused) {
  Emitter emitter;
  EXPECT_TRUE(failed(emitter.verify(goodModule, "no module")));
  EXPECT_EQ(emitter.said, "expects the back end to make a SPIR-V module for "
                          "pvc, got 9 bytes of none");
}

TEST(Emit, AKernelWithoutEntryPointIsRefused) {
  Emitter emitter;
  std::string other = emitter.emit(R"(
    llvm.func spir_kernelcc @other(%a: !llvm.ptr<1>) {
      llvm.return
    })");
  EXPECT_TRUE(failed(emitter.verify(goodModule, other)));
  EXPECT_EQ(emitter.said, "expects an entry point in the SPIR-V module");
}

} // namespace
