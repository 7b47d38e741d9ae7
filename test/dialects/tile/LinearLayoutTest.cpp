//===- LinearLayoutTest.cpp - The algebra of layouts ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Tile.h"
#include "test/dialects/tile/RandomLayout.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

#include <set>

using namespace llvm;

namespace xcc::tile {
namespace {

constexpr InputDim distributedDims[] = {InputDim::Register, InputDim::Lane,
                                        InputDim::Warp};

/// Calls with each (register, lane, warp).
template <typename Function>
void forEachPlace(const LinearLayout &layout, Function function) {
  for (int64_t warp = 0; warp < layout.getNumWarps(); ++warp)
    for (int64_t lane = 0; lane < layout.getNumLanes(); ++lane)
      for (int64_t reg = 0; reg < layout.getNumRegisters(); ++reg)
        function(reg, lane, warp);
}

/// Calls with some thousand random layouts of up to 2^9 elements.
template <typename Function> void forRandomLayouts(Function function) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    SmallVector<int64_t> shape = randomShape(random);
    LinearLayout layout =
        randomLayout(random, shape, random.below(4), random.below(3));
    SCOPED_TRACE(testing::Message()
                 << "seed " << seed << ": " << layout.toString());
    function(random, shape, layout);
  }
}

TEST(BitMatrix, InversesUndo) {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    unsigned numOutputs = random.below(9), numInputs = random.below(9);
    SmallVector<uint64_t> columns;
    for (unsigned i = 0; i < numInputs; ++i)
      columns.push_back(random.below(1u << numOutputs));
    BitMatrix matrix(numOutputs, columns);
    BitMatrix inverse = matrix.pseudoInverse();
    EXPECT_EQ(matrix.compose(inverse).compose(matrix), matrix);
    EXPECT_EQ(inverse.compose(matrix).compose(inverse), inverse);
    if (matrix.isSurjective()) {
      EXPECT_EQ(matrix.compose(inverse), BitMatrix::identity(numOutputs));
    }
    if (matrix.isInjective()) {
      EXPECT_EQ(inverse.compose(matrix), BitMatrix::identity(numInputs));
    }
  }
}

TEST(BitMatrix, SolvesWhatItReaches) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    unsigned numOutputs = random.below(7), numInputs = random.below(7);
    SmallVector<uint64_t> columns;
    for (unsigned i = 0; i < numInputs; ++i)
      columns.push_back(random.below(1u << numOutputs));
    BitMatrix matrix(numOutputs, columns);
    std::set<uint64_t> reached;
    for (uint64_t input = 0; input >> numInputs == 0; ++input)
      reached.insert(matrix.apply(input));
    EXPECT_EQ(reached.size(), size_t(1) << matrix.rank());
    for (uint64_t output = 0; output >> numOutputs == 0; ++output) {
      std::optional<uint64_t> input = matrix.solve(output);
      ASSERT_EQ(input.has_value(), reached.count(output) == 1);
      if (input) {
        EXPECT_EQ(matrix.apply(*input), output);
        EXPECT_EQ(*input & matrix.dependentBits(), 0u);
      }
    }
  }
}

TEST(BitMatrix, CompositionAppliesBoth) {
  Random random(7);
  for (unsigned i = 0; i < 1000; ++i) {
    SmallVector<uint64_t> outer, inner;
    for (unsigned b = 0; b < 5; ++b)
      outer.push_back(random.below(64));
    for (unsigned b = 0; b < 4; ++b)
      inner.push_back(random.below(32));
    BitMatrix f(6, outer), g(5, inner);
    for (uint64_t x = 0; x < 16; ++x)
      EXPECT_EQ(f.compose(g).apply(x), f.apply(g.apply(x)));
  }
}

TEST(LinearLayout, IsLinear) {
  forRandomLayouts([](Random &random, ArrayRef<int64_t> shape,
                      const LinearLayout &layout) {
    EXPECT_EQ(layout.getShape(), SmallVector<int64_t>(shape));
    EXPECT_TRUE(layout.isSurjective());
    BitMatrix matrix = layout.toMatrix();
    unsigned registers = layout.getNumBits(InputDim::Register);
    unsigned lanes = layout.getNumBits(InputDim::Lane);
    forEachPlace(layout, [&](int64_t reg, int64_t lane, int64_t warp) {
      Coordinates place = layout.apply(reg, lane, warp);
      uint64_t input = reg | lane << registers | warp << (registers + lanes);
      ASSERT_EQ(layout.toElement(place), matrix.apply(input));
      ASSERT_EQ(layout.fromElement(matrix.apply(input)), place);
    });
    int64_t a = random.below(layout.getNumRegisters());
    int64_t b = random.below(layout.getNumRegisters());
    Coordinates sum = layout.apply(a, 0, 0);
    for (auto [total, part] : zip(sum, layout.apply(b, 0, 0)))
      total ^= part;
    EXPECT_EQ(layout.apply(a ^ b, 0, 0), sum);
  });
}

TEST(LinearLayout, InverseNamesAHolder) {
  forRandomLayouts([](Random &, ArrayRef<int64_t>, const LinearLayout &layout) {
    EXPECT_EQ(layout.toMatrix().compose(layout.inverse()),
              BitMatrix::identity(Log2_64(layout.getNumElements())));
  });
}

TEST(LinearLayout, OneCopyIsNotRedundant) {
  forRandomLayouts([](Random &, ArrayRef<int64_t>, const LinearLayout &layout) {
    uint64_t redundant[3];
    for (auto [bits, dim] : zip(redundant, distributedDims))
      bits = layout.getRedundantBits(dim);
    std::multiset<uint64_t> held;
    forEachPlace(layout, [&](int64_t reg, int64_t lane, int64_t warp) {
      if (!(reg & redundant[0]) && !(lane & redundant[1]) &&
          !(warp & redundant[2]))
        held.insert(layout.toElement(layout.apply(reg, lane, warp)));
    });
    ASSERT_EQ(held.size(), size_t(layout.getNumElements()));
    EXPECT_EQ(std::set<uint64_t>(held.begin(), held.end()).size(), held.size());
    for (InputDim dim : distributedDims)
      for (unsigned bit = 0; bit < layout.getNumBits(dim); ++bit)
        if (layout.isReplicatedOver(dim, bit)) {
          EXPECT_TRUE(layout.getRedundantBits(dim) >> bit & 1);
        }
  });
}

TEST(LinearLayout, ProductTilesTheOuter) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    SmallVector<int64_t> shape = randomShape(random, 3);
    SmallVector<int64_t> times;
    for (size_t d = 0; d < shape.size(); ++d)
      times.push_back(int64_t(1) << random.below(3));
    LinearLayout inner = randomLayout(random, shape, random.below(3), 1);
    LinearLayout outer = randomLayout(random, times, random.below(3), 1);
    LinearLayout product = inner.product(outer);
    auto split = [&](int64_t input, InputDim dim) {
      return std::pair(input % inner.getSize(dim), input / inner.getSize(dim));
    };
    forEachPlace(product, [&](int64_t reg, int64_t lane, int64_t warp) {
      auto [ri, ro] = split(reg, InputDim::Register);
      auto [li, lo] = split(lane, InputDim::Lane);
      auto [wi, wo] = split(warp, InputDim::Warp);
      Coordinates within = inner.apply(ri, li, wi);
      Coordinates tile = outer.apply(ro, lo, wo);
      for (size_t d = 0; d < shape.size(); ++d)
        within[d] += tile[d] * shape[d];
      ASSERT_EQ(product.apply(reg, lane, warp), within);
    });
    std::optional<LinearLayout> quotient = product.divide(inner);
    ASSERT_TRUE(quotient.has_value());
    EXPECT_EQ(*quotient, outer);
  }
}

TEST(LinearLayout, DoesNotDivideByAStranger) {
  LinearLayout layout =
      LinearLayout::blocked({4, 8}, {1, 2}, {2, 4}, {2, 1}, {1, 0});
  LinearLayout transposed = layout.permuted({1, 0});
  EXPECT_FALSE(layout.divide(transposed).has_value());
  // What is left lies between the elements of the divisor.
  LinearLayout slanted = LinearLayout::distributed(1, {{3}, {2}}, {}, {});
  LinearLayout inner = LinearLayout::distributed(1, {{3}}, {}, {});
  EXPECT_FALSE(slanted.divide(inner).has_value());
}

TEST(LinearLayout, RenamingsKeepTheHolders) {
  forRandomLayouts(
      [](Random &random, ArrayRef<int64_t> shape, const LinearLayout &layout) {
        unsigned rank = shape.size(), axis = random.below(rank + 1);
        SmallVector<unsigned> order;
        for (unsigned d = 0; d < rank; ++d)
          order.insert(order.begin() + random.below(d + 1), d);
        SmallVector<int64_t> flat = {layout.getNumElements()};
        LinearLayout expanded = layout.expanded(axis);
        LinearLayout permuted = layout.permuted(order);
        LinearLayout reshaped = layout.reshaped(flat);
        EXPECT_EQ(reshaped.reshaped(shape), layout);
        forEachPlace(layout, [&](int64_t reg, int64_t lane, int64_t warp) {
          Coordinates place = layout.apply(reg, lane, warp);
          Coordinates longer = place;
          longer.insert(longer.begin() + axis, 0);
          ASSERT_EQ(expanded.apply(reg, lane, warp), longer);
          Coordinates exchanged;
          for (unsigned d : order)
            exchanged.push_back(place[d]);
          ASSERT_EQ(permuted.apply(reg, lane, warp), exchanged);
          ASSERT_EQ(uint64_t(reshaped.apply(reg, lane, warp)[0]),
                    layout.toElement(place));
        });
      });
}

TEST(LinearLayout, ReducedKeepsThreads) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Random random(seed);
    SmallVector<int64_t> shape = randomShape(random);
    if (shape.empty())
      continue;
    LinearLayout layout = randomLayout(random, shape, random.below(4),
                                       random.below(3), Kind::Aligned);
    unsigned axis = random.below(shape.size());
    LinearLayout reduced = layout.reduced(axis);
    EXPECT_TRUE(reduced.isSurjective());
    EXPECT_EQ(reduced.getRedundantBits(InputDim::Register), 0u);
    // A thread has the results of exactly the elements that it had.
    for (int64_t warp = 0; warp < layout.getNumWarps(); ++warp)
      for (int64_t lane = 0; lane < layout.getNumLanes(); ++lane) {
        std::set<std::vector<int32_t>> before, after;
        for (int64_t reg = 0; reg < layout.getNumRegisters(); ++reg) {
          Coordinates place = layout.apply(reg, lane, warp);
          place.erase(place.begin() + axis);
          before.emplace(place.begin(), place.end());
        }
        for (int64_t reg = 0; reg < reduced.getNumRegisters(); ++reg) {
          Coordinates place = reduced.apply(reg, lane, warp);
          after.emplace(place.begin(), place.end());
        }
        ASSERT_EQ(before, after);
      }
  }
}

TEST(LinearLayout, PrintsWhatItParses) {
  mlir::MLIRContext context;
  context.loadDialect<TileDialect>();
  forRandomLayouts([&](Random &random, ArrayRef<int64_t> shape,
                       const LinearLayout &layout) {
    for (const LinearLayout &printed : {layout, randomShared(random, shape)}) {
      auto attribute = LayoutAttr::get(&context, printed);
      EXPECT_EQ(attribute.getLinear(), printed);
      std::string text = "#tile.layout<" + printed.toString() + ">";
      EXPECT_EQ(mlir::parseAttribute(text, &context), attribute);
      EXPECT_EQ(hash_value(attribute.getLinear()), hash_value(printed));
    }
  });
}

} // namespace
} // namespace xcc::tile
