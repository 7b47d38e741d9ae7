//===- AsyncCopies.h - Copies that one thread has under way -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_ASYNCCOPIES_H
#define XRT_EMULATOR_ASYNCCOPIES_H

#include <cstdint>
#include <vector>

namespace xrt::emulator {

struct Thread;

struct AsyncCopy {
  uint64_t to, from; // shared, global
  uint32_t bytes;
  uint32_t sourceBytes; // the rest is filled with zeros
  bool isDelivered;
};

/// From its start to the thread's wait for its group nobody may touch what a
/// copy writes; when the bytes arrive in between is the device's choice.
class AsyncCopies {
public:
  void start(Thread &thread, uint32_t site, const AsyncCopy &copy);
  /// Closes the group of the copies started since the last one.
  void commit();
  /// Until at most |pending| groups, the youngest, are under way.
  void waitGroups(Thread &thread, uint32_t pending);
  /// Until none is, committed or not.
  void waitAll(Thread &thread);
  void clear();

private:
  void finish(Thread &thread, uint64_t count);

  std::vector<AsyncCopy> copies; // the oldest first
  std::vector<uint32_t> groups;  // number of copies in each committed group
  uint32_t open = 0;             // copies in no group yet
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_ASYNCCOPIES_H
