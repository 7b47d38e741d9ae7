//===- CpuFeatures.cpp - What this processor and system can run -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/host/CpuFeatures.h"

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace xrt::host;

#if defined(__x86_64__)

std::string_view xrt::host::machineName() { return "x86_64"; }

namespace {
enum Register { Eax, Ebx, Ecx, Edx };

// State components of XCR0 that the system must save.
constexpr uint64_t kNone = 0;
constexpr uint64_t kYmm = 0x6;
constexpr uint64_t kZmm = 0xE6;
constexpr uint64_t kTiles = 0x60000;

struct FeatureRow {
  std::string_view name;
  uint32_t leaf, subleaf;
  Register reg;
  uint32_t bit;
  uint64_t state;
};
} // namespace

static constexpr FeatureRow kFeatures[] = {
    {"sse3", 1, 0, Ecx, 0, kNone},
    {"pclmul", 1, 0, Ecx, 1, kNone},
    {"ssse3", 1, 0, Ecx, 9, kNone},
    {"fma", 1, 0, Ecx, 12, kYmm},
    {"cx16", 1, 0, Ecx, 13, kNone},
    {"sse4.1", 1, 0, Ecx, 19, kNone},
    {"sse4.2", 1, 0, Ecx, 20, kNone},
    {"movbe", 1, 0, Ecx, 22, kNone},
    {"popcnt", 1, 0, Ecx, 23, kNone},
    {"aes", 1, 0, Ecx, 25, kNone},
    {"xsave", 1, 0, Ecx, 26, kNone},
    {"avx", 1, 0, Ecx, 28, kYmm},
    {"f16c", 1, 0, Ecx, 29, kYmm},
    {"rdrnd", 1, 0, Ecx, 30, kNone},
    {"cx8", 1, 0, Edx, 8, kNone},
    {"cmov", 1, 0, Edx, 15, kNone},
    {"mmx", 1, 0, Edx, 23, kNone},
    {"fxsr", 1, 0, Edx, 24, kNone},
    {"sse", 1, 0, Edx, 25, kNone},
    {"sse2", 1, 0, Edx, 26, kNone},
    {"bmi", 7, 0, Ebx, 3, kNone},
    {"avx2", 7, 0, Ebx, 5, kYmm},
    {"bmi2", 7, 0, Ebx, 8, kNone},
    {"avx512f", 7, 0, Ebx, 16, kZmm},
    {"avx512dq", 7, 0, Ebx, 17, kZmm},
    {"adx", 7, 0, Ebx, 19, kNone},
    {"avx512ifma", 7, 0, Ebx, 21, kZmm},
    {"avx512cd", 7, 0, Ebx, 28, kZmm},
    {"avx512bw", 7, 0, Ebx, 30, kZmm},
    {"avx512vl", 7, 0, Ebx, 31, kZmm},
    {"avx512vbmi", 7, 0, Ecx, 1, kZmm},
    {"avx512vbmi2", 7, 0, Ecx, 6, kZmm},
    {"gfni", 7, 0, Ecx, 8, kNone},
    {"vaes", 7, 0, Ecx, 9, kYmm},
    {"vpclmulqdq", 7, 0, Ecx, 10, kYmm},
    {"avx512vnni", 7, 0, Ecx, 11, kZmm},
    {"avx512bitalg", 7, 0, Ecx, 12, kZmm},
    {"avx512vpopcntdq", 7, 0, Ecx, 14, kZmm},
    {"amx-bf16", 7, 0, Edx, 22, kTiles},
    {"avx512fp16", 7, 0, Edx, 23, kZmm},
    {"amx-tile", 7, 0, Edx, 24, kTiles},
    {"amx-int8", 7, 0, Edx, 25, kTiles},
    {"avxvnni", 7, 1, Eax, 4, kYmm},
    {"avx512bf16", 7, 1, Eax, 5, kZmm},
    {"amx-fp16", 7, 1, Eax, 21, kTiles},
    {"avxvnniint8", 7, 1, Edx, 4, kYmm},
    {"sahf", 0x80000001, 0, Ecx, 0, kNone},
    {"lzcnt", 0x80000001, 0, Ecx, 5, kNone},
};

/// The state components that the system saves; nothing without XSAVE.
static uint64_t readSavedState() {
  unsigned eax, ebx, ecx, edx;
  constexpr unsigned kOsxsave = 1u << 27;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & kOsxsave))
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

FeatureState xrt::host::findFeature(std::string_view name) {
  for (const FeatureRow &row : kFeatures) {
    if (row.name != name)
      continue;
    unsigned regs[4] = {};
    if (!__get_cpuid_count(row.leaf, row.subleaf, &regs[Eax], &regs[Ebx],
                           &regs[Ecx], &regs[Edx]))
      return FeatureState::Absent;
    bool isSaved = (readSavedState() & row.state) == row.state;
    bool isThere = regs[row.reg] >> row.bit & 1;
    return isThere && isSaved ? FeatureState::Present : FeatureState::Absent;
  }
  return FeatureState::Unknown;
}

bool xrt::host::requestFeature(std::string_view name) {
  if (!name.starts_with("amx-"))
    return true;
  // Linux gives the 8 KB of tile registers only to processes that ask.
  constexpr int kRequestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
  constexpr int kTileState = 18;             // XFEATURE_XTILEDATA
  return ::syscall(SYS_arch_prctl, kRequestPermission, kTileState) == 0;
}

#else

std::string_view xrt::host::machineName() { return "unknown"; }
FeatureState xrt::host::findFeature(std::string_view) {
  return FeatureState::Unknown;
}
bool xrt::host::requestFeature(std::string_view) { return true; }

#endif
