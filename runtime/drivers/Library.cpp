//===- Library.cpp - A library that may not be there ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Library.h"

#include <dlfcn.h>

using namespace xrt;

bool Library::tryOpen(const std::string &path) {
  handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle) {
    openName = path;
    return true;
  }
  const char *error = ::dlerror();
  whyNot = error ? error : "cannot open " + path;
  return false;
}

Library::Library(std::initializer_list<const char *> names) {
  std::string missing;
  for (const char *name : names) {
    if (tryOpen(name))
      return;
    // What is there but does not load is worth the loader's own words.
    if (whyNot.find("cannot open shared object file") == std::string::npos)
      return;
    missing += (missing.empty() ? "" : " or ") + std::string(name);
  }
  whyNot = "no " + missing + " on the library path";
}

Library Library::besideRuntime(const char *name) {
  Library library;
  Dl_info here;
  if (::dladdr(reinterpret_cast<void *>(&Library::besideRuntime), &here)) {
    std::string path = here.dli_fname;
    std::string directory = path.substr(0, path.rfind('/') + 1);
    if (library.tryOpen(directory + name) ||
        library.tryOpen(directory + "../lib/" + name))
      return library;
  }
  return Library({name});
}

void *Library::findSymbol(const char *symbol) {
  void *found = handle ? ::dlsym(handle, symbol) : nullptr;
  if (!found && handle)
    whyNot = openName + " has no " + symbol;
  return found;
}
