//===- Check.cpp - Outputs against the float64 interpreter ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Check.h"

#include "dialects/fx/interpreter/Interpret.h"
#include "dialects/fx/weights/Elements.h"
#include "dialects/fx/weights/Weights.h"
#include "lib/Driver/Compiler.h"
#include "lib/Schedule/Schedule.h"
#include "tools/xcc/Runtime.h"

#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <map>

using namespace llvm;

namespace xcc::tool {

static Reference toReference(const fx::Tensor &tensor) {
  Reference reference;
  reference.dims.assign(tensor.shape().begin(), tensor.shape().end());
  if (tensor.isFloat())
    reference.numbers = tensor.values<double>().vec();
  else
    reference.numbers.assign(tensor.values<int64_t>().begin(),
                             tensor.values<int64_t>().end());
  return reference;
}

/// Weights by name: the bundle's own, so that it needs no other file.
static std::map<std::string, ArrayRef<char>>
mapWeights(const xrt_bundle_t *bundle) {
  std::map<std::string, ArrayRef<char>> weights;
  xrt_weight_t weight;
  for (size_t i = 0;; ++i) {
    if (xrt_status_t status = xrt_bundle_get_weight(bundle, i, &weight)) {
      xrt_status_free(status); // the last one was before
      return weights;
    }
    xrt_byte_span_t bytes;
    if (xrt_status_t status = xrt_bundle_map_weight(bundle, i, &bytes)) {
      xrt_status_free(status); // the source may say where else to find it
      continue;
    }
    weights[weight.name] = {static_cast<const char *>(bytes.data), bytes.size};
  }
}

static fx::InterpretOptions makeInterpretOptions(const xrt_bundle_t *bundle,
                                                 const std::string &directory) {
  fx::InterpretOptions options;
  options.moduleDirectory = directory;
  options.loadWeight =
      [weights = mapWeights(bundle),
       directory](fx::WeightOp weight) -> mlir::FailureOr<fx::WeightBytes> {
    auto found = weights.find(weight.getSymName().str());
    auto type = cast<mlir::RankedTensorType>(weight.getType());
    int64_t bytes =
        type.getNumElements() * fx::elementBytes(type.getElementType());
    if (found != weights.end() && int64_t(found->second.size()) == bytes)
      return fx::WeightBytes{found->second, nullptr};
    // Folded away by the compiler, or of another shape than in the model.
    return fx::loadWeight(weight, directory);
  };
  return options;
}

/// The bound for `type`'s dtype; 0 for what is no float.
static double boundOfType(mlir::Type type) {
  for (int dtype = XRT_DTYPE_F64; dtype <= XRT_DTYPE_F8E5M2FNUZ; ++dtype)
    if (typeOf(xrt_dtype_t(dtype), type.getContext()) == type)
      return defaultBound(xrt_dtype_t(dtype));
  return 0;
}

/// The bound of the coarsest float that leads to `value`, itself included: an
/// f32 made of bf16 numbers is no more exact than they are. Inputs and weights
/// are exact.
static double boundOf(mlir::Value value,
                      llvm::DenseMap<mlir::Value, double> &known) {
  mlir::Operation *op = value.getDefiningOp();
  if (!op || op->getNumOperands() == 0)
    return boundOfType(mlir::getElementTypeOrSelf(value));
  auto [entry, isNew] = known.try_emplace(value, 0);
  if (!isNew)
    return entry->second;
  double bound = boundOfType(mlir::getElementTypeOrSelf(value));
  for (mlir::Value operand : op->getOperands())
    if (operand.getDefiningOp() && operand.getDefiningOp()->getNumOperands())
      bound = std::max(bound, boundOf(operand, known));
  return known[value] = bound;
}

static Error uninterpretable(const Twine &why) {
  return makeError("the bundle's source cannot be interpreted: " + why);
}

static Expected<std::vector<Reference>>
interpretSource(MemoryBufferRef source, const fx::InterpretOptions &options,
                ArrayRef<HostTensor> inputs, size_t numOutputs,
                raw_ostream &diagnostics) {
  std::unique_ptr<mlir::MLIRContext> context = makeContext(/*numThreads=*/0);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      parseModule(*context, source, diagnostics);
  if (!module)
    return uninterpretable("it does not parse");
  auto main = module->lookupSymbol<mlir::func::FuncOp>("main");
  if (!main || main.getNumArguments() != inputs.size())
    return uninterpretable("it has no main of " + Twine(inputs.size()) +
                           " inputs");
  SmallVector<fx::Tensor> arguments;
  for (auto [type, input] : zip(main.getArgumentTypes(), inputs))
    arguments.push_back(fx::Tensor::fromBytes(
        cast<mlir::RankedTensorType>(type).getElementType(), input.dims,
        input.bytes));
  mlir::ScopedDiagnosticHandler handler(context.get(),
                                        [&](mlir::Diagnostic &diagnostic) {
                                          diagnostics << diagnostic << '\n';
                                          return mlir::success();
                                        });
  auto results = fx::interpret(main, arguments, options);
  if (failed(results) || results->size() != numOutputs)
    return uninterpretable("see above");
  // tf32 has f16's digits.
  double single = defaultBound(XRT_DTYPE_F32);
  if ((*module)->hasAttr(schedule::allowTF32AttrName))
    single = defaultBound(XRT_DTYPE_F16);
  std::vector<Reference> references;
  llvm::DenseMap<mlir::Value, double> known;
  mlir::Operation *end = main.getBody().front().getTerminator();
  for (auto [result, value] : zip(*results, end->getOperands())) {
    references.push_back(toReference(result));
    double bound = boundOf(value, known);
    bool isCoarse = bound >= defaultBound(XRT_DTYPE_F32);
    references.back().bound = isCoarse ? std::max(bound, single) : bound;
  }
  return references;
}

Expected<std::vector<Reference>> interpretBundle(const xrt_bundle_t *bundle,
                                                 const std::string &directory,
                                                 ArrayRef<HostTensor> inputs,
                                                 size_t numOutputs) {
  xrt_byte_span_t source;
  if (Error error = toError(xrt_bundle_map_source(bundle, &source)))
    return std::move(error);
  if (!source.size)
    return makeError("the bundle was made with --no-source; compile it without "
                     "that to check it");
  return interpretSource(
      MemoryBufferRef(
          StringRef(static_cast<const char *>(source.data), source.size),
          "source"),
      makeInterpretOptions(bundle, directory), inputs, numOutputs, errs());
}

double Difference::relative() const {
  if (maxError == 0)
    return 0;
  return scale > 0 ? maxError / scale : maxError;
}

Difference compare(ArrayRef<double> numbers, const Reference &reference) {
  Difference difference;
  if (numbers.size() != reference.numbers.size()) {
    difference.maxError = INFINITY;
    return difference;
  }
  for (auto [number, expected] : zip(numbers, reference.numbers)) {
    if (std::isfinite(expected))
      difference.scale = std::max(difference.scale, std::fabs(expected));
    bool isSame =
        number == expected || (std::isnan(number) && std::isnan(expected));
    if (isSame)
      continue;
    double error = std::fabs(number - expected);
    difference.maxError =
        std::max(difference.maxError, std::isfinite(error) ? error : INFINITY);
  }
  return difference;
}

// Rounding of a few hundred operations, each to the dtype's precision (2^-52,
// 2^-23, 2^-10, 2^-7); integers are exact.
double defaultBound(xrt_dtype_t dtype) {
  switch (dtype) {
  case XRT_DTYPE_F64:
    return 1e-12;
  case XRT_DTYPE_F32:
    return 1e-4;
  case XRT_DTYPE_F16:
    return 1e-2;
  case XRT_DTYPE_BF16:
    return 6e-2;
  case XRT_DTYPE_F8E4M3FN:
  case XRT_DTYPE_F8E4M3FNUZ:
    return 0.25;
  case XRT_DTYPE_F8E5M2:
  case XRT_DTYPE_F8E5M2FNUZ:
    return 0.5;
  case XRT_DTYPE_NONE:
  case XRT_DTYPE_I64:
  case XRT_DTYPE_I32:
  case XRT_DTYPE_I16:
  case XRT_DTYPE_I8:
  case XRT_DTYPE_U8:
  case XRT_DTYPE_I1:
    return 0;
  }
  return 0;
}

} // namespace xcc::tool
