//===- Module.cpp - The module xcc._runtime -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's C API as Python needs it; xcc/loader.py is what users call.
//
//===----------------------------------------------------------------------===//
#include "python/extension/Program.h"

extern "C" __attribute__((visibility("default"))) PyObject *
PyInit__runtime(void) {
  static PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                                   "xcc._runtime",
                                   "Bundles on devices.",
                                   -1,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr};
  PyObject *module = PyModule_Create(&definition);
  if (module && !xcc::python::addProgramType(module))
    Py_CLEAR(module);
  return module;
}
