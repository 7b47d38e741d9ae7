//===- Chips.h - What each chip is to the passes of this folder -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_CHIPS_H
#define XCC_LIB_TARGET_NVIDIA_CHIPS_H

#include "lib/Base/Device.h"
#include "lib/Base/Targets.h"

namespace xcc::nvidia {

/// A chip is a row: what the schedule reads, and what code generation needs.
struct Chip {
  llvm::StringRef name; // as -target= and ptxas take it
  DeviceDescription device;
  /// The lowest PTX version that has every instruction we use on the chip: the
  /// lower, the older the driver that takes the image. As LLVM's feature.
  llvm::StringRef ptxFeature;
  bool hasLdmatrix;
};

/// The chip called `name`, or null.
const Chip *findChip(llvm::StringRef name);

/// Shared memory that a kernel may declare by itself; more is asked for at
/// launch.
inline constexpr unsigned kStaticSharedBytes = 48 * 1024;

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_CHIPS_H
