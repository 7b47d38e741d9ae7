//===- Program.h - A loaded bundle as a Python object -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_PYTHON_EXTENSION_PROGRAM_H
#define XCC_PYTHON_EXTENSION_PROGRAM_H

#include "python/extension/Tensors.h"

namespace xcc::python {

/// Adds the type `Program` to |module|. Returns false with a Python error set
/// when that fails.
bool addProgramType(PyObject *module);

} // namespace xcc::python

#endif // XCC_PYTHON_EXTENSION_PROGRAM_H
