//===- Elements.h - Tensor elements as bytes and as numbers ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row per element type that fx has: its width in memory and its name in a
// .safetensors file. Booleans take a byte each.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_WEIGHTS_ELEMENTS_H
#define XCC_DIALECTS_FX_WEIGHTS_ELEMENTS_H

#include "mlir/IR/Types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace xcc::fx {

/// Bytes that one element takes in memory; 0 for a type that fx has not.
int64_t elementBytes(mlir::Type type);

/// The type's name in a .safetensors file ("F32"); empty for a type that the
/// format has not.
llvm::StringRef safetensorsName(mlir::Type type);

/// The type with that name, or null.
mlir::Type typeOfSafetensorsName(llvm::StringRef name,
                                 mlir::MLIRContext *context);

/// `value` rounded to the nearest number of the float type, ties to even.
/// Overflow gives what the type has for it: infinity, else NaN.
double roundToType(double value, mlir::Type floatType);

/// `value` wrapped to the integer type's width; non-zero is 1 for i1.
int64_t wrapToType(int64_t value, mlir::Type integerType);

/// The elements of a float type as numbers.
std::vector<double> decodeFloats(llvm::ArrayRef<char> bytes, mlir::Type type);
/// The elements of an integer type as numbers.
std::vector<int64_t> decodeInts(llvm::ArrayRef<char> bytes, mlir::Type type);

/// Numbers as elements of `type`, rounded.
std::vector<char> encodeFloats(llvm::ArrayRef<double> values, mlir::Type type);
/// Numbers as elements of `type`, wrapped.
std::vector<char> encodeInts(llvm::ArrayRef<int64_t> values, mlir::Type type);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_WEIGHTS_ELEMENTS_H
