//===- Emulator.h - Devices that a CPU plays --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The border of libxrt-emulator.so: xrt opens the library when somebody asks
// for an emulated device, calls xrtCreateEmulator and knows nothing of LLVM.
// Both sides are built together; nothing here is a stable ABI.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_EMULATOR_H
#define XRT_EMULATOR_EMULATOR_H

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace xrt::emulator {

enum class ReportKind {
  OutOfBounds,
  Misaligned,
  UnwrittenRead,        // memory that nobody wrote
  CopyInFlight,         // touches what an asynchronous copy is still writing
  Race,                 // two threads, one of them writes, nothing orders them
  BarrierDivergence,    // a barrier that not all threads reach
  MismatchedCollective, // lanes that must execute one operation do not
  Deadlock,
  StepLimit,
  InvalidOperation, // an operand that the operation does not take
  TransactionCount, // a barrier that expects fewer bytes than copies bring
  MissingFence      // asynchronous access to what plain stores wrote
};

/// What a check found. `text()` says all of it in one line.
struct Report {
  ReportKind kind;
  std::string kernel;
  std::string file; // of the model; empty when the module has no locations
  uint32_t line = 0, column = 0;
  uint32_t block[3] = {0, 0, 0};
  uint32_t thread = 0;
  uint64_t address = 0;  // 0: none
  std::string operation; // the instruction: "load of 16 bytes", an intrinsic
  std::string what;

  std::string text() const;
};

// Defined here: the runtime prints reports too, and links none of the emulator.

/// The name of a kind: "out of bounds".
inline const char *kindName(ReportKind kind) {
  switch (kind) {
  case ReportKind::OutOfBounds:
    return "out of bounds";
  case ReportKind::Misaligned:
    return "misaligned";
  case ReportKind::UnwrittenRead:
    return "read of unwritten memory";
  case ReportKind::CopyInFlight:
    return "asynchronous copy in flight";
  case ReportKind::Race:
    return "race";
  case ReportKind::BarrierDivergence:
    return "barrier divergence";
  case ReportKind::MismatchedCollective:
    return "mismatched collective";
  case ReportKind::Deadlock:
    return "deadlock";
  case ReportKind::StepLimit:
    return "step limit";
  case ReportKind::InvalidOperation:
    return "invalid operation";
  case ReportKind::TransactionCount:
    return "transaction count";
  case ReportKind::MissingFence:
    return "missing fence";
  }
  return "";
}

inline std::string Report::text() const {
  std::string out;
  if (!file.empty())
    out =
        file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  out += kindName(kind);
  out += ": ";
  out += operation;
  if (address) {
    char number[32];
    std::snprintf(number, sizeof(number), " at 0x%llx",
                  static_cast<unsigned long long>(address));
    out += number;
  }
  out += ": " + what + " (kernel " + kernel + ", block " +
         std::to_string(block[0]) + "," + std::to_string(block[1]) + "," +
         std::to_string(block[2]) + ", thread " + std::to_string(thread) + ")";
  return out;
}

/// A tensor in global memory as copies of boxes of it see it: what a device's
/// own description of 128 bytes says. Kernels get the address of one.
struct alignas(64) TensorMap {
  static constexpr uint32_t kMaxRank = 5;

  uint32_t rank = 0;
  uint64_t base = 0;
  uint64_t sizes[kMaxRank] = {};       // elements, the dense dimension first
  uint64_t strides[kMaxRank - 1] = {}; // bytes, of the others
  uint32_t box[kMaxRank] = {};         // elements
  uint32_t elementBytes = 0;
  uint32_t swizzleBytes = 0; // of a line: 0, 32, 64 or 128
};
static_assert(sizeof(TensorMap) == 128);

enum class ThreadOrder { Fixed, Random };
/// When the data of an asynchronous copy arrives: at the wait, at once, or
/// either by chance.
enum class Delivery { Lazy, Eager, Random };
/// What is checked beside bounds and alignment, which always are.
enum class CheckLevel { Bounds, Writes, Races };

struct RunOptions {
  ThreadOrder order = ThreadOrder::Fixed;
  Delivery delivery = Delivery::Lazy;
  CheckLevel checks = CheckLevel::Races;
  uint64_t seed = 0;    // of everything random
  uint32_t workers = 0; // blocks at a time; 0: one for each core
  uint32_t maxReports = 8;
  uint64_t maxSteps = 0; // of one thread; 0: a default that only loops reach
};

struct Launch {
  std::string kernel;
  uint32_t grid[3] = {1, 1, 1};
  uint32_t threads = 1;
  uint32_t dynamicSharedBytes = 0;
  /// The arguments one after the other, each at its natural alignment, as
  /// drivers take them.
  const void *arguments = nullptr;
  uint64_t argumentBytes = 0;
  /// The kernel's last arguments are their addresses.
  const TensorMap *tensorMaps = nullptr;
  uint32_t numTensorMaps = 0;
};

class Module {
public:
  virtual ~Module() = default;
  virtual bool hasKernel(const std::string &name) const = 0;
  /// Shared memory that the kernel's own variables take; 0 without the kernel.
  virtual uint32_t staticSharedBytes(const std::string &name) const = 0;
  /// Runs a kernel to its end. Returns false when it could not be started or
  /// did not end, with the reason in |error|; reports come in either case.
  virtual bool launch(const Launch &launch, const RunOptions &options,
                      std::vector<Report> &reports, std::string &error) = 0;
};

/// One emulated device: memory and modules. Safe to use from any thread;
/// launches run one after the other. Outlives its modules.
class Device {
public:
  virtual ~Device() = default;
  virtual const std::string &target() const = 0;
  /// Memory between guard zones, aligned to 256 bytes, nothing of it written;
  /// null when there is none left.
  virtual void *allocate(uint64_t bytes) = 0;
  virtual void release(void *block) = 0;
  /// The host's copies. Device addresses are the host's addresses too.
  virtual void copyToDevice(void *device, const void *host, uint64_t bytes) = 0;
  virtual void copyFromDevice(void *host, const void *device,
                              uint64_t bytes) = 0;
  virtual void copyOnDevice(void *to, const void *from, uint64_t bytes) = 0;
  /// From now on nobody has written these bytes: a buffer's place given to
  /// another buffer.
  virtual void forget(void *device, uint64_t bytes) = 0;
  /// Number of leading bytes that somebody wrote.
  virtual uint64_t writtenBytes(const void *device, uint64_t bytes) const = 0;
  /// Loads LLVM bitcode made for this target; null with the reason in |error|:
  /// what has no model is named here, not at the launch.
  virtual std::unique_ptr<Module> load(const void *bitcode, uint64_t bytes,
                                       std::string &error) = 0;
};

class Emulator {
public:
  virtual ~Emulator() = default;
  /// Null, with the reason in |error|, for a target that is not known.
  virtual std::unique_ptr<Device> createDevice(const std::string &target,
                                               std::string &error) = 0;
};

/// Changes with this file.
inline constexpr uint32_t kEmulatorVersion = 2;

} // namespace xrt::emulator

/// The library's entry; null when |version| is not its kEmulatorVersion. The
/// caller owns the result and deletes it.
extern "C" xrt::emulator::Emulator *xrtCreateEmulator(uint32_t version);

#endif // XRT_EMULATOR_EMULATOR_H
