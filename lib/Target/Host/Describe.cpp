//===- Describe.cpp - The host's row in the table of targets --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Host.h"

using namespace llvm;

namespace xcc::host {

// The x86-64 psABI's micro-architecture levels; F16C and FMA come with v3.
static constexpr IsaLevel levels[] = {
    {"x86-64-v3", 256, "avx2 fma f16c"},
    {"x86-64-v4", 512, "avx512f avx512bw avx512cd avx512dq avx512vl"},
};

static constexpr StringRef formats[] = {"llvm", "asm", "obj"};
static constexpr StringRef images[] = {"elf"};

static constexpr TargetDescription rows[] = {
    {"host", "x86-64 processors with AVX2 or AVX-512", "x86_64", formats,
     images, levels},
};

ArrayRef<TargetDescription> targets() { return rows; }

} // namespace xcc::host
