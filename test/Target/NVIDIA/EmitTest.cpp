//===- EmitTest.cpp - What leaves the folder as text and as machine code --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Link.h"
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <thread>

using namespace mlir;
using namespace xcc;

namespace {

constexpr StringLiteral goodModule = R"(
  llvm.mlir.global internal @k_shared() {addr_space = 3 : i32, alignment = 128 : i64} : !llvm.array<1024 x i8> {
    %u = llvm.mlir.undef : !llvm.array<1024 x i8>
    llvm.return %u : !llvm.array<1024 x i8>
  }
  llvm.func @k(%a: !llvm.ptr<1> {llvm.noalias}, %b: !llvm.ptr<1> {llvm.noalias}, %n: i64)
      attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32, 1, 1>} {
    %shared = llvm.mlir.addressof @k_shared : !llvm.ptr<3>
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %place = llvm.getelementptr %a[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xf32>
    %to = llvm.getelementptr %shared[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xf32>
    nvvm.cp.async.shared.global %to, %place, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    nvvm.barrier
    %x = llvm.load %to {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
    %y = llvm.fmul %x, %x : vector<4xf32>
    %z = llvm.fadd %y, %x : vector<4xf32>
    %out = llvm.getelementptr %b[%tid] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, vector<4xf32>
    llvm.store %z, %out {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<1>
    llvm.return
  })";

class Emitter {
public:
  Emitter() {
    DialectRegistry registry;
    nvidia::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { said += diagnostic.str(); });
  }

  std::string emit(StringRef text, StringRef format) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return "";
    FailureOr<std::string> code =
        nvidia::emit(*module, nvidia::targets().front(), format);
    return succeeded(code) ? *code : "";
  }

  std::string said;

private:
  MLIRContext context;
};

/// PATH as the test wants it, put back at the end.
class SearchPath {
public:
  explicit SearchPath(const std::string &path) : before(std::getenv("PATH")) {
    setenv("PATH", path.c_str(), 1);
  }
  ~SearchPath() { setenv("PATH", before.c_str(), 1); }

private:
  std::string before;
};

/// A program that stands in for ptxas and runs this shell script.
class FakeAssembler {
public:
  explicit FakeAssembler(StringRef script) {
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("xcc-test", folder));
    path = (folder + "/ptxas").str();
    std::error_code failure;
    llvm::raw_fd_ostream file(path, failure);
    file << "#!/bin/sh\n" << script << "\n";
    file.close();
    EXPECT_FALSE(llvm::sys::fs::setPermissions(path, llvm::sys::fs::owner_all));
  }
  ~FakeAssembler() { llvm::sys::fs::remove_directories(folder); }

  std::string path;

private:
  llvm::SmallString<128> folder;
};

std::string messageOf(llvm::Expected<nvidia::Cubin> result) {
  return result ? "" : llvm::toString(result.takeError());
}

bool contains(StringRef text, StringRef part) { return text.contains(part); }

TEST(Emit, PtxIsOfTheLowestVersionThatHasTheInstructions) {
  Emitter emitter;
  std::string ptx = emitter.emit(goodModule, "ptx");
  EXPECT_TRUE(contains(ptx, ".version 7.0\n"));
  EXPECT_TRUE(contains(ptx, ".target sm_80"));
  EXPECT_TRUE(contains(ptx, ".reqntid 32"));
  EXPECT_TRUE(contains(ptx, "cp.async.cg.shared.global"));
  EXPECT_TRUE(contains(ptx, "ld.shared.v4.b32"));
  EXPECT_TRUE(contains(ptx, "st.global.v4.b32"));
}

TEST(Emit, OnlyMarkedProductsBecomeMultiplyAdds) {
  Emitter emitter;
  std::string ptx = emitter.emit(goodModule, "ptx");
  // ptxas itself contracts mul and add, but not those that say .rn.
  EXPECT_TRUE(contains(ptx, "mul.rn.f32"));
  EXPECT_TRUE(contains(ptx, "add.rn.f32"));
  EXPECT_FALSE(contains(ptx, "fma"));
}

TEST(Emit, BitcodeAndTextAreOfTheSameModule) {
  Emitter emitter;
  EXPECT_TRUE(contains(emitter.emit(goodModule, "llvm"),
                       "call void @llvm.nvvm.cp.async.cg.shared.global.16"));
  EXPECT_TRUE(StringRef(emitter.emit(goodModule, "bitcode")).starts_with("BC"));
}

TEST(Emit, CodeIsEqualWhicheverThreadMakesIt) {
  std::string one, two;
  std::thread first([&] { one = Emitter().emit(goodModule, "ptx"); });
  std::thread second([&] { two = Emitter().emit(goodModule, "ptx"); });
  first.join();
  second.join();
  EXPECT_FALSE(one.empty());
  EXPECT_EQ(one, two);
}

TEST(Emit, RefusesFormatsOfOtherTargets) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(goodModule, "hsaco"), "");
  EXPECT_EQ(emitter.said, "expected a format of sm_80: llvm, bitcode, ptx, "
                          "cubin; got 'hsaco'");
}

TEST(Emit, CubinIsMadeWhereThereIsAnAssembler) {
  if (!nvidia::canEmit("cubin"))
    GTEST_SKIP() << "no ptxas";
  Emitter emitter;
  std::string cubin = emitter.emit(goodModule, "cubin");
  EXPECT_TRUE(StringRef(cubin).starts_with("\177ELF")) << emitter.said;
  EXPECT_EQ(cubin, Emitter().emit(goodModule, "cubin"));
}

TEST(Link, UsageIsWhatTheAssemblerSays) {
  auto usage = nvidia::parseUsage(
      "ptxas info    : Compiling entry function 'one' for 'sm_80'\n"
      "ptxas info    : Function properties for one\n"
      "    40 bytes stack frame, 36 bytes spill stores, 32 bytes spill loads\n"
      "ptxas info    : Used 255 registers, used 1 barriers, 8192 bytes smem, "
      "376 bytes cmem[0]\n"
      "ptxas info    : Compiling entry function 'two' for 'sm_80'\n"
      "ptxas info    : Used 10 registers, 376 bytes cmem[0]\n");
  ASSERT_EQ(usage.size(), 2u);
  EXPECT_EQ(usage[0].kernel, "one");
  EXPECT_EQ(usage[0].registers, 255u);
  EXPECT_EQ(usage[0].stackBytes, 40u);
  EXPECT_EQ(usage[0].spillStoreBytes, 36u);
  EXPECT_EQ(usage[0].spillLoadBytes, 32u);
  EXPECT_EQ(usage[0].sharedBytes, 8192u);
  EXPECT_EQ(usage[1].kernel, "two");
  EXPECT_EQ(usage[1].registers, 10u);
  EXPECT_EQ(usage[1].sharedBytes, 0u);
}

TEST(Link, SaysWhereTheAssemblerWasLookedFor) {
  SearchPath nowhere("/nonexistent");
  EXPECT_EQ(
      llvm::toString(nvidia::findAssembler({}).takeError()),
      R"(expected ptxas on PATH or in the CUDA toolkit's folder to make a cubin, got none; install the toolkit, or emit ptx, which the driver takes)");
}

TEST(Link, RepeatsWhatTheAssemblerRefused) {
  FakeAssembler assembler("echo 'kernels.ptx, line 3; error : bad'; exit 255");
  EXPECT_EQ(messageOf(nvidia::assemble(assembler.path, "", "sm_80")),
            "expected ptxas to take the kernels, got: kernels.ptx, line 3; "
            "error : bad");
}

TEST(Link, SerialisedMatrixInstructionsAreAnError) {
  FakeAssembler assembler("echo 'ptxas info    : (C7508) Potential Performance "
                          "Loss: wgmma serialized'");
  EXPECT_EQ(messageOf(nvidia::assemble(assembler.path, "", "sm_80")),
            "expected ptxas to take the kernels as they are, got: ptxas info   "
            " : (C7508) Potential Performance Loss: wgmma serialized");
}

TEST(Link, EndsAnAssemblerThatDoesNotEnd) {
  FakeAssembler assembler("exec sleep 100");
  EXPECT_EQ(messageOf(nvidia::assemble(assembler.path, "", "sm_80",
                                       std::chrono::seconds(1))),
            "expected ptxas to end within 1 s");
}

TEST(Link, SaysWhatCouldNotBeRun) {
  EXPECT_TRUE(
      contains(messageOf(nvidia::assemble("/nonexistent/ptxas", "", "sm_80")),
               "expected to run '/nonexistent/ptxas', got: "));
}

} // namespace
