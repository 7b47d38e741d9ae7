//===- WarpgroupKernel.cpp - One product of a warpgroup as LLVM IR --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/WarpgroupKernel.h"

#include <cmath>

using namespace xrt::emulator;
using namespace xrt::emulator::test;

uint32_t test::encode(const Type &type, float value) {
  if (!type.exponentBits)
    return uint32_t(int32_t(value));
  uint32_t sign = std::signbit(value), bits = 0;
  if (value != 0) {
    int exponent;
    float fraction = std::frexp(std::fabs(value), &exponent) * 2 - 1;
    uint32_t bias = (1u << (type.exponentBits - 1)) - 1;
    bits = (uint32_t(exponent - 1) + bias) << type.mantissaBits |
           uint32_t(std::ldexp(fraction, int(type.mantissaBits)));
  }
  return sign << (type.exponentBits + type.mantissaBits) | bits;
}

namespace {
std::string repeat(unsigned count, const std::string &separator,
                   std::string (*item)(unsigned), unsigned first = 0) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += (i ? separator : "") + item(first + i);
  return text;
}

std::string operand(unsigned i) { return "$" + std::to_string(i); }

std::string textOf(const Product &p) {
  unsigned d = p.registers(), next = p.accumulates ? 2 * d : d;
  std::string text =
      std::string("{ .reg .pred p; setp.ne.b32 p, ") +
      (p.accumulates ? "1" : "0") + ", 0; wgmma.mma_async.sync.aligned.m64n" +
      std::to_string(p.n) + "k" + std::to_string(p.a.k) + "." +
      (p.isInteger() ? "s32"
       : p.isHalf    ? "f16"
                     : "f32") +
      "." + p.a.name + "." + p.b.name + " {" + repeat(d, ", ", operand) + "}, ";
  if (p.aInRegisters)
    text += "{" + repeat(4, ", ", operand, next) + "}";
  else
    text += operand(next);
  next += p.aInRegisters ? 4 : 1;
  text += ", " + operand(next) + ", p";
  if (!p.isInteger())
    text += std::string(p.negatesA ? ", -1" : ", 1") +
            (p.negatesB ? ", -1" : ", 1");
  if (p.a.k == 16) {
    if (!p.aInRegisters)
      text += p.layoutOfA.isKMajor ? ", 0" : ", 1";
    text += p.layoutOfB.isKMajor ? ", 0" : ", 1";
  }
  return text + "; }";
}

std::string typeList(const Product &p) {
  std::string type = p.registerType(), list;
  for (unsigned i = 0; i < p.registers(); ++i)
    list += (i ? ", " : "") + type;
  return list;
}

/// Registers %<name>0... of the values that (struct) %<from> has.
std::string extract(const Product &p, const std::string &from,
                    const std::string &name) {
  std::string text;
  for (unsigned i = 0; i < p.registers(); ++i) {
    std::string n = std::to_string(i);
    text += "%" + name + n + " = extractvalue {" + typeList(p) + "} %" + from +
            ", " + n + "\n";
  }
  return text;
}

std::string arguments(const Product &p, const std::string &name) {
  std::string text, type = p.registerType();
  for (unsigned i = 0; i < p.registers(); ++i)
    text += (i ? ", " : "") + type + " %" + name + std::to_string(i);
  return text;
}

std::string constraints(const Product &p, bool isTied,
                        const std::string &more) {
  std::string text, letter = p.registerType()[0] == 'f' ? "=f" : "=r";
  for (unsigned i = 0; i < p.registers(); ++i)
    text += (i ? "," : "") + letter;
  for (unsigned i = 0; isTied && i < p.registers(); ++i)
    text += "," + std::to_string(i);
  return text + more;
}

/// Loads or stores the lane's registers at record %t of a buffer.
std::string transfer(const Product &p, const std::string &buffer,
                     const std::string &name, bool isLoad, unsigned count,
                     std::string type = "") {
  if (type.empty())
    type = p.registerType();
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    std::string n = std::to_string(i), at = "%" + name + "p" + n;
    text += at + " = getelementptr [" + std::to_string(count) + " x " + type +
            "], ptr addrspace(1) %" + buffer + ", i32 %t, i32 " + n + "\n";
    text += isLoad ? "%" + name + n + " = load " + type +
                         ", ptr addrspace(1) " + at + "\n"
                   : "store " + type + " %" + name + n + ", ptr addrspace(1) " +
                         at + "\n";
  }
  return text;
}

std::string productCall(const Product &p) {
  std::string passed = p.accumulates ? arguments(p, "c") + ", " : "";
  std::string more = p.aInRegisters ? ",r,r,r,r,l" : ",l,l";
  passed +=
      p.aInRegisters ? "i32 %a0, i32 %a1, i32 %a2, i32 %a3" : "i64 %descA";
  return "%d = call {" + typeList(p) + "} asm sideeffect \"" + textOf(p) +
         "\", \"" + constraints(p, p.accumulates, more) + "\"(" + passed +
         ", i64 %descB)\n" + extract(p, "d", "d");
}

std::string waitCall(const Product &p) {
  if (p.waitsWithout)
    return "call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)\n";
  if (!p.hasWait)
    return "";
  return "%w = call {" + typeList(p) +
         "} asm sideeffect \"wgmma.wait_group.sync.aligned 0;\", \"" +
         constraints(p, true, "") + "\"(" +
         arguments(p, p.scalesEarly ? "e" : "d") + ")\n" + extract(p, "w", "w");
}

} // namespace

std::string test::kernelOf(const Product &p) {
  std::string early;
  for (unsigned i = 0; p.scalesEarly && i < p.registers(); ++i) {
    std::string n = std::to_string(i);
    early += "%e" + n + " = fmul float %d" + n + ", 2.0\n";
  }
  auto call = [](bool isThere, const char *name) {
    return isThere ? std::string("call void @llvm.nvvm.") + name + "()\n" : "";
  };
  return kernelText(
      "sm_90a",
      "ptr addrspace(1) %image, ptr addrspace(1) %c, ptr addrspace(1) %a, "
      "ptr addrspace(1) %out, i64 %descA, i64 %descB",
      "%t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
      "%at = mul i32 %t, 256\n"
      "%from = getelementptr i8, ptr addrspace(1) %image, i32 %at\n"
      "%to = getelementptr i8, ptr addrspace(3) @s, i32 %at\n"
      "call void @llvm.memcpy.p3.p1.i64(ptr addrspace(3) %to, "
      "ptr addrspace(1) %from, i64 256, i1 false)\n" +
          (p.accumulates ? transfer(p, "c", "c", true, p.registers()) : "") +
          (p.aInRegisters ? transfer(p, "a", "a", true, 4, "i32") : "") +
          call(p.hasProxyFence, "fence.proxy.async.shared_cta") +
          "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n" +
          call(p.hasFence, "wgmma.fence.sync.aligned") + productCall(p) +
          call(p.hasCommit, "wgmma.commit_group.sync.aligned") + early +
          waitCall(p) +
          transfer(p, "out", p.hasWait && !p.waitsWithout ? "w" : "d", false,
                   p.registers()) +
          "ret void",
      "@s = internal addrspace(3) global [32768 x i8] undef, align 1024\n"
      "declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
      "declare void @llvm.memcpy.p3.p1.i64(ptr addrspace(3), "
      "ptr addrspace(1), i64, i1)\n"
      "declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)\n"
      "declare void @llvm.nvvm.fence.proxy.async.shared_cta()\n"
      "declare void @llvm.nvvm.wgmma.fence.sync.aligned()\n"
      "declare void @llvm.nvvm.wgmma.commit_group.sync.aligned()\n"
      "declare void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64)\n");
}
