//===- Chips.h - What each chip is to the passes of this folder -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_CHIPS_H
#define XCC_LIB_TARGET_INTEL_CHIPS_H

#include "lib/Base/Device.h"

namespace xcc::intel {

/// A chip is a row: what the schedule reads, and what code generation needs.
struct Chip {
  llvm::StringRef name; // as -target= takes it
  DeviceDescription device;
  /// Blocks of two dimensions are loaded by one message.
  bool hasBlockLoads;
};

/// The chip called `name`, or null.
const Chip *findChip(llvm::StringRef name);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_CHIPS_H
