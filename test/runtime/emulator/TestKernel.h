//===- TestKernel.h - Kernels written as LLVM IR, run on a device ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_EMULATOR_TESTKERNEL_H
#define XRT_TEST_EMULATOR_TESTKERNEL_H

#include "runtime/emulator/Emulator.h"

#include <string>
#include <vector>

namespace xrt::emulator::test {

/// LLVM IR as bitcode; a test failure and nothing when it does not parse.
std::string assemble(const std::string &text);

/// IR of |body| in a kernel 'k' of the target's triple and calling convention.
std::string kernelText(const std::string &target, const std::string &parameters,
                       const std::string &body,
                       const std::string &declarations);

/// One operation, executed by each lane with arguments and results of its own.
struct Operation {
  std::string name;                   // of the intrinsic or function
  std::string result;                 // LLVM type, "void" for none
  std::vector<std::string> arguments; // LLVM types; "=i32 7" is a constant
};

/// A kernel 'k' (in, out): lane l loads the arguments from record l of `in` and
/// stores the result as record l of `out`.
std::string operationText(const std::string &target,
                          const Operation &operation);

/// A device with one module on it, and what its launches reported.
class Machine {
public:
  explicit Machine(const std::string &target);
  bool load(const std::string &text);

  template <typename T> T *upload(const std::vector<T> &values) {
    auto *block = static_cast<T *>(device->allocate(values.size() * sizeof(T)));
    device->copyToDevice(block, values.data(), values.size() * sizeof(T));
    return block;
  }
  template <typename T> T *allocate(size_t count) {
    return static_cast<T *>(device->allocate(count * sizeof(T)));
  }
  template <typename T> std::vector<T> download(const T *block, size_t count) {
    std::vector<T> values(count);
    device->copyFromDevice(values.data(), block, count * sizeof(T));
    return values;
  }
  /// Runs kernel 'k' with 64-bit arguments.
  bool run(uint32_t blocks, uint32_t threads, std::vector<uint64_t> arguments);
  /// The reports' kinds in one word each: "race, out of bounds".
  std::string found() const;

  std::unique_ptr<Emulator> emulator;
  std::unique_ptr<Device> device;
  std::unique_ptr<Module> module;
  RunOptions options;
  uint32_t dynamicSharedBytes = 0;
  std::vector<TensorMap> tensorMaps; // the kernel's last arguments
  std::vector<Report> reports;
  std::string error;
};

/// Results of |operation| for the arguments of each lane.
template <typename Out, typename In>
std::vector<Out> execute(Machine &machine, const Operation &operation,
                         const std::vector<In> &lanes) {
  if (!machine.load(operationText(machine.device->target(), operation)))
    return {};
  In *in = machine.upload(lanes);
  Out *out = machine.allocate<Out>(lanes.size());
  if (!machine.run(
          1, lanes.size(),
          {reinterpret_cast<uint64_t>(in), reinterpret_cast<uint64_t>(out)}))
    return {};
  return machine.download(out, lanes.size());
}

template <typename T> uint64_t bits(T *pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

} // namespace xrt::emulator::test

#endif // XRT_TEST_EMULATOR_TESTKERNEL_H
