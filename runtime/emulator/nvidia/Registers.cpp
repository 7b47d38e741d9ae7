//===- Registers.cpp - A thread's numbers, NVIDIA -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

#define SREG "llvm.nvvm.read.ptx.sreg."
#define FIELD(name) uint32_t(offsetof(Registers, name))

// Blocks are launched with one dimension of threads.
static constexpr Model kModels[] = {
    registerModel(SREG "tid.x", FIELD(thread)),
    registerModel(SREG "tid.y", FIELD(zero)),
    registerModel(SREG "tid.z", FIELD(zero)),
    registerModel(SREG "ntid.x", FIELD(threads)),
    registerModel(SREG "ntid.y", FIELD(one)),
    registerModel(SREG "ntid.z", FIELD(one)),
    registerModel(SREG "ctaid.x", FIELD(block[0])),
    registerModel(SREG "ctaid.y", FIELD(block[1])),
    registerModel(SREG "ctaid.z", FIELD(block[2])),
    registerModel(SREG "nctaid.x", FIELD(grid[0])),
    registerModel(SREG "nctaid.y", FIELD(grid[1])),
    registerModel(SREG "nctaid.z", FIELD(grid[2])),
    registerModel(SREG "laneid", FIELD(lane)),
    registerModel(SREG "warpid", FIELD(warp)),
    registerModel(SREG "nwarpid", FIELD(warps)),
    registerModel(SREG "warpsize", FIELD(lanesPerWarp)),
};

std::span<const Model> nvidia::registerModels() { return kModels; }
