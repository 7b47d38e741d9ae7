//===- BlockReads.cpp - What is read across, turned in private memory -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/BlockReads.h"

#include "lib/Schedule/Host/ContractTranspose.h"

using namespace mlir;

namespace xcc::schedule {

// Elements of a line beyond a block's: lines a power of two apart would share
// their places in the cache.
static constexpr int64_t padding = 8;

static Value inputOf(HostKernelBuilder &builder, Value flat) {
  unsigned number = 0;
  for (BlockArgument argument : builder.kernel().getArguments())
    if (isa<RankedTensorType>(argument.getType()) &&
        builder.flat(number++) == flat)
      return argument;
  return {};
}

BlockReads::BlockReads(HostKernelBuilder &builder,
                       ArrayRef<AccessSteps> accesses, unsigned line)
    : builder(builder) {
  AffineExpr one = builder.space().constant(1);
  for (const AccessSteps &access : accesses) {
    Type element = cast<MemRefType>(access.buffer.getType()).getElementType();
    AffineExpr step = access.steps.back();
    Value tensor = access.isStore ? Value() : inputOf(builder, access.buffer);
    if (!tensor || access.steps[line] != one || !step || step == one ||
        !step.isSymbolicOrConstant() || step == builder.space().constant(0) ||
        !element.isIntOrFloat() || element.getIntOrFloatBitWidth() > 32 ||
        llvm::any_of(reads, [&](const Read &read) {
          return read.flat == access.buffer;
        }))
      continue;
    reads.push_back({tensor, access.buffer, {}, step, {}});
  }
  // One block of 64 x 64 takes half of the smallest first-level cache.
  blockSide = reads.size() == 1 ? 64 : 32;
  for (Read &read : reads)
    read.copy = builder.allocateScratch(
        cast<MemRefType>(read.flat.getType()).getElementType(),
        builder.space().constant(blockSide * (blockSide + padding)));
}

/// Where each input is read at line 0, element 0, by emitting the body to
/// nowhere. What is read under a condition, as beside a padding, may not be
/// there.
void BlockReads::findStarts(Body body) {
  IndexSpace &space = builder.space();
  ElementEmitter &emitter = builder.elements();
  IndexSpace::Mark mark = space.mark();
  SmallVector<ElementAccess> log;
  auto *outerLog = emitter.accessLog;
  emitter.accessLog = &log;
  Block block;
  OpBuilder nowhere(builder.builder().getContext());
  nowhere.setInsertionPointToStart(&block);
  auto variable = [&] {
    return space.declare(
        block.addArgument(nowhere.getIndexType(), builder.loc()), {});
  };
  AffineExpr line = variable(), index = variable();
  {
    ElementEmitter::Scope scope(emitter);
    body(nowhere, line, index);
  }
  emitter.accessLog = outerLog;
  AffineExpr zero = space.constant(0);
  for (Read &read : reads) {
    read.start = {};
    for (const ElementAccess &access : log) {
      if (access.isStore || access.buffer != read.flat ||
          access.block != &block ||
          space.coefficient(access.offset, line) != space.constant(1) ||
          space.coefficient(access.offset, index) != read.step)
        continue;
      AffineExpr start = space.simplify(
          access.offset.replace(line, zero).replace(index, zero));
      bool isKnown = true;
      start.walk([&](AffineExpr part) {
        auto dim = dyn_cast<AffineDimExpr>(part);
        isKnown &= !dim || dim.getPosition() < mark.variables;
      });
      if (isKnown)
        read.start = start;
    }
  }
  space.release(mark);
}

void BlockReads::copy(const NestBlock &block, Body body) {
  if (reads.empty())
    return;
  findStarts(body);
  current = block;
  int64_t pitch = blockSide + padding;
  for (Read &read : reads) {
    if (!read.start)
      continue;
    AffineExpr corner = read.start + block.firstLine + block.first * read.step;
    RowSource source{read.flat, builder.space().simplify(corner), read.step};
    emitTransposedCopy(builder, source, block.elements, block.lines, read.copy,
                       [&](AffineExpr element, AffineExpr line) {
                         return line * pitch + element;
                       });
  }
}

void BlockReads::bind(AffineExpr line, AffineExpr index) {
  if (reads.empty())
    return;
  IndexSpace &space = builder.space();
  ElementEmitter &emitter = builder.elements();
  AffineExpr place = (line - current.firstLine) * (blockSide + padding) +
                     (index - current.first);
  for (const Read &read : reads) {
    if (!read.start)
      continue;
    AffineExpr known = read.start + line + index * read.step;
    Type element =
        cast<RankedTensorType>(read.tensor.getType()).getElementType();
    IndexList shape = emitter.shapeOf(read.tensor);
    Value copy = read.copy;
    emitter.bind(read.tensor,
                 [=, &space, &emitter](OpBuilder &b, Location loc,
                                       Indices indices) -> Value {
                   AffineExpr offset = space.linearize(indices, shape);
                   if (space.simplify(offset - known) != space.constant(0))
                     return {};
                   return emitter.loadFlat(b, loc, copy, place, element);
                 });
  }
}

void BlockReads::unbind() {
  for (const Read &read : reads)
    builder.elements().unbind(read.tensor);
}

} // namespace xcc::schedule
