//===- ValidateFile.cpp - Header, checksums and FlatBuffer structure ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Hash.h"
#include "runtime/format/Validate.h"

#include <cstring>

using namespace xrt::format;

// Tables nest three deep (index, step, prepared).
static constexpr uint32_t kMaxTableDepth = 8;
static constexpr uint32_t kMaxTables = 4'000'000;

static Validation damaged(std::string what) {
  return {Verdict::Damaged,
          "expects a whole bundle, got a damaged one: " + what, nullptr};
}

static std::string checkHeader(const FileHeader &header, uint64_t size) {
  if (header.headerBytes != sizeof(FileHeader) || header.reserved != 0)
    return "its header has the wrong size";
  if (header.fileBytes != size)
    return "expects " + std::to_string(header.fileBytes) + " bytes, got " +
           std::to_string(size);
  if (header.indexOffset < sizeof(FileHeader) || header.indexOffset % 8 != 0 ||
      header.indexOffset > size ||
      header.indexBytes > size - header.indexOffset)
    return "its index lies outside the file";
  // FlatBuffers cannot address more.
  if (header.indexBytes >= FLATBUFFERS_MAX_BUFFER_SIZE)
    return "its index is too large";
  return "";
}

Validation xrt::format::validateFile(const unsigned char *bytes,
                                     uint64_t size) {
  FileHeader header;
  uint64_t numMagic = size < sizeof(kMagic) ? size : sizeof(kMagic);
  if (size == 0 || std::memcmp(bytes, kMagic, numMagic) != 0)
    return {Verdict::Foreign,
            "expects an .xcb bundle, got a file of another kind", nullptr};
  if (size < sizeof(header))
    return damaged("expects a header of 64 bytes, got " + std::to_string(size));
  std::memcpy(&header, bytes, sizeof(header));
  if (hash(bytes, kCheckedHeaderBytes) != header.headerChecksum)
    return damaged("the header's checksum differs");
  if (header.version > kFormatVersion)
    return {Verdict::Newer,
            "expects bundle format " + std::to_string(kFormatVersion) +
                " or older, got format " + std::to_string(header.version) +
                "; update the runtime or recompile the model",
            nullptr};
  if (header.version == 0)
    return damaged("its format version is 0");
  if (std::string error = checkHeader(header, size); !error.empty())
    return damaged(error);

  const unsigned char *indexBytes = bytes + header.indexOffset;
  if (hash(indexBytes, header.indexBytes) != header.indexChecksum)
    return damaged("the index's checksum differs");
  flatbuffers::Verifier verifier(indexBytes, header.indexBytes, kMaxTableDepth,
                                 kMaxTables);
  if (!VerifyIndexBuffer(verifier))
    return damaged("its index is malformed");
  const Index *index = GetIndex(indexBytes);
  if (std::string error = validateIndex(*index, header); !error.empty())
    return damaged(error);
  return {Verdict::Sound, "", index};
}
