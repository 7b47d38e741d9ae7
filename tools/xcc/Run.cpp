//===- Run.cpp - xcc run model.xcb ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/RunInputs.h"

#include "tools/xcc/Check.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "tools/xcc/Profile.h"
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
  ProfileOptions profile;
  std::optional<int> repeat;
  bool doesCheck = false;
  bool doesCheckWeights = false;
  bool hasSchedule = false;
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
  void printOutput(const HostTensor &output);
  Expected<bool> check(const std::string &path);

  const RunOptions &options;
  mlir::MLIRContext context;
  const xrt_bundle_t *bundle;
  Session session;
  std::optional<Profiler> profiler; // when one is asked for
};
} // namespace

template <typename T> static std::string takeInteger(StringRef text, T &value) {
  if (text.getAsInteger(10, value) || value < 0)
    return ("expects a number, got '" + text + "'").str();
  return "";
}

/// A profile of a single run says little; emulated devices take seconds.
static int numRuns(const RunOptions &options, StringRef device) {
  bool isCounted = options.profile.isWanted && device == "host";
  return options.repeat.value_or(isCounted ? 20 : 1);
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
       [this](StringRef v) {
         wish.isa = v.str();
         return v.empty() ? "expects an isa level, got ''" : "";
       }},
      {"threads", "n", "threads to use (all)",
       [this](StringRef v) { return takeInteger(v, wish.numThreads); }},
      {"schedule", "n",
       "on an emulated device: 0 threads in order, 1 with copies at once, "
       "above at random (0)",
       [this](StringRef v) {
         hasSchedule = true;
         return takeInteger(v, wish.emulationSeed);
       }},
      {"repeat", "n", "timed runs (1; with --profile on the host 20)",
       [this](StringRef v) { return takeInteger(v, repeat.emplace()); }},
      {"output", "path", "write outputs to a .safetensors, a .npy or a folder",
       text(output)},
      {"check-weights", "",
       "compare the weights' checksums first, as --check does",
       flag(doesCheckWeights)},
      {"check", "", "compare with the float64 interpreter", flag(doesCheck)},
      {"bound", "x", "largest error of --check, in units of an output's scale",
       [this](StringRef v) {
         double value = 0;
         if (v.getAsDouble(value))
           return ("expects a number, got '" + v + "'").str();
         return bound = value, std::string();
       }},
      {"help", "", "print this", flag(isHelp)}};
  std::vector<Option> profiling = profile.table();
  own.insert(own.end() - 1, profiling.begin(), profiling.end());
  options.insert(options.end(), own.begin(), own.end());
  return options;
}

static bool isEmulated(const xrt_device_t *device) {
  return StringRef(xrt_device_name(device)).starts_with("emu:");
}

Error RunCommand::load() {
  // The reference is made of the bundle's own weights: they must be whole.
  bool areChecked = options.doesCheck || options.doesCheckWeights;
  if (areChecked)
    if (Error error = toError(xrt_bundle_verify(bundle)))
      return error;
  auto begin = Clock::now();
  if (Error error = session.load(options.wish))
    return error;
  if (options.hasSchedule && !isEmulated(session.device.get()))
    return makeError("option '--schedule' expects an emulated device, got '" +
                     Twine(xrt_device_name(session.device.get())) + "'");
  const xrt_device_t *device = session.device.get();
  const xrt_program_t *program = session.program.get();
  outs() << "device  " << xrt_device_name(device) << " ("
         << xrt_device_description(device) << "), " << xrt_program_isa(program)
         << ", " << xrt_program_num_threads(program)
         << " threads: " << xrt_device_reason(device) << '\n'
         << "load    " << format("%.2f ms", millisecondsSince(begin))
         << (areChecked ? ", every checksum is right\n"
                        : ", checksums of weights not compared\n");
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
  if (options.profile.isWanted || !options.profile.trace.empty())
    if (Error error = profiler.emplace(options.profile, session).start())
      return error;
  std::vector<double> times;
  int count = numRuns(options, xrt_device_name(session.device.get()));
  for (int i = 0; i < count; ++i) {
    begin = Clock::now();
    if (Error error = runOnce())
      return error;
    times.push_back(millisecondsSince(begin));
    if (profiler)
      if (Error error = profiler->noteRun(times.back()))
        return error;
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

Expected<bool> RunCommand::check(const std::string &path) {
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
  if (profiler)
    if (Error error = profiler->finish(outs()))
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
