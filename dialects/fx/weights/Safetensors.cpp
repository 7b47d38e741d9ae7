//===- Safetensors.cpp - Reading and writing .safetensors files -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The format: header length (8 bytes, little endian), header (JSON), tensors.
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/weights/Safetensors.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <limits>

namespace xcc::fx {

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &why) {
  return llvm::createStringError("'" + path + "': " + why);
}

// Reads one header entry; fails on what does not describe `data`'s bytes.
static llvm::Error readEntry(llvm::StringRef path, llvm::StringRef name,
                             const llvm::json::Value &value,
                             llvm::ArrayRef<char> data,
                             SafetensorsEntry &entry) {
  const llvm::json::Object *object = value.getAsObject();
  const llvm::json::Array *shape = object ? object->getArray("shape") : nullptr;
  const llvm::json::Array *range =
      object ? object->getArray("data_offsets") : nullptr;
  auto dtype = object ? object->getString("dtype") : std::nullopt;
  if (!shape || !range || !dtype || range->size() != 2)
    return fail(path,
                "tensor '" + name + "' needs dtype, shape and data_offsets");
  entry.dtype = dtype->str();
  for (const llvm::json::Value &size : *shape) {
    auto integer = size.getAsInteger();
    if (!integer || *integer < 0)
      return fail(path, "tensor '" + name + "' has a size that is no number");
    entry.shape.push_back(*integer);
  }
  auto begin = (*range)[0].getAsInteger(), end = (*range)[1].getAsInteger();
  if (!begin || !end || *begin < 0 || *end < *begin ||
      *end > static_cast<int64_t>(data.size()))
    return fail(path, "tensor '" + name + "' lies outside the file of " +
                          llvm::Twine(data.size()) +
                          " bytes of tensors; the file is truncated");
  entry.bytes = data.slice(*begin, *end - *begin);
  return llvm::Error::success();
}

llvm::Error SafetensorsFile::parseHeader(llvm::StringRef path) {
  llvm::StringRef text = buffer->getBuffer();
  uint64_t length = text.size() < 8
                        ? std::numeric_limits<uint64_t>::max()
                        : llvm::support::endian::read64le(text.data());
  if (text.size() < 8 || length > text.size() - 8)
    return fail(path, "expected a .safetensors file, got a truncated or "
                      "foreign header");
  auto header = llvm::json::parse(text.substr(8, length));
  if (!header || !header->getAsObject()) {
    llvm::consumeError(header.takeError());
    return fail(path, "expected a .safetensors header, got something that is "
                      "no JSON object");
  }
  llvm::StringRef data = text.substr(8 + length);
  for (const auto &[key, value] : *header->getAsObject()) {
    if (llvm::StringRef(key) == "__metadata__")
      continue;
    SafetensorsEntry entry;
    if (llvm::Error error = readEntry(
            path, key, value, llvm::ArrayRef(data.data(), data.size()), entry))
      return error;
    tensors.emplace(llvm::StringRef(key).str(), std::move(entry));
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<SafetensorsFile>>
SafetensorsFile::open(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (std::error_code error = buffer.getError())
    return fail(path, "cannot be read: " + error.message());
  auto file = std::make_unique<SafetensorsFile>();
  file->buffer = std::move(*buffer);
  if (llvm::Error error = file->parseHeader(path))
    return error;
  return file;
}

const SafetensorsEntry *SafetensorsFile::find(llvm::StringRef key) const {
  auto found = tensors.find(std::string_view(key));
  return found == tensors.end() ? nullptr : &found->second;
}

static std::string headerOf(llvm::ArrayRef<NamedTensor> tensors) {
  std::string header;
  llvm::raw_string_ostream stream(header);
  llvm::json::OStream json(stream);
  int64_t offset = 0;
  json.object([&] {
    for (const NamedTensor &tensor : tensors)
      json.attributeObject(tensor.name, [&] {
        json.attribute("dtype", tensor.dtype);
        json.attributeArray("shape", [&] {
          for (int64_t size : tensor.shape)
            json.value(size);
        });
        json.attributeArray("data_offsets", [&] {
          json.value(offset);
          offset += tensor.bytes.size();
          json.value(offset);
        });
      });
  });
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

llvm::Error writeSafetensors(llvm::StringRef path,
                             llvm::ArrayRef<NamedTensor> tensors) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (error)
    return fail(path, "cannot be written: " + error.message());
  std::string header = headerOf(tensors);
  char length[8];
  llvm::support::endian::write64le(length, header.size());
  stream.write(length, sizeof(length));
  stream << header;
  for (const NamedTensor &tensor : tensors)
    stream.write(tensor.bytes.data(), tensor.bytes.size());
  stream.close();
  if (!stream.has_error())
    return llvm::Error::success();
  error = stream.error();
  stream.clear_error();
  return fail(path, "cannot be written: " + error.message());
}

} // namespace xcc::fx
