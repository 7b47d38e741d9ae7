//===- Upstream.cpp - Owner of the precompiled header ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Anchors the library: an archive of nothing is an error on some linkers.
namespace xcc {
int precompiledHeaderAnchor = 0;
} // namespace xcc
