//===- Signature.cpp - Are these the tensors the program expects? ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Signature.h"
#include "runtime/format/DType.h"

#include <bit>

using namespace xrt;

template <typename PortT>
static std::string nameOf(const char *what, size_t i, const PortT &port) {
  return std::string(what) + " " + std::to_string(i) + " '" +
         port.name()->c_str() + "'";
}

static Status invalid(const std::string &message) {
  return Status(XRT_STATUS_INVALID_ARGUMENT, message);
}

Signature::Signature(const format::Index &index)
    : index(index), bindings(format::planBindings(index).bindings),
      uses(format::findSymbolUses(*index.exprs())),
      bindingOfSymbol(index.symbols()->size(), UINT32_MAX) {
  for (uint32_t i = 0; i < bindings.size(); ++i)
    bindingOfSymbol[bindings[i].symbol] = i;
}

template <typename PortT>
static Status
checkPorts(const char *what, TensorSpan tensors,
           const flatbuffers::Vector<flatbuffers::Offset<PortT>> &ports) {
  if (tensors.size != ports.size())
    return invalid("expects " + std::to_string(ports.size()) + " " + what +
                   (ports.size() == 1 ? "" : "s") + ", got " +
                   std::to_string(tensors.size));
  for (uint32_t i = 0; i < ports.size(); ++i) {
    const PortT &port = *ports[i];
    const xrt_tensor_t &tensor = tensors.data[i];
    auto dtype = xrt_dtype_t(port.dtype());
    if (tensor.dtype != dtype)
      return invalid(nameOf(what, i, port) + ": expects " +
                     xrt_dtype_name(dtype) + ", got " +
                     xrt_dtype_name(tensor.dtype));
    if (tensor.rank < 0 || uint32_t(tensor.rank) != port.dims()->size())
      return invalid(nameOf(what, i, port) + ": expects rank " +
                     std::to_string(port.dims()->size()) + ", got " +
                     std::to_string(tensor.rank));
    if (tensor.rank && !tensor.dims)
      return invalid(nameOf(what, i, port) + ": expects dims, got NULL");
  }
  return Status();
}

Status Signature::checkInputs(TensorSpan inputs) const {
  return checkPorts("input", inputs, *index.inputs());
}

bool Signature::matches(TensorSpan inputs, const SizeSet &sizes) {
  const int64_t *expected = sizes.inputDims.data();
  for (size_t i = 0; i < inputs.size; ++i)
    for (int32_t d = 0; d < inputs.data[i].rank; ++d)
      if (inputs.data[i].dims[d] != *expected++)
        return false;
  return true;
}

/// Solves a*symbol + b = size.
Status Signature::solve(const format::Binding &binding, int64_t size,
                        std::vector<int64_t> &symbols) const {
  const format::Symbol &symbol = *(*index.symbols())[binding.symbol];
  const format::Input &input = *(*index.inputs())[binding.input];
  auto place = [&] {
    return nameOf("input", binding.input, input) + ": expects dim " +
           std::to_string(binding.dim) + " = " +
           format::formatExpr(*index.exprs(), *index.symbols(), binding.expr);
  };
  int64_t value = size;
  if (!binding.isPlain) {
    int64_t &unknown = symbols[binding.symbol];
    auto evaluateAt = [&](int64_t guess) {
      unknown = guess;
      return format::evaluateExprs(*index.exprs(),
                                   symbols.data())[binding.expr];
    };
    std::optional<int64_t> offset = evaluateAt(0), sum = evaluateAt(1);
    int64_t factor = 0;
    if (!offset || !sum || __builtin_sub_overflow(*sum, *offset, &factor) ||
        __builtin_sub_overflow(size, *offset, &value))
      return invalid(place() + " to fit 64 bits");
    // 0 * symbol: every value will do, so take the least.
    if (factor == 0)
      value = symbol.min();
    else if (factor == -1 ? value == INT64_MIN : value % factor != 0)
      return invalid(place() + " for a whole " + symbol.name()->str() +
                     ", got " + std::to_string(size));
    else
      value /= factor;
  }
  if (value < symbol.min() || value > symbol.max())
    return invalid(place() + " with " + symbol.name()->str() + " in [" +
                   std::to_string(symbol.min()) + ", " +
                   std::to_string(symbol.max()) + "], got " +
                   std::to_string(size));
  symbols[binding.symbol] = value;
  return Status();
}

/// "768", or "batch (2, from input 0 'x')", or "a + b (5, for a = 2, b = 3)".
std::string
Signature::describeExpected(uint32_t expr, std::optional<int64_t> expected,
                            const std::vector<int64_t> &symbols) const {
  uint64_t present = uses[expr].present;
  std::string value = expected ? std::to_string(*expected) : "too large";
  if (!present)
    return value;
  std::string text = format::formatExpr(*index.exprs(), *index.symbols(), expr);
  text += " (" + value;
  if (std::popcount(present) == 1) {
    uint32_t input =
        bindings[bindingOfSymbol[uint32_t(std::countr_zero(present))]].input;
    return text + ", from " +
           nameOf("input", input, *(*index.inputs())[input]) + ")";
  }
  text += ", for";
  const char *between = " ";
  for (uint32_t s = 0; s < symbols.size(); ++s) {
    if (!(present >> s & 1))
      continue;
    text += between + (*index.symbols())[s]->name()->str() + " = " +
            std::to_string(symbols[s]);
    between = ", ";
  }
  return text + ")";
}

Status Signature::bind(TensorSpan inputs, std::vector<int64_t> &symbols) const {
  for (uint32_t i = 0; i < inputs.size; ++i)
    for (int32_t d = 0; d < inputs.data[i].rank; ++d)
      if (inputs.data[i].dims[d] < 0)
        return invalid(nameOf("input", i, *(*index.inputs())[i]) +
                       ": expects dim " + std::to_string(d) +
                       " of 0 or more, got " +
                       std::to_string(inputs.data[i].dims[d]));
  symbols.assign(index.symbols()->size(), 0);
  // A symbol that nothing reads keeps the least value it may have.
  for (uint32_t s = 0; s < symbols.size(); ++s)
    symbols[s] = (*index.symbols())[s]->min();
  for (const format::Binding &binding : bindings)
    XRT_RETURN_IF_ERROR(
        solve(binding, inputs.data[binding.input].dims[binding.dim], symbols));

  auto values = format::evaluateExprs(*index.exprs(), symbols.data());
  for (uint32_t i = 0; i < inputs.size; ++i) {
    const format::Input &input = *(*index.inputs())[i];
    for (uint32_t d = 0; d < input.dims()->size(); ++d) {
      uint32_t expr = (*input.dims())[d];
      int64_t size = inputs.data[i].dims[d];
      if (values[expr] != size)
        return invalid(nameOf("input", i, input) + ": expects dim " +
                       std::to_string(d) + " = " +
                       describeExpected(expr, values[expr], symbols) +
                       ", got " + std::to_string(size));
    }
  }
  return Status();
}

Status Signature::checkOutputs(TensorSpan outputs, const SizeSet &sizes) const {
  XRT_RETURN_IF_ERROR(checkPorts("output", outputs, *index.outputs()));
  for (uint32_t i = 0; i < outputs.size; ++i) {
    const xrt_shape_t &shape = sizes.outputShapes[i];
    for (int32_t d = 0; d < shape.rank; ++d) {
      if (outputs.data[i].dims[d] == shape.dims[d])
        continue;
      const format::Output &output = *(*index.outputs())[i];
      return invalid(nameOf("output", i, output) + ": expects dim " +
                     std::to_string(d) + " = " +
                     describeExpected((*output.dims())[uint32_t(d)],
                                      shape.dims[d], sizes.symbols) +
                     ", got " + std::to_string(outputs.data[i].dims[d]));
    }
  }
  return Status();
}

template <typename PortT>
static Status
checkPointers(const char *what, TensorSpan tensors,
              const flatbuffers::Vector<flatbuffers::Offset<PortT>> &ports,
              const std::vector<uint64_t> &bytes) {
  for (uint32_t i = 0; i < tensors.size; ++i) {
    auto address = reinterpret_cast<uintptr_t>(tensors.data[i].data);
    if (!bytes[i])
      continue;
    if (!address)
      return invalid(nameOf(what, i, *ports[i]) + ": expects data, got NULL");
    // Sizes of elements are powers of two.
    size_t alignment = xrt_dtype_size(tensors.data[i].dtype);
    if (address & (alignment - 1))
      return invalid(nameOf(what, i, *ports[i]) + ": expects data aligned to " +
                     std::to_string(alignment));
  }
  return Status();
}

Status Signature::checkMemory(TensorSpan inputs, TensorSpan outputs,
                              const SizeSet &sizes) const {
  XRT_RETURN_IF_ERROR(
      checkPointers("input", inputs, *index.inputs(), sizes.inputBytes));
  return checkPointers("output", outputs, *index.outputs(), sizes.outputBytes);
}
