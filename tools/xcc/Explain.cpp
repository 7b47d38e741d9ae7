//===- Explain.cpp - xcc explain model.mlir|model.xcb ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Explain.h"

#include "dialects/plan/Describe.h"
#include "lib/Driver/Backends.h"
#include "lib/Driver/Compiler.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "tools/xcc/ExplainProducts.h"
#include "tools/xcc/Runtime.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using mlir::MLIRContext;
using mlir::ModuleOp;
using mlir::OwningOpRef;

namespace xcc::tool {

//===-- Where plans come from
//----------------------------------------------===//

/// What the compiler wrote into the bundle.
static Expected<json::Object> explainBundle(const std::string &path) {
  Expected<BundlePtr> bundle = openBundle(path);
  if (!bundle)
    return bundle.takeError();
  xrt_bundle_summary_t summary{};
  if (Error error = toError(xrt_bundle_summarize(bundle->get(), &summary)))
    return std::move(error);
  for (size_t i = 0; i < summary.num_notes; ++i) {
    const char *key = nullptr, *value = nullptr;
    if (Error error =
            toError(xrt_bundle_get_note(bundle->get(), i, &key, &value)))
      return std::move(error);
    if (StringRef(key) != "explain")
      continue;
    Expected<json::Value> plan = json::parse(value);
    if (!plan)
      return plan.takeError();
    if (json::Object *object = plan->getAsObject())
      return std::move(*object);
  }
  return makeError("'" + path + "' does not say what was fused");
}

/// The module as it is after `stage`.
static OwningOpRef<ModuleOp> compileUntil(Stage stage,
                                          const TargetDescription *target,
                                          const MemoryBuffer &file,
                                          StringRef path, MLIRContext &context,
                                          raw_ostream &diagnostics) {
  CompileOptions options;
  options.stopAfter = stage;
  if (target)
    options.targets = {target};
  StringRef directory = sys::path::parent_path(path);
  options.moduleDirectory = directory.empty() ? "." : directory.str();
  auto text = compileToMemory(file.getMemBufferRef(), options, diagnostics);
  if (failed(text))
    return {};
  StringRef bytes(reinterpret_cast<const char *>(text->data()), text->size());
  return parseModule(context, MemoryBufferRef(bytes, path), diagnostics);
}

/// What fusion makes of the model, and how the device multiplies.
static Expected<json::Object> explainModel(const std::string &path,
                                           const TargetDescription *target,
                                           raw_ostream &diagnostics) {
  auto file = MemoryBuffer::getFileOrSTDIN(path);
  if (!file)
    return makeError("cannot read '" + path +
                     "': " + file.getError().message());
  auto context = makeContext(/*numThreads=*/1);
  OwningOpRef<ModuleOp> fused =
      compileUntil(Stage::Fuse, nullptr, **file, path, *context, diagnostics);
  if (!fused)
    return makeError("'" + path + "' cannot be compiled");
  json::Object plan = plan::describePlan(*fused);
  if (!target)
    return plan;
  OwningOpRef<ModuleOp> scheduled = compileUntil(
      Stage::Schedule, target, **file, path, *context, diagnostics);
  if (!scheduled)
    return makeError("'" + path + "' cannot be compiled for " +
                     target->name.str());
  addProducts(*scheduled, plan);
  return plan;
}

Expected<json::Object> explainFile(const std::string &path,
                                   const TargetDescription *target) {
  if (!StringRef(path).ends_with(".xcb"))
    return explainModel(path, target, errs());
  if (target)
    return makeError("expects a model (.mlir) with --target, got '" + path +
                     "'");
  return explainBundle(path);
}

//===-- For people
//---------------------------------------------------------===//

static StringRef textAt(const json::Object &object, StringRef key) {
  return object.getString(key).value_or("");
}

std::string summarise(const json::Object &plan) {
  const json::Array *kernels = plan.getArray("kernels");
  auto count = [](int64_t number, StringRef what) {
    return formatv("{0} {1}{2}", number, what, number == 1 ? "" : "s").str();
  };
  std::string launches =
      std::to_string(plan.getInteger("launches").value_or(0));
  return count(plan.getInteger("ops").value_or(0), "operation") + " in " +
         launches + (launches == "1" ? " launch" : " launches") + " of " +
         count(kernels ? kernels->size() : 0, "kernel") + ", arena " +
         textAt(plan, "arena").str();
}

/// "linear (bert.py:26), gelu (bert.py:27)"
static std::string opsOf(const json::Object &kernel) {
  std::string text;
  const json::Array *ops = kernel.getArray("ops");
  for (const json::Value &value : ops ? *ops : json::Array()) {
    const json::Object *op = value.getAsObject();
    if (!op)
      continue;
    text += (text.empty() ? "" : ", ") + textAt(*op, "op").str();
    if (StringRef source = textAt(*op, "source"); !source.empty())
      text += " (" + source.str() + ")";
  }
  return text;
}

static constexpr size_t tableWidth = 100;

/// A row of the table; long text goes on below itself.
static void printRow(raw_ostream &os, StringRef head, StringRef text) {
  constexpr size_t headWidth = 9;
  size_t width = tableWidth - headWidth - 4;
  do {
    StringRef line = text;
    if (line.size() > width) {
      size_t space = line.take_front(width).rfind(' ');
      line = line.take_front(space == StringRef::npos ? width : space);
    }
    os << "│ " << left_justify(head, headWidth) << left_justify(line, width + 1)
       << "│\n";
    text = text.drop_front(line.size()).ltrim();
    head = "";
  } while (!text.empty());
}

static void printRule(raw_ostream &os, StringRef left, StringRef right,
                      StringRef title) {
  os << left << "─";
  size_t used = 1;
  if (!title.empty()) {
    os << ' ' << title << ' ';
    used += title.size() + 2;
  }
  for (; used < tableWidth - 2; ++used)
    os << "─";
  os << right << '\n';
}

static void printKernel(const json::Object &kernel, raw_ostream &os) {
  int64_t launches = kernel.getInteger("launches").value_or(1);
  std::string title =
      (textAt(kernel, "name") + ": " + textAt(kernel, "family")).str();
  if (launches > 1)
    title += formatv(", launched {0} times", launches).str();
  printRule(os, "┌", "┐", title);
  printRow(os, "ops", opsOf(kernel));
  printRow(os, "memory",
           ("reads " + textAt(kernel, "reads") + ", writes " +
            textAt(kernel, "writes"))
               .str());
  printRow(os, "flops", textAt(kernel, "flops"));
  for (StringRef key : {"products", "fused", "refused"}) {
    const json::Array *lines = kernel.getArray(key);
    StringRef head = key;
    for (const json::Value &line : lines ? *lines : json::Array()) {
      printRow(os, head, line.getAsString().value_or(""));
      head = "";
    }
  }
  printRule(os, "└", "┘", "");
}

void printExplanation(const json::Object &plan, raw_ostream &os) {
  os << summarise(plan) << "\n\n";
  const json::Array *kernels = plan.getArray("kernels");
  for (const json::Value &kernel : kernels ? *kernels : json::Array())
    if (const json::Object *object = kernel.getAsObject())
      printKernel(*object, os);
}

//===-- The command
//--------------------------------------------------------===//

int explainMain(ArrayRef<const char *> args) {
  bool isJson = false, isHelp = false;
  auto flag = [](bool &value) {
    return [&value](StringRef) { return value = true, std::string(); };
  };
  const TargetDescription *target = nullptr;
  auto takeTarget = [&](StringRef name) {
    if (name.empty() || name.contains(','))
      return ("expects one target, got '" + name + "'").str();
    target = findTarget(name);
    return target ? std::string() : unknownTargetMessage(name);
  };
  Option options[] = {
      {"json", "", "print it as JSON", flag(isJson)},
      {"target", "name", "say by what this device multiplies, too", takeTarget},
      {"help", "", "print this", flag(isHelp)}};
  std::vector<std::string> files;
  if (std::string error = parseOptions(args, options, files); !error.empty())
    return usageError(error);
  if (isHelp) {
    outs() << "xcc explain model.mlir|model.xcb: what was fused, and why\n"
           << formatOptions(options);
    return 0;
  }
  if (files.size() != 1)
    return usageError("expects one model or bundle, got " +
                      std::to_string(files.size()));
  Expected<json::Object> plan = explainFile(files[0], target);
  if (!plan)
    return reportFailure(plan.takeError());
  if (isJson)
    outs() << formatv("{0:2}", json::Value(std::move(*plan))) << '\n';
  else
    printExplanation(*plan, outs());
  return 0;
}

} // namespace xcc::tool
