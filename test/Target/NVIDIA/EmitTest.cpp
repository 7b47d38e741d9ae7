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

  std::string emit(StringRef text, StringRef format,
                   StringRef target = "sm_80") {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return "";
    auto *row =
        llvm::find_if(nvidia::targets(), [&](const TargetDescription &row) {
          return row.name == target;
        });
    FailureOr<std::string> code = nvidia::emit(*module, *row, format);
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

/// One instruction of a product whose operands are all zeros.
std::string productModule(StringRef intrinsic, StringRef operand,
                          unsigned operands) {
  std::string arguments, types;
  for (unsigned i = 0; i < operands; ++i) {
    arguments += "%z, ";
    types += operand.str() + ", ";
  }
  return ("llvm.func @k(%p: !llvm.ptr<1>) attributes {nvvm.kernel} {\n"
          "%z = llvm.mlir.zero : " +
          operand + "\n%c = llvm.mlir.zero : f32\n" +
          "%r = llvm.call_intrinsic \"" + intrinsic + "\"(" + arguments +
          "%c, %c, %c, %c) : (" + types +
          "f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>\n"
          "%x = llvm.extractvalue %r[0] : !llvm.struct<(f32, f32, f32, f32)>\n"
          "llvm.store %x, %p : f32, !llvm.ptr<1>\nllvm.return }")
      .str();
}

struct Version {
  const char *target, *architecture, *plain;
};
class Versions : public testing::TestWithParam<Version> {};

TEST_P(Versions, AreTheLowestOfTheChip) {
  const Version &row = GetParam();
  Emitter emitter;
  std::string ptx =
      emitter.emit("llvm.func @k() attributes {nvvm.kernel} { llvm.return }",
                   "ptx", row.target);
  EXPECT_TRUE(contains(ptx, std::string(".version ") + row.plain + "\n"))
      << ptx;
  EXPECT_TRUE(contains(ptx, std::string(".target ") + row.architecture + "\n"))
      << ptx;
}

INSTANTIATE_TEST_SUITE_P(
    Chips, Versions,
    testing::Values(
        Version{"sm_50", "sm_50", "6.0"}, Version{"sm_61", "sm_61", "6.0"},
        Version{"sm_70", "sm_70", "6.0"}, Version{"sm_75", "sm_75", "6.3"},
        Version{"sm_80", "sm_80", "7.0"}, Version{"sm_86", "sm_86", "7.1"},
        Version{"sm_89", "sm_89", "7.8"}, Version{"sm_90", "sm_90a", "8.0"},
        Version{"sm_100", "sm_100", "8.6"}, Version{"sm_120", "sm_120", "8.7"},
        Version{"compute_80", "sm_80", "7.0"},
        Version{"compute_90", "sm_90", "7.8"}),
    [](const auto &test) { return std::string(test.param.target); });

TEST(Emit, InstructionsThatCameLaterRaiseTheVersion) {
  EXPECT_TRUE(contains(
      Emitter().emit(productModule("llvm.nvvm.mma.m16n8k8.row.col.f32.f32",
                                   "vector<2xf16>", 3),
                     "ptx", "sm_75"),
      ".version 6.5\n"));
  EXPECT_TRUE(contains(
      Emitter().emit(
          productModule("llvm.nvvm.mma.m16n8k32.row.col.f32.e4m3.e4m3.f32",
                        "i32", 6),
          "ptx", "sm_89"),
      ".version 8.4\n"));
}

TEST(Emit, OlderChipsHaveNoCubin) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(goodModule, "cubin", "sm_70"), "");
  EXPECT_EQ(emitter.said,
            "expected a format of sm_70: llvm, bitcode, ptx; got 'cubin'");
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

TEST(Link, SerialisedMatrixInstructionsAreWarnedOf) {
  FakeAssembler assembler("for last; do :; done; touch $last; "
                          "echo 'ptxas info    : (C7508) Potential Performance "
                          "Loss: wgmma serialized'");
  auto cubin = nvidia::assemble(assembler.path, "", "sm_80");
  ASSERT_TRUE(bool(cubin)) << llvm::toString(cubin.takeError());
  EXPECT_EQ(cubin->warnings,
            std::vector<std::string>{
                "(C7508) Potential Performance Loss: wgmma serialized"});
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
