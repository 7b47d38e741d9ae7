//===- Link.cpp - An object file to a loadable image, by lld in process ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Link.h"
#include "lib/Base/GlobalOptions.h"

#include "lld/Common/Driver.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

LLD_HAS_DRIVER(elf)

using namespace llvm;
using Elf = object::ELF64LE;

static Expected<object::ELFObjectFile<Elf>> openElf(StringRef bytes) {
  return object::ELFObjectFile<Elf>::create(MemoryBufferRef(bytes, "image"));
}

/// Names every symbol that the object would take from outside.
static Error checkSelfContained(StringRef bytes) {
  Expected<object::ELFObjectFile<Elf>> file = openElf(bytes);
  if (!file)
    return file.takeError();
  std::string missing;
  for (object::ELFSymbolRef symbol : file->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    if (!(*flags & object::BasicSymbolRef::SF_Undefined))
      continue;
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    // The first entry of an ELF symbol table is undefined and has no name.
    if (!name->empty())
      missing += (missing.empty() ? "'" : ", '") + name->str() + "'";
  }
  if (missing.empty())
    return Error::success();
  return createStringError("expected code that needs no outside function, got "
                           "calls of " +
                           missing);
}

static Error checkSegments(StringRef bytes) {
  Expected<object::ELFObjectFile<Elf>> file = openElf(bytes);
  if (!file)
    return file.takeError();
  auto headers = file->getELFFile().program_headers();
  if (!headers)
    return headers.takeError();
  for (const auto &header : *headers)
    if ((header.p_flags & ELF::PF_W) && (header.p_flags & ELF::PF_X))
      return createStringError(
          "expected no segment both writable and executable in the image");
  return Error::success();
}

static Error writeFile(const Twine &path, StringRef bytes) {
  std::error_code failure;
  raw_fd_ostream file(path.str(), failure);
  if (failure)
    return createFileError(path, failure);
  file << bytes;
  file.close();
  if (file.has_error())
    return createFileError(path, file.error());
  return Error::success();
}

/// Runs lld; its driver keeps global state, so one link at a time.
static Error runLinker(StringRef input, StringRef output) {
  std::lock_guard<std::mutex> lock(xcc::globalOptionsMutex());
  std::string in = input.str(), out = output.str();
  // No build id, path or local symbol: the same object gives the same bytes.
  const char *arguments[] = {
      "ld.lld",          "-shared",     "-nostdlib",   "--hash-style=both",
      "--build-id=none", "--strip-all", "--threads=1", "--no-undefined",
      "-Bsymbolic",      "-znow",       "-o",          out.c_str(),
      in.c_str()};
  std::string said;
  raw_string_ostream messages(said);
  lld::Result result = lld::lldMain(arguments, messages, messages,
                                    {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return createStringError("expected lld to link the kernels, got: " +
                             StringRef(said).rtrim().str());
  return Error::success();
}

Expected<std::string> xcc::host::linkSharedObject(StringRef object) {
  if (Error error = checkSelfContained(object))
    return std::move(error);
  SmallString<128> folder;
  if (std::error_code failure = sys::fs::createUniqueDirectory("xcc", folder))
    return createFileError("temporary folder", failure);
  scope_exit removeFolder([&] { sys::fs::remove_directories(folder); });

  std::string input = (folder + "/kernels.o").str();
  std::string output = (folder + "/kernels.so").str();
  if (Error error = writeFile(input, object))
    return std::move(error);
  if (Error error = runLinker(input, output))
    return std::move(error);
  auto image = MemoryBuffer::getFile(output);
  if (!image)
    return createFileError(output, image.getError());
  std::string bytes = (*image)->getBuffer().str();
  if (Error error = checkSegments(bytes))
    return std::move(error);
  return bytes;
}
