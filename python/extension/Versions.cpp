//===- Versions.cpp - When packed copies of a parameter hold --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "python/extension/Versions.h"

namespace xcc::python {

Versions::~Versions() {
  for (auto &[object, entry] : entries)
    Py_XDECREF(entry.reference);
}

uint64_t Versions::of(PyObject *parameter, const void *data) {
  PyObject *counter = PyObject_GetAttrString(parameter, "_version");
  long long writes = counter ? PyLong_AsLongLong(counter) : -1;
  Py_XDECREF(counter);
  // Tensors of inference mode count nothing, other frameworks neither.
  if (PyErr_Occurred() || writes < 0) {
    PyErr_Clear();
    return 0;
  }
  Entry &entry = entries[parameter];
  bool isSame = entry.reference &&
                PyWeakref_GetObject(entry.reference) == parameter &&
                entry.data == data && entry.writes == writes;
  if (isSame)
    return entry.number;

  PyObject *reference = PyWeakref_NewRef(parameter, nullptr);
  if (!reference) {
    PyErr_Clear();
    return 0;
  }
  Py_XDECREF(entry.reference);
  entry = {reference, data, writes, ++last};
  return entry.number;
}

} // namespace xcc::python
