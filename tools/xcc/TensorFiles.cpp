//===- TensorFiles.cpp - Tensors from and to .npy and .safetensors --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/TensorFiles.h"

#include "dialects/fx/weights/Elements.h"
#include "dialects/fx/weights/Safetensors.h"
#include "runtime/format/DType.h"
#include "tools/xcc/Runtime.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

static constexpr StringLiteral kNpyMagic("\x93NUMPY");

/// The value of `key` in the header's Python dict, up to its comma or brace.
static StringRef findNpyField(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "'").str());
  if (at == StringRef::npos)
    return "";
  StringRef rest = header.substr(at + key.size() + 2).ltrim(" :");
  if (rest.starts_with("("))
    return rest.take_front(rest.find(')') + 1);
  return rest.take_until([](char c) { return c == ',' || c == '}'; }).trim();
}

/// "(2, 3)" or "(2,)" or "()"
static bool parseNpyShape(StringRef text, std::vector<int64_t> &dims) {
  if (!text.consume_front("(") || !text.consume_back(")"))
    return false;
  SmallVector<StringRef> parts;
  text.split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t dim = 0;
    if (part.trim().empty())
      continue;
    if (part.trim().getAsInteger(10, dim) || dim < 0)
      return false;
    dims.push_back(dim);
  }
  return true;
}

/// Splits the file into its header's text and the elements' bytes.
static bool splitNpy(StringRef file, StringRef &header, StringRef &elements) {
  if (!file.consume_front(kNpyMagic) || file.size() < 4)
    return false;
  // Version 1 has two bytes for the header's length, 2 and 3 have four.
  bool isLong = file[0] != 1;
  size_t lengthBytes = isLong ? 4 : 2;
  file = file.drop_front(2);
  if (file.size() < lengthBytes)
    return false;
  uint64_t length = isLong ? support::endian::read32le(file.data())
                           : support::endian::read16le(file.data());
  file = file.drop_front(lengthBytes);
  if (file.size() < length)
    return false;
  header = file.take_front(length);
  elements = file.drop_front(length);
  return true;
}

Expected<HostTensor> readNpy(const std::string &path) {
  auto fail = [&](const Twine &what) {
    return makeError("'" + Twine(path) + "': " + what);
  };
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot open '" + path +
                     "': " + buffer.getError().message());
  StringRef header, elements;
  if (!splitNpy((*buffer)->getBuffer(), header, elements))
    return fail("expects a whole .npy file");
  StringRef descr = findNpyField(header, "descr").trim("'");
  if (findNpyField(header, "fortran_order") != "False")
    return fail("expects elements in row-major order");
  const auto *row = xrt::format::findDTypeByNpyName(descr.str());
  if (!row)
    return fail("expects elements of a type that xcc has, got '" + descr + "'");
  std::vector<int64_t> dims;
  if (!parseNpyShape(findNpyField(header, "shape"), dims))
    return fail("expects a whole .npy file");
  auto bytes = xrt::format::tensorBytes(*row, dims.data(), dims.size());
  if (!bytes || *bytes != elements.size())
    return fail("expects " + Twine(bytes.value_or(0)) + " bytes for " +
                formatDims(dims) + " " + row->name + ", got " +
                Twine(elements.size()));
  HostTensor tensor;
  tensor.dtype = row->dtype;
  tensor.dims = std::move(dims);
  tensor.bytes.assign(elements.begin(), elements.end());
  return tensor;
}

static Error cannotWrite(const Twine &path, std::error_code error) {
  return makeError("cannot write '" + path + "': " + error.message());
}

Error writeNpy(const std::string &path, const HostTensor &tensor) {
  const auto *row = xrt::format::findDType(tensor.dtype);
  StringRef descr = row->npyName;
  // numpy has no bf16 and no f8: their bits, which views can turn back.
  if (descr.empty())
    descr = row->bytes == 2 ? "<u2" : "|u1";
  std::string header;
  raw_string_ostream text(header);
  text << "{'descr': '" << descr << "', 'fortran_order': False, 'shape': (";
  for (int64_t dim : tensor.dims)
    text << dim << ", ";
  text << "), }";
  // The elements start at a multiple of 64; a new line ends the header.
  constexpr size_t kPrefixBytes = 10;
  header.append(64 - (kPrefixBytes + header.size() + 1) % 64, ' ');
  header += '\n';
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (error)
    return cannotWrite(path, error);
  file << kNpyMagic << '\1' << '\0' << char(header.size() & 0xFF)
       << char(header.size() >> 8) << header
       << StringRef(tensor.bytes.data(), tensor.bytes.size());
  file.close();
  if (file.has_error()) {
    error = file.error();
    file.clear_error();
    return cannotWrite(path, error);
  }
  return Error::success();
}

Expected<std::vector<HostTensor>> readSafetensors(const std::string &path) {
  auto file = fx::SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  std::vector<HostTensor> tensors;
  for (const auto &[name, entry] : (*file)->entries()) {
    const auto *row = xrt::format::findDTypeBySafetensorsName(entry.dtype);
    if (!row)
      return makeError("'" + path + "': tensor '" + name +
                       "' expects elements of a type that xcc has, got '" +
                       entry.dtype + "'");
    HostTensor &tensor = tensors.emplace_back();
    tensor.name = name;
    tensor.dtype = row->dtype;
    tensor.dims.assign(entry.shape.begin(), entry.shape.end());
    tensor.bytes.assign(entry.bytes.begin(), entry.bytes.end());
  }
  return tensors;
}

Error writeTensors(const std::string &path, ArrayRef<HostTensor> tensors) {
  if (StringRef(path).ends_with(".safetensors")) {
    std::vector<fx::NamedTensor> named;
    for (const HostTensor &tensor : tensors)
      named.push_back(
          {tensor.name, xrt::format::findDType(tensor.dtype)->safetensorsName,
           SmallVector<int64_t>(tensor.dims.begin(), tensor.dims.end()),
           tensor.bytes});
    return fx::writeSafetensors(path, named);
  }
  if (StringRef(path).ends_with(".npy")) {
    if (tensors.size() != 1)
      return makeError("'" + path + "' holds one tensor, got " +
                       Twine(tensors.size()) +
                       "; name a folder or a .safetensors file");
    return writeNpy(path, tensors.front());
  }
  if (std::error_code error = sys::fs::create_directories(path))
    return cannotWrite(path, error);
  for (const HostTensor &tensor : tensors) {
    SmallString<128> file(path);
    sys::path::append(file, tensor.name + ".npy");
    if (Error error = writeNpy(file.str().str(), tensor))
      return error;
  }
  return Error::success();
}

} // namespace xcc::tool
