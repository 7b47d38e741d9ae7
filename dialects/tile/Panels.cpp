//===- Panels.cpp - Shared memory as engines read it ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Panels.h"

#include <algorithm>

using namespace llvm;

namespace xcc::tile {

static constexpr int64_t mostLineBytes = 128, leastLineBytes = 32;
static constexpr int64_t groupBytes = 16, leastLines = 8;

Panels choosePanels(ArrayRef<int64_t> shape, unsigned contiguous,
                    unsigned elementBytes) {
  int64_t bytes = shape[contiguous] * elementBytes;
  int64_t lineBytes = std::min(bytes, mostLineBytes);
  return {contiguous, lineBytes, shape[1 - contiguous], bytes / lineBytes};
}

LinearLayout makePanels(ArrayRef<int64_t> shape, unsigned contiguous,
                        unsigned elementBytes) {
  Panels panels = choosePanels(shape, contiguous, elementBytes);
  int64_t lineElements = panels.lineBytes / elementBytes;
  LinearLayout::Bases bases;
  auto add = [&](int64_t along, int64_t line) {
    Coordinates basis(2);
    basis[contiguous] = along;
    basis[1 - contiguous] = line;
    bases.push_back(std::move(basis));
  };
  for (int64_t along = 1; along < lineElements; along *= 2)
    add(along, 0);
  // The line whose address has the first bit above 127 takes group 1 first.
  int64_t exchanged = groupBytes / elementBytes;
  for (int64_t line = 1; line < panels.lines; line *= 2) {
    bool exchanges =
        line * panels.lineBytes >= mostLineBytes && exchanged < lineElements;
    add(exchanges ? exchanged : 0, line);
    if (exchanges)
      exchanged *= 2;
  }
  for (int64_t along = lineElements; along < shape[contiguous]; along *= 2)
    add(along, 0);
  return LinearLayout::shared(2, std::move(bases));
}

std::optional<Panels> findPanels(const LinearLayout &layout,
                                 unsigned elementBytes) {
  if (!layout.isShared() || layout.getRank() != 2)
    return std::nullopt;
  SmallVector<int64_t> shape = layout.getShape();
  for (unsigned contiguous : {1u, 0u})
    if (shape[contiguous] * elementBytes >= leastLineBytes &&
        shape[1 - contiguous] >= leastLines &&
        makePanels(shape, contiguous, elementBytes) == layout)
      return choosePanels(shape, contiguous, elementBytes);
  return std::nullopt;
}

} // namespace xcc::tile
