//===- VerticalTest.cpp - Whole kernels and what the checks say of them ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
const char *kNumbers = R"(
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.bar.warp.sync(i32)
)";

const char *kAdd = R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %base = mul i32 %b, 64
  %i32 = add i32 %base, %t
  %i = zext i32 %i32 to i64
  %in = icmp ult i64 %i, %n
  br i1 %in, label %body, label %end
body:
  %px = getelementptr float, ptr addrspace(1) %x, i64 %i
  %py = getelementptr float, ptr addrspace(1) %y, i64 %i
  %pz = getelementptr float, ptr addrspace(1) %z, i64 %i
  %vx = load float, ptr addrspace(1) %px, align 4
  %vy = load float, ptr addrspace(1) %py, align 4
  %s = fadd float %vx, %vy
  store float %s, ptr addrspace(1) %pz, align 4
  br label %end
end:
  ret void)";
const char *kAddParameters = "ptr addrspace(1) %x, ptr addrspace(1) %y, "
                             "ptr addrspace(1) %z, i64 %n";

/// out[b] = in[64 b] + ... + in[64 b + 63] by halving in shared memory. The
/// argument is what stands between the halvings.
std::string reduction(const std::string &barrier) {
  return kernelText("sm_80", "ptr addrspace(1) %in, ptr addrspace(1) %out", R"(
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %base = mul i32 %b, 64
  %i = add i32 %base, %t
  %p = getelementptr float, ptr addrspace(1) %in, i32 %i
  %v = load float, ptr addrspace(1) %p, align 4
  %mine = getelementptr float, ptr addrspace(3) @sums, i32 %t
  store float %v, ptr addrspace(3) %mine, align 4
  br label %loop
loop:
  %half = phi i32 [ 32, %entry ], [ %next, %join ]
  )" + barrier + R"(
  %isLow = icmp ult i32 %t, %half
  br i1 %isLow, label %add, label %join
add:
  %o = add i32 %t, %half
  %po = getelementptr float, ptr addrspace(3) @sums, i32 %o
  %a = load float, ptr addrspace(3) %mine, align 4
  %c = load float, ptr addrspace(3) %po, align 4
  %s = fadd float %a, %c
  store float %s, ptr addrspace(3) %mine, align 4
  br label %join
join:
  %next = lshr i32 %half, 1
  %more = icmp ne i32 %next, 0
  br i1 %more, label %loop, label %end
end:
  %isFirst = icmp eq i32 %t, 0
  br i1 %isFirst, label %write, label %done
write:
  %r = load float, ptr addrspace(3) @sums, align 4
  %q = getelementptr float, ptr addrspace(1) %out, i32 %b
  store float %r, ptr addrspace(1) %q, align 4
  br label %done
done:
  ret void)",
                    std::string(kNumbers) + "@sums = internal addrspace(3) "
                                            "global [64 x float] undef, align "
                                            "4\n");
}

const char *kBarrier =
    "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)";

std::vector<float> ramp(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = float(i);
  return values;
}

TEST(EmulatorVertical, AddsVectors) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(kernelText("sm_80", kAddParameters, kAdd, kNumbers)))
      << machine.error;
  std::vector<float> x = ramp(1000), y(1000, 0.5f);
  float *z = machine.allocate<float>(1000);
  ASSERT_TRUE(machine.run(
      16, 64,
      {bits(machine.upload(x)), bits(machine.upload(y)), bits(z), 1000}))
      << machine.error;
  EXPECT_EQ(machine.found(), "");
  std::vector<float> sum = machine.download(z, 1000);
  for (size_t i = 0; i < 1000; ++i)
    ASSERT_EQ(sum[i], x[i] + 0.5f);
}

TEST(EmulatorVertical, ReadPastTheEndIsReported) {
  Machine machine("sm_80");
  ASSERT_TRUE(
      machine.load(kernelText("sm_80", kAddParameters, kAdd, kNumbers)));
  float *x = machine.upload(ramp(999));
  float *y = machine.upload(ramp(1000));
  machine.options.workers = 1;
  EXPECT_FALSE(machine.run(
      16, 64, {bits(x), bits(y), bits(machine.allocate<float>(1000)), 1000}));
  ASSERT_EQ(machine.found(), "out of bounds");
  const Report &report = machine.reports[0];
  EXPECT_EQ(report.address, bits(x) + 999 * 4);
  EXPECT_EQ(report.block[0], 15u);
  EXPECT_EQ(report.thread, 39u);
  EXPECT_EQ(report.kernel, "k");
  EXPECT_EQ(report.operation, "load of 4 bytes");
  EXPECT_EQ(report.what, "0 bytes past the end of an allocation of 3996 bytes");
}

TEST(EmulatorVertical, UnwrittenInputIsReported) {
  Machine machine("sm_80");
  ASSERT_TRUE(
      machine.load(kernelText("sm_80", kAddParameters, kAdd, kNumbers)));
  ASSERT_TRUE(machine.run(1, 64,
                          {bits(machine.allocate<float>(64)),
                           bits(machine.upload(ramp(64))),
                           bits(machine.allocate<float>(64)), 64}));
  EXPECT_EQ(machine.found(), "read of unwritten memory");
}

TEST(EmulatorVertical, ReducesInSharedMemory) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(reduction(kBarrier))) << machine.error;
  float *in = machine.upload(ramp(256));
  float *out = machine.allocate<float>(4);
  for (uint64_t seed = 0; seed < 6; ++seed) {
    machine.options.seed = seed;
    machine.options.order = seed ? ThreadOrder::Random : ThreadOrder::Fixed;
    ASSERT_TRUE(machine.run(4, 64, {bits(in), bits(out)})) << machine.error;
    EXPECT_EQ(machine.found(), "") << machine.reports[0].text();
    EXPECT_EQ(machine.download(out, 4),
              (std::vector<float>{2016, 6112, 10208, 14304}));
  }
}

TEST(EmulatorVertical, RemovedBarrierIsARace) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(reduction("")));
  float *in = machine.upload(ramp(64));
  machine.run(1, 64, {bits(in), bits(machine.allocate<float>(1))});
  EXPECT_NE(machine.found().find("race"), std::string::npos) << machine.found();
}

TEST(EmulatorVertical, WarpBarrierDoesNotOrderTheBlock) {
  Machine machine("sm_80");
  ASSERT_TRUE(
      machine.load(reduction("call void @llvm.nvvm.bar.warp.sync(i32 -1)")));
  float *in = machine.upload(ramp(64));
  machine.run(1, 64, {bits(in), bits(machine.allocate<float>(1))});
  EXPECT_NE(machine.found().find("race"), std::string::npos) << machine.found();
}

TEST(EmulatorVertical, BarrierInOneBranchIsDivergence) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(kernelText("sm_80", "", R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %isLow = icmp ult i32 %t, 40
  br i1 %isLow, label %low, label %end
low:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end
end:
  ret void)",
                                      kNumbers)));
  EXPECT_FALSE(machine.run(1, 64, {}));
  ASSERT_EQ(machine.found(), "barrier divergence");
  EXPECT_EQ(machine.reports[0].what,
            "40 of 64 threads wait here; thread 40 returned");
}

TEST(EmulatorVertical, EndlessLoopMeetsTheStepLimit) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(kernelText("sm_80", "ptr addrspace(1) %p", R"(
  br label %loop
loop:
  %v = load volatile i32, ptr addrspace(1) %p, align 4
  %isSet = icmp ne i32 %v, 0
  br i1 %isSet, label %end, label %loop
end:
  ret void)",
                                      kNumbers)));
  machine.options.maxSteps = 1 << 20;
  int32_t *p = machine.upload(std::vector<int32_t>{0});
  EXPECT_FALSE(machine.run(1, 1, {bits(p)}));
  EXPECT_EQ(machine.found(), "step limit");
}
} // namespace
