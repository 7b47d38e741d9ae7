//===- RunInputs.cpp - The inputs of xcc run ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/RunInputs.h"

#include "tools/xcc/Runtime.h"
#include "tools/xcc/TensorFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

/// Splits "name=value".
static std::string split(StringRef text, StringRef form, StringRef &name,
                         StringRef &value) {
  std::tie(name, value) = text.split('=');
  if (name.empty() || value.empty())
    return ("expects " + form + ", got '" + text + "'").str();
  return "";
}

std::vector<Option> RunInputs::table() {
  StringRef name, value;
  return {
      {"input", "name=file.npy", "read an input from a file",
       [=, this](StringRef v) mutable {
         std::string error = split(v, "name=file.npy", name, value);
         return files[name.str()] = value.str(), error;
       }},
      {"inputs", "file.safetensors", "read the inputs of these names",
       [this](StringRef v) {
         return archives.push_back(v.str()), std::string();
       }},
      {"seed", "n", "of random inputs (0)",
       [this](StringRef v) {
         return v.getAsInteger(10, seed)
                    ? ("expects a seed, got '" + v + "'").str()
                    : "";
       }},
      {"symbol", "name=size", "value of a symbolic size",
       [=, this](StringRef v) mutable {
         std::string error = split(v, "name=size", name, value);
         if (error.empty() && value.getAsInteger(10, symbols[name.str()]))
           error = ("expects name=size, got '" + v + "'").str();
         return error;
       }},
      {"range", "name=lo:hi", "random elements of an input lie in this range",
       [=, this](StringRef v) mutable {
         std::string error = split(v, "name=lo:hi", name, value);
         auto [low, high] = value.split(':');
         Range &range = ranges[name.str()];
         if (error.empty() &&
             (low.getAsDouble(range.low) || high.getAsDouble(range.high) ||
              !(range.low <= range.high)))
           error = ("expects name=lo:hi, got '" + v + "'").str();
         return error;
       }},
  };
}

static Expected<std::vector<xrt_port_t>> getInputs(const xrt_bundle_t *bundle) {
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return std::move(error);
  std::vector<xrt_port_t> ports(summary.num_inputs);
  for (size_t i = 0; i < ports.size(); ++i)
    if (Error error = toError(xrt_bundle_get_input(bundle, i, &ports[i])))
      return std::move(error);
  return ports;
}

template <typename Map>
static Error expectKnown(StringRef what, const Map &given,
                         ArrayRef<std::string> known) {
  for (const auto &[name, value] : given)
    if (!is_contained(known, name))
      return makeError("expects " + what + " of " + join(known, ", ") +
                       ", got '" + name + "'");
  return Error::success();
}

Expected<RunInputs::Given> RunInputs::read(const xrt_bundle_t *bundle) const {
  auto ports = getInputs(bundle);
  if (!ports)
    return ports.takeError();
  std::vector<std::string> names;
  for (const xrt_port_t &port : *ports)
    names.push_back(port.name);
  if (Error error = expectKnown("an input", files, names))
    return std::move(error);
  if (Error error = expectKnown("an input", ranges, names))
    return std::move(error);

  Given given;
  for (const std::string &archive : archives) {
    auto tensors = readSafetensors(archive);
    if (!tensors)
      return tensors.takeError();
    for (HostTensor &tensor : *tensors)
      given[tensor.name] = std::move(tensor);
  }
  for (const auto &[name, file] : files) {
    auto tensor = readNpy(file);
    if (!tensor)
      return tensor.takeError();
    tensor->name = name;
    given[name] = std::move(*tensor);
  }
  if (Error error = expectKnown("an input", given, names))
    return std::move(error);
  return given;
}

Expected<std::vector<int64_t>>
RunInputs::chooseSymbols(const xrt_bundle_t *bundle, const Given &given) const {
  auto ports = getInputs(bundle);
  if (!ports)
    return ports.takeError();
  std::map<std::string, int64_t> sizes;
  for (const xrt_port_t &port : *ports) {
    auto tensor = given.find(port.name);
    if (tensor == given.end() ||
        int64_t(tensor->second.dims.size()) != port.rank)
      continue;
    for (int32_t d = 0; d < port.rank; ++d)
      sizes.try_emplace(formatExpression(bundle, port.dims[d]),
                        tensor->second.dims[d]);
  }

  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return std::move(error);
  std::vector<int64_t> values;
  std::vector<std::string> names;
  for (size_t i = 0; i < summary.num_symbols; ++i) {
    xrt_symbol_t symbol;
    if (Error error = toError(xrt_bundle_get_symbol(bundle, i, &symbol)))
      return std::move(error);
    names.push_back(symbol.name);
    auto size = sizes.find(symbol.name);
    values.push_back(
        size != sizes.end()
            ? size->second
            : std::min(std::max<int64_t>(symbol.min, 1), symbol.max));
    if (auto asked = symbols.find(symbol.name); asked != symbols.end())
      values.back() = asked->second;
  }
  if (Error error = expectKnown("a symbol", symbols, names))
    return std::move(error);
  return values;
}

Expected<std::vector<HostTensor>>
RunInputs::make(const xrt_bundle_t *bundle, mlir::MLIRContext *context) const {
  auto given = read(bundle);
  if (!given)
    return given.takeError();
  auto values = chooseSymbols(bundle, *given);
  if (!values)
    return values.takeError();
  auto ports = getInputs(bundle);
  if (!ports)
    return ports.takeError();

  std::vector<HostTensor> inputs;
  for (auto [i, port] : enumerate(*ports)) {
    auto found = given->find(port.name);
    bool isRandom = found == given->end();
    if (isRandom) {
      std::vector<int64_t> dims(port.rank);
      for (int32_t d = 0; d < port.rank; ++d)
        if (Error error = toError(xrt_bundle_evaluate_expression(
                bundle, port.dims[d], values->data(), values->size(),
                &dims[d])))
          return std::move(error);
      auto tensor = makeTensor(port.name, port.dtype, dims);
      if (!tensor)
        return tensor.takeError();
      auto range = ranges.find(port.name);
      // Another stream for each input.
      fillRandom(*tensor, seed * 1000003 + i,
                 range == ranges.end() ? std::nullopt
                                       : std::optional(range->second),
                 context);
      inputs.push_back(std::move(*tensor));
    } else {
      inputs.push_back(std::move(found->second));
    }
    outs() << "input   " << port.name << ' '
           << xrt_dtype_name(inputs.back().dtype) << ' '
           << formatDims(inputs.back().dims)
           << (isRandom ? " random\n" : " given\n");
  }
  return inputs;
}

} // namespace xcc::tool
