//===- Program.h - What goes into a bundle, as plain structs ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mirrors runtime/format/xcb.fbs, which says what each field means to the
// runtime. No MLIR here: the driver fills these from the plan dialect.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_PROGRAM_H
#define XCC_LIB_BUNDLE_PROGRAM_H

#include "lib/Bundle/ExprPool.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xcc::bundle {

/// Values are xrt_dtype_t's.
enum class DType : uint8_t {
  F64 = 1,
  F32,
  F16,
  BF16,
  I64,
  I32,
  I16,
  I8,
  U8,
  I1, // one byte, 0 or 1
  F8E4M3FN,
  F8E5M2,
  F8E4M3FNUZ,
  F8E5M2FNUZ
};

/// Takes the next piece of a stream; false says stop.
using ByteSink = std::function<bool(const void *data, size_t size)>;

/// Bytes handed over when the file is written, so that large weights are never
/// all in memory. |produce| sends exactly |size| bytes into the sink, passes
/// its false on, and returns false with a message in |error| when it cannot.
struct ByteSource {
  uint64_t size = 0;
  std::function<bool(const ByteSink &sink, std::string &error)> produce;

  /// |data| must stay until the bundle is written.
  static ByteSource view(const void *data, uint64_t size);
  static ByteSource own(std::vector<uint8_t> bytes);
  static ByteSource own(std::string bytes);
};

struct Symbol {
  std::string name;
  int64_t min = 0;
  int64_t max = INT64_MAX;
};

struct Input {
  std::string name;
  DType dtype;
  std::vector<ExprId> dims;
  bool isParameter = false;
};

struct Output {
  std::string name;
  DType dtype;
  std::vector<ExprId> dims;
};

/// A weight or a small constant, dense row-major.
struct Weight {
  std::string name;
  DType dtype;
  std::vector<int64_t> dims;
  /// Written into the bundle; or, when |file| names an outside one (relative to
  /// the bundle), read for the checksum only.
  ByteSource bytes;
  bool isConstant = false;
  std::string file = {};
  uint64_t fileOffset = 0;
};

enum class BufferKind : uint8_t { Arena, Weight, Input, Output };

struct Buffer {
  BufferKind kind;
  uint32_t index = 0;          // of the weight, input or output
  ExprId offset = 0, size = 0; // bytes; arena only

  static Buffer arena(ExprId offset, ExprId size) {
    return {BufferKind::Arena, 0, offset, size};
  }
  static Buffer weight(uint32_t index) { return {BufferKind::Weight, index}; }
  static Buffer input(uint32_t index) { return {BufferKind::Input, index}; }
  static Buffer output(uint32_t index) { return {BufferKind::Output, index}; }
};

struct Kernel {
  std::string name; // the exported symbol
  std::string family;
  std::string ops; // what was fused, one line: "linear + gelu"
  std::vector<std::string> sources;
};

/// Operand |operand| of a launch, a weight or an input, is replaced by what
/// kernel |kernel| makes of it: buffers {operand, packed}.
struct Prepared {
  uint32_t operand;
  uint32_t kernel;
  std::vector<ExprId> scalars;
  ExprId size; // bytes of the packed copy
  ExprId workItems;
  ExprId scratch; // bytes for each concurrent call
};

/// Of one launch: arithmetic operations, and bytes with each operand read and
/// each result written once.
struct Counts {
  ExprId flops, readBytes, writtenBytes;
};

struct Launch {
  uint32_t kernel;
  std::vector<uint32_t> args; // buffers, inputs then outputs
  uint32_t numOutputs;        // how many of args, at the end, are written
  std::vector<ExprId> scalars;
  std::vector<Prepared> prepared;
  ExprId workItems;
  ExprId scratch; // bytes for each concurrent call
  /// Fewest work items worth a thread of their own.
  int64_t grain = 1;
  std::optional<Counts> counts = std::nullopt; // for people; none: not known
  /// Work items that are done before the others begin.
  std::optional<ExprId> firstPhase = std::nullopt;
  /// Bytes that all work items share: a buffer behind args.
  std::optional<ExprId> workspace = std::nullopt;
};

/// For outputs that are inputs, weights or other outputs.
struct Copy {
  uint32_t source, destination; // buffers
  ExprId bytes;
};

struct Step {
  bool isCopy = false;
  Launch launch{};
  Copy copy{};

  static Step makeLaunch(Launch launch) {
    return {false, std::move(launch), {}};
  }
  static Step makeCopy(Copy copy) { return {true, {}, copy}; }
};

/// A tensor in a buffer, as copies of boxes of it see it; the dense dimension
/// comes first.
struct TensorMap {
  uint32_t argument = 0; // of the step's buffers; behind them the workspace
  DType dtype = DType::F32;
  uint64_t offset = 0;         // bytes from the buffer's start
  std::vector<ExprId> sizes;   // elements
  std::vector<ExprId> strides; // bytes, of all dimensions but the first
  std::vector<uint32_t> box;   // elements
  uint32_t swizzle = 0;        // bytes of a line
};

/// One launch of a kernel's blocks on a device.
struct DevicePhase {
  std::string kernel; // the symbol in the target's image
  ExprId grid[3] = {0, 0, 0};
  uint32_t threads = 0; // of a block
  uint32_t sharedBytes = 0;
  std::vector<TensorMap> tensorMaps = {}; // behind its other arguments
};

/// How a device does one step: phases in order, all with the same arguments
/// (the step's buffers, the workspace if there is one, the step's scalars).
struct DeviceLaunch {
  std::vector<DevicePhase> phases; // none for a copy
  bool hasWorkspace = false;
  ExprId workspace = 0; // bytes, undefined at the start
};

/// The launches of one target's image, parallel to the steps.
struct TargetPlan {
  std::string target;
  std::vector<DeviceLaunch> launches;
};

/// All kernels compiled for one device and level.
struct Image {
  std::string target;  // "host"
  std::string machine; // "x86_64"
  std::string isa;     // "x86-64-v3"
  std::string format;  // "elf"
  /// Among the images of a target that a machine can run, the highest is taken.
  uint32_t rank = 0;
  std::vector<std::string> features; // by LLVM's names, all needed: "avx2"
  ByteSource bytes;
};

struct Program {
  std::string compilerVersion;
  ExprPool exprs;
  std::vector<Symbol> symbols;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Weight> weights;
  std::vector<Buffer> buffers;
  ExprId arenaSize = 0; // bytes
  std::vector<Kernel> kernels;
  std::vector<Step> steps;
  std::vector<TargetPlan> plans; // of devices; the host's is in the steps
  std::vector<Image> images;
  ByteSource source;        // the fx program; empty: none kept
  std::string sourceFormat; // "mlir" or "mlir-bytecode"
  std::vector<std::pair<std::string, std::string>> notes;
};

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_PROGRAM_H
