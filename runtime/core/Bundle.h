//===- Bundle.h - An open .xcb ----------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_BUNDLE_H
#define XRT_CORE_BUNDLE_H

#include "runtime/core/MappedFile.h"
#include "runtime/core/Status.h"
#include "runtime/format/xcb_generated.h"

#include <memory>
#include <mutex>
#include <vector>

namespace xrt {

/// A validated bundle over mapped or borrowed bytes. Safe to use from any
/// thread.
class Bundle {
public:
  static Status openFile(const std::string &path,
                         std::shared_ptr<const Bundle> &out);
  static Status openMemory(xrt_byte_span_t bytes, std::string directory,
                           std::shared_ptr<const Bundle> &out);

  const format::Index &index() const { return *root; }
  const std::string &name() const { return label; }
  uint32_t formatVersion() const;
  uint64_t fileBytes() const { return span.size; }
  uint64_t indexBytes() const;

  /// The weight's bytes, mapping its outside file at the first call.
  Status mapWeight(uint32_t index, xrt_byte_span_t &out) const;
  /// The image's bytes, once their checksum was checked.
  Status mapImage(uint32_t index, xrt_byte_span_t &out) const;
  /// The source's bytes, checked; empty when there are none.
  Status mapSource(xrt_byte_span_t &out) const;
  /// Checks every checksum.
  Status verify() const;

private:
  Bundle() = default;
  Status validate();
  Status mapChecked(const format::Section &section, const std::string &what,
                    xrt_byte_span_t &out) const;
  Status outsideFile(uint32_t file, const MappedFile *&out) const;

  std::unique_ptr<MappedFile> file; // null over borrowed bytes
  xrt_byte_span_t span{};
  std::string label;     // how messages call it: its path in quotes
  std::string directory; // of the outside files, with its slash
  const format::Index *root = nullptr;

  mutable std::mutex outsideMutex;
  mutable std::vector<std::unique_ptr<MappedFile>> outside;
};

} // namespace xrt

/// What the C API hands out.
struct xrt_bundle {
  std::shared_ptr<const xrt::Bundle> object;
};

#endif // XRT_CORE_BUNDLE_H
