//===- ChecksTest.cpp - What each check catches and what it lets pass -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
const char *kDeclarations = R"(
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.bar.warp.sync(i32)
declare i32 @llvm.nvvm.shfl.sync.bfly.i32(i32, i32, i32, i32)
declare i32 @llvm.nvvm.vote.ballot.sync(i32, i1)
@s = internal addrspace(3) global [64 x i32] undef, align 4
@bytes = internal addrspace(3) global [64 x i8] undef, align 4
)";

/// What the checks say of a body that sees %t, %b and %p, a buffer of 64 ints.
std::string check(const std::string &body, uint32_t blocks = 1,
                  uint32_t threads = 64, std::string *what = nullptr) {
  Machine machine("sm_80");
  machine.options.workers = 1;
  EXPECT_TRUE(machine.load(
      kernelText("sm_80", "ptr addrspace(1) %p",
                 "%t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
                 "%b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()\n" +
                     body + "\nret void",
                 kDeclarations)))
      << machine.error;
  int32_t *p = machine.upload(std::vector<int32_t>(64, 1));
  if (machine.module)
    machine.run(blocks, threads, {bits(p)});
  if (what && !machine.reports.empty())
    *what = machine.reports[0].what;
  return machine.found();
}

TEST(EmulatorChecks, BlocksWritingTheSamePlaceRace) {
  std::string what;
  EXPECT_EQ(check("%q = getelementptr i32, ptr addrspace(1) %p, i32 %t\n"
                  "store i32 %b, ptr addrspace(1) %q",
                  2, 64, &what),
            "race");
  EXPECT_EQ(what, "thread 0 of block 0 also accessed byte 0 of an allocation "
                  "of 256 bytes and nothing orders the two");
  EXPECT_EQ(check("%q = getelementptr i32, ptr addrspace(1) %p, i32 %b\n"
                  "%isFirst = icmp eq i32 %t, 0\n"
                  "br i1 %isFirst, label %write, label %end\n"
                  "write:\nstore i32 %b, ptr addrspace(1) %q\n"
                  "br label %end\nend:",
                  64),
            "");
}

TEST(EmulatorChecks, ReadBeforeAnotherBlocksWriteIsARace) {
  EXPECT_EQ(check("%v = load i32, ptr addrspace(1) %p\n"
                  "%isLast = icmp eq i32 %b, 1\n"
                  "br i1 %isLast, label %write, label %end\n"
                  "write:\nstore i32 %v, ptr addrspace(1) %p\n"
                  "br label %end\nend:",
                  2, 1),
            "race");
}

TEST(EmulatorChecks, AtomicUpdatesDoNotRace) {
  EXPECT_EQ(check("%v = atomicrmw add ptr addrspace(1) %p, i32 1 monotonic", 4),
            "");
  EXPECT_EQ(check("%v = atomicrmw add ptr addrspace(1) %p, i32 1 monotonic\n"
                  "%w = load i32, ptr addrspace(1) %p\n"),
            "race");
}

TEST(EmulatorChecks, BytesOfOneWordAreDifferentPlaces) {
  EXPECT_EQ(check("%v = trunc i32 %t to i8\n"
                  "%q = getelementptr i8, ptr addrspace(3) @bytes, i32 %t\n"
                  "store i8 %v, ptr addrspace(3) %q\n"
                  "%w = load i8, ptr addrspace(3) %q"),
            "");
}

const char *kExchange = "%q = getelementptr i32, ptr addrspace(3) @s, i32 %t\n"
                        "store i32 %t, ptr addrspace(3) %q\n";
const char *kReadNeighbour =
    "%n = xor i32 %t, 1\n"
    "%r = getelementptr i32, ptr addrspace(3) @s, i32 %n\n"
    "%v = load i32, ptr addrspace(3) %r\n";

TEST(EmulatorChecks, WarpBarriersOrderTheirWarp) {
  std::string exchange = kExchange, read = kReadNeighbour;
  EXPECT_EQ(check(exchange + read), "read of unwritten memory, race, race");
  EXPECT_EQ(
      check(exchange + "call void @llvm.nvvm.bar.warp.sync(i32 -1)\n" + read),
      "");
}

TEST(EmulatorChecks, MeetingInAShuffleOrdersNothing) {
  std::string exchange = kExchange, read = kReadNeighbour;
  EXPECT_EQ(check(exchange +
                  "%x = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 "
                  "%t, i32 1, i32 31)\n" +
                  read),
            "race");
}

TEST(EmulatorChecks, SharedMemoryEndsWhereItIsDeclared) {
  std::string what;
  EXPECT_EQ(check("%o = add i32 %t, 16\n"
                  "%q = getelementptr i32, ptr addrspace(3) @s, i32 %o\n"
                  "store i32 %t, ptr addrspace(3) %q",
                  1, 64, &what),
            "out of bounds");
  EXPECT_EQ(what, "byte 256 of 256 bytes of shared memory");
}

TEST(EmulatorChecks, Misaligned) {
  std::string what;
  EXPECT_EQ(check("%q = getelementptr i8, ptr addrspace(1) %p, i32 2\n"
                  "%v = load i32, ptr addrspace(1) %q, align 4",
                  1, 1, &what),
            "misaligned");
  EXPECT_EQ(what, "expects an address that is a multiple of 4; byte 2 of an "
                  "allocation of 256 bytes");
}

TEST(EmulatorChecks, OneBarrierForTwoBranches) {
  std::string what;
  EXPECT_EQ(check("%isLow = icmp ult i32 %t, 32\n"
                  "br i1 %isLow, label %low, label %high\nlow:\n"
                  "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
                  "br label %end\nhigh:\n"
                  "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
                  "br label %end\nend:",
                  1, 64, &what),
            "barrier divergence");
  EXPECT_EQ(what, "32 of 64 threads wait here; thread 32 waits at "
                  "llvm.nvvm.barrier.cta.sync.aligned.all");
}

TEST(EmulatorChecks, BarrierAndVoteWaitForEachOther) {
  EXPECT_EQ(check("%isLow = icmp ult i32 %t, 16\n"
                  "br i1 %isLow, label %low, label %high\nlow:\n"
                  "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
                  "br label %end\nhigh:\n"
                  "%v = call i32 @llvm.nvvm.vote.ballot.sync(i32 -1, i1 true)\n"
                  "br label %end\nend:",
                  1, 32),
            "deadlock");
}

TEST(EmulatorChecks, PrivateMemoryAndConstantsAreNotChecked) {
  Machine machine("gfx942");
  ASSERT_TRUE(machine.load(kernelText("gfx942", "ptr addrspace(1) %p", R"(
  %a = alloca [4 x i32], addrspace(5)
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %i = and i32 %t, 3
  %q = getelementptr i32, ptr addrspace(5) %a, i32 %i
  %c = getelementptr i32, ptr addrspace(4) @table, i32 %i
  %v = load i32, ptr addrspace(4) %c
  store volatile i32 %v, ptr addrspace(5) %q
  %w = load volatile i32, ptr addrspace(5) %q
  %o = getelementptr i32, ptr addrspace(1) %p, i32 %t
  store i32 %w, ptr addrspace(1) %o
  ret void)",
                                      R"(
@table = internal addrspace(4) constant [4 x i32] [i32 5, i32 6, i32 7, i32 8]
declare i32 @llvm.amdgcn.workitem.id.x()
)"))) << machine.error;
  int32_t *out = machine.allocate<int32_t>(8);
  ASSERT_TRUE(machine.run(1, 8, {bits(out)})) << machine.error;
  EXPECT_EQ(machine.found(), "");
  EXPECT_EQ(machine.download(out, 8),
            (std::vector<int32_t>{5, 6, 7, 8, 5, 6, 7, 8}));
}

TEST(EmulatorChecks, DynamicSharedMemoryLiesBehindTheStatic) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(kernelText("sm_80", "", R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %q = getelementptr i32, ptr addrspace(3) @dynamic, i32 %t
  store i32 %t, ptr addrspace(3) %q
  ret void)",
                                      std::string(kDeclarations) +
                                          "@dynamic = external addrspace(3) "
                                          "global [0 x i8], align 16\n")));
  machine.dynamicSharedBytes = 128;
  EXPECT_TRUE(machine.run(1, 32, {}));
  EXPECT_EQ(machine.found(), "");
  EXPECT_FALSE(machine.run(1, 33, {}));
  EXPECT_EQ(machine.found(), "out of bounds");
}

TEST(EmulatorChecks, ReleasedAndForgottenMemory) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(
      kernelText("sm_80", "ptr addrspace(1) %p",
                 "%v = load volatile i32, ptr addrspace(1) %p\nret void", "")));
  int32_t *p = machine.upload(std::vector<int32_t>(4, 1));
  machine.run(1, 1, {bits(p)});
  EXPECT_EQ(machine.found(), "");
  EXPECT_EQ(machine.device->writtenBytes(p, 16), 16u);
  machine.device->forget(p + 2, 4);
  EXPECT_EQ(machine.device->writtenBytes(p, 16), 8u);
  machine.device->forget(p, 16);
  machine.run(1, 1, {bits(p)});
  EXPECT_EQ(machine.found(), "read of unwritten memory");
  machine.device->release(p);
  machine.run(1, 1, {bits(p)});
  EXPECT_EQ(machine.found(), "out of bounds");
}

TEST(EmulatorChecks, ReportsNameTheModelsLine) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(R"(
target triple = "nvptx64-nvidia-cuda"
define ptx_kernel void @k(ptr addrspace(1) %p) !dbg !4 {
  %v = load volatile i32, ptr addrspace(1) %p, !dbg !6
  ret void
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "model.mlir", directory: "")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DISubroutineType(types: !5)
!4 = distinct !DISubprogram(name: "k", file: !1, line: 1, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!5 = !{}
!6 = !DILocation(line: 42, column: 7, scope: !4)
)")) << machine.error;
  EXPECT_FALSE(machine.run(1, 1, {64}));
  ASSERT_EQ(machine.reports.size(), 1u);
  EXPECT_EQ(machine.reports[0].text(),
            "model.mlir:42:7: out of bounds: load of 4 bytes at 0x40: no "
            "allocation is near (kernel k, block 0,0,0, thread 0)");
}

/// 64 threads write, pass the barrier and read what their neighbours wrote.
std::string orderedBy(const char *target, const std::string &thread,
                      const std::string &barrier) {
  Machine machine(target);
  machine.options.workers = 1;
  std::string declarations =
      "@s = internal addrspace(3) global [64 x i32] undef, align 4\n"
      "declare void @llvm.amdgcn.s.barrier()\n"
      "declare void @_Z7barrierj(i32)\n"
      "declare i32 @llvm.amdgcn.workitem.id.x()\n"
      "declare i64 @_Z12get_local_idj(i32)\n";
  EXPECT_TRUE(machine.load(
      kernelText(target, "ptr addrspace(1) %p",
                 thread +
                     "\n%q = getelementptr i32, ptr addrspace(3) @s, i32 %t\n"
                     "store i32 %t, ptr addrspace(3) %q\n" +
                     barrier +
                     "\n%n = xor i32 %t, 32\n"
                     "%m = getelementptr i32, ptr addrspace(3) @s, i32 %n\n"
                     "%v = load i32, ptr addrspace(3) %m\n"
                     "%o = getelementptr i32, ptr addrspace(1) %p, i32 %t\n"
                     "store i32 %v, ptr addrspace(1) %o\nret void",
                 declarations)))
      << machine.error;
  if (machine.module)
    machine.run(1, 64, {bits(machine.allocate<int32_t>(64))});
  return machine.found().substr(0, 4);
}

TEST(EmulatorChecks, BarriersOfAmdOrderMemoryBetweenFences) {
  const std::string release = "fence syncscope(\"workgroup\") release\n",
                    acquire = "fence syncscope(\"workgroup\") acquire\n",
                    barrier = "call void @llvm.amdgcn.s.barrier()\n";
  auto check = [&](const std::string &text) {
    return orderedBy("gfx942", "%t = call i32 @llvm.amdgcn.workitem.id.x()",
                     text);
  };
  EXPECT_EQ(check(release + barrier + acquire), "");
  EXPECT_EQ(check("fence seq_cst\n" + barrier + "fence acq_rel\n"), "");
  EXPECT_EQ(check(barrier), "race");
  EXPECT_EQ(check(release + barrier), "race");
  EXPECT_EQ(check(barrier + acquire), "race");
  EXPECT_EQ(check(acquire + barrier + release), "race");
  // What is written after the fence is not ordered by it.
  EXPECT_EQ(
      check(release + "store i32 1, ptr addrspace(3) %q\n" + barrier + acquire),
      "race");
}

TEST(EmulatorChecks, BarriersOfIntelOrderMemoryThatTheyName) {
  auto check = [](const char *text) {
    return orderedBy("pvc",
                     "%l = call i64 @_Z12get_local_idj(i32 0)\n"
                     "%t = trunc i64 %l to i32",
                     text);
  };
  EXPECT_EQ(check("call void @_Z7barrierj(i32 1)"), "");
  EXPECT_EQ(check("call void @_Z7barrierj(i32 0)"), "race");
}

/// Threads up to |readers| read 16 bytes three times, then thread |writer|
/// writes four of them.
std::string readsThenWrite(int readers, int writer, const char *barrier) {
  Machine machine("sm_80");
  EXPECT_TRUE(machine.load(kernelText(
      "sm_80", "ptr addrspace(1) %p",
      "%t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
      "%isFirst = icmp eq i32 %t, 0\n"
      "br i1 %isFirst, label %fill, label %filled\n"
      "fill:\nstore <4 x i32> zeroinitializer, ptr addrspace(3) @line\n"
      "br label %filled\n"
      "filled:\ncall void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
      "%reads = icmp ult i32 %t, " +
          std::to_string(readers) +
          "\nbr i1 %reads, label %read, label %on\n"
          "read:\n%a = load volatile <4 x i32>, ptr addrspace(3) @line\n"
          "%b = load volatile <4 x i32>, ptr addrspace(3) @line\n"
          "%c = load volatile <4 x i32>, ptr addrspace(3) @line\n"
          "br label %on\non:\n" +
          barrier + "\n%writes = icmp eq i32 %t, " + std::to_string(writer) +
          "\nbr i1 %writes, label %write, label %end\n"
          "write:\n%q = getelementptr i32, ptr addrspace(3) @line, i32 2\n"
          "store i32 1, ptr addrspace(3) %q\nbr label %end\n"
          "end:\nret void",
      std::string(kDeclarations) +
          "@line = internal addrspace(3) global <4 x i32> undef, align 16\n")))
      << machine.error;
  if (machine.module)
    machine.run(1, 64, {0});
  return machine.found().substr(0, 4);
}

// However many read before it, and whether they are of one warp or of more.
TEST(EmulatorChecks, AWriteAfterManyReadsIsARace) {
  const char *barrier =
      "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)";
  for (int readers : {2, 32, 33, 64})
    for (int writer : {0, 31, 63}) {
      EXPECT_EQ(readsThenWrite(readers, writer, ""), "race")
          << readers << " readers, thread " << writer << " writes";
      EXPECT_EQ(readsThenWrite(readers, writer, barrier), "");
    }
  EXPECT_EQ(readsThenWrite(1, 0, ""), "");
}
} // namespace
