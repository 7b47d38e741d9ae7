//===- FromPlanTensors.cpp - Weights and constants of a program -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/FromPlanTensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace xcc::bundle {

FailureOr<DType> dtypeOf(Type element, Attribute dtype, Location loc) {
  auto name = dyn_cast_or_null<StringAttr>(dtype);
  bool isUnsigned = element.isUnsignedInteger() || (name && name == "u8");
  if (auto integer = dyn_cast<IntegerType>(element)) {
    switch (integer.getWidth()) {
    case 1:
      return DType::I1;
    case 8:
      return isUnsigned ? DType::U8 : DType::I8;
    case 16:
      return DType::I16;
    case 32:
      return DType::I32;
    case 64:
      return DType::I64;
    }
  }
  if (isa<Float64Type>(element))
    return DType::F64;
  if (isa<Float32Type>(element))
    return DType::F32;
  if (isa<Float16Type>(element))
    return DType::F16;
  if (isa<BFloat16Type>(element))
    return DType::BF16;
  if (isa<Float8E4M3FNType>(element))
    return DType::F8E4M3FN;
  if (isa<Float8E5M2Type>(element))
    return DType::F8E5M2;
  if (isa<Float8E4M3FNUZType>(element))
    return DType::F8E4M3FNUZ;
  if (isa<Float8E5M2FNUZType>(element))
    return DType::F8E5M2FNUZ;
  return emitError(loc) << "expects an element type that bundles have, got "
                        << element;
}

int64_t elementBytesOf(Type element) {
  return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

/// The elements in row-major order, little endian.
static std::vector<uint8_t> encode(DenseElementsAttr elements) {
  Type type = elements.getElementType();
  int64_t width = elementBytesOf(type);
  std::vector<uint8_t> bytes;
  bytes.reserve(elements.getNumElements() * width);
  auto append = [&](const APInt &value) {
    uint64_t word = value.zextOrTrunc(64).getZExtValue();
    for (int64_t i = 0; i < width; ++i)
      bytes.push_back(word >> (8 * i));
  };
  if (isa<FloatType>(type))
    for (const APFloat &value : elements.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : elements.getValues<APInt>())
      append(value);
  return bytes;
}

FailureOr<uint32_t> ProgramTensors::append(std::string name, Operation *op,
                                           Type type, ByteSource bytes,
                                           bool isConstant) {
  auto tensor = cast<RankedTensorType>(type);
  FailureOr<DType> dtype = dtypeOf(tensor.getElementType(),
                                   op->getAttr(dtypeAttrName), op->getLoc());
  if (failed(dtype))
    return failure();
  Weight weight;
  weight.name = std::move(name);
  weight.dtype = *dtype;
  weight.dims.assign(tensor.getShape().begin(), tensor.getShape().end());
  weight.bytes = std::move(bytes);
  weight.isConstant = isConstant;
  program.weights.push_back(std::move(weight));
  return program.weights.size() - 1;
}

FailureOr<uint32_t> ProgramTensors::addWeight(fx::WeightOp weight) {
  auto [place, isFirst] =
      known.try_emplace(weight.getSymName().str(), program.weights.size());
  if (!isFirst)
    return place->second;
  auto type = cast<RankedTensorType>(weight.getType());
  // A file that is not there is known now; numbers are made when written.
  if (weight.getFile() && failed(loader->load(weight)))
    return failure();
  ByteSource bytes;
  bytes.size = type.getNumElements() * elementBytesOf(type.getElementType());
  bytes.produce = [loader = loader, weight](const ByteSink &sink,
                                            std::string &error) mutable {
    FailureOr<fx::WeightBytes> loaded = loader->load(weight);
    if (succeeded(loaded))
      return sink(loaded->bytes.data(), loaded->bytes.size());
    error = "weight '" + weight.getSymName().str() + "' cannot be loaded";
    return false;
  };
  return append(place->first, weight, type, std::move(bytes),
                /*isConstant=*/false);
}

FailureOr<uint32_t> ProgramTensors::addConstant(Operation *op,
                                                Attribute value) {
  auto elements = dyn_cast<DenseElementsAttr>(value);
  if (!elements)
    return op->emitOpError("expects a dense constant, got ") << value;
  return append("constant" + llvm::utostr(program.weights.size()), op,
                op->getResult(0).getType(), ByteSource::own(encode(elements)),
                /*isConstant=*/true);
}

FailureOr<uint32_t> ProgramTensors::add(Operation *op, SymbolTable &symbols) {
  if (auto get = dyn_cast<fx::GetWeightOp>(op))
    return addWeight(symbols.lookup<fx::WeightOp>(get.getName()));
  if (auto constant = dyn_cast<fx::ConstantOp>(op))
    return addConstant(op, constant.getValue());
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return addConstant(op, constant.getValue());
  return op->emitOpError("expects to be in a kernel, not in the plan");
}

} // namespace xcc::bundle
