//===- Run.cpp - xcc run model.xcb ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/RunInputs.h"

#include "tools/xcc/Check.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "tools/xcc/Session.h"
#include "tools/xcc/TensorFiles.h"

#include "mlir/IR/MLIRContext.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;

namespace xcc::tool {

namespace {
struct RunOptions {
  RunInputs inputs;
  DeviceWish wish;
  std::string output;
  int repeat = 1;
  bool doesCheck = false;
  bool doesProfile = false;
  bool isHelp = false;
  std::optional<double> bound;

  std::vector<Option> table();
};

/// One `xcc run`, step by step.
class RunCommand {
public:
  RunCommand(const RunOptions &options, const xrt_bundle_t *bundle)
      : options(options), bundle(bundle), session(bundle) {}

  /// The process's exit code.
  Expected<int> run(const std::string &path);

private:
  Error load();
  Error runOnce();
  Error runTimed();
  Error printProfile();
  void printOutput(const HostTensor &output);
  Expected<bool> check(const std::string &path);

  const RunOptions &options;
  mlir::MLIRContext context;
  const xrt_bundle_t *bundle;
  Session session;
};
} // namespace

template <typename T> static std::string takeInteger(StringRef text, T &value) {
  if (text.getAsInteger(10, value) || value < 0)
    return ("expects a number, got '" + text + "'").str();
  return "";
}

std::vector<Option> RunOptions::table() {
  auto flag = [](bool &value) {
    return [&value](StringRef) { return value = true, std::string(); };
  };
  auto text = [](std::string &value) {
    return [&value](StringRef v) { return value = v.str(), std::string(); };
  };
  std::vector<Option> options = inputs.table();
  std::vector<Option> own = {
      {"device", "name", "device to run on; see xcc devices",
       text(wish.device)},
      {"isa", "level", "instruction-set level to use (the best)",
       text(wish.isa)},
      {"threads", "n", "threads to use (all)",
       [this](StringRef v) { return takeInteger(v, wish.numThreads); }},
      {"schedule", "n",
       "on an emulated device: 0 threads in order, 1 with copies at once, "
       "above at random (0)",
       [this](StringRef v) { return takeInteger(v, wish.emulationSeed); }},
      {"repeat", "n", "timed runs (1)",
       [this](StringRef v) { return takeInteger(v, repeat); }},
      {"output", "path", "write outputs to a .safetensors, a .npy or a folder",
       text(output)},
      {"check", "", "compare with the float64 interpreter", flag(doesCheck)},
      {"bound", "x", "largest error of --check, in units of an output's scale",
       [this](StringRef v) {
         double value = 0;
         if (v.getAsDouble(value))
           return ("expects a number, got '" + v + "'").str();
         return bound = value, std::string();
       }},
      {"profile", "", "print the time of each step", flag(doesProfile)},
      {"help", "", "print this", flag(isHelp)}};
  options.insert(options.end(), own.begin(), own.end());
  return options;
}

Error RunCommand::load() {
  auto begin = Clock::now();
  if (Error error = session.load(options.wish))
    return error;
  const xrt_device_t *device = session.device.get();
  const xrt_program_t *program = session.program.get();
  outs() << "device  " << xrt_device_name(device) << " ("
         << xrt_device_description(device) << "), " << xrt_program_isa(program)
         << ", " << xrt_program_num_threads(program)
         << " threads: " << xrt_device_reason(device) << '\n'
         << "load    " << format("%.2f ms\n", millisecondsSince(begin));
  return Error::success();
}

/// Runs; each fault that an emulated device saw is printed, the error names the
/// first.
Error RunCommand::runOnce() {
  Error error = session.run();
  if (!error)
    return error;
  Expected<std::vector<std::string>> faults = session.takeFaults();
  if (!faults)
    return joinErrors(std::move(error), faults.takeError());
  for (const std::string &fault : *faults)
    outs() << "fault   " << fault << '\n';
  return error;
}

Error RunCommand::runTimed() {
  // The first run packs weights and makes the arena.
  auto begin = Clock::now();
  if (Error error = runOnce())
    return error;
  outs() << format("run     first %.3f ms", millisecondsSince(begin));
  if (options.doesProfile)
    if (Error error =
            toError(xrt_program_set_profiling(session.program.get(), true)))
      return error;
  std::vector<double> times;
  for (int i = 0; i < options.repeat; ++i) {
    begin = Clock::now();
    if (Error error = runOnce())
      return error;
    times.push_back(millisecondsSince(begin));
  }
  if (!times.empty()) {
    sort(times);
    outs() << format(", then min %.3f ms, median %.3f ms of %d", times.front(),
                     times[times.size() / 2], int(times.size()));
  }
  outs() << '\n';
  return Error::success();
}

void RunCommand::printOutput(const HostTensor &output) {
  outs() << "output  " << output.name << ' ' << xrt_dtype_name(output.dtype)
         << ' ' << formatDims(output.dims);
  std::vector<double> numbers = toNumbers(output, &context);
  double sum = 0, low = INFINITY, high = -INFINITY;
  size_t numNan = 0;
  for (double number : numbers) {
    numNan += std::isnan(number);
    if (std::isnan(number))
      continue;
    sum += number;
    low = std::min(low, number);
    high = std::max(high, number);
  }
  size_t counted = numbers.size() - numNan;
  if (counted)
    outs() << format(": mean %.6g, min %.6g, max %.6g", sum / double(counted),
                     low, high);
  if (numNan)
    outs() << ", " << numNan << " NaN";
  outs() << '\n';
}

Error RunCommand::printProfile() {
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return error;
  std::vector<xrt_step_profile_t> steps(summary.num_steps);
  uint64_t total = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (Error error = toError(
            xrt_program_get_profile(session.program.get(), i, &steps[i])))
      return error;
    total += steps[i].total_ns;
  }
  outs() << "profile step  min us   mean us  share  kernel\n";
  for (auto [i, step] : enumerate(steps))
    outs() << format(
        "        %4zu %8.1f %9.1f %5.1f%%  %s\n", i, double(step.min_ns) / 1e3,
        double(step.total_ns) / 1e3 / double(std::max<uint64_t>(step.calls, 1)),
        100.0 * double(step.total_ns) / double(std::max<uint64_t>(total, 1)),
        step.name);
  return Error::success();
}

Expected<bool> RunCommand::check(const std::string &path) {
  // The reference is made of the bundle's own weights: they must be whole.
  if (Error error = toError(xrt_bundle_verify(bundle)))
    return std::move(error);
  StringRef directory = sys::path::parent_path(path);
  auto references =
      interpretBundle(bundle, directory.empty() ? "." : directory.str(),
                      session.inputs, session.outputs.size());
  if (!references)
    return references.takeError();
  bool isWithin = true;
  for (auto [output, reference] : zip(session.outputs, *references)) {
    Difference difference = compare(toNumbers(output, &context), reference);
    // Integers are exact, whatever they were made of.
    double bound =
        options.bound.value_or(isFloat(output.dtype) ? reference.bound : 0);
    // Not the other way round: NaN is beyond.
    bool isGood = difference.relative() <= bound;
    outs() << "check   " << output.name
           << format(": max error %.3g, %.3g of its scale %.3g, bound %.3g: ",
                     difference.maxError, difference.relative(),
                     difference.scale, bound)
           << (isGood ? "good" : "BAD") << '\n';
    isWithin &= isGood;
  }
  return isWithin;
}

Expected<int> RunCommand::run(const std::string &path) {
  if (Error error = load())
    return std::move(error);
  auto made = options.inputs.make(bundle, &context);
  if (!made)
    return made.takeError();
  if (Error error = session.setInputs(std::move(*made)))
    return std::move(error);
  if (Error error = runTimed())
    return std::move(error);
  for (const HostTensor &output : session.outputs)
    printOutput(output);
  if (options.doesProfile)
    if (Error error = printProfile())
      return std::move(error);
  if (!options.output.empty())
    if (Error error = writeTensors(options.output, session.outputs))
      return std::move(error);
  if (!options.doesCheck)
    return 0;
  Expected<bool> isWithin = check(path);
  if (!isWithin)
    return isWithin.takeError();
  return *isWithin ? 0 : exitFailure;
}

int runMain(ArrayRef<const char *> args) {
  RunOptions options;
  std::vector<std::string> bundles;
  std::vector<Option> table = options.table();
  if (std::string error = parseOptions(args, table, bundles); !error.empty())
    return usageError(error);
  if (options.isHelp) {
    outs() << "xcc run model.xcb: run it, on random inputs unless some are "
              "given\n"
           << formatOptions(table);
    return 0;
  }
  return withBundle(bundles, [&](const xrt_bundle_t *bundle) {
    return RunCommand(options, bundle).run(bundles[0]);
  });
}

} // namespace xcc::tool
