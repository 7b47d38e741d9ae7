//===- PipelineTest.cpp - A thread that brings, warps that use ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One producer thread fills two slots in turn by copies of boxes; four warps
// read them. Barriers say which slot is full and which is empty. Right, there
// is nothing to report; each mistake is reported as what it is.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
const char *kDeclarations = R"(
@s = internal addrspace(3) global [2 x [2048 x i8]] undef, align 1024
@full = internal addrspace(3) global [2 x i64] undef, align 8
@empty = internal addrspace(3) global [2 x i64] undef, align 8
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.barrier.cta.sync.aligned.count(i32, i32)
declare void @llvm.nvvm.bar.warp.sync(i32)
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare void @llvm.nvvm.setmaxnreg.dec.sync.aligned.u32(i32)
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.2d(ptr addrspace(7), ptr addrspace(3), ptr, i32, i32, i16, i64, i1, i1, i32)
)";

const char *kBody = R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %full1 = getelementptr i64, ptr addrspace(3) @full, i32 1
  %empty1 = getelementptr i64, ptr addrspace(3) @empty, i32 1
  %isFirst = icmp eq i32 %t, 0
  br i1 %isFirst, label %begin, label %meet
begin:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @full, i32 1)
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %full1, i32 1)
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @empty, i32 4)
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %empty1, i32 4)
  call void @llvm.nvvm.fence.proxy.async.shared_cta()
  br label %meet
meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %isUser = icmp ult i32 %t, 128
  br i1 %isUser, label %use, label %bring

bring:
  call void @llvm.nvvm.setmaxnreg.dec.sync.aligned.u32(i32 24)
  %isProducer = icmp eq i32 %t, 128
  br i1 %isProducer, label %bring.step, label %end
bring.step:
  %i = phi i32 [ 0, %bring ], [ %i.next, %bring.copy ]
  %i.slot = and i32 %i, 1
  %i.round = lshr i32 %i, 1
  %i.parity0 = and i32 %i.round, 1
  %i.parity = xor i32 %i.parity0, 1
  %i.full = getelementptr i64, ptr addrspace(3) @full, i32 %i.slot
  %i.empty = getelementptr i64, ptr addrspace(3) @empty, i32 %i.slot
  %i.to = getelementptr [2048 x i8], ptr addrspace(3) @s, i32 %i.slot
  br label %bring.wait
bring.wait:
  %i.isEmpty = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) %i.empty, i32 %i.parity)
  br i1 %i.isEmpty, label %bring.copy, label %bring.wait
bring.copy:
  %i.state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) %i.full, i32 2048)
  %i.dst = addrspacecast ptr addrspace(3) %i.to to ptr addrspace(7)
  %i.row = mul i32 %i, 16
  call void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.2d(ptr addrspace(7) %i.dst, ptr addrspace(3) %i.full, ptr %map, i32 0, i32 %i.row, i16 0, i64 0, i1 0, i1 0, i32 0)
  %i.next = add i32 %i, 1
  %i.more = icmp ult i32 %i.next, 8
  br i1 %i.more, label %bring.step, label %end

use:
  %lane = and i32 %t, 31
  %isArriver = icmp eq i32 %lane, 0
  br label %use.step
use.step:
  %j = phi i32 [ 0, %use ], [ %j.next, %use.next ]
  %sum = phi <4 x i32> [ zeroinitializer, %use ], [ %sum.next, %use.next ]
  %j.slot = and i32 %j, 1
  %j.round = lshr i32 %j, 1
  %j.parity = and i32 %j.round, 1
  %j.full = getelementptr i64, ptr addrspace(3) @full, i32 %j.slot
  %j.empty = getelementptr i64, ptr addrspace(3) @empty, i32 %j.slot
  %j.from = getelementptr [2048 x i8], ptr addrspace(3) @s, i32 %j.slot, i32 0
  %j.line = getelementptr <4 x i32>, ptr addrspace(3) %j.from, i32 %t
  br label %use.wait
use.wait:
  %j.isFull = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) %j.full, i32 %j.parity)
  br i1 %j.isFull, label %use.read, label %use.wait
use.read:
  %v = load <4 x i32>, ptr addrspace(3) %j.line
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  br i1 %isArriver, label %use.arrive, label %use.next
use.arrive:
  %j.state = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3) %j.empty, i32 1)
  br label %use.next
use.next:
  %sum.next = add <4 x i32> %sum, %v
  %j.next = add i32 %j, 1
  %j.more = icmp ult i32 %j.next, 8
  br i1 %j.more, label %use.step, label %use.end
use.end:
  call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 1, i32 128)
  %out.at = getelementptr <4 x i32>, ptr addrspace(1) %out, i32 %t
  store <4 x i32> %sum.next, ptr addrspace(1) %out.at
  br label %end
end:
  ret void
)";

constexpr uint32_t kSteps = 8, kSlotInts = 512;

class Pipelines : public testing::Test {
protected:
  /// Runs the kernel with |from| replaced by |to|; what was found.
  std::string run(const std::string &from = "", const std::string &to = "") {
    std::string text = kernelText("sm_90a", "ptr addrspace(1) %out, ptr %map",
                                  kBody, kDeclarations);
    if (!from.empty()) {
      size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    }
    EXPECT_TRUE(machine.load(text)) << machine.error;
    std::vector<int32_t> numbers(kSteps * kSlotInts);
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = int32_t(i * i);
    auto *in = machine.upload(numbers);
    auto *out = machine.allocate<int32_t>(kSlotInts);
    TensorMap map;
    map.rank = 2;
    map.base = bits(in);
    map.sizes[0] = map.box[0] = 32;
    map.sizes[1] = kSteps * 16;
    map.box[1] = 16;
    map.strides[0] = 128;
    map.elementBytes = 4;
    machine.tensorMaps = {map};
    machine.run(1, 160, {bits(out)});
    std::vector<int32_t> sums(kSlotInts);
    for (size_t i = 0; i < numbers.size(); ++i)
      sums[i % kSlotInts] += numbers[i];
    isRight = machine.download(out, kSlotInts) == sums;
    return machine.found();
  }

  /// The same in the fixed orders and some by chance; the first thing found.
  std::string runAll(const std::string &from = "", const std::string &to = "") {
    machine.options.maxReports = 1;
    std::string all;
    for (uint64_t seed = 0; seed < 12; ++seed) {
      bool isFixed = seed < 2;
      machine.options.seed = seed;
      machine.options.order =
          isFixed ? ThreadOrder::Fixed : ThreadOrder::Random;
      machine.options.delivery = seed == 0   ? Delivery::Lazy
                                 : seed == 1 ? Delivery::Eager
                                             : Delivery::Random;
      std::string found = run(from, to);
      EXPECT_TRUE(isRight || !found.empty()) << "unseen, seed " << seed;
      if (all.find(found) == std::string::npos)
        all += (all.empty() ? "" : ", ") + found;
    }
    return all;
  }

  Machine machine{"sm_90a"};
  bool isRight = false;
};
} // namespace

TEST_F(Pipelines, rightOnesReportNothing) { EXPECT_EQ(runAll(), ""); }

TEST_F(Pipelines, slotsAreOverwrittenWithoutAWait) {
  EXPECT_EQ(runAll("br i1 %i.isEmpty, label %bring.copy, label %bring.wait",
                   "br label %bring.copy"),
            "race, invalid operation");
}

TEST_F(Pipelines, producersWrongParity) {
  EXPECT_EQ(run("%i.parity = xor i32 %i.parity0, 1",
                "%i.parity = xor i32 %i.parity0, 0"),
            "deadlock, deadlock");
}

TEST_F(Pipelines, usersWrongParity) {
  EXPECT_EQ(
      run("%j.parity = and i32 %j.round, 1", "%j.parity = xor i32 %j.round, 1")
          .substr(0, 11),
      "read of unw");
}

TEST_F(Pipelines, noWaitForData) {
  EXPECT_NE(runAll("br i1 %j.isFull, label %use.read, label %use.wait",
                   "br label %use.read"),
            "");
}

TEST_F(Pipelines, missingArrival) {
  EXPECT_EQ(run("br i1 %isArriver, label %use.arrive, label %use.next",
                "br label %use.next\nuse.never:\nbr label %use.arrive"),
            "deadlock, deadlock");
  EXPECT_EQ(machine.reports[0].what,
            "phase 1 of the barrier at byte 4096 of shared memory lacks 1 of 1 "
            "arrivals");
  EXPECT_EQ(machine.reports[1].what,
            "phase 0 of the barrier at byte 4112 of shared memory lacks 4 of 4 "
            "arrivals");
}

TEST_F(Pipelines, arrivalForLanesThatStillRead) {
  EXPECT_EQ(
      runAll("call void @llvm.nvvm.bar.warp.sync(i32 -1)", "").substr(0, 4),
      "race");
}

TEST_F(Pipelines, fewerArrivalsExpected) {
  std::string found = runAll(
      "@llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %empty1, i32 4)",
      "@llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %empty1, i32 3)");
  EXPECT_NE(found.find("race"), std::string::npos) << found;
}

TEST_F(Pipelines, transactionCounts) {
  EXPECT_EQ(run("%i.full, i32 2048", "%i.full, i32 1024").substr(0, 17),
            "transaction count");
  EXPECT_EQ(run("%i.full, i32 2048", "%i.full, i32 4096"),
            "deadlock, deadlock");
}

TEST_F(Pipelines, oneSlotForTwo) {
  std::string found =
      runAll("getelementptr [2048 x i8], ptr addrspace(3) @s, i32 %i.slot",
             "getelementptr [2048 x i8], ptr addrspace(3) @s, i32 0");
  EXPECT_NE(found.find("race"), std::string::npos) << found;
  EXPECT_NE(found.find("asynchronous copy in flight"), std::string::npos)
      << found;
}

TEST_F(Pipelines, namedBarriersCountTheirThreads) {
  EXPECT_EQ(run("(i32 1, i32 128)", "(i32 1, i32 160)"), "deadlock");
  EXPECT_EQ(machine.reports[0].what, "to barrier 1 came 128 of 160 threads");
  EXPECT_EQ(run("(i32 1, i32 128)", "(i32 16, i32 128)"), "invalid operation");
  EXPECT_EQ(run("(i32 1, i32 128)", "(i32 1, i32 100)"), "invalid operation");
}

TEST_F(Pipelines, barriersAreNoMemory) {
  EXPECT_EQ(run("use.end:\n", "use.end:\nstore i64 0, ptr addrspace(3) @full\n")
                .substr(0, 17),
            "invalid operation");
}
