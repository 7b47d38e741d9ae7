//===- Link.cpp - PTX to a cubin, by ptxas --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Link.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <csignal>
#include <thread>

using namespace llvm;
using namespace xcc::nvidia;

ArrayRef<StringRef> xcc::nvidia::toolkitFolders() {
  static constexpr StringRef folders[] = {"/usr/local/cuda/bin",
                                          "/opt/cuda/bin", "/usr/lib/cuda/bin"};
  return folders;
}

Expected<std::string> xcc::nvidia::findAssembler(ArrayRef<StringRef> folders) {
  if (ErrorOr<std::string> found = sys::findProgramByName("ptxas"))
    return *found;
  if (!folders.empty())
    if (ErrorOr<std::string> found = sys::findProgramByName("ptxas", folders))
      return *found;
  return createStringError(
      "expected ptxas on PATH or in the CUDA toolkit's folder to make a cubin, "
      "got none; install the toolkit, or emit ptx, which the driver takes");
}

static Error writeFile(StringRef path, StringRef bytes) {
  std::error_code failure;
  raw_fd_ostream file(path, failure);
  if (failure)
    return createFileError(path, failure);
  file << bytes;
  file.close();
  if (file.has_error())
    return createFileError(path, file.error());
  return Error::success();
}

static Expected<std::string> readFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createFileError(path, buffer.getError());
  return (*buffer)->getBuffer().str();
}

/// Runs the program to its end; LLVM's own time limit is an alarm for the whole
/// process, which threads cannot share.
static Expected<int> runWithLimit(ArrayRef<StringRef> command,
                                  StringRef messages,
                                  std::chrono::seconds limit) {
  std::string problem;
  bool isFailed = false;
  std::optional<StringRef> redirects[] = {StringRef(), messages, messages};
  sys::ProcessInfo process =
      sys::ExecuteNoWait(command.front(), command, std::nullopt, redirects,
                         /*MemoryLimit=*/0, &problem, &isFailed);
  if (isFailed)
    return createStringError("expected to run '" + command.front() +
                             "', got: " + problem);
  auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    sys::ProcessInfo state = sys::Wait(process, /*SecondsToWait=*/0, &problem);
    if (state.Pid != 0)
      return state.ReturnCode;
    if (std::chrono::steady_clock::now() > end) {
      ::kill(process.Pid, SIGKILL);
      sys::Wait(process, std::nullopt);
      return createStringError("expected ptxas to end within " +
                               Twine(limit.count()) + " s");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// The number before `unit` in a line of `ptxas -v`.
static unsigned numberBefore(StringRef line, StringRef unit) {
  size_t at = line.find(unit);
  if (at == StringRef::npos)
    return 0;
  StringRef before = line.take_front(at).rtrim();
  unsigned number = 0;
  if (before.take_back(1).empty() || !isDigit(before.back()))
    return 0;
  before.substr(before.find_last_not_of("0123456789") + 1)
      .getAsInteger(10, number);
  return number;
}

std::vector<KernelUsage> xcc::nvidia::parseUsage(StringRef messages) {
  std::vector<KernelUsage> kernels;
  SmallVector<StringRef> lines;
  messages.split(lines, '\n');
  for (StringRef line : lines) {
    if (line.contains("Compiling entry function")) {
      kernels.emplace_back();
      kernels.back().kernel = line.split('\'').second.split('\'').first.str();
      continue;
    }
    if (kernels.empty())
      continue;
    KernelUsage &usage = kernels.back();
    if (line.contains("bytes stack frame")) {
      usage.stackBytes = numberBefore(line, " bytes stack frame");
      usage.spillStoreBytes = numberBefore(line, " bytes spill stores");
      usage.spillLoadBytes = numberBefore(line, " bytes spill loads");
    } else if (line.contains("Used ")) {
      usage.registers = numberBefore(line, " registers");
      usage.sharedBytes = numberBefore(line, " bytes smem");
    }
  }
  return kernels;
}

/// ptxas says C75xx when it serialised matrix instructions or put waits
/// between.
static std::vector<std::string> findWarnings(StringRef messages) {
  std::vector<std::string> warnings;
  SmallVector<StringRef> lines;
  messages.split(lines, '\n');
  for (StringRef line : lines)
    if (line.contains("(C75"))
      warnings.push_back(line.substr(line.find("(C75")).rtrim().str());
  return warnings;
}

Expected<Cubin> xcc::nvidia::assemble(StringRef assembler, StringRef ptx,
                                      StringRef chip,
                                      std::chrono::seconds limit) {
  SmallString<128> folder;
  if (std::error_code failure = sys::fs::createUniqueDirectory("xcc", folder))
    return createFileError("temporary folder", failure);
  scope_exit removeFolder([&] { sys::fs::remove_directories(folder); });
  std::string input = (folder + "/kernels.ptx").str();
  std::string output = (folder + "/kernels.cubin").str();
  std::string said = (folder + "/messages").str();
  if (Error error = writeFile(input, ptx))
    return std::move(error);
  std::string architecture = ("-arch=" + chip).str();
  Expected<int> status = runWithLimit(
      {assembler, architecture, "-O3", "-v", "-lineinfo", input, "-o", output},
      said, limit);
  if (!status)
    return status.takeError();
  Expected<std::string> messages = readFile(said);
  if (!messages)
    return messages.takeError();
  if (*status != 0)
    return createStringError("expected ptxas to take the kernels, got: " +
                             StringRef(*messages).rtrim());
  Expected<std::string> bytes = readFile(output);
  if (!bytes)
    return bytes.takeError();
  return Cubin{std::move(*bytes), parseUsage(*messages),
               findWarnings(*messages)};
}
