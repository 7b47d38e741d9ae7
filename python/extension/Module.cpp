//===- Module.cpp - The module xcc._runtime -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's C API as Python needs it; xcc/loader.py is what users call.
//
//===----------------------------------------------------------------------===//
#include "python/extension/Program.h"
#include "python/extension/Versions.h"

static PyObject *refresh(PyObject *, PyObject *) {
  xcc::python::forgetVersions();
  Py_RETURN_NONE;
}

extern "C" __attribute__((visibility("default"))) PyObject *
PyInit__runtime(void) {
  static PyMethodDef functions[] = {
      {"refresh", refresh, METH_NOARGS,
       "refresh(): parameters are packed again at the next run"},
      {nullptr, nullptr, 0, nullptr}};
  static PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                                   "xcc._runtime",
                                   "Bundles on devices.",
                                   -1,
                                   functions,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr};
  PyObject *module = PyModule_Create(&definition);
  if (module && !xcc::python::addProgramType(module))
    Py_CLEAR(module);
  return module;
}
