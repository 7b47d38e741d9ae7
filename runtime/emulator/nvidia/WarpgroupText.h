//===- WarpgroupText.h - The texts of warpgroup products, NVIDIA -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_NVIDIA_WARPGROUPTEXT_H
#define XRT_EMULATOR_NVIDIA_WARPGROUPTEXT_H

#include <cstdint>
#include <string_view>
#include <vector>

namespace xrt::emulator::nvidia {

enum class ElementKind : int32_t { F16, Bf16, Tf32, E4m3, E5m2, S8, U8 };

/// What the text of one wgmma.mma_async says.
struct WarpgroupProduct {
  int32_t n = 0, k = 0;
  int32_t isHalf = 0; // accumulators are f16, two to a register
  ElementKind a = ElementKind::F16, b = ElementKind::F16;
  int32_t accumulates = 0; // c is an operand; otherwise it is 0
  int32_t aInRegisters = 0;
  int32_t negatesA = 0, negatesB = 0;
  int32_t aIsMnMajor = 0, bIsMnMajor = 0;

  int32_t registers() const { return isHalf ? n / 4 : n / 2; }
  std::vector<int32_t> pack() const;
  static WarpgroupProduct unpack(const std::vector<int32_t> &immediates);
};

/// True when the text is that of a product, all of it.
bool parseProduct(std::string_view text, std::vector<int32_t> &immediates);
/// "wgmma.wait_group.sync.aligned 0;" -> 0
bool parseWait(std::string_view text, std::vector<int32_t> &immediates);

} // namespace xrt::emulator::nvidia

#endif // XRT_EMULATOR_NVIDIA_WARPGROUPTEXT_H
