//===- Mutations.h - Faults to put into a kernel ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each is a slip that a schedule or a lowering could make. The names of
// operations come from the test, so that one mutation serves all vendors.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TEST_FAULTS_MUTATIONS_H
#define XCC_TEST_FAULTS_MUTATIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace xcc::faults {

struct Mutation {
  llvm::StringRef name;
  llvm::StringRef parameters;
  llvm::StringRef summary;
  unsigned numArguments; // a further one says which of the places to change
  /// Number of places that were changed; fails on wrong arguments.
  llvm::Expected<unsigned> (*apply)(llvm::Module &module,
                                    llvm::ArrayRef<llvm::StringRef> arguments);
};

llvm::ArrayRef<Mutation> allMutations();

/// The conditions that keep an access to global memory within its bounds.
enum class AccessKind { Load, Store };
llvm::Expected<AccessKind> parseAccessKind(llvm::StringRef text);
/// Each comparison lets one element more through.
unsigned loosenMasks(llvm::Module &module, AccessKind kind);
/// The accesses are made whatever the conditions say.
unsigned dropMasks(llvm::Module &module, AccessKind kind);

} // namespace xcc::faults

#endif // XCC_TEST_FAULTS_MUTATIONS_H
