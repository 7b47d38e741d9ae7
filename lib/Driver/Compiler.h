//===- Compiler.h - From a file of IR to a bundle -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_COMPILER_H
#define XCC_LIB_DRIVER_COMPILER_H

#include "lib/Base/Targets.h"
#include "lib/Driver/Stages.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace llvm {
class MemoryBuffer;
}

namespace xcc {

/// The format of images that emulated devices run.
inline constexpr llvm::StringLiteral kEmulationFormat = "bitcode";

struct CompileOptions {
  std::vector<const TargetDescription *> targets;
  /// Print the IR leaving this stage instead of making a bundle.
  std::optional<Stage> stopAfter;
  /// One of the first target's formats instead of a bundle; empty: a bundle.
  std::string emit;
  /// Put in what emulated devices run.
  bool withEmulation = false;
  /// The only level to build; empty: all of them in a bundle, the target's
  /// first for IR and code.
  std::string isa;
  /// Threads the compiler may use; 0: as many as there are processors.
  unsigned numThreads = 0;
  /// Keep the fx program in the bundle.
  bool keepSource = true;
  /// Put ops together into kernels.
  bool fuse = true;
  /// Products of f32 may round their factors to tf32.
  bool allowTF32 = false;
  /// Print what each stage took, to standard error.
  bool timeStages = false;
  /// Directory that relative weight files start from.
  std::string moduleDirectory = ".";

  bool makesBundle() const { return emit.empty() && !stopAfter; }
};

/// The context with all dialects that a model or a stage may use.
std::unique_ptr<mlir::MLIRContext> makeContext(unsigned numThreads);

/// Parses and verifies a module, reporting errors with their source lines on
/// `diagnostics`.
mlir::OwningOpRef<mlir::ModuleOp> parseModule(mlir::MLIRContext &context,
                                              llvm::MemoryBufferRef source,
                                              llvm::raw_ostream &diagnostics);

/// Compiles the module `source` and writes the bundle to `outputPath`, or what
/// stopAfter or emit ask for ("-" is standard output). Reports errors on
/// `diagnostics` and fails; no file is left behind then.
mlir::LogicalResult compileToFile(llvm::MemoryBufferRef source,
                                  const CompileOptions &options,
                                  llvm::StringRef outputPath,
                                  llvm::raw_ostream &diagnostics);

/// The same into memory: the bundle, or the text or object asked for.
mlir::FailureOr<std::vector<uint8_t>>
compileToMemory(llvm::MemoryBufferRef source, const CompileOptions &options,
                llvm::raw_ostream &diagnostics);

} // namespace xcc

#endif // XCC_LIB_DRIVER_COMPILER_H
