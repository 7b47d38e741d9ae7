//===- Model.h - What an operation of a device does -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every call in a kernel's final LLVM IR that is not plain LLVM (an intrinsic
// of the vendor, a builtin function, inline assembly) is looked up by its name
// in the vendor's tables. A model sees arguments and results as bytes in the
// order of the call, each at its natural alignment.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_MODEL_H
#define XRT_EMULATOR_MODEL_H

#include "runtime/emulator/Emulator.h"

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xrt::emulator {

struct Thread;
struct Block;
struct Warp;
struct Model;

struct SourceLine {
  std::string file;
  uint32_t line = 0, column = 0;
};

/// A place in a kernel where something is checked or modelled.
struct Site {
  std::string operation; // "load of 16 bytes", an intrinsic's name
  SourceLine source;
  const Model *model = nullptr;
  bool ordersMemory = true; // of a barrier
  std::vector<uint32_t> argumentOffsets, argumentBytes;
  uint32_t resultBytes = 0;
  std::vector<int32_t> immediates; // what the model's parse found in the text
};

/// A thread's numbers, as models and compiled code read them.
struct Registers {
  uint32_t thread; // in the block
  uint32_t lane;
  uint32_t warp;
  uint32_t block[3];
  uint32_t grid[3];
  uint32_t threads; // of the block
  uint32_t warps;
  uint32_t lanesPerWarp;
  uint32_t zero;
  uint32_t one;
  uint64_t sharedBase;
};

inline constexpr unsigned kMaxLanes = 64;

/// One lane's part in an operation.
struct LaneCall {
  Thread *thread = nullptr; // null: the lane does not take part
  const std::byte *arguments = nullptr;
  std::byte *results = nullptr;
};

class Call {
public:
  Call(const Site &site, LaneCall lane) : site(site), lane(lane) {}

  const Site &site;
  const LaneCall lane;

  template <typename T> T argument(unsigned index) const {
    T value;
    std::memcpy(&value, lane.arguments + offset(index), sizeof(T));
    return value;
  }
  const std::byte *argumentBytes(unsigned index) const {
    return lane.arguments + offset(index);
  }
  template <typename T> void setResult(const T &value) const {
    std::memcpy(lane.results, &value, sizeof(T));
  }
  Thread &thread() const { return *lane.thread; }
  const Registers &registers() const;
  uint32_t siteNumber() const;
  uint64_t resultBytes() const { return site.resultBytes; }
  uint64_t bytesOfArgument(unsigned index) const {
    return site.argumentBytes[index];
  }
  /// Reports an operand that the operation does not take and ends the block.
  [[noreturn]] void refuse(const std::string &what) const;

private:
  uint64_t offset(unsigned index) const { return site.argumentOffsets[index]; }
};

class WarpCall {
public:
  WarpCall(const Site &site, Warp &warp) : site(site), warp(warp) {}

  const Site &site;
  Warp &warp;
  LaneCall lanes[kMaxLanes];
  uint64_t members = 0; // bit i: lane i takes part

  bool has(unsigned lane) const { return members >> lane & 1; }
  Call at(unsigned lane) const { return Call(site, lanes[lane]); }
  template <typename T> T argument(unsigned lane, unsigned index) const {
    return at(lane).argument<T>(index);
  }
  template <typename T> void setResult(unsigned lane, const T &value) const {
    at(lane).setResult(value);
  }
  unsigned firstLane() const { return __builtin_ctzll(members); }
};

enum class ModelKind {
  Register,   // reads a field of Registers
  Function,   // one thread by itself
  Collective, // lanes of a warp together
  Barrier,    // all threads of the block
  Nothing     // a hint
};

/// Which lanes execute a collective together.
enum class Members {
  All,     // the whole warp, at one call
  Mask,    // those that argument 0 names
  Arrived, // whoever got to this call
};

struct Model {
  // A trailing '*' stands for anything: overloads are told by their bytes.
  std::string_view name;
  ModelKind kind;
  uint32_t field = 0; // Register
  void (*function)(const Call &call) = nullptr;
  void (*collective)(const WarpCall &call) = nullptr;
  Members members = Members::All;
  /// It orders some threads of a block without the others: see Clocks.h.
  bool ordersSome = false;
  /// Of inline assembly with numbers in its text: false when the text is not
  /// exactly the operation's.
  bool (*parse)(std::string_view text,
                std::vector<int32_t> &immediates) = nullptr;
  /// Of a collective that waits: the members that need not wait any longer.
  /// Asked again and again; it must not refuse.
  uint64_t (*ready)(const WarpCall &call) = nullptr;
  /// What one of its lanes waits for.
  std::string (*explain)(const Call &call) = nullptr;
};

constexpr Model registerModel(std::string_view name, uint32_t field) {
  return {name, ModelKind::Register, field};
}
constexpr Model functionModel(std::string_view name,
                              void (*function)(const Call &)) {
  return {name, ModelKind::Function, 0, function};
}
constexpr Model collectiveModel(std::string_view name, Members members,
                                void (*collective)(const WarpCall &)) {
  return {name, ModelKind::Collective, 0, nullptr, collective, members};
}
/// A collective for which lanes wait while |ready| leaves them out.
constexpr Model waitModel(std::string_view name, Members members,
                          void (*collective)(const WarpCall &),
                          uint64_t (*ready)(const WarpCall &),
                          std::string (*explain)(const Call &)) {
  Model model = collectiveModel(name, members, collective);
  model.ready = ready;
  model.explain = explain;
  return model;
}
/// The same, of an operation that orders some threads without the others.
constexpr Model ordering(Model model) {
  model.ordersSome = true;
  return model;
}
constexpr Model barrierModel(std::string_view name) {
  return {name, ModelKind::Barrier};
}
constexpr Model nothingModel(std::string_view name) {
  return {name, ModelKind::Nothing};
}

/// When a barrier of a block also orders what the threads read and write.
enum class BarrierOrder {
  Always,
  WithFences, // between a release and an acquire fence
  WithFlags   // when its last argument is not 0
};

/// A vendor: its targets and its tables, a folder each.
struct Vendor {
  std::string_view architecture; // as the module's triple says
  bool (*isTarget)(std::string_view target);
  uint32_t (*lanesPerWarp)(std::string_view target);
  BarrierOrder barrierOrder;
  std::span<const std::span<const Model>> tables;
};

/// All vendors there are.
std::span<const Vendor *const> vendors();

/// The model of a call, or null; |immediates| are what its text says.
const Model *findModel(const Vendor &vendor, std::string_view name,
                       std::vector<int32_t> &immediates);

} // namespace xrt::emulator

#endif // XRT_EMULATOR_MODEL_H
