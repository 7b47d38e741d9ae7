//===- Validate.h - Is this file a whole and sound bundle? ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_VALIDATE_H
#define XRT_FORMAT_VALIDATE_H

#include "runtime/format/Container.h"
#include "runtime/format/xcb_generated.h"

#include <string>

namespace xrt::format {

enum class Verdict { Sound, Foreign, Newer, Damaged };

struct Validation {
  Verdict verdict = Verdict::Sound;
  std::string message;          // empty when sound
  const Index *index = nullptr; // into the file's bytes, when sound
};

/// Checks header, checksums of header and index, the FlatBuffer's structure and
/// every reference in it. After that no accessor of the index leaves the file,
/// even when somebody forged the checksums. Sections' bytes are not looked at.
Validation validateFile(const unsigned char *bytes, uint64_t size);

/// The last part: everything that FlatBuffers itself cannot know. Returns what
/// is wrong, or an empty string.
std::string validateIndex(const Index &index, const FileHeader &header);

} // namespace xrt::format

#endif // XRT_FORMAT_VALIDATE_H
