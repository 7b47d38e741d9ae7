//===- IndexBuilder.h - Program -> FlatBuffers index ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_INDEXBUILDER_H
#define XCC_LIB_BUNDLE_INDEXBUILDER_H

#include "lib/Bundle/Program.h"
#include "runtime/format/xcb_generated.h"

#include <vector>

namespace xcc::bundle {

/// Where each part with bytes of its own lies in its file.
struct Sections {
  std::vector<xrt::format::Section> images;
  xrt::format::Section source;
  std::vector<xrt::format::Section> weights;
};

/// The index; its size does not depend on what |sections| says. Expressions
/// that nothing uses are left out.
flatbuffers::DetachedBuffer buildIndex(const Program &program,
                                       const Sections &sections);

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_INDEXBUILDER_H
