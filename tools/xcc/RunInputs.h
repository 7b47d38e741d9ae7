//===- RunInputs.h - The inputs of xcc run --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_RUNINPUTS_H
#define XCC_TOOLS_XCC_RUNINPUTS_H

#include "tools/xcc/CommandLine.h"
#include "tools/xcc/HostTensor.h"

#include <map>
#include <optional>

namespace xcc::tool {

/// Which inputs were asked for: given ones from files, the others random.
class RunInputs {
public:
  /// The options that say so.
  std::vector<Option> table();

  /// A tensor for each of the bundle's inputs, printed a line each. Sizes come
  /// from --symbol, else from given inputs, else the least that is not zero.
  llvm::Expected<std::vector<HostTensor>>
  make(const xrt_bundle_t *bundle, mlir::MLIRContext *context) const;

private:
  using Given = std::map<std::string, HostTensor>;

  llvm::Expected<Given> read(const xrt_bundle_t *bundle) const;
  llvm::Expected<std::vector<int64_t>> chooseSymbols(const xrt_bundle_t *bundle,
                                                     const Given &given) const;

  std::map<std::string, std::string> files; // .npy by input
  std::vector<std::string> archives;        // .safetensors
  std::map<std::string, int64_t> symbols;
  std::map<std::string, Range> ranges;
  uint64_t seed = 0;
};

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_RUNINPUTS_H
