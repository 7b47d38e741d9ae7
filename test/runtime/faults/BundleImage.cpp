//===- BundleImage.cpp - Code of a bundle, replaced -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A section is a plain struct inside of the index, so a longer image needs no
// new index: it goes behind the file's end and the struct says where.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/faults/BundleImage.h"

#include "runtime/format/Container.h"
#include "runtime/format/Hash.h"
#include "runtime/format/xcb_generated.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace xcc::faults;
using namespace xrt::format;

static FileHeader headerOf(const std::string &bytes) {
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header;
}

Expected<BundleImage> BundleImage::open(StringRef path, StringRef target,
                                        StringRef format) {
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return createStringError(path + ": " + file.getError().message());
  BundleImage bundle;
  bundle.bytes = (*file)->getBuffer().str();
  const char *start = bundle.bytes.data();
  const Index *index = GetIndex(start + headerOf(bundle.bytes).indexOffset);
  for (const Image *image : *index->images()) {
    if (image->target()->str() != target || image->format()->str() != format)
      continue;
    bundle.section = reinterpret_cast<const char *>(image->section()) - start;
    return bundle;
  }
  return createStringError(
      formatv("expects an image {0} {1} in {2}, got none", target, format, path)
          .str());
}

StringRef BundleImage::code() const {
  auto *place = reinterpret_cast<const Section *>(bytes.data() + section);
  return StringRef(bytes).substr(place->offset(), place->size());
}

void BundleImage::replace(StringRef code) {
  bytes.resize(alignTo(bytes.size(), kSectionAlignment));
  Section place(bytes.size(), code.size(), hash(code.data(), code.size()));
  std::memcpy(bytes.data() + section, &place, sizeof(place));
  bytes += code;
  FileHeader header = headerOf(bytes);
  header.fileBytes = bytes.size();
  header.indexChecksum =
      hash(bytes.data() + header.indexOffset, header.indexBytes);
  header.headerChecksum = hash(&header, kCheckedHeaderBytes);
  std::memcpy(bytes.data(), &header, sizeof(header));
}

Error BundleImage::write(StringRef path) const {
  std::error_code error;
  raw_fd_ostream stream(path, error);
  if (error)
    return createStringError(path + ": " + error.message());
  stream << bytes;
  return Error::success();
}
