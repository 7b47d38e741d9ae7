//===- Interpret.h - The float64 meaning of an fx function ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The oracle of all tests. Floats are computed in float64 whatever their type;
// constants, weights, inputs and explicit conversions (fx.to) are rounded to
// theirs. Integers and booleans are exact and wrap at their width.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_INTERPRETER_INTERPRET_H
#define XCC_DIALECTS_FX_INTERPRETER_INTERPRET_H

#include "dialects/fx/interpreter/Tensor.h"
#include "dialects/fx/weights/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <functional>
#include <string>

namespace xcc::fx {

struct InterpretOptions {
  /// Where relative paths of weight files start from.
  std::string moduleDirectory = ".";
  /// Gives the weights instead, if set; it reports its own failures.
  std::function<llvm::FailureOr<WeightBytes>(WeightOp)> loadWeight;
};

/// The function's results for `inputs`, one an argument. Reports and fails when
/// they do not fit the arguments' types, an operation has no meaning here, or
/// its operands' values have none (an index out of range, an integer divided by
/// zero).
llvm::FailureOr<llvm::SmallVector<Tensor>>
interpret(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
          const InterpretOptions &options = {});

/// Loads the dialects that `interpret` knows.
void loadInterpreterDialects(mlir::MLIRContext &context);

/// The size symbols' values that the inputs' shapes tell, in fx.symbols'
/// order. Reports and fails when the shapes do not fit the arguments.
llvm::FailureOr<llvm::SmallVector<int64_t>>
bindSymbols(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_INTERPRETER_INTERPRET_H
