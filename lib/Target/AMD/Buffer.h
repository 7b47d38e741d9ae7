//===- Buffer.h - Guarded accesses by buffer resources --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_BUFFER_H
#define XCC_LIB_TARGET_AMD_BUFFER_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace xcc::amd {

/// A place in memory as a base that all threads of a block share and a byte
/// offset that is known to stay below 2^31.
struct BufferPlace {
  mlir::Value base;   // ptr<1>
  mlir::Value offset; // i32; null for 0
  int64_t constant;   // bytes behind that, not negative
};

/// `pointer` taken apart where an access of `bytes` through it, aligned to
/// `alignBytes`, can go through a buffer resource; nullopt where the thread's
/// part is not known to be small, and a branch has to guard the access.
std::optional<BufferPlace> findBufferPlace(mlir::OpBuilder &builder,
                                           mlir::Location loc,
                                           mlir::Value pointer, int64_t bytes,
                                           unsigned alignBytes);

/// A load that gives zeros where `predicate` is false: the offset is then one
/// that the resource does not reach. `flags` are the chip's.
mlir::Value loadBuffer(mlir::OpBuilder &builder, mlir::Location loc,
                       uint32_t flags, mlir::Type type,
                       const BufferPlace &place, mlir::Value predicate);
/// A store that does nothing where `predicate` is false.
void storeBuffer(mlir::OpBuilder &builder, mlir::Location loc, uint32_t flags,
                 mlir::Value value, const BufferPlace &place,
                 mlir::Value predicate);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_BUFFER_H
