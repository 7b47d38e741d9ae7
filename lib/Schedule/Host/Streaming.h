//===- Streaming.h - Stores past the caches -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_STREAMING_H
#define XCC_SCHEDULE_HOST_STREAMING_H

#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// Elements that a streaming loop starts at a multiple of: 64 bytes of any
/// type.
inline constexpr int64_t streamElements = 64;

/// The buffers that a loop with these accesses had better store to past the
/// caches: large ones, of which it fills whole lines from where they begin.
/// None if one of its stores is not like that.
llvm::SmallVector<mlir::Value>
findStreams(llvm::ArrayRef<AccessSteps> accesses);

/// Emits `loops`, whose stores to `streams` bypass the caches if these begin at
/// a line of memory; without streams just emits them. Each emission is a scope.
void emitStreaming(HostKernelBuilder &builder,
                   llvm::ArrayRef<mlir::Value> streams,
                   llvm::function_ref<void()> loops);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_STREAMING_H
