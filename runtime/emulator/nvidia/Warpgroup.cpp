//===- Warpgroup.cpp - Products of warpgroups, NVIDIA ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA: "Asynchronous Warpgroup Level Matrix Instructions: wgmma". Warp w of
// a group has rows 16 w to 16 w + 15.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/nvidia/Nvidia.h"
#include "runtime/emulator/nvidia/SharedMatrices.h"
#include "runtime/emulator/nvidia/WarpgroupText.h"

#include <cmath>

using namespace xrt;
using namespace xrt::emulator;
using namespace xrt::emulator::nvidia;

namespace {
constexpr uint32_t kRows = 16, kMaxDepth = 32, kLanes = 32;

/// e4m3: no infinities; e5m2: half a half.
float floatOfE4m3(uint8_t bits) {
  uint32_t exponent = bits >> 3 & 15, mantissa = bits & 7;
  float magnitude = exponent
                        ? std::ldexp(1 + mantissa / 8.0f, int(exponent) - 7)
                        : mantissa * 0x1p-9f;
  if ((bits & 0x7f) == 0x7f)
    magnitude = NAN;
  return bits & 0x80 ? -magnitude : magnitude;
}

uint32_t bytesOf(ElementKind kind) {
  switch (kind) {
  case ElementKind::F16:
  case ElementKind::Bf16:
    return 2;
  case ElementKind::Tf32:
    return 4;
  case ElementKind::E4m3:
  case ElementKind::E5m2:
  case ElementKind::S8:
  case ElementKind::U8:
    return 1;
  }
  return 1;
}

float toFloat(ElementKind kind, const std::byte *from) {
  uint32_t bits = 0;
  std::memcpy(&bits, from, bytesOf(kind));
  switch (kind) {
  case ElementKind::F16:
    return floatOfHalf(uint16_t(bits));
  case ElementKind::Bf16:
    return floatOfBfloat(uint16_t(bits));
  case ElementKind::Tf32:
    return floatOfTf32(bits);
  case ElementKind::E4m3:
    return floatOfE4m3(uint8_t(bits));
  case ElementKind::E5m2:
    return floatOfHalf(uint16_t(bits << 8));
  case ElementKind::S8:
    return int8_t(bits);
  case ElementKind::U8:
    return uint8_t(bits);
  }
  return 0;
}

/// (row, depth) of element |i| of A in a lane's four registers.
std::pair<uint32_t, uint32_t> placeInA(uint32_t perRegister, uint32_t lane,
                                       uint32_t i) {
  uint32_t number = i / perRegister, part = i % perRegister;
  return {lane / 4 + number % 2 * 8,
          lane % 4 * perRegister + part + number / 2 * 4 * perRegister};
}

/// (row, column) of element |i| of C in a lane.
std::pair<uint32_t, uint32_t> placeInC(uint32_t lane, uint32_t i) {
  return {lane / 4 + i / 2 % 2 * 8, i / 4 * 8 + lane % 4 * 2 + i % 2};
}

class WarpProduct : public GroupProduct {
public:
  WarpgroupProduct text;
  uint64_t window; // of shared memory
  uint32_t site;
  uint32_t firstRow; // of A, this warp's
  MatrixDescriptor a, b;
  uint32_t registersOfA[kLanes][4];

  void checkOperands(Thread &thread, uint64_t stamp) const override {
    if (!text.aInRegisters)
      forPieces(a, !text.aIsMnMajor, text.a, firstRow, kRows,
                [&](uint64_t address, uint32_t, uint32_t) {
                  checkAsyncRead(thread, site, {address, kPieceBytes}, stamp);
                });
    forPieces(b, !text.bIsMnMajor, text.b, 0, uint32_t(text.n),
              [&](uint64_t address, uint32_t, uint32_t) {
                checkAsyncRead(thread, site, {address, kPieceBytes}, stamp);
              });
  }

  void multiply(Accumulators &c) const override {
    float rowsOfA[kRows][kMaxDepth], depthsOfB[kMaxDepth][256];
    readA(rowsOfA);
    readShared(b, !text.bIsMnMajor, text.b, 0, uint32_t(text.n),
               [&](uint32_t row, uint32_t depth, float value) {
                 depthsOfB[depth][row] = text.negatesB ? -value : value;
               });
    float sums[kRows][256];
    bool isInteger = text.a >= ElementKind::S8;
    forAccumulators(
        c, [&](uint32_t *value, uint32_t row, uint32_t column, uint32_t half) {
          // Sums of integers that do not fit a float come in parts, below.
          sums[row][column] = isInteger || !text.accumulates ? 0
                              : text.isHalf ? floatOfHalf(*value >> 16 * half)
                                            : std::bit_cast<float>(*value);
        });
    for (uint32_t row = 0; row < kRows; ++row)
      for (int32_t depth = 0; depth < text.k; ++depth)
        for (int32_t column = 0; column < text.n; ++column)
          sums[row][column] += rowsOfA[row][depth] * depthsOfB[depth][column];
    forAccumulators(c, [&](uint32_t *value, uint32_t row, uint32_t column,
                           uint32_t half) {
      float sum = sums[row][column];
      if (isInteger)
        *value = (text.accumulates ? *value : 0) + uint32_t(int32_t(sum));
      else if (text.isHalf)
        *value = (*value & ~(0xffffu << 16 * half)) | uint32_t(halfBits(sum))
                                                          << 16 * half;
      else
        *value = std::bit_cast<uint32_t>(sum);
    });
  }

private:
  /// Visits the pieces of a matrix in shared memory.
  template <typename Visit>
  void forPieces(const MatrixDescriptor &matrix, bool isKMajor,
                 ElementKind kind, uint32_t first, uint32_t rows,
                 Visit visit) const {
    uint32_t perPiece = kPieceBytes / bytesOf(kind);
    uint32_t rowStep = isKMajor ? 1 : perPiece;
    uint32_t depthStep = isKMajor ? perPiece : 1;
    for (uint32_t row = first; row < first + rows; row += rowStep)
      for (uint32_t depth = 0; depth < uint32_t(text.k); depth += depthStep)
        visit(pieceAddress(matrix, window,
                           pieceOffset(matrix, isKMajor, perPiece, row, depth)),
              row, depth);
  }

  template <typename Visit>
  void readShared(const MatrixDescriptor &matrix, bool isKMajor,
                  ElementKind kind, uint32_t first, uint32_t rows,
                  Visit visit) const {
    uint32_t bytes = bytesOf(kind);
    forPieces(matrix, isKMajor, kind, first, rows,
              [&](uint64_t address, uint32_t row, uint32_t depth) {
                auto *from = reinterpret_cast<const std::byte *>(address);
                for (uint32_t i = 0; i < kPieceBytes / bytes; ++i)
                  visit(row - first + (isKMajor ? 0 : i),
                        depth + (isKMajor ? i : 0),
                        toFloat(kind, from + i * bytes));
              });
  }

  void readA(float (&out)[kRows][kMaxDepth]) const {
    auto put = [&](uint32_t row, uint32_t depth, float value) {
      out[row][depth] = text.negatesA ? -value : value;
    };
    if (!text.aInRegisters)
      return readShared(a, !text.aIsMnMajor, text.a, firstRow, kRows, put);
    uint32_t bytes = bytesOf(text.a), perRegister = 4 / bytes;
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      auto *from = reinterpret_cast<const std::byte *>(registersOfA[lane]);
      for (uint32_t i = 0; i < 4 * perRegister; ++i) {
        auto [row, depth] = placeInA(perRegister, lane, i);
        put(row, depth, toFloat(text.a, from + i * bytes));
      }
    }
  }

  /// Visits the registers of c, those of two elements twice.
  template <typename Visit>
  void forAccumulators(Accumulators &c, Visit visit) const {
    uint32_t halves = text.isHalf ? 2 : 1;
    uint32_t perLane = uint32_t(text.registers());
    for (uint32_t lane = 0; lane < kLanes; ++lane)
      for (uint32_t i = 0; i < perLane * halves; ++i) {
        auto [row, column] = placeInC(lane, i);
        visit(&c[lane * perLane + i / halves], row, column, i % halves);
      }
  }
};

/// The first |count| arguments of each lane, 32 bits each.
Accumulators readRegisters(const WarpCall &call, uint32_t count) {
  Accumulators values(size_t(kLanes) * count);
  for (uint32_t lane = 0; lane < kLanes; ++lane)
    for (uint32_t i = 0; i < count; ++i)
      values[lane * count + i] = call.argument<uint32_t>(lane, i);
  return values;
}

void writeResults(const WarpCall &call, const Accumulators &values) {
  size_t bytes = values.size() / kLanes * sizeof(uint32_t);
  for (uint32_t lane = 0; lane < kLanes; ++lane)
    std::memcpy(call.lanes[lane].results,
                values.data() + lane * (bytes / sizeof(uint32_t)), bytes);
}

MatrixDescriptor readDescriptor(const Call &call, unsigned index) {
  auto matrix = MatrixDescriptor::decode(call.argument<uint64_t>(index));
  if (matrix.baseOffset)
    call.refuse("expects a matrix descriptor with base offset 0");
  return matrix;
}

void start(const WarpCall &call) {
  Call first = call.at(0);
  auto product = std::make_unique<WarpProduct>();
  WarpgroupProduct &text = product->text;
  text = WarpgroupProduct::unpack(call.site.immediates);
  Thread &thread = first.thread();
  uint32_t results = uint32_t(text.registers());
  unsigned next = text.accumulates ? results : 0;
  unsigned operands = next + (text.aInRegisters ? 4 : 1) + 1;
  if (call.site.argumentOffsets.size() != operands ||
      call.site.resultBytes != results * 4)
    first.refuse("expects the operands that the text names");
  product->window = thread.block->shared.range.base;
  product->site = first.siteNumber();
  product->firstRow = thread.registers.warp % 4 * kRows;
  for (uint32_t lane = 0; text.aInRegisters && lane < kLanes; ++lane)
    for (unsigned i = 0; i < 4; ++i)
      product->registersOfA[lane][i] = call.argument<uint32_t>(lane, next + i);
  if (!text.aInRegisters)
    product->a = readDescriptor(first, next);
  product->b = readDescriptor(first, operands - 1);
  Accumulators accumulators =
      readRegisters(call, text.accumulates ? results : 0);
  bool hasRegisters = text.aInRegisters;
  accumulators.resize(size_t(kLanes) * results);
  std::string problem = thread.block->products.start(
      call, std::move(product), hasRegisters, accumulators);
  if (!problem.empty())
    first.refuse(problem);
  writeResults(call, accumulators);
}

void fence(const WarpCall &call) {
  call.warp.threads->block->products.fence(call);
}

void commit(const WarpCall &call) {
  call.warp.threads->block->products.commit(call);
}

/// The number of groups that may be pending: an argument, or in the text.
uint32_t pendingOf(const WarpCall &call) {
  return call.site.immediates.empty()
             ? uint32_t(call.argument<uint64_t>(call.firstLane(), 0))
             : uint32_t(call.site.immediates[0]);
}

uint64_t readyToGoOn(const WarpCall &call) {
  return call.warp.threads->block->products.canWait(call, pendingOf(call))
             ? call.members
             : 0;
}

std::string explainWait(const Call &) {
  return "other warps of the group do not start the products that this one "
         "waits for";
}

void wait(const WarpCall &call) {
  call.warp.threads->block->products.wait(call, pendingOf(call));
}

void waitAndResolve(const WarpCall &call) {
  wait(call);
  uint32_t count = call.site.argumentOffsets.size();
  if (call.site.resultBytes != count * 4)
    call.at(0).refuse("expects as many results as operands");
  Accumulators values = readRegisters(call, count);
  std::string problem =
      call.warp.threads->block->products.resolve(call, values);
  if (!problem.empty())
    call.at(0).refuse(problem);
  writeResults(call, values);
}

constexpr Model waitFor(std::string_view name,
                        void (*function)(const WarpCall &)) {
  return ordering(
      waitModel(name, Members::All, function, readyToGoOn, explainWait));
}

constexpr Model parsed(Model model, bool (*parse)(std::string_view,
                                                  std::vector<int32_t> &)) {
  model.parse = parse;
  return ordering(model);
}
} // namespace

static constexpr Model kModels[] = {
    parsed(collectiveModel("wgmma.mma_async", Members::All, start),
           parseProduct),
    parsed(waitFor("wgmma.wait_group", waitAndResolve), parseWait),
    waitFor("llvm.nvvm.wgmma.wait_group.sync.aligned", wait),
    ordering(collectiveModel("llvm.nvvm.wgmma.fence.sync.aligned", Members::All,
                             fence)),
    ordering(collectiveModel("llvm.nvvm.wgmma.commit_group.sync.aligned",
                             Members::All, commit)),
};

std::span<const Model> nvidia::warpgroupModels() { return kModels; }
