//===- TensorFiles.h - Tensors from and to .npy and .safetensors ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_TENSORFILES_H
#define XCC_TOOLS_XCC_TENSORFILES_H

#include "tools/xcc/HostTensor.h"

namespace xcc::tool {

/// The tensor of a .npy file. Fails when the file is damaged, big-endian, in
/// Fortran order or of a type that xcc has not.
llvm::Expected<HostTensor> readNpy(const std::string &path);
llvm::Error writeNpy(const std::string &path, const HostTensor &tensor);

/// All tensors of a .safetensors file.
llvm::Expected<std::vector<HostTensor>>
readSafetensors(const std::string &path);

/// Writes tensors to a .safetensors file, a single one to a .npy file, or each
/// to a .npy of its name in a folder, which is made.
llvm::Error writeTensors(const std::string &path,
                         llvm::ArrayRef<HostTensor> tensors);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_TENSORFILES_H
