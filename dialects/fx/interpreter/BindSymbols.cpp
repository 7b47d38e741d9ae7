//===- BindSymbols.cpp - The size symbols that input shapes tell ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "dialects/fx/interpreter/Interpret.h"

using namespace mlir;

namespace xcc::fx {

namespace {
/// A size of an input and the expression it must equal.
struct SizeEquation {
  unsigned input, dim;
  AffineExpr expr;
  int64_t size;
};
using Bindings = SmallVector<std::optional<int64_t>>;
} // namespace

static std::string typeText(const Tensor &tensor) {
  std::string text;
  llvm::raw_string_ostream(text)
      << RankedTensorType::get(tensor.shape(), tensor.elementType());
  return text;
}

// The type is the argument's, but for its dynamic sizes.
static LogicalResult checkInput(func::FuncOp function, unsigned i,
                                const Tensor &input) {
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[i]);
  bool fits = type && type.getElementType() == input.elementType() &&
              type.getRank() == input.rank();
  for (int64_t dim = 0; fits && dim < type.getRank(); ++dim)
    fits = type.isDynamicDim(dim) || type.getDimSize(dim) == input.shape()[dim];
  if (fits)
    return success();
  return function.emitError("expects input ")
         << i << " to be " << function.getArgumentTypes()[i] << ", got "
         << typeText(input);
}

static SmallVector<SizeEquation> collectEquations(func::FuncOp function,
                                                  ArrayRef<Tensor> inputs) {
  SmallVector<SizeEquation> equations;
  for (unsigned i = 0; i < inputs.size(); ++i) {
    auto dims = function.getArgAttrOfType<AffineMapAttr>(i, dimsAttrName);
    if (!dims)
      continue;
    for (auto [dim, expr] : llvm::enumerate(dims.getValue().getResults()))
      equations.push_back({i, unsigned(dim), expr, inputs[i].shape()[dim]});
  }
  return equations;
}

// The expression with the known symbols put in.
static AffineExpr substitute(AffineExpr expr, const Bindings &bindings) {
  SmallVector<AffineExpr> replacements;
  for (auto [number, value] : llvm::enumerate(bindings))
    replacements.push_back(
        value ? getAffineConstantExpr(*value, expr.getContext())
              : getAffineSymbolExpr(number, expr.getContext()));
  return simplifyAffineExpr(expr.replaceSymbols(replacements), 0,
                            bindings.size());
}

// Solves expr == size if it is a * symbol + b with one symbol left.
static bool solve(const SizeEquation &equation, Bindings &bindings) {
  AffineExpr expr = substitute(equation.expr, bindings);
  std::optional<unsigned> unknown;
  for (unsigned i = 0; i < bindings.size(); ++i)
    if (expr.isFunctionOfSymbol(i)) {
      if (unknown)
        return false;
      unknown = i;
    }
  if (!unknown)
    return false;
  auto valueAt = [&](int64_t x) -> std::optional<int64_t> {
    Bindings trial = bindings;
    trial[*unknown] = x;
    auto constant = dyn_cast<AffineConstantExpr>(substitute(expr, trial));
    return constant ? std::optional(constant.getValue()) : std::nullopt;
  };
  auto atZero = valueAt(0), atOne = valueAt(1);
  if (!atZero || !atOne || *atOne == *atZero)
    return false;
  int64_t value = (equation.size - *atZero) / (*atOne - *atZero);
  // Also refuses what is not linear (floordiv, mod).
  if (valueAt(value) != equation.size)
    return false;
  bindings[*unknown] = value;
  return true;
}

static LogicalResult checkEquation(func::FuncOp function,
                                   const SizeEquation &equation,
                                   const Bindings &bindings) {
  AffineExpr expr = substitute(equation.expr, bindings);
  auto constant = dyn_cast<AffineConstantExpr>(expr);
  if (constant && constant.getValue() == equation.size)
    return success();
  auto error = function.emitError("expects size ")
               << equation.dim << " of input " << equation.input << " to be ";
  std::string text;
  llvm::raw_string_ostream(text) << expr;
  return error << text << ", got " << equation.size;
}

static LogicalResult checkRange(func::FuncOp function, DictionaryAttr symbol,
                                std::optional<int64_t> value) {
  auto name = symbol.getAs<StringAttr>("name");
  if (!value)
    return function.emitError("expects the inputs' shapes to tell the symbol ")
           << name << ", got none that does";
  auto low = symbol.getAs<IntegerAttr>("min");
  auto high = symbol.getAs<IntegerAttr>("max");
  if ((!low || low.getInt() <= *value) && (!high || *value <= high.getInt()))
    return success();
  auto error = function.emitError("expects the symbol ") << name;
  if (low)
    error << " to be at least " << low.getInt();
  if (high)
    error << " and at most " << high.getInt();
  return error << ", got " << *value;
}

FailureOr<SmallVector<int64_t>> bindSymbols(func::FuncOp function,
                                            ArrayRef<Tensor> inputs) {
  assert(inputs.size() == function.getNumArguments() && "one input each");
  for (auto [i, input] : llvm::enumerate(inputs))
    if (failed(checkInput(function, i, input)))
      return failure();
  SmallVector<SizeEquation> equations = collectEquations(function, inputs);
  auto symbols = function->getAttrOfType<ArrayAttr>(symbolsAttrName);
  Bindings bindings(symbols ? symbols.size() : 0);
  // Each round binds a symbol or is the last.
  while (llvm::any_of(
      equations, [&](auto &equation) { return solve(equation, bindings); }))
    ;
  SmallVector<int64_t> values;
  for (auto [i, value] : llvm::enumerate(bindings)) {
    if (failed(checkRange(function, cast<DictionaryAttr>(symbols[i]), value)))
      return failure();
    values.push_back(*value);
  }
  for (const SizeEquation &equation : equations)
    if (failed(checkEquation(function, equation, bindings)))
      return failure();
  return values;
}

} // namespace xcc::fx
