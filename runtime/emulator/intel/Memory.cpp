//===- Memory.cpp - Two-dimensional block loads and stores, Intel ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As cl_intel_subgroup_2d_block_io says, for subgroups of 16. Arguments: base,
// width in bytes, height in rows, pitch in bytes, (x in elements, y in rows),
// the lane's own memory.
//
//   read                (lane, block b, row r)   -> (row r, column lane)
//   read (8 bits)       (lane, block b, row r)   -> (row r, columns 2 lane and
//                                                   2 lane + 1)
//   transform (16 bits) (lane, block b, word j)  -> (rows 2 j, 2 j + 1; lane)
//   transpose (32 bits) (lane, block b, word c)  -> (row lane, column c)
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/intel/Intel.h"

#include <cstdio>

using namespace xrt;
using namespace xrt::emulator;

namespace {
constexpr uint32_t kLanes = 16;

/// "16b_8r16x1c" of a builtin's name: element bits, rows, columns, blocks.
struct BlockShape {
  unsigned elementBytes = 0, rows = 0, columns = 0, blocks = 0;

  explicit BlockShape(const Site &site, const char *prefix) {
    size_t at = site.operation.find(prefix);
    unsigned bits = 0;
    if (at == std::string::npos ||
        std::sscanf(site.operation.c_str() + at + std::strlen(prefix),
                    "%ub_%ur%ux%uc", &bits, &rows, &columns, &blocks) != 4)
      return;
    elementBytes = bits / 8;
  }
};

/// The matrix in memory; every lane must name the same.
struct Matrix {
  uint64_t base;
  uint32_t widthBytes, height, pitchBytes;
  int32_t x, y;

  explicit Matrix(const Call &call) {
    base = call.argument<uint64_t>(0);
    widthBytes = call.argument<uint32_t>(1);
    height = call.argument<uint32_t>(2);
    pitchBytes = call.argument<uint32_t>(3);
    int32_t at[2];
    std::memcpy(at, call.argumentBytes(4), sizeof(at));
    x = at[0];
    y = at[1];
  }
  bool operator==(const Matrix &) const = default;

  /// Address of element (row, column) of the block, 0 outside of the matrix.
  uint64_t at(unsigned row, unsigned column, unsigned elementBytes) const {
    int64_t r = int64_t(y) + row, c = (int64_t(x) + column) * elementBytes;
    if (r < 0 || r >= height || c < 0 || c + elementBytes > widthBytes)
      return 0;
    return base + r * pitchBytes + c;
  }
};

/// The rules of the extension's section on the functions.
void checkMatrix(const WarpCall &call, const Matrix &matrix,
                 const BlockShape &shape) {
  const Call &first = call.at(0);
  auto require = [&](bool holds, const char *rule, uint64_t got) {
    if (!holds)
      first.refuse(std::string("expects ") + rule + ", got " +
                   std::to_string(got));
  };
  require(shape.elementBytes != 0, "a block shape in its name", 0);
  require(call.warp.lanes == kLanes, "a subgroup of 16", call.warp.lanes);
  require(matrix.base % 64 == 0, "a base that is a multiple of 64 bytes",
          matrix.base % 64);
  require(matrix.widthBytes >= 64 && matrix.widthBytes <= 1 << 24,
          "a width of 64 bytes to 16 MiB", matrix.widthBytes);
  require(matrix.widthBytes % 4 == 0, "a width that is a multiple of 4 bytes",
          matrix.widthBytes);
  require(matrix.height > 0 && matrix.height <= 1 << 24,
          "a height of 1 to 2^24 rows", matrix.height);
  require(matrix.pitchBytes >= matrix.widthBytes,
          "a pitch of the width or more", matrix.pitchBytes);
  require(matrix.pitchBytes % 16 == 0, "a pitch that is a multiple of 16 bytes",
          matrix.pitchBytes);
  require(matrix.x * int64_t(shape.elementBytes) % 4 == 0,
          "an x that is a multiple of 4 bytes", matrix.x);
  forLanes(call, [&](unsigned lane) {
    require(Matrix(call.at(lane)) == matrix, "the same matrix in every lane",
            lane);
  });
}

/// Reads an element, zero outside.
uint32_t readElement(const WarpCall &call, unsigned lane, const Matrix &matrix,
                     const BlockShape &shape, unsigned row, unsigned column) {
  uint64_t address = matrix.at(row, column, shape.elementBytes);
  uint32_t value = 0;
  if (!address)
    return value;
  checkRead(*call.lanes[lane].thread, call.at(lane).siteNumber(),
            {address, shape.elementBytes, shape.elementBytes, kWholeWarp});
  std::memcpy(&value, reinterpret_cast<void *>(address), shape.elementBytes);
  return value;
}

std::byte *laneMemory(const WarpCall &call, unsigned lane) {
  return reinterpret_cast<std::byte *>(call.argument<uint64_t>(lane, 5));
}

void requireColumns(const WarpCall &call, unsigned columns, unsigned expected) {
  if (columns != expected)
    call.at(0).refuse("expects blocks of " + std::to_string(expected) +
                      " columns, got " + std::to_string(columns));
}

void read(const WarpCall &call) {
  BlockShape shape(call.site, "_block_read_");
  Matrix matrix(call.at(0));
  checkMatrix(call, matrix, shape);
  unsigned perLane = shape.elementBytes == 1 ? 2 : 1;
  requireColumns(call, shape.columns, kLanes * perLane);
  forLanes(call, [&](unsigned lane) {
    std::byte *out = laneMemory(call, lane);
    for (unsigned b = 0; b < shape.blocks; ++b)
      for (unsigned r = 0; r < shape.rows; ++r)
        for (unsigned i = 0; i < perLane; ++i, out += shape.elementBytes) {
          uint32_t value = readElement(call, lane, matrix, shape, r,
                                       b * shape.columns + lane * perLane + i);
          std::memcpy(out, &value, shape.elementBytes);
        }
  });
}

/// Elements of one column, as many as fill 32 bits, become one word.
void readTransformed(const WarpCall &call) {
  BlockShape shape(call.site, "_block_read_transform_");
  Matrix matrix(call.at(0));
  checkMatrix(call, matrix, shape);
  requireColumns(call, shape.columns, kLanes);
  unsigned perWord = 4 / shape.elementBytes;
  forLanes(call, [&](unsigned lane) {
    std::byte *out = laneMemory(call, lane);
    for (unsigned b = 0; b < shape.blocks; ++b)
      for (unsigned r = 0; r < shape.rows; r += perWord, out += 4) {
        uint32_t word = 0;
        for (unsigned i = 0; i < perWord; ++i)
          word |= readElement(call, lane, matrix, shape, r + i,
                              b * shape.columns + lane)
                  << 8 * shape.elementBytes * i;
        std::memcpy(out, &word, 4);
      }
  });
}

void readTransposed(const WarpCall &call) {
  BlockShape shape(call.site, "_block_read_transpose_");
  Matrix matrix(call.at(0));
  checkMatrix(call, matrix, shape);
  if (shape.elementBytes != 4 || shape.rows != kLanes)
    call.at(0).refuse("expects 16 rows of 32 bits, got " +
                      std::to_string(shape.rows) + " of " +
                      std::to_string(shape.elementBytes * 8));
  forLanes(call, [&](unsigned lane) {
    std::byte *out = laneMemory(call, lane);
    for (unsigned c = 0; c < shape.columns * shape.blocks; ++c, out += 4) {
      uint32_t value = readElement(call, lane, matrix, shape, lane, c);
      std::memcpy(out, &value, 4);
    }
  });
}

void write(const WarpCall &call) {
  BlockShape shape(call.site, "_block_write_");
  Matrix matrix(call.at(0));
  checkMatrix(call, matrix, shape);
  requireColumns(call, shape.columns, kLanes);
  forLanes(call, [&](unsigned lane) {
    const std::byte *in = laneMemory(call, lane);
    for (unsigned r = 0; r < shape.rows; ++r, in += shape.elementBytes) {
      uint64_t address = matrix.at(r, lane, shape.elementBytes);
      if (!address)
        continue;
      checkWrite(*call.lanes[lane].thread, call.at(lane).siteNumber(),
                 {address, shape.elementBytes, shape.elementBytes});
      std::memcpy(reinterpret_cast<void *>(address), in, shape.elementBytes);
    }
  });
}

// Lengths in mangled names depend on the shape.
constexpr Model block(std::string_view name, void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}
} // namespace

#define BLOCK "*intel_sub_group_2d_block_"

static constexpr Model kModels[] = {
    block(BLOCK "read_transform_*", readTransformed),
    block(BLOCK "read_transpose_*", readTransposed),
    block(BLOCK "read_*", read),
    block(BLOCK "write_*", write),
    nothingModel(BLOCK "prefetch_*"),
    nothingModel("_Z8prefetchPU3AS1*"),
    nothingModel("_Z20__spirv_ocl_prefetchPU3AS1*"),
};

std::span<const Model> intel::memoryModels() { return kModels; }
