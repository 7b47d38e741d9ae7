//===- Library.h - A library that may not be there ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_LIBRARY_H
#define XRT_DRIVERS_LIBRARY_H

#include <initializer_list>
#include <string>

namespace xrt {

/// A shared library opened at run time, for as long as the process lasts:
/// vendors' libraries do not take it well to be closed.
class Library {
public:
  /// Tries the names in order. Without any, isOpen is false and reason says
  /// why.
  explicit Library(std::initializer_list<const char *> names);
  /// The same in the directory of this code and in ../lib beside it first.
  static Library besideRuntime(const char *name);

  bool isOpen() const { return handle; }
  const std::string &reason() const { return whyNot; }
  const std::string &name() const { return openName; }

  /// Sets |function| to the entry point; false when there is none, which then
  /// stands in reason.
  template <typename Function>
  bool find(const char *symbol, Function *&function) {
    function = reinterpret_cast<Function *>(findSymbol(symbol));
    return function;
  }

private:
  Library() = default;
  bool tryOpen(const std::string &path);
  void *findSymbol(const char *symbol);

  void *handle = nullptr;
  std::string openName, whyNot;
};

} // namespace xrt

#endif // XRT_DRIVERS_LIBRARY_H
