//===- Memory.cpp - Asynchronous copies and fragment loads, NVIDIA --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/nvidia/Nvidia.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// cp.async: shared pointer, global pointer and, in the forms with .s, how many
/// bytes are read; the rest of |bytes| becomes zeros.
template <uint32_t bytes> void copyAsync(const Call &call) {
  uint32_t read = bytes;
  if (call.site.argumentOffsets.size() > 2)
    read = std::min(bytes, call.argument<uint32_t>(2));
  call.thread().copies.start(call.thread(), call.siteNumber(),
                             {call.argument<uint64_t>(0),
                              call.argument<uint64_t>(1), bytes, read, false});
}

void commitGroup(const Call &call) { call.thread().copies.commit(); }

void waitGroup(const Call &call) {
  call.thread().copies.waitGroups(call.thread(), call.argument<uint32_t>(0));
}

void waitAll(const Call &call) { call.thread().copies.waitAll(call.thread()); }

/// ldmatrix: matrices of 8 rows of 8 16-bit elements. Lane 8 i + r has the
/// address of row r of matrix i.
///   lane l, register i -> matrix i, (row l / 4, columns 2 (l % 4), + 1)
/// and with .trans rows and columns exchanged.
template <unsigned matrices, bool isTransposed>
void loadMatrices(const WarpCall &call) {
  uint16_t elements[matrices][8][8];
  for (unsigned i = 0; i < matrices * 8; ++i) {
    uint64_t address = call.argument<uint64_t>(i, 0);
    // What one lane's address names, other lanes get: a read by the warp.
    checkRead(*call.lanes[i].thread, call.at(i).siteNumber(),
              {address, 16, 16, kWholeWarp});
    std::memcpy(elements[i / 8][i % 8], reinterpret_cast<void *>(address), 16);
  }
  for (unsigned lane = 0; lane < 32; ++lane) {
    uint16_t registers[matrices][2];
    for (unsigned i = 0; i < matrices; ++i)
      for (unsigned half = 0; half < 2; ++half) {
        unsigned row = lane / 4, column = lane % 4 * 2 + half;
        registers[i][half] =
            isTransposed ? elements[i][column][row] : elements[i][row][column];
      }
    call.setResult(lane, registers);
  }
}
} // namespace

#define CP "llvm.nvvm.cp.async."
#define LDMATRIX "llvm.nvvm.ldmatrix.sync.aligned.m8n8."

static constexpr Model kModels[] = {
    functionModel(CP "ca.shared.global.4*", copyAsync<4>),
    functionModel(CP "ca.shared.global.8*", copyAsync<8>),
    functionModel(CP "ca.shared.global.16*", copyAsync<16>),
    functionModel(CP "cg.shared.global.16*", copyAsync<16>),
    functionModel(CP "commit.group", commitGroup),
    functionModel(CP "wait.group", waitGroup),
    functionModel(CP "wait.all", waitAll),
    collectiveModel(LDMATRIX "x1.b16*", Members::All, loadMatrices<1, false>),
    collectiveModel(LDMATRIX "x2.b16*", Members::All, loadMatrices<2, false>),
    collectiveModel(LDMATRIX "x4.b16*", Members::All, loadMatrices<4, false>),
    collectiveModel(LDMATRIX "x1.trans.b16*", Members::All,
                    loadMatrices<1, true>),
    collectiveModel(LDMATRIX "x2.trans.b16*", Members::All,
                    loadMatrices<2, true>),
    collectiveModel(LDMATRIX "x4.trans.b16*", Members::All,
                    loadMatrices<4, true>),
    nothingModel("llvm.nvvm.prefetch*"),
};

std::span<const Model> nvidia::memoryModels() { return kModels; }
