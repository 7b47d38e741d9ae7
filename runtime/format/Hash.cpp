//===- Hash.cpp - The bundle's 64-bit checksum ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

using namespace xrt::format;

static_assert(std::endian::native == std::endian::little,
              "bundles are little-endian and read in place");

static constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
static constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
static constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
static constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
static constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;

template <typename T> static uint64_t load(const unsigned char *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

static uint64_t round(uint64_t lane, uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

void Hasher::consumeBlock(const unsigned char *block) {
  for (int i = 0; i < 4; ++i)
    lanes[i] = round(lanes[i], load<uint64_t>(block + 8 * i));
}

void Hasher::update(const void *data, size_t size) {
  if (size == 0)
    return;
  auto *bytes = static_cast<const unsigned char *>(data);
  total += size;
  if (numPending) {
    size_t taken = std::min(size, kBlock - numPending);
    std::memcpy(pending + numPending, bytes, taken);
    numPending += taken;
    bytes += taken;
    size -= taken;
    if (numPending < kBlock)
      return;
    consumeBlock(pending);
    numPending = 0;
  }
  for (; size >= kBlock; bytes += kBlock, size -= kBlock)
    consumeBlock(bytes);
  if (size)
    std::memcpy(pending, bytes, size);
  numPending = size;
}

uint64_t Hasher::finish() const {
  uint64_t result = kPrime5;
  if (total >= kBlock) {
    result = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) +
             std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (uint64_t lane : lanes)
      result = (result ^ round(0, lane)) * kPrime1 + kPrime4;
  }
  result += total;

  const unsigned char *bytes = pending;
  size_t left = numPending;
  for (; left >= 8; bytes += 8, left -= 8)
    result = std::rotl(result ^ round(0, load<uint64_t>(bytes)), 27) * kPrime1 +
             kPrime4;
  if (left >= 4) {
    result =
        std::rotl(result ^ (load<uint32_t>(bytes) * kPrime1), 23) * kPrime2 +
        kPrime3;
    bytes += 4;
    left -= 4;
  }
  for (; left; ++bytes, --left)
    result = std::rotl(result ^ (*bytes * kPrime5), 11) * kPrime1;

  result = (result ^ (result >> 33)) * kPrime2;
  result = (result ^ (result >> 29)) * kPrime3;
  return result ^ (result >> 32);
}

uint64_t xrt::format::hash(const void *data, size_t size) {
  Hasher hasher;
  hasher.update(data, size);
  return hasher.finish();
}
