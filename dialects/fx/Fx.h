//===- Fx.h - The fx dialect ----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_FX_H
#define XCC_DIALECTS_FX_FX_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/fx/Shapes.h"

// Generated, in this order: the interface needs the shapes.
#include "dialects/fx/FxDialect.h.inc"

#include "dialects/fx/FxInterfaces.h.inc"

namespace xcc::fx {

//===-- Function and argument attributes ----------------------------------===//

/// On the function: an array of dictionaries {name, min, max}, one a symbol.
inline constexpr llvm::StringLiteral symbolsAttrName = "fx.symbols";
/// On an argument: the affine map from the symbols to its dimensions.
inline constexpr llvm::StringLiteral dimsAttrName = "fx.dims";
/// On an argument: the name that users know the input by.
inline constexpr llvm::StringLiteral nameAttrName = "fx.name";
/// On an argument: it is a parameter; packed copies of it may be kept.
inline constexpr llvm::StringLiteral parameterAttrName = "fx.parameter";

//===-- Traits ------------------------------------------------------------===//

/// All operands and the first result have one element type.
template <typename ConcreteType>
struct SameElementType
    : mlir::OpTrait::TraitBase<ConcreteType, SameElementType> {
  static llvm::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifySameElementType(op);
  }
};

/// Result element i depends on operand elements i alone, after broadcasting.
template <typename ConcreteType>
struct Broadcasts : mlir::OpTrait::TraitBase<ConcreteType, Broadcasts> {};

/// The declared result types fit what the shape function infers.
template <typename ConcreteType>
struct VerifyShapes : mlir::OpTrait::TraitBase<ConcreteType, VerifyShapes> {
  static llvm::LogicalResult verifyRegionTrait(mlir::Operation *op) {
    return verifyInferredShapes(op);
  }
};

} // namespace xcc::fx

#define GET_OP_CLASSES
#include "dialects/fx/FxOps.h.inc"

#endif // XCC_DIALECTS_FX_FX_H
