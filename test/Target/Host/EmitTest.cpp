//===- EmitTest.cpp - Images: what they hold and what is refused ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Host.h"
#include "lib/Target/Host/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"

#include <thread>

using namespace mlir;

namespace {

/// Emits modules of the LLVM dialect and keeps what is said about them.
class Emitter {
public:
  Emitter() {
    DialectRegistry registry;
    registry.insert<LLVM::LLVMDialect>();
    registerBuiltinDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { said += diagnostic.str(); });
    // Module-level assembly, which no kernel has, makes the bad images.
    LLVMInitializeX86AsmParser();
  }

  std::string emit(StringRef text, StringRef level = "x86-64-v3") {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return "";
    FailureOr<std::string> image =
        xcc::emitSharedObject(*module, level, xcc::EmitKind::Shared);
    return succeeded(image) ? *image : "";
  }

  std::string said;

private:
  MLIRContext context;
};

constexpr StringLiteral goodModule = R"(
  llvm.func @kernel(%a: !llvm.ptr, %b: f32) {
    llvm.store %b, %a : f32, !llvm.ptr
    llvm.return
  })";

TEST(Emit, ImagesAreEqualWhicheverThreadMakesThem) {
  std::string images[2];
  std::thread other([&] { images[0] = Emitter().emit(goodModule); });
  images[1] = Emitter().emit(goodModule);
  other.join();
  EXPECT_FALSE(images[0].empty());
  EXPECT_EQ(images[0], images[1]);
  EXPECT_EQ(images[0].substr(0, 4), "\x7f"
                                    "ELF");
}

TEST(Emit, NamesTheFunctionThatWouldComeFromOutside) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(R"(
    llvm.func @expf(f32) -> f32
    llvm.func @kernel(%a: f32) -> f32 {
      %e = llvm.call @expf(%a) : (f32) -> f32
      llvm.return %e : f32
    })"),
            "");
  StringRef expected =
      "expected code that needs no outside function, got calls of 'expf'";
  EXPECT_EQ(emitter.said, expected);
}

TEST(Emit, MemoryIntrinsicsAreNoCalls) {
  Emitter emitter;
  EXPECT_NE(emitter.emit(R"(
    llvm.func @kernel(%a: !llvm.ptr, %b: !llvm.ptr, %n: i64) {
      %zero = llvm.mlir.constant(0 : i8) : i8
      "llvm.intr.memcpy"(%a, %b, %n) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
      "llvm.intr.memset"(%b, %zero, %n) <{isVolatile = false}> : (!llvm.ptr, i8, i64) -> ()
      llvm.return
    })"),
            "");
  EXPECT_EQ(emitter.said, "");
}

TEST(Emit, RefusesAnUnknownLevel) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(goodModule, "x86-64-v9"), "");
  EXPECT_EQ(emitter.said, "expected an ISA level of the host, got 'x86-64-v9'");
}

TEST(Emit, RefusesSegmentsBothWritableAndExecutable) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(R"(
    module attributes {llvm.module_asm = [".section .both,\"awx\"\n.quad 0"]} {
    })"),
            "");
  StringRef expected =
      "expected no segment both writable and executable in the image";
  EXPECT_EQ(emitter.said, expected);
}

TEST(Emit, PassesOnWhatTheLinkerSays) {
  Emitter emitter;
  // A 32-bit absolute address has no place in a shared object.
  EXPECT_EQ(emitter.emit(R"(
    module attributes {llvm.module_asm = [".text\nplace: movl $place, %eax"]} {
    })"),
            "");
  EXPECT_EQ(emitter.said.substr(0, 43),
            "expected lld to link the kernels, got: ld.l");
}

} // namespace
