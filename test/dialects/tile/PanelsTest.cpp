//===- PanelsTest.cpp - Panels by the definition of their exchange --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Panels.h"

#include <gtest/gtest.h>

using namespace llvm;

namespace xcc::tile {
namespace {

/// The byte that a line's byte lies at: bits 4 to 6 of the address, as many as
/// a line has, are exchanged (xor) by bits 7 to 9.
int64_t exchanged(int64_t address, int64_t lineBytes) {
  int64_t groups = lineBytes / 16 - 1;
  return address ^ ((address >> 7 & groups) << 4);
}

TEST(Panels, LieAsEnginesExchangeGroups) {
  for (unsigned elementBytes : {1u, 2u, 4u})
    for (int64_t alongBytes : {32, 64, 128, 256, 512})
      for (int64_t lines : {8, 64, 256})
        for (unsigned contiguous : {0u, 1u}) {
          SmallVector<int64_t> shape(2);
          shape[contiguous] = alongBytes / elementBytes;
          shape[1 - contiguous] = lines;
          LinearLayout layout = makePanels(shape, contiguous, elementBytes);
          Panels panels = choosePanels(shape, contiguous, elementBytes);
          ASSERT_TRUE(layout.isInjective());
          ASSERT_EQ(panels.count * panels.panelBytes(), alongBytes * lines);
          for (int64_t offset = 0; offset < layout.getNumElements(); ++offset) {
            Coordinates place = layout.apply(offset);
            int64_t along = place[contiguous] * elementBytes;
            int64_t panel = along / panels.lineBytes;
            int64_t inPanel = place[1 - contiguous] * panels.lineBytes +
                              along % panels.lineBytes;
            ASSERT_EQ(offset * elementBytes,
                      panel * panels.panelBytes() +
                          exchanged(inPanel, panels.lineBytes));
          }
        }
}

TEST(Panels, AreFoundAgain) {
  LinearLayout layout = makePanels({64, 256}, 1, 2);
  std::optional<Panels> found = findPanels(layout, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->contiguous, 1u);
  EXPECT_EQ(found->lineBytes, 128);
  EXPECT_EQ(found->lines, 64);
  EXPECT_EQ(found->count, 4);
  EXPECT_EQ(findPanels(makePanels({256, 64}, 0, 2), 2)->contiguous, 0u);
  // Dense lines, and those of another size of elements.
  EXPECT_FALSE(
      findPanels(LinearLayout::swizzledShared({64, 64}, 8, 1, 1, {1, 0}), 2));
  EXPECT_FALSE(findPanels(layout, 4));
}

} // namespace
} // namespace xcc::tile
