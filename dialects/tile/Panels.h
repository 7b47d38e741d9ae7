//===- Panels.h - Shared memory as engines read it -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies of described tensors write, and group instructions read, a matrix as
// panels: a panel is one line of at most 128 bytes for each row (or column), a
// line behind the other. Groups of 16 bytes of a line are exchanged (xor) by
// bits of its address: those that count 128 bytes. Panels follow each other
// along the lines' direction.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_PANELS_H
#define XCC_DIALECTS_TILE_PANELS_H

#include "dialects/tile/LinearLayout.h"

namespace xcc::tile {

/// Panels repeat their exchange after so many bytes, and begin at multiples.
inline constexpr int64_t kPanelAlignBytes = 1024;

struct Panels {
  unsigned contiguous; // dimension (0 or 1) that lines run along
  int64_t lineBytes;   // 32, 64 or 128
  int64_t lines;       // of one panel
  int64_t count;       // of panels

  int64_t panelBytes() const { return lineBytes * lines; }
};

/// The panels of a matrix with the longest lines. Its lines have 32 bytes at
/// least, and there are 8 of them at least.
Panels choosePanels(llvm::ArrayRef<int64_t> shape, unsigned contiguous,
                    unsigned elementBytes);
/// That matrix in shared memory.
LinearLayout makePanels(llvm::ArrayRef<int64_t> shape, unsigned contiguous,
                        unsigned elementBytes);
/// How a layout of shared memory is one of panels; nullopt if it is not.
std::optional<Panels> findPanels(const LinearLayout &layout,
                                 unsigned elementBytes);

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_PANELS_H
