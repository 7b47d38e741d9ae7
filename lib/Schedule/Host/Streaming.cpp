//===- Streaming.cpp - Stores past the caches -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An ordinary store reads the line it changes. Of a result that is larger than
// the caches that is half of its traffic, and what it pushes out may be needed.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Streaming.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// From here on reading it again from memory costs less than the ordinary store
// did (README.md).
static constexpr int64_t streamBytes = 8 << 20;
static constexpr int64_t lineBytes = 64;

SmallVector<Value> findStreams(ArrayRef<AccessSteps> accesses) {
  SmallVector<Value> streams;
  int64_t bytes = 0;
  for (const AccessSteps &access : accesses) {
    if (!access.isStore)
      continue;
    auto type = cast<MemRefType>(access.buffer.getType());
    if (!type.hasStaticShape() || !type.getElementType().isIntOrFloat() ||
        access.steps.empty())
      return {};
    int64_t width = type.getElementTypeBitWidth() / 8;
    auto step = dyn_cast_if_present<AffineConstantExpr>(access.steps.back());
    if (!step || step.getValue() != 1 ||
        access.startDivisor * width % lineBytes != 0)
      return {};
    if (llvm::is_contained(streams, access.buffer))
      continue;
    streams.push_back(access.buffer);
    bytes += type.getNumElements() * width;
  }
  return bytes >= streamBytes ? streams : SmallVector<Value>();
}

/// True where all buffers begin at a line.
static Value emitAlignment(HostKernelBuilder &builder,
                           ArrayRef<Value> buffers) {
  OpBuilder &b = builder.builder();
  Location loc = builder.loc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value places = zero;
  for (Value buffer : buffers)
    places = arith::OrIOp::create(
        b, loc, places,
        memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer));
  Value rest = arith::AndIOp::create(
      b, loc, places, arith::ConstantIndexOp::create(b, loc, lineBytes - 1));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest, zero);
}

void emitStreaming(HostKernelBuilder &builder, ArrayRef<Value> streams,
                   function_ref<void()> loops) {
  if (streams.empty())
    return loops();
  OpBuilder &b = builder.builder();
  auto branch =
      scf::IfOp::create(b, builder.loc(), emitAlignment(builder, streams),
                        /*withElseRegion=*/true);
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&region->front());
    ElementEmitter::Scope scope(builder.elements());
    loops();
  }
  branch.getThenRegion().walk([&](memref::StoreOp store) {
    if (llvm::is_contained(streams, store.getMemRef()))
      store.setNontemporal(true);
  });
}

} // namespace xcc::schedule
