//===- BundleImage.h - Code of a bundle, replaced ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TEST_FAULTS_BUNDLEIMAGE_H
#define XCC_TEST_FAULTS_BUNDLEIMAGE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace xcc::faults {

/// A bundle's bytes, in which one image after another may be replaced.
class BundleImage {
public:
  static llvm::Expected<BundleImage>
  open(llvm::StringRef path, llvm::StringRef target, llvm::StringRef format);
  llvm::StringRef code() const;
  /// Puts |code| behind all else, and the index and its checksums in order.
  void replace(llvm::StringRef code);
  llvm::Error write(llvm::StringRef path) const;

private:
  std::string bytes;
  uint64_t section = 0; // where the image's Section lies in the index
};

} // namespace xcc::faults

#endif // XCC_TEST_FAULTS_BUNDLEIMAGE_H
