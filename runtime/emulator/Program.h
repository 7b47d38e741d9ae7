//===- Program.h - Compiled kernels and the places in them ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_PROGRAM_H
#define XRT_EMULATOR_PROGRAM_H

#include "runtime/emulator/Model.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace xrt::emulator {

using KernelCode = void (*)(Thread *thread, const void *arguments);

struct Kernel {
  KernelCode code = nullptr;
  uint32_t staticSharedBytes = 0;
  uint32_t lanesPerWarp = 0;
  uint64_t argumentBytes = 0;
  // Floating-point sums in memory come out by the order of the blocks.
  bool hasOrderedAtomics = false;
  // Some threads synchronise without the others.
  bool ordersSome = false;
};

/// Constants of the module in the host's memory; kernels may read them.
struct ConstantRange {
  uint64_t base, bytes;
};

struct Program {
  std::map<std::string, Kernel> kernels;
  std::vector<Site> sites;
  std::vector<ConstantRange> constants;
  std::shared_ptr<void> code; // keeps what the kernels point to
};

/// Compiles bitcode of |vendor| for the host; null with the reason in |error|.
std::unique_ptr<const Program> loadProgram(const Vendor &vendor,
                                           const std::string &target,
                                           const void *bitcode, uint64_t bytes,
                                           std::string &error);

/// The programs loaded last, for whoever loads the same bitcode again: another
/// schedule of the same kernels. Safe to use from any thread.
class ProgramCache {
public:
  /// As loadProgram.
  std::shared_ptr<const Program> load(const Vendor &vendor,
                                      const std::string &target,
                                      const void *bitcode, uint64_t bytes,
                                      std::string &error);

private:
  struct Entry {
    std::string key; // the target and the bitcode's SHA-256
    std::shared_ptr<const Program> program;
  };
  std::shared_ptr<const Program> find(const std::string &key);

  std::mutex mutex;
  std::vector<Entry> entries; // the latest last
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_PROGRAM_H
