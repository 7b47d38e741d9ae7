//===- Interpret.cpp - xcc interpret model.mlir ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Interpret.h"
#include "dialects/fx/Fx.h"
#include "dialects/fx/weights/Elements.h"
#include "dialects/fx/weights/Safetensors.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace xcc::tool {

namespace {
struct InterpretCommand {
  std::string inputs, output;
  bool keepsFloat64 = false;
  bool wantsHelp = false;
  std::unique_ptr<fx::SafetensorsFile> inputFile;
  std::vector<fx::NamedTensor> results;

  std::vector<Option> table();
  LogicalResult interpretFunction(func::FuncOp function,
                                  const fx::InterpretOptions &options);
  FailureOr<SmallVector<fx::Tensor>> readInputs(func::FuncOp function);
};
} // namespace

std::vector<Option> InterpretCommand::table() {
  return {
      {"inputs", "file", ".safetensors file of the inputs, by name",
       [this](StringRef v) { return inputs = v.str(), std::string(); }},
      {"output", "file", ".safetensors file to write the results to",
       [this](StringRef v) { return output = v.str(), std::string(); }},
      {"precision", "f64", "write floats as computed, not as their type has it",
       [this](StringRef v) {
         keepsFloat64 = v == "f64";
         return keepsFloat64
                    ? std::string()
                    : ("expects --precision=f64, got '" + v + "'").str();
       }},
      {"help", "", "print this",
       [this](StringRef) { return wantsHelp = true, std::string(); }},
  };
}

// @main's values have their own names; other functions' are put behind theirs.
static std::string prefixOf(func::FuncOp function) {
  return function.getName() == "main" ? "" : function.getName().str() + ".";
}

static std::string nameOr(Attribute name, StringRef kind, unsigned number) {
  if (auto text = dyn_cast_or_null<StringAttr>(name))
    return text.str();
  return (kind + Twine(number)).str();
}

FailureOr<SmallVector<fx::Tensor>>
InterpretCommand::readInputs(func::FuncOp function) {
  SmallVector<fx::Tensor> tensors;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    std::string name =
        prefixOf(function) +
        nameOr(function.getArgAttr(i, fx::nameAttrName), "arg", i);
    const fx::SafetensorsEntry *entry =
        inputFile ? inputFile->find(name) : nullptr;
    if (!entry)
      return function.emitError("expects an input '")
             << name << "', got none of that name";
    Type type = fx::typeOfSafetensorsName(entry->dtype, function.getContext());
    int64_t bytes =
        type ? fx::productOf(entry->shape) * fx::elementBytes(type) : -1;
    if (bytes != static_cast<int64_t>(entry->bytes.size()))
      return function.emitError("expects input '")
             << name << "' of a dtype and size known to xcc, got "
             << entry->dtype << " in " << entry->bytes.size() << " bytes";
    tensors.push_back(fx::Tensor::fromBytes(type, entry->shape, entry->bytes));
  }
  return tensors;
}

LogicalResult
InterpretCommand::interpretFunction(func::FuncOp function,
                                    const fx::InterpretOptions &options) {
  FailureOr<SmallVector<fx::Tensor>> tensors = readInputs(function);
  if (failed(tensors))
    return failure();
  FailureOr<SmallVector<fx::Tensor>> values =
      fx::interpret(function, *tensors, options);
  if (failed(values))
    return failure();
  for (auto [i, value] : llvm::enumerate(*values)) {
    Type type = value.elementType();
    if (keepsFloat64 && value.isFloat())
      type = Float64Type::get(function.getContext());
    results.push_back(
        {prefixOf(function) +
             nameOr(function.getResultAttr(i, fx::nameAttrName), "output", i),
         fx::safetensorsName(type).str(), SmallVector<int64_t>(value.shape()),
         value.toBytes(type)});
  }
  return success();
}

// Every function of the file is run, also after one has failed.
static LogicalResult runAll(InterpretCommand &command, StringRef path) {
  MLIRContext context;
  fx::loadInterpreterDialects(context);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, llvm::errs());
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(path, sources, &context);
  if (!module)
    return failure();
  if (!command.inputs.empty()) {
    auto file = fx::SafetensorsFile::open(command.inputs);
    if (!file)
      return emitError(UnknownLoc::get(&context))
             << llvm::toString(file.takeError());
    command.inputFile = std::move(*file);
  }
  fx::InterpretOptions options;
  StringRef directory = llvm::sys::path::parent_path(path);
  if (!directory.empty())
    options.moduleDirectory = directory.str();
  LogicalResult result = success();
  for (auto function : module->getOps<func::FuncOp>())
    if (failed(command.interpretFunction(function, options)))
      result = failure();
  if (!command.output.empty())
    if (llvm::Error error =
            fx::writeSafetensors(command.output, command.results))
      return emitError(UnknownLoc::get(&context))
             << llvm::toString(std::move(error));
  return result;
}

int interpretMain(ArrayRef<const char *> args) {
  InterpretCommand command;
  std::vector<std::string> models;
  std::string error = parseOptions(args, command.table(), models);
  if (!error.empty())
    return usageError(error);
  if (command.wantsHelp) {
    llvm::outs() << "xcc interpret model.mlir: the float64 meaning of each "
                    "function\n\n"
                 << formatOptions(command.table());
    return 0;
  }
  if (models.size() != 1)
    return usageError("expects one model, got " +
                      std::to_string(models.size()));
  return succeeded(runAll(command, models[0])) ? 0 : exitFailure;
}

} // namespace xcc::tool
