//===- Tiles.cpp - Products of bf16 by tile registers (AMX) ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace roofs;

namespace {
/// What ldtilecfg reads: 16 rows of 64 bytes for each of the eight tiles.
struct alignas(64) TileShapes {
  uint8_t palette = 1;
  uint8_t startRow = 0;
  uint8_t reserved[14] = {};
  uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
} // namespace

/// True if the processor has the tiles and the kernel lets this process use
/// them, which it must be asked for.
static bool mayUseTiles() {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
    return false;
  constexpr unsigned kTileBit = 1u << 24, kBf16Bit = 1u << 22;
  if (!(edx & kTileBit) || !(edx & kBf16Bit))
    return false;
  constexpr long kRequestPermission = 0x1023, kTileState = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileState) == 0;
}

__attribute__((target("amx-tile,amx-bf16"))) static float
runTiles(int64_t steps) {
  TileShapes shapes;
  _tile_loadconfig(&shapes);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  // Two tiles of rows by two of columns, as a product's inner loop has them.
  for (int64_t step = 0; step < steps; ++step) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  float sums[16 * 16];
  _tile_stored(0, sums, 64);
  _tile_release();
  return sums[0];
}

Product roofs::dotOfTiles() {
  return {"amx_bf16", "bf16", mayUseTiles(), 4 * 2.0 * 16 * 16 * 32, runTiles};
}
