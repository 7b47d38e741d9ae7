//===- FromPlanTensors.h - Weights and constants of a program ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_FROMPLANTENSORS_H
#define XCC_LIB_BUNDLE_FROMPLANTENSORS_H

#include "lib/Bundle/Program.h"

#include "dialects/fx/weights/Weights.h"

#include "mlir/IR/SymbolTable.h"

#include <map>
#include <memory>

namespace xcc::bundle {

/// On an argument, a result or a weight of i8: "u8" when it is unsigned.
inline constexpr llvm::StringLiteral dtypeAttrName = "fx.dtype";

/// The bundle's name for an element type, given the `fx.dtype` attribute (or
/// null) beside it; reports a type that bundles have not.
llvm::FailureOr<DType> dtypeOf(mlir::Type element, mlir::Attribute dtype,
                               mlir::Location loc);

/// Bytes of an element in a buffer.
int64_t elementBytesOf(mlir::Type element);

/// Adds weights and constants to a program, each weight once.
class ProgramTensors {
public:
  ProgramTensors(Program &program, llvm::StringRef moduleDirectory)
      : program(program),
        loader(std::make_shared<fx::WeightLoader>(moduleDirectory)) {}

  /// The index of the weight or constant that `op` stands for.
  llvm::FailureOr<uint32_t> add(mlir::Operation *op,
                                mlir::SymbolTable &symbols);

private:
  llvm::FailureOr<uint32_t> addWeight(fx::WeightOp weight);
  llvm::FailureOr<uint32_t> addConstant(mlir::Operation *op,
                                        mlir::Attribute value);
  llvm::FailureOr<uint32_t> append(std::string name, mlir::Operation *op,
                                   mlir::Type type, ByteSource bytes,
                                   bool isConstant);

  Program &program;
  std::shared_ptr<fx::WeightLoader> loader;
  std::map<std::string, uint32_t> known;
};

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_FROMPLANTENSORS_H
