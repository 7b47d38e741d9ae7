//===- BackEnd.cpp - LLVM's code generators, from several threads ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/BackEnd.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/TargetRegistry.h"

#include <cassert>
#include <mutex>

const llvm::Target &xcc::findBackEnd(const llvm::Triple &triple,
                                     void (*initialize)()) {
  static std::mutex mutex;
  static llvm::StringMap<const llvm::Target *> known;
  std::lock_guard<std::mutex> lock(mutex);
  const llvm::Target *&target = known[triple.str()];
  // Once: others may make code with what it would write again.
  if (!target) {
    initialize();
    std::string problem;
    target = llvm::TargetRegistry::lookupTarget(triple, problem);
  }
  assert(target && "the package's LLVM has all back ends that it is used for");
  return *target;
}
