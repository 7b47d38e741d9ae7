//===- Versions.h - When packed copies of a parameter hold ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_PYTHON_EXTENSION_VERSIONS_H
#define XCC_PYTHON_EXTENSION_VERSIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "xrt/xrt.h"

#include <cstdint>
#include <unordered_map>

namespace xcc::python {

/// Numbers that name the contents of parameters: the same number means the
/// same bytes. A tensor's own `_version` starts again with each tensor, and a
/// freed tensor's address is soon another's; so identity counts as well. Writes
/// through `.data` or NumPy are not counted in `_version`: a sample of the
/// bytes finds those that change much, forgetVersions() serves the others.
class Versions {
public:
  Versions() = default;
  Versions(const Versions &) = delete;
  Versions &operator=(const Versions &) = delete;
  ~Versions();

  /// The number for the contents of |parameter|, which is |tensor|; 0 where
  /// the framework does not count writes to it.
  uint64_t of(PyObject *parameter, const xrt_tensor_t &tensor);

private:
  struct Entry {
    PyObject *reference = nullptr; // weak
    const void *data = nullptr;
    long long writes = -1;
    uint64_t sample = 0, generation = 0;
    uint64_t number = 0; // 0: its writes are not counted, for as long as it is
  };
  /// Remembers that writes to |parameter| are not counted.
  uint64_t noteUncounted(PyObject *parameter);

  std::unordered_map<PyObject *, Entry> entries;
  uint64_t last = 0;
};

/// Every number given so far is given no more, in any program. Called with the
/// interpreter's lock held.
void forgetVersions();

} // namespace xcc::python

#endif // XCC_PYTHON_EXTENSION_VERSIONS_H
