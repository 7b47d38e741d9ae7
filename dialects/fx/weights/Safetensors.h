//===- Safetensors.h - Reading and writing .safetensors files -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_WEIGHTS_SAFETENSORS_H
#define XCC_DIALECTS_FX_WEIGHTS_SAFETENSORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace xcc::fx {

/// A tensor of a file; the bytes live as long as the file is open and are
/// aligned to nothing.
struct SafetensorsEntry {
  std::string dtype; // "F32"; see Elements.h
  llvm::SmallVector<int64_t> shape;
  llvm::ArrayRef<char> bytes;
};

/// An open .safetensors file, mapped, not read.
class SafetensorsFile {
public:
  /// Fails on a file that cannot be read or is not a whole .safetensors file.
  static llvm::Expected<std::unique_ptr<SafetensorsFile>>
  open(llvm::StringRef path);

  /// The tensor called `key`, or null.
  const SafetensorsEntry *find(llvm::StringRef key) const;

  /// All tensors, by name.
  const std::map<std::string, SafetensorsEntry, std::less<>> &entries() const {
    return tensors;
  }

private:
  llvm::Error parseHeader(llvm::StringRef path);

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::map<std::string, SafetensorsEntry, std::less<>> tensors;
};

/// A tensor to write.
struct NamedTensor {
  std::string name;
  std::string dtype;
  llvm::SmallVector<int64_t> shape;
  std::vector<char> bytes;
};

/// Writes the tensors in the given order; fails when the file cannot be.
llvm::Error writeSafetensors(llvm::StringRef path,
                             llvm::ArrayRef<NamedTensor> tensors);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_WEIGHTS_SAFETENSORS_H
