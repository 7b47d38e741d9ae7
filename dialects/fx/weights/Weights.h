//===- Weights.h - The bytes behind fx.weight -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_WEIGHTS_WEIGHTS_H
#define XCC_DIALECTS_FX_WEIGHTS_WEIGHTS_H

#include "dialects/fx/Fx.h"
#include "dialects/fx/weights/Safetensors.h"

#include "llvm/ADT/StringMap.h"

#include <memory>

namespace xcc::fx {

/// A weight's elements in row-major order, little endian: a piece of a mapped
/// file or memory of their own, kept alive by `owner`.
struct WeightBytes {
  llvm::ArrayRef<char> bytes;
  std::shared_ptr<const void> owner;
};

/// Loads the weights of one module; each file is opened once.
class WeightLoader {
public:
  /// `moduleDirectory`: what relative paths start from.
  explicit WeightLoader(llvm::StringRef moduleDirectory)
      : moduleDirectory(moduleDirectory) {}

  /// The weight's elements in its own type. Reports and fails when the file or
  /// its tensor is missing, damaged, or of another type than `weight`.
  llvm::FailureOr<WeightBytes> load(WeightOp weight);

private:
  llvm::FailureOr<std::shared_ptr<SafetensorsFile>> openFile(WeightOp weight);

  std::string moduleDirectory;
  llvm::StringMap<std::shared_ptr<SafetensorsFile>> files;
};

/// As WeightLoader::load, for a single weight.
llvm::FailureOr<WeightBytes> loadWeight(WeightOp weight,
                                        llvm::StringRef moduleDirectory);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_WEIGHTS_WEIGHTS_H
