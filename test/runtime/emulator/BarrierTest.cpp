//===- BarrierTest.cpp - Barrier objects one operation at a time ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA: the sections on each mbarrier instruction, on bar and on elect.sync.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
const char *kDeclarations = R"(
@bar = internal addrspace(3) global [4 x i64] undef, align 8
@s = internal addrspace(3) global [128 x i32] undef, align 4
@many = internal addrspace(3) global [129 x i64] undef, align 8
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.bar.warp.sync(i32)
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.barrier.cta.sync.aligned.count(i32, i32)
declare void @llvm.nvvm.barrier.cta.arrive.aligned.count(i32, i32)
declare {i32, i1} @llvm.nvvm.elect.sync(i32)
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3))
declare i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3))
declare i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.complete.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.test.wait.shared(ptr addrspace(3), i64)
declare i1 @llvm.nvvm.mbarrier.test.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.scope.cta.space.cta(ptr addrspace(3), i64)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
)";

#define INIT(count)                                                            \
  "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, "          \
  "i32 " count ")\n"
#define ARRIVE(name)                                                           \
  name " = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) "       \
       "@bar)\n"
#define TEST_STATE(name, state)                                                \
  name " = call i1 @llvm.nvvm.mbarrier.test.wait.shared(ptr addrspace(3) "     \
       "@bar, i64 " state ")\n"
#define TEST_PARITY(name, parity)                                              \
  name " = call i1 @llvm.nvvm.mbarrier.test.wait.parity.scope.cta.space.cta("  \
       "ptr addrspace(3) @bar, i32 " parity ")\n"
#define EXPECT_BYTES(bytes)                                                    \
  "call void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta(ptr "           \
  "addrspace(3) @bar, i32 " bytes ")\n"
#define COMPLETE_BYTES(bytes)                                                  \
  "call void @llvm.nvvm.mbarrier.complete.tx.scope.cta.space.cta(ptr "         \
  "addrspace(3) @bar, i32 " bytes ")\n"

class Barriers : public testing::Test {
protected:
  /// Runs a body that sees %t and %out, a number for each thread.
  std::vector<int32_t> run(const std::string &body, uint32_t threads = 1) {
    EXPECT_TRUE(machine.load(
        kernelText("sm_90a", "ptr addrspace(1) %out",
                   "%t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
                   "%mine = getelementptr i32, ptr addrspace(1) %out, i32 %t\n"
                   "%place = getelementptr i32, ptr addrspace(3) @s, i32 %t\n" +
                       body + "ret void",
                   kDeclarations)))
        << machine.error;
    auto *out = machine.allocate<int32_t>(threads + 2);
    machine.run(1, threads, {bits(out)});
    return machine.download(out, threads);
  }
  /// The bits %a, %b, %c as a number.
  static std::string storeBits() {
    return "%x = zext i1 %a to i32\n%y = zext i1 %b to i32\n"
           "%z = zext i1 %c to i32\n%y2 = mul i32 %y, 2\n%z4 = mul i32 %z, 4\n"
           "%xy = add i32 %x, %y2\n%xyz = add i32 %xy, %z4\n"
           "store i32 %xyz, ptr addrspace(1) %mine\n";
  }
  std::string whatIsWrong(const std::string &body, uint32_t threads = 1) {
    run(body, threads);
    EXPECT_EQ(machine.found(), "invalid operation");
    return machine.reports.empty() ? "" : machine.reports[0].what;
  }

  Machine machine{"sm_90a"};
};
} // namespace

TEST_F(Barriers, phasesEndWithTheLastArrival) {
  // Not after the first arrival, after the second; the state says which phase.
  EXPECT_EQ(run(INIT("2") ARRIVE("%s1") TEST_STATE("%a", "%s1") ARRIVE("%s2")
                    TEST_STATE("%b", "%s1") ARRIVE("%s3")
                        TEST_STATE("%c", "%s3") +
                storeBits())[0],
            2);
  EXPECT_EQ(machine.found(), "");
}

TEST_F(Barriers, paritiesNameThePhaseBefore) {
  // Of phase 0 nothing is over but the odd phase before it.
  EXPECT_EQ(run(INIT("1") TEST_PARITY("%a", "1") TEST_PARITY("%b", "0")
                    ARRIVE("%s1") TEST_PARITY("%c", "0") +
                storeBits())[0],
            1 + 4);
}

TEST_F(Barriers, arrivalsOfSeveral) {
  std::string three =
      "%s1 = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr "
      "addrspace(3) @bar, i32 3)\n";
  EXPECT_EQ(run(INIT("4") + three +
                TEST_PARITY("%a", "0") ARRIVE("%s2") TEST_PARITY("%b", "0")
                    TEST_PARITY("%c", "1") +
                storeBits())[0],
            2);
}

TEST_F(Barriers, phasesLastUntilTheBytesAreThere) {
  EXPECT_EQ(run(INIT("1") EXPECT_BYTES("48") ARRIVE("%s1") TEST_PARITY(
                    "%a", "0") COMPLETE_BYTES("32") TEST_PARITY("%b", "0")
                    COMPLETE_BYTES("16") TEST_PARITY("%c", "0") +
                storeBits())[0],
            4);
  // Bytes may come before they are expected.
  EXPECT_EQ(run(INIT("1") COMPLETE_BYTES("48") EXPECT_BYTES("48")
                    TEST_PARITY("%a", "0") ARRIVE("%s1") TEST_PARITY("%b", "0")
                        TEST_PARITY("%c", "1") +
                storeBits())[0],
            2);
}

TEST_F(Barriers, orderWhatComesBeforeAndBehind) {
  // All threads arrive; each reads what the next one wrote.
  std::string body = "%isFirst = icmp eq i32 %t, 0\n"
                     "br i1 %isFirst, label %begin, label %meet\nbegin:\n" INIT(
                         "64") "br label %meet\nmeet:\n"
                               "call void @llvm.nvvm.barrier.cta.sync.aligned."
                               "all(i32 0)\n"
                               "store i32 %t, ptr addrspace(3) %place\n" ARRIVE(
                                   "%s1") "br label %wait\nwait:\n"
                                          "%a = call i1 @llvm.nvvm.mbarrier."
                                          "try.wait.scope.cta.space.cta(ptr "
                                          "addrspace(3) @bar, i64 %s1)\n"
                                          "br i1 %a, label %read, label "
                                          "%wait\nread:\n"
                                          "%n = add i32 %t, 1\n"
                                          "%next = urem i32 %n, 64\n"
                                          "%q = getelementptr i32, ptr "
                                          "addrspace(3) @s, i32 %next\n"
                                          "%v = load i32, ptr addrspace(3) %q\n"
                                          "store i32 %v, ptr addrspace(1) "
                                          "%mine\n";
  for (ThreadOrder order : {ThreadOrder::Fixed, ThreadOrder::Random}) {
    machine.options.order = order;
    EXPECT_EQ(run(body, 64)[63], 0);
    EXPECT_EQ(machine.found(), "");
  }
  body.replace(body.find("br i1 %a, label %read, label %wait"), 34,
               "br label %read");
  run(body, 64);
  EXPECT_NE(machine.found(), "");
}

TEST_F(Barriers, someWarpsMeetByName) {
  // Warp 0 arrives and goes on, warp 1 waits for it and reads what it wrote.
  std::string body =
      "store i32 %t, ptr addrspace(3) %place\n"
      "%isFirst = icmp ult i32 %t, 32\n"
      "br i1 %isFirst, label %arrive, label %wait\narrive:\n"
      "call void @llvm.nvvm.barrier.cta.arrive.aligned.count(i32 3, i32 64)\n"
      "store i32 7, ptr addrspace(1) %mine\n"
      "br label %end\nwait:\n"
      "call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 3, i32 64)\n"
      "%q = getelementptr i32, ptr addrspace(3) %place, i32 -32\n"
      "%v = load i32, ptr addrspace(3) %q\n"
      "store i32 %v, ptr addrspace(1) %mine\nbr label %end\nend:\n";
  EXPECT_EQ(run(body, 64)[40], 8);
  EXPECT_EQ(machine.found(), "");
  size_t at = body.find("call void @llvm.nvvm.barrier.cta.sync");
  body.erase(at, body.find('\n', at) - at);
  run(body, 64);
  EXPECT_EQ(machine.found(), "race");
}

TEST_F(Barriers, oneLaneIsElected) {
  std::string body =
      "%e = call {i32, i1} @llvm.nvvm.elect.sync(i32 -1)\n"
      "%leader = extractvalue {i32, i1} %e, 0\n"
      "%is = extractvalue {i32, i1} %e, 1\n"
      "%is32 = zext i1 %is to i32\n%shifted = mul i32 %is32, 100\n"
      "%v = add i32 %leader, %shifted\n"
      "store i32 %v, ptr addrspace(1) %mine\n";
  for (uint64_t seed = 0; seed < 4; ++seed) {
    machine.options.order = seed ? ThreadOrder::Random : ThreadOrder::Fixed;
    machine.options.seed = seed;
    std::vector<int32_t> found = run(body, 32);
    int leader = found[0] % 100, count = 0;
    for (int lane = 0; lane < 32; ++lane) {
      EXPECT_EQ(found[lane] % 100, leader);
      count += found[lane] >= 100;
      EXPECT_EQ(found[lane] >= 100, lane == leader);
    }
    EXPECT_EQ(count, 1);
  }
}

TEST_F(Barriers, objectsAreMadeOnce) {
  EXPECT_EQ(whatIsWrong(INIT("1") INIT("1")),
            "expects memory that holds no barrier");
  EXPECT_EQ(whatIsWrong(INIT("0")), "expects 1 to 1048575 arrivals, got 0");
  EXPECT_EQ(whatIsWrong(ARRIVE("%s1")),
            "expects a barrier that was initialised");
  std::string end = "call void @llvm.nvvm.mbarrier.inval.shared(ptr "
                    "addrspace(3) @bar)\n";
  EXPECT_EQ(whatIsWrong(INIT("1") + end + ARRIVE("%s1")),
            "expects a barrier that was initialised");
  run(INIT("1") + end + INIT("2"));
  EXPECT_EQ(machine.found(), "");
}

TEST_F(Barriers, objectsLieInSharedMemoryAndAreFew) {
  std::string global = INIT("1");
  size_t at = global.find("@bar");
  global.replace(at, 4, "%there");
  EXPECT_EQ(whatIsWrong("%there = addrspacecast ptr addrspace(1) %out to ptr "
                        "addrspace(3)\n" +
                        global),
            "expects a barrier in shared memory");
  std::string many;
  for (int i = 0; i < 129; ++i) {
    std::string n = std::to_string(i);
    many += "%p" + n + " = getelementptr i64, ptr addrspace(3) @many, i32 " +
            n +
            "\ncall void @llvm.nvvm.mbarrier.init.shared(ptr "
            "addrspace(3) %p" +
            n + ", i32 1)\n";
  }
  EXPECT_EQ(whatIsWrong(many), "expects at most 128 barriers and asynchronous "
                               "units in a block");
}

TEST_F(Barriers, countsAndBytesHaveLimits) {
  EXPECT_EQ(
      whatIsWrong(INIT("1") EXPECT_BYTES("16") ARRIVE("%s1") ARRIVE("%s2")),
      "expects no more arrivals than the 0 of 1 that phase 0 lacks, got "
      "1");
  EXPECT_EQ(whatIsWrong(INIT("1") EXPECT_BYTES("1048576")),
            "expects at most 1048575 bytes outstanding, got 1048576");
  EXPECT_EQ(whatIsWrong(INIT("1") TEST_PARITY("%a", "2")),
            "expects a parity of 0 or 1, got 2");
}

TEST_F(Barriers, namesAreForAsManyThreadsAsTheFirstSaid) {
  EXPECT_EQ(
      whatIsWrong("%isFirst = icmp ult i32 %t, 32\n"
                  "%count = select i1 %isFirst, i32 64, i32 96\n"
                  "call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 3, "
                  "i32 %count)\n",
                  64),
      "expects barrier 3 to be for 64 threads, as those who came before said, "
      "got 96");
}
