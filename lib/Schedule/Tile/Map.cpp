//===- Map.cpp - Element-wise kernels and data movement -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks over the elements of a result. Neighbouring loops run as one wherever
// accesses then stay linear; a tile covers the last of them and, if that one is
// short or a load runs across, one or more before it.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/BlockRanges.h"

#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Element/RowAnalysis.h"
#include "lib/Schedule/Tile/TileLayouts.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

// Blocks for each processor before a thread gets more elements.
static constexpr int64_t blocksPerProcessor = 8;
// Lines of a tile that a load runs across: one group of 32 bytes of f32, or
// more, along either dimension.
static constexpr int64_t acrossSize = 32;
// A shorter line of a tile would not fill 128 bytes, even of f32.
static constexpr int64_t leastLine = 32;
// A larger tile may cover more than the best one: one part in this many.
static constexpr int64_t wasteShare = 3;

int64_t tileSizeFor(AffineExpr extent, int64_t limit, int64_t least) {
  auto number = dyn_cast<AffineConstantExpr>(extent);
  if (!number)
    return limit;
  int64_t size = std::max<int64_t>(1, number.getValue());
  int64_t whole = int64_t(llvm::PowerOf2Ceil(size));
  int64_t most = std::min(whole, limit), best = std::min(most, least);
  int64_t fewest = llvm::alignTo(size, best);
  for (int64_t tile = best * 2; tile <= most; tile *= 2)
    fewest = std::min<int64_t>(fewest, llvm::alignTo(size, tile));
  for (int64_t tile = best * 2; tile <= most; tile *= 2)
    if (int64_t(llvm::alignTo(size, tile)) <= fewest + fewest / wasteShare)
      best = tile;
  return best;
}

namespace {
/// One nest, its loops grouped, and the tile of a block.
class NestPlan {
public:
  NestPlan(TileKernelBuilder &builder, ElementNest nest, LoopGroups groups,
           int64_t threads)
      : builder(builder), nest(std::move(nest)), groups(std::move(groups)),
        threads(threads) {
    chooseTile();
  }

  AffineExpr blocks() {
    return builder.space().simplify(builder.space().product(counts));
  }
  LogicalResult emit(AffineExpr number);

private:
  void chooseTile();
  std::optional<unsigned> findTransposed();
  int64_t tileElements();

  TileKernelBuilder &builder;
  ElementNest nest;
  LoopGroups groups;
  int64_t threads;
  int64_t vector = 1;
  SmallVector<int64_t> tile; // of each group
  IndexList counts;          // blocks along each group
};
} // namespace

/// The group that some load is contiguous in while it jumps in the last one.
std::optional<unsigned> NestPlan::findTransposed() {
  IndexSpace &space = builder.space();
  unsigned last = groups.groups.size() - 1;
  AffineExpr zero = space.constant(0), one = space.constant(1);
  for (const AccessSteps &access : groups.accesses) {
    AffineExpr step = access.steps[last];
    if (!step || step == zero || step == one)
      continue;
    for (unsigned i = 0; i < last; ++i)
      if (access.steps[i] == one && groups.groups[i].extent != one)
        return i;
  }
  return std::nullopt;
}

/// Elements of a block: more for each thread where there are enough blocks.
int64_t NestPlan::tileElements() {
  IndexSpace &space = builder.space();
  unsigned widest = 1;
  for (const AccessSteps &access : groups.accesses)
    widest = std::max(
        widest,
        cast<MemRefType>(access.buffer.getType()).getElementTypeBitWidth() / 8);
  vector = std::max<int64_t>(1, builder.device().maxVectorBytes / widest);
  int64_t elements = threads * vector;
  AffineExpr total = space.simplify(space.product(nest.extents));
  auto number = dyn_cast<AffineConstantExpr>(total);
  int64_t enough = blocksPerProcessor * builder.device().numProcessors;
  for (int64_t more : {2, 2})
    if (number && number.getValue() / (elements * more) >= enough)
      elements *= more;
  return elements;
}

void NestPlan::chooseTile() {
  unsigned rank = groups.groups.size();
  tile.assign(rank, 1);
  if (rank) {
    int64_t room = tileElements();
    std::optional<unsigned> across = findTransposed();
    auto extentOf = [&](unsigned i) { return groups.groups[i].extent; };
    if (across) {
      room = std::max(room, acrossSize * acrossSize);
      tile[*across] = tileSizeFor(extentOf(*across), acrossSize, 8);
      room /= tile[*across];
    }
    for (unsigned i = rank; i-- > 0 && room > 1;) {
      if (across && i == *across)
        continue;
      int64_t limit =
          across && i + 1 == rank ? std::min(room, acrossSize) : room;
      // Lines before the last one are taken whole, or not at all.
      int64_t least = i + 1 == rank ? leastLine : 1;
      tile[i] = tileSizeFor(extentOf(i), limit, least);
      room /= tile[i];
    }
  }
  for (auto [group, size] : llvm::zip_equal(groups.groups, tile))
    counts.push_back(builder.space().simplify(group.extent.ceilDiv(size)));
}

LogicalResult NestPlan::emit(AffineExpr number) {
  IndexList blockOf = builder.split(number, counts);
  SmallVector<int64_t> shape;
  for (int64_t size : tile)
    if (size != 1)
      shape.push_back(size);
  int64_t lanes = builder.device().lanesPerWarp;
  tile::LinearLayout layout =
      coalescedLayout(shape, shape.empty() ? 0 : shape.size() - 1, vector,
                      {lanes, threads / lanes});
  TileFrame frame = builder.makeFrame(layout);
  IndexList indices;
  unsigned next = 0;
  for (auto [group, size, block] :
       llvm::zip_equal(groups.groups, tile, blockOf)) {
    if (size == 1) {
      indices.push_back(block);
      continue;
    }
    indices.push_back(
        builder.within(block * size + frame.coordinates[next++], group.extent));
  }
  TileKernelBuilder::InFrame inside(builder, frame);
  return nest.body(builder.elements(), builder.builder(),
                   groups.expand(builder.space(), indices, nest.extents));
}

FailureOr<BlockRange> planNest(TileKernelBuilder &builder,
                               const ElementNest &nest, int64_t threads) {
  ElementEmitter &probe = builder.probe();
  FailureOr<LoopGroups> groups =
      groupLoops(probe, nest.extents, [&](OpBuilder &b, Indices indices) {
        return nest.body(probe, b, indices);
      });
  if (failed(groups))
    return failure();
  auto plan = std::make_shared<NestPlan>(builder, nest, *groups, threads);
  return BlockRange{plan->blocks(),
                    [plan](AffineExpr number) { return plan->emit(number); }};
}

//===-- Nests of results --------------------------------------------------===//

/// The results `numbers`, all of the extents of `sources`.
static ElementNest nestOf(TileKernelBuilder &builder, IndexList extents,
                          SmallVector<std::pair<unsigned, Value>> results) {
  auto body = [&builder, extents, results](ElementEmitter &emitter,
                                           OpBuilder &b, Indices indices) {
    // All reads before the first store: a result may replace an input.
    SmallVector<Value> elements;
    for (auto [number, tensor] : results) {
      Value element = emitter.readElement(b, tensor.getLoc(), tensor, indices);
      if (!element)
        return failure();
      elements.push_back(element);
    }
    for (auto [element, result] : llvm::zip_equal(elements, results))
      emitter.storeFlat(b, result.second.getLoc(), element,
                        builder.buffer(builder.numInputs() + result.first),
                        builder.space().linearize(indices, extents));
    return success();
  };
  return {extents, body};
}

SmallVector<ElementNest> nestsOfResults(TileKernelBuilder &builder,
                                        ArrayRef<unsigned> numbers) {
  ElementEmitter &emitter = builder.elements();
  std::vector<std::pair<IndexList, SmallVector<std::pair<unsigned, Value>>>>
      groups;
  for (unsigned number : numbers) {
    Value source = peelReshapes(emitter.kernelResults()[number]);
    IndexList shape = emitter.shapeOf(source);
    auto same = llvm::find_if(
        groups, [&](const auto &group) { return group.first == shape; });
    if (same == groups.end()) {
      groups.push_back({shape, {}});
      same = std::prev(groups.end());
    }
    same->second.push_back({number, source});
  }
  SmallVector<ElementNest> nests;
  for (auto &[extents, results] : groups)
    nests.push_back(nestOf(builder, extents, results));
  return nests;
}

/// The part of a concatenation that comes from one input.
static ElementNest nestOfInput(TileKernelBuilder &builder, fx::CatOp cat,
                               Value input, AffineExpr before) {
  auto body = [cat, input, before](ElementEmitter &emitter, OpBuilder &b,
                                   Indices indices) -> LogicalResult {
    fx::CatOp op = cat;
    Value element = emitter.readElement(b, op.getLoc(), input, indices);
    if (!element)
      return failure();
    IndexList place(indices);
    place[op.getDim()] = place[op.getDim()] + before;
    return emitter.writeElement(b, op.getLoc(), op.getResult(), place, element);
  };
  return {builder.elements().shapeOf(input), body};
}

/// One nest an input: no element asks which input it comes from. None if the
/// kernel is more than a concatenation.
static SmallVector<ElementNest> nestsOfInputs(TileKernelBuilder &builder) {
  SmallVector<fx::CatOp> cats;
  builder.kernel().walk([&](fx::CatOp cat) { cats.push_back(cat); });
  if (cats.size() != 1)
    return {};
  fx::CatOp cat = cats[0];
  SmallVector<ElementNest> nests;
  AffineExpr before = builder.space().constant(0);
  for (Value input : cat.getInputs()) {
    nests.push_back(nestOfInput(builder, cat, input, before));
    before = builder.space().simplify(
        before + builder.elements().shapeOf(input)[cat.getDim()]);
  }
  return nests;
}

static LogicalResult emitNests(TileKernelBuilder &builder,
                               ArrayRef<ElementNest> nests) {
  builder.setThreads(mapThreads);
  SmallVector<BlockRange> ranges;
  for (const ElementNest &nest : nests) {
    FailureOr<BlockRange> range = planNest(builder, nest, mapThreads);
    if (failed(range))
      return failure();
    ranges.push_back(*range);
  }
  return emitRanges(builder, ranges);
}

LogicalResult scheduleTileMap(TileKernelBuilder &builder) {
  auto numbers = llvm::to_vector(
      llvm::seq<unsigned>(0, builder.elements().kernelResults().size()));
  return emitNests(builder, nestsOfResults(builder, numbers));
}

LogicalResult scheduleTileCopy(TileKernelBuilder &builder) {
  SmallVector<ElementNest> nests = nestsOfInputs(builder);
  return nests.empty() ? scheduleTileMap(builder) : emitNests(builder, nests);
}

} // namespace xcc::schedule
