//===- EmitTest.cpp - Images: what they hold and what is refused ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Link.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <thread>

using namespace mlir;
using namespace xcc;

namespace {

const TargetDescription *findTarget(StringRef name) {
  return llvm::find_if(amd::targets(), [&](const TargetDescription &target) {
    return target.name == name;
  });
}

/// Emits modules of the LLVM dialect and keeps what is said about them.
class Emitter {
public:
  Emitter() {
    DialectRegistry registry;
    amd::registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { said += diagnostic.str(); });
  }

  std::string emit(StringRef text, StringRef format = "hsaco",
                   StringRef target = "gfx942") {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return "";
    FailureOr<std::string> image =
        amd::emit(*module, *findTarget(target), format);
    return succeeded(image) ? *image : "";
  }

  std::string said;

private:
  MLIRContext context;
};

constexpr StringLiteral twoKernels = R"(
  llvm.mlir.global internal @b_shared() {addr_space = 3 : i32, alignment = 128 : i64} : !llvm.array<4096 x i8>
  llvm.func @b(%out: !llvm.ptr<1>, %n: i64) attributes {rocdl.kernel,
      rocdl.flat_work_group_size = "256,256", rocdl.reqd_work_group_size = array<i32: 256, 1, 1>} {
    %shared = llvm.mlir.addressof @b_shared : !llvm.ptr<3>
    %thread = rocdl.workitem.id.x : i32
    %place = llvm.getelementptr %shared[%thread] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    llvm.store %thread, %place : i32, !llvm.ptr<3>
    llvm.fence syncscope("workgroup") release
    rocdl.s.barrier
    llvm.fence syncscope("workgroup") acquire
    %one = llvm.mlir.constant(1 : i32) : i32
    %other = llvm.xor %thread, %one : i32
    %from = llvm.getelementptr %shared[%other] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
    %value = llvm.load %from : !llvm.ptr<3> -> i32
    %to = llvm.getelementptr %out[%thread] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
    llvm.store %value, %to : i32, !llvm.ptr<1>
    llvm.return
  }
  llvm.func @a(%out: !llvm.ptr<1>) attributes {rocdl.kernel,
      rocdl.flat_work_group_size = "64,64", rocdl.reqd_work_group_size = array<i32: 64, 1, 1>} {
    %thread = rocdl.workitem.id.x : i32
    llvm.store %thread, %out : i32, !llvm.ptr<1>
    llvm.return
  })";

TEST(Emit, ReadsWhatKernelsUse) {
  Emitter emitter;
  std::string image = emitter.emit(twoKernels);
  EXPECT_EQ(emitter.said, "");
  auto kernels = amd::readResources(image);
  ASSERT_TRUE(bool(kernels)) << llvm::toString(kernels.takeError());
  ASSERT_EQ(kernels->size(), 2u);
  const amd::KernelResources &a = (*kernels)[0], &b = (*kernels)[1];
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.sharedBytes, 0u);
  EXPECT_EQ(a.threadsPerBlock, 64u);
  // No hidden arguments behind the kernel's own.
  EXPECT_EQ(a.argumentBytes, 8u);
  EXPECT_EQ(b.name, "b");
  EXPECT_EQ(b.sharedBytes, 4096u);
  EXPECT_EQ(b.threadsPerBlock, 256u);
  EXPECT_EQ(b.argumentBytes, 16u);
  EXPECT_GT(b.vectorRegisters, 0u);
  EXPECT_EQ(b.vectorSpills, 0u);
  EXPECT_EQ(b.scratchBytes, 0u);
}

TEST(Emit, ImagesAreEqualWhicheverThreadMakesThem) {
  std::string images[2];
  std::thread other([&] { images[0] = Emitter().emit(twoKernels); });
  images[1] = Emitter().emit(twoKernels);
  other.join();
  EXPECT_FALSE(images[0].empty());
  EXPECT_EQ(images[0], images[1]);
}

TEST(Emit, FormatsForPeopleAndMachines) {
  EXPECT_NE(Emitter().emit(twoKernels, "llvm").find("target triple"),
            std::string::npos);
  std::string assembly = Emitter().emit(twoKernels, "asm");
  EXPECT_NE(assembly.find("amdgcn-amd-amdhsa--gfx942"), std::string::npos);
  // Loads in flight need not come back at a barrier, stores to shared memory
  // must have been made.
  EXPECT_NE(assembly.find("s_waitcnt lgkmcnt(0)\n\ts_barrier"),
            std::string::npos);
  EXPECT_EQ(Emitter().emit(twoKernels, "bitcode").substr(0, 2), "BC");
  for (StringRef format : amd::targets().front().formats)
    EXPECT_TRUE(amd::canEmit(format));
  EXPECT_FALSE(amd::canEmit("ptx"));
}

TEST(Emit, NamesTheFunctionThatWouldComeFromOutside) {
  Emitter emitter;
  EXPECT_EQ(emitter.emit(R"(
    llvm.func @expf(f32) -> f32
    llvm.func @kernel(%a: f32, %out: !llvm.ptr<1>) attributes {rocdl.kernel} {
      %e = llvm.call @expf(%a) : (f32) -> f32
      llvm.store %e, %out : f32, !llvm.ptr<1>
      llvm.return
    })"),
            "");
  EXPECT_NE(emitter.said.find("expected code that needs no outside function, "
                              "got calls of 'expf'"),
            std::string::npos);
}

TEST(Emit, RefusesAnImageWithoutMetadata) {
  auto kernels = amd::readResources("not an image");
  ASSERT_FALSE(bool(kernels));
  llvm::consumeError(kernels.takeError());
}

// A kernel's image with its note about the kernels renamed.
TEST(Emit, RefusesAnImageWhoseNoteIsAnothers) {
  std::string image = Emitter().emit(twoKernels);
  size_t owner = image.find("AMDGPU");
  ASSERT_NE(owner, std::string::npos);
  image[owner] = 'B';
  auto kernels = amd::readResources(image);
  ASSERT_FALSE(bool(kernels));
  EXPECT_EQ(llvm::toString(kernels.takeError()),
            "expected metadata of kernels in the image");
}

} // namespace
