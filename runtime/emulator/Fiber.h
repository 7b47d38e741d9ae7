//===- Fiber.h - Stacks to switch between -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_FIBER_H
#define XRT_EMULATOR_FIBER_H

#include <cstddef>
#include <cstdint>

namespace xrt::emulator {

/// Where a fiber stands while it does not run.
struct FiberContext {
  void *stackPointer = nullptr;
};

using FiberFunction = void (*)(void *argument);

/// Makes |context| a fiber that will call |function|, which must not return.
void prepareFiber(FiberContext &context, std::byte *stackEnd,
                  FiberFunction function, void *argument);

/// Keeps the caller's place in |from| and goes on in |to|.
void switchFiber(FiberContext &from, FiberContext &to);

/// Stacks of equal size, each above a page that faults.
class FiberStacks {
public:
  FiberStacks() = default;
  FiberStacks(const FiberStacks &) = delete;
  FiberStacks &operator=(const FiberStacks &) = delete;
  ~FiberStacks();
  /// Makes room for |count| stacks; false when there is no memory.
  bool reserve(uint32_t count);
  std::byte *end(uint32_t index) const {
    return base + (uint64_t(index) + 1) * kBytes;
  }
  bool contains(uint64_t address) const {
    return address - reinterpret_cast<uint64_t>(base) < count * kBytes;
  }

private:
  // Compiled kernels spill what the CPU has no registers for.
  static constexpr uint64_t kBytes = 256 * 1024;
  std::byte *base = nullptr;
  uint64_t count = 0;
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_FIBER_H
