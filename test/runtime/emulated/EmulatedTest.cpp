//===- EmulatedTest.cpp - Programs on emulated devices, faults included ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
std::string assemble(const std::string &text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  if (module)
    llvm::WriteBitcodeToFile(*module, stream);
  return bitcode;
}

/// y = 2 x, up to element n + |limit|.
std::string doubleText(const std::string &limit) {
  return R"(
define ptx_kernel void @double_f32(ptr addrspace(1) %x, ptr addrspace(1) %y, i64 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %first = mul i32 %b, 64
  %i32 = add i32 %first, %t
  %i = zext i32 %i32 to i64
  %limit = add i64 %n, )" +
         limit + R"(
  %in = icmp ult i64 %i, %limit
  br i1 %in, label %body, label %end
body:
  %px = getelementptr float, ptr addrspace(1) %x, i64 %i
  %py = getelementptr float, ptr addrspace(1) %y, i64 %i
  %v = load float, ptr addrspace(1) %px, align 4
  %d = fadd float %v, %v
  store float %d, ptr addrspace(1) %py, align 4
  br label %end
end:
  ret void
}
)";
}

/// The first thread sums x into a workspace; the second kernel reads it there.
const char *kSumText = R"(
define ptx_kernel void @sum_part_f32(ptr addrspace(1) %x, ptr addrspace(1) %s, ptr addrspace(1) %w, i64 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %isFirst = icmp eq i32 %t, 0
  br i1 %isFirst, label %loop, label %end
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  %sum = phi float [ 0.0, %0 ], [ %more, %loop ]
  %p = getelementptr float, ptr addrspace(1) %x, i64 %i
  %v = load float, ptr addrspace(1) %p, align 4
  %more = fadd float %sum, %v
  %next = add i64 %i, 1
  %goes = icmp ult i64 %next, %n
  br i1 %goes, label %loop, label %done
done:
  store float %more, ptr addrspace(1) %w, align 4
  br label %end
end:
  ret void
}
define ptx_kernel void @sum_all_f32(ptr addrspace(1) %x, ptr addrspace(1) %s, ptr addrspace(1) %w, i64 %n) {
  %v = load float, ptr addrspace(1) %w, align 4
  store float %v, ptr addrspace(1) %s, align 4
  ret void
}
)";

/// The kernels of makeBlocksProgram; double_f32 stops at element n + |limit|.
std::string kernelsText(const std::string &limit) {
  return "target triple = \"nvptx64-nvidia-cuda\"\n"
         "declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
         "declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()\n" +
         doubleText(limit) + kSumText;
}

/// y = 2 x by boxes of 4 rows of 32 numbers, of which a block uses 2.
const char *kDoubleBoxes = R"(
@s = internal addrspace(3) global [512 x i8] undef, align 1024
@bar = internal addrspace(3) global i64 undef, align 8
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.2d(ptr addrspace(7), ptr addrspace(3), ptr, i32, i32, i16, i64, i1, i1, i32)
define ptx_kernel void @double_f32(ptr addrspace(1) %x, ptr addrspace(1) %y, i64 %n, ptr byval([128 x i8]) align 64 %map) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %isFirst = icmp eq i32 %t, 0
  br i1 %isFirst, label %begin, label %meet
begin:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)
  call void @llvm.nvvm.fence.proxy.async.shared_cta()
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @bar, i32 512)
  %box = addrspacecast ptr addrspace(3) @s to ptr addrspace(7)
  %first = mul i32 %b, 2
  call void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.2d(ptr addrspace(7) %box, ptr addrspace(3) @bar, ptr %map, i32 0, i32 %first, i16 0, i64 0, i1 0, i1 0, i32 0)
  br label %meet
meet:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %wait
wait:
  %isOver = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) @bar, i32 0)
  br i1 %isOver, label %read, label %wait
read:
  %row = lshr i32 %t, 5
  %column = and i32 %t, 31
  %chunk = lshr i32 %column, 2
  %moved = xor i32 %chunk, %row
  %inChunk = and i32 %column, 3
  %p = getelementptr [4 x [8 x [4 x float]]], ptr addrspace(3) @s, i32 0, i32 %row, i32 %moved, i32 %inChunk
  %v = load float, ptr addrspace(3) %p, align 4
  %d = fadd float %v, %v
  %ofBlock = mul i32 %b, 64
  %i = add i32 %ofBlock, %t
  %out = getelementptr float, ptr addrspace(1) %y, i32 %i
  store float %d, ptr addrspace(1) %out, align 4
  ret void
}
)";

/// Sums of up to 64 numbers, so that one block makes the whole.
Program makeProgram(const std::string &code, const char *format = "bitcode") {
  Image image;
  image.target = image.isa = "sm_80";
  image.machine = "nvptx64";
  image.format = format;
  image.bytes = ByteSource::own(code);
  return makeBlocksProgram("sm_80", {image});
}

std::string runWith(const Loaded &loaded, int64_t n, Tensor<float> &y,
                    Tensor<float> &total) {
  auto x = makeFloats({n}, 1), same = x;
  y = makeFloats({n});
  total = makeFloats({1});
  return run(loaded.program.get(), {x}, {y, total, same});
}

/// The message of opening |name| for a program and loading it.
std::string open(const char *name, const Program &source) {
  AlignedBytes bytes(write(source));
  xrt_bundle_t *bundle = nullptr;
  EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  BundlePtr ownedBundle(bundle);
  xrt_device_t *device = nullptr;
  std::string message = take(xrt_device_open(name, bundle, &device));
  DevicePtr ownedDevice(device);
  if (!message.empty())
    return message;
  xrt_program_t *program = nullptr;
  message = take(xrt_program_create(bundle, device, nullptr, &program));
  ProgramPtr ownedProgram(program);
  return message;
}
} // namespace

TEST(Emulated, copiesBoxesThatTheRuntimeDescribes) {
  Image image;
  image.target = image.isa = "sm_90a";
  image.machine = "nvptx64";
  image.format = "bitcode";
  image.bytes = ByteSource::own(
      assemble("target triple = \"nvptx64-nvidia-cuda\"\n"
               "declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
               "declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()\n" +
               std::string(kDoubleBoxes) + kSumText));
  Loaded loaded(makeTensorMapProgram("sm_90a", {image}), "emu:sm_90a");
  auto y = makeFloats({1}), total = y;
  ASSERT_EQ(runWith(loaded, 64, y, total), "");
  for (int64_t i = 0; i < 64; ++i)
    EXPECT_EQ(y.data[size_t(i)], 2 * float(i + 1));
}

TEST(Emulated, runsAProgramAtEachSize) {
  Loaded loaded(makeProgram(assemble(kernelsText("0"))), "emu:sm_80");
  EXPECT_STREQ(xrt_device_name(loaded.device.get()), "emu:sm_80");
  EXPECT_STREQ(xrt_program_isa(loaded.program.get()), "bitcode");
  for (int64_t n : {1, 5, 64, 3}) {
    auto y = makeFloats({1}), total = y;
    ASSERT_EQ(runWith(loaded, n, y, total), "");
    for (int64_t i = 0; i < n; ++i)
      EXPECT_EQ(y.data[size_t(i)], 2 * float(i + 1));
    EXPECT_EQ(total.data[0], float(n * (n + 1)));
  }
}

TEST(Emulated, anAccessBeyondABufferIsAFault) {
  // One element too many.
  Loaded loaded(makeProgram(assemble(kernelsText("1"))), "emu:sm_80");
  auto y = makeFloats({1}), total = y;
  // Nothing runs after it: what it would have written is no further fault.
  std::string message = runWith(loaded, 5, y, total);
  std::string start = "emu:sm_80 saw 1 fault: out of bounds: load of 4 bytes";
  EXPECT_EQ(message.substr(0, start.size()), start);
  xrt_report_list_t *reports = nullptr;
  ASSERT_EQ(take(xrt_device_take_reports(loaded.device.get(), &reports)), "");
  ASSERT_EQ(xrt_report_list_size(reports), 1u);
  xrt_report_t report;
  ASSERT_EQ(take(xrt_report_list_get(reports, 0, &report)), "");
  EXPECT_STREQ(report.kind, "out of bounds");
  EXPECT_STREQ(report.kernel, "double_f32");
  EXPECT_STREQ(report.source, "");
  EXPECT_EQ(report.block[0], 0u);
  EXPECT_EQ(report.thread, 5u);
  EXPECT_NE(report.address, 0u);
  EXPECT_NE(std::string(report.text)
                .find("kernel double_f32, block 0,0,0, "
                      "thread 5"),
            std::string::npos);
  xrt_report_list_free(reports);
  ASSERT_EQ(take(xrt_device_take_reports(loaded.device.get(), &reports)), "");
  EXPECT_EQ(xrt_report_list_size(reports), 0u);
  xrt_report_list_free(reports);
}

TEST(Emulated, aFaultIsToldInTheRunItHappenedInOnly) {
  Loaded loaded(makeProgram(assemble(kernelsText("1"))), "emu:sm_80");
  auto y = makeFloats({1}), total = y;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(runWith(loaded, 5, y, total).substr(0, 24),
              "emu:sm_80 saw 1 fault: o");
}

TEST(Emulated, anOutputThatNobodyWroteIsAFault) {
  // One element too few, so that the sum reads what nobody wrote as well.
  Loaded loaded(makeProgram(assemble(kernelsText("-1"))), "emu:sm_80");
  auto y = makeFloats({1}), total = y;
  std::string message = runWith(loaded, 5, y, total);
  EXPECT_NE(message.find("faults, the first: read of unwritten memory"),
            std::string::npos)
      << message;
  xrt_report_list_t *reports = nullptr;
  ASSERT_EQ(take(xrt_device_take_reports(loaded.device.get(), &reports)), "");
  bool hasOutput = false;
  for (size_t i = 0; i < xrt_report_list_size(reports); ++i) {
    xrt_report_t report;
    ASSERT_EQ(take(xrt_report_list_get(reports, i, &report)), "");
    hasOutput |= std::string(report.text) ==
                 "unwritten output: of 20 bytes that are read back nobody "
                 "wrote byte 16";
  }
  EXPECT_TRUE(hasOutput);
  xrt_report_list_free(reports);
}

TEST(Emulated, whatABufferHeldInTheRunBeforeIsForgotten) {
  Loaded loaded(makeProgram(assemble(kernelsText("0"))), "emu:sm_80");
  auto y = makeFloats({1}), total = y;
  ASSERT_EQ(runWith(loaded, 5, y, total), "");
  Loaded faulty(makeProgram(assemble(kernelsText("-1"))), "emu:sm_80");
  for (int i = 0; i < 2; ++i)
    EXPECT_NE(runWith(faulty, 5, y, total), "") << "run " << i;
}

TEST(Emulated, whatIsMissingIsNamedWithItsCure) {
  EXPECT_EQ(open("emu:sm_80", makeProgram("text", "ptx")),
            "device 'emu:sm_80': bundle has no bitcode for sm_80; compile it "
            "with --with-emulation");
  EXPECT_EQ(open("emu:gfx942", makeProgram("text", "ptx")),
            "bundle has no image for gfx942; compile it with -target=gfx942 "
            "--with-emulation");
  std::string message = open("emu:pdp11", makeProgram("text", "ptx"));
  EXPECT_EQ(message.substr(0, 20), "device 'emu:pdp11': ") << message;
  std::string start = "device 'emu:sm_80' cannot run the image: ";
  message = open("emu:sm_80", makeProgram("no bitcode"));
  EXPECT_EQ(message.substr(0, start.size()), start) << message;
  Program source = makeProgram(assemble(kernelsText("0")));
  source.plans[0].launches[0].phases[0].kernel = "absent";
  EXPECT_EQ(open("emu:sm_80", source),
            "image sm_80 bitcode has no kernel 'absent'");
}

TEST(Emulated, isNeverPickedUnasked) {
  std::string message =
      open(nullptr, makeProgram(assemble(kernelsText("0")), "bitcode"));
  EXPECT_EQ(message.substr(0, 31), "no device can run the bundle: h")
      << message;
}

TEST(Emulated, everyScheduleGivesTheSame) {
  AlignedBytes bytes(write(makeProgram(assemble(kernelsText("0")))));
  xrt_bundle_t *bundle = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  BundlePtr ownedBundle(bundle);
  xrt_device_t *device = nullptr;
  ASSERT_EQ(take(xrt_device_open("emu:sm_80", bundle, &device)), "");
  DevicePtr ownedDevice(device);
  for (uint64_t seed : {0, 1, 2, 3}) {
    xrt_program_options_t options{2, nullptr, seed};
    xrt_program_t *program = nullptr;
    ASSERT_EQ(take(xrt_program_create(bundle, device, &options, &program)), "");
    ProgramPtr owned(program);
    auto x = makeFloats({40}, 1), y = x, same = x, total = makeFloats({1});
    ASSERT_EQ(run(program, {x}, {y, total, same}), "");
    EXPECT_EQ(total.data[0], 40 * 41);
  }
}
