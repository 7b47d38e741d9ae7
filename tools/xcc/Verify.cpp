//===- Verify.cpp - xcc verify model.xcb ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Check.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "tools/xcc/RunInputs.h"
#include "tools/xcc/Session.h"

#include "mlir/IR/MLIRContext.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;

namespace xcc::tool {

namespace {
struct VerifyOptions {
  RunInputs inputs;
  std::vector<std::string> devices; // empty: all that the bundle is for
  int numThreads = 0;
  unsigned numRandom = 0;
  bool isHelp = false;

  std::vector<Option> table();
};

/// What came of one device.
struct Verdict {
  std::string device;
  size_t numKernels = 0;
  unsigned numSchedules = 0;
  double relative = 0, bound = 0; // of the output nearest its bound, or beyond
  double seconds = 0;
  std::vector<std::string> faults;
  std::string problem; // why it could not be run

  bool isGood() const {
    return problem.empty() && faults.empty() && relative <= bound;
  }
};

/// One `xcc verify`: every image on a device against one reference.
class VerifyCommand {
public:
  VerifyCommand(const VerifyOptions &options, const xrt_bundle_t *bundle)
      : options(options), bundle(bundle) {}

  /// The process's exit code.
  Expected<int> run(const std::string &path);

private:
  Expected<std::vector<std::string>> chooseDevices();
  Error interpret(const std::string &path);
  size_t countKernels(StringRef device);
  Verdict verify(const std::string &device);
  Error verifySchedule(const std::string &device, uint64_t seed,
                       Verdict &verdict);
  void compareOutputs(const Session &session, Verdict &verdict);
  void printTable(ArrayRef<Verdict> verdicts);

  const VerifyOptions &options;
  mlir::MLIRContext context;
  const xrt_bundle_t *bundle;
  std::vector<HostTensor> inputs;
  std::vector<Reference> references;
};
} // namespace

std::vector<Option> VerifyOptions::table() {
  std::vector<Option> all = inputs.table();
  std::vector<Option> own = {
      {"device", "names", "only these, comma-separated: host, emu:<target>...",
       [this](StringRef v) {
         SmallVector<StringRef> names;
         v.split(names, ',');
         for (StringRef name : names)
           devices.push_back(name.trim().str());
         return std::string();
       }},
      {"schedules", "n",
       "beside threads in order run n random orders, and copies at once (0)",
       [this](StringRef v) {
         return v.getAsInteger(10, numRandom)
                    ? ("expects a number, got '" + v + "'").str()
                    : "";
       }},
      {"threads", "n", "threads to use (all)",
       [this](StringRef v) {
         return v.getAsInteger(10, numThreads) || numThreads < 0
                    ? ("expects a number, got '" + v + "'").str()
                    : "";
       }},
      {"help", "", "print this",
       [this](StringRef) { return isHelp = true, std::string(); }}};
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

/// A line on the terminal that the next one replaces.
static void showProgress(const Twine &text) {
  if (!sys::Process::StandardErrIsDisplayed())
    return;
  outs().flush();
  errs() << "\r\033[K" << text;
}

/// The host, if the bundle is for it, and the emulated device of each plan.
Expected<std::vector<std::string>> VerifyCommand::chooseDevices() {
  if (!options.devices.empty())
    return options.devices;
  std::vector<std::string> devices;
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return std::move(error);
  for (size_t i = 0; i < summary.num_plans; ++i) {
    xrt_target_plan_t plan;
    if (Error error = toError(xrt_bundle_get_plan(bundle, i, &plan)))
      return std::move(error);
    devices.push_back(std::string("emu:") + plan.target);
  }
  for (size_t i = 0; i < summary.num_images; ++i) {
    xrt_image_t image;
    if (Error error = toError(xrt_bundle_get_image(bundle, i, &image)))
      return std::move(error);
    if (StringRef(image.target) == "host" && !is_contained(devices, "host"))
      devices.push_back("host");
  }
  return devices;
}

Error VerifyCommand::interpret(const std::string &path) {
  if (Error error = toError(xrt_bundle_verify(bundle)))
    return error;
  auto made = options.inputs.make(bundle, &context);
  if (!made)
    return made.takeError();
  inputs = std::move(*made);
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return error;
  showProgress("float64 interpreter");
  StringRef directory = sys::path::parent_path(path);
  auto made64 =
      interpretBundle(bundle, directory.empty() ? "." : directory.str(), inputs,
                      summary.num_outputs);
  if (!made64)
    return made64.takeError();
  references = std::move(*made64);
  return Error::success();
}

/// Kernels that the device's plan launches.
size_t VerifyCommand::countKernels(StringRef device) {
  xrt_bundle_summary_t summary;
  xrt_status_free(xrt_bundle_summarize(bundle, &summary));
  std::set<std::string> names;
  StringRef target = device;
  target.consume_front("emu:");
  xrt_target_plan_t plan;
  xrt_target_launch_t launch;
  xrt_phase_t phase;
  for (size_t p = 0; p < summary.num_plans; ++p) {
    xrt_status_free(xrt_bundle_get_plan(bundle, p, &plan));
    if (plan.target != target)
      continue;
    for (size_t step = 0; step < summary.num_steps; ++step) {
      xrt_status_free(xrt_bundle_get_launch(bundle, p, step, &launch));
      for (size_t i = 0; i < launch.num_phases; ++i) {
        xrt_status_free(xrt_bundle_get_phase(bundle, p, step, i, &phase));
        names.insert(phase.kernel);
      }
    }
    return names.size();
  }
  return summary.num_kernels;
}

void VerifyCommand::compareOutputs(const Session &session, Verdict &verdict) {
  for (auto [output, reference] : zip(session.outputs, references)) {
    Difference difference = compare(toNumbers(output, &context), reference);
    // Integers are exact, whatever they were made of.
    double bound = isFloat(output.dtype) ? reference.bound : 0;
    double relative = difference.relative();
    // The worst is the one nearest its bound; products, as bounds may be 0.
    bool isWorse = relative * verdict.bound >= verdict.relative * bound;
    if (relative <= bound && verdict.numSchedules && !isWorse)
      continue;
    if (!(relative <= bound) || verdict.relative <= verdict.bound) {
      verdict.relative = relative;
      verdict.bound = bound;
    }
  }
}

Error VerifyCommand::verifySchedule(const std::string &device, uint64_t seed,
                                    Verdict &verdict) {
  Session session(bundle);
  DeviceWish wish;
  wish.device = device;
  wish.numThreads = options.numThreads;
  wish.emulationSeed = seed;
  if (Error error = session.load(wish))
    return error;
  if (Error error = session.setInputs(inputs))
    return error;
  Error error = session.run();
  Expected<std::vector<std::string>> faults = session.takeFaults();
  if (!faults)
    return joinErrors(std::move(error), faults.takeError());
  verdict.faults.insert(verdict.faults.end(), faults->begin(), faults->end());
  // What the faults say, the error says again.
  if (error && faults->empty())
    return error;
  consumeError(std::move(error));
  compareOutputs(session, verdict);
  ++verdict.numSchedules;
  return Error::success();
}

Verdict VerifyCommand::verify(const std::string &device) {
  Verdict verdict;
  verdict.device = device;
  verdict.numKernels = countKernels(device);
  bool isEmulated = StringRef(device).starts_with("emu:");
  // Copies at once are the second of the orders without chance.
  unsigned count = isEmulated && options.numRandom ? options.numRandom + 2 : 1;
  auto begin = Clock::now();
  for (unsigned seed = 0; seed < count; ++seed) {
    showProgress(device + ", schedule " + Twine(seed + 1) + " of " +
                 Twine(count));
    if (Error error = verifySchedule(device, seed, verdict)) {
      verdict.problem = toString(std::move(error));
      break;
    }
  }
  verdict.seconds = millisecondsSince(begin) / 1e3;
  return verdict;
}

void VerifyCommand::printTable(ArrayRef<Verdict> verdicts) {
  showProgress("");
  size_t width = 17;
  for (const Verdict &verdict : verdicts)
    width = std::max(width, verdict.device.size() + 2);
  outs() << left_justify("device", width)
         << "kernels  schedules  worst error    bound  faults  seconds\n";
  for (const Verdict &verdict : verdicts) {
    if (!verdict.problem.empty()) {
      outs() << left_justify(verdict.device, width)
             << "FAILED: " << verdict.problem << '\n';
      continue;
    }
    outs() << left_justify(verdict.device, width)
           << format("%7zu %10u %12.2g %8.2g %7zu %8.2f", verdict.numKernels,
                     verdict.numSchedules, verdict.relative, verdict.bound,
                     verdict.faults.size(), verdict.seconds)
           << (verdict.isGood() ? "  good\n" : "  BAD\n");
  }
  constexpr size_t kShown = 10;
  for (const Verdict &verdict : verdicts) {
    for (const std::string &fault : ArrayRef(verdict.faults).take_front(kShown))
      outs() << verdict.device << ": " << fault << '\n';
    if (verdict.faults.size() > kShown)
      outs() << verdict.device << ": and " << verdict.faults.size() - kShown
             << " more\n";
  }
}

Expected<int> VerifyCommand::run(const std::string &path) {
  Expected<std::vector<std::string>> devices = chooseDevices();
  if (!devices)
    return devices.takeError();
  if (Error error = interpret(path))
    return std::move(error);
  std::vector<Verdict> verdicts;
  for (const std::string &device : *devices)
    verdicts.push_back(verify(device));
  printTable(verdicts);
  bool isGood = all_of(verdicts, [](const Verdict &v) { return v.isGood(); });
  return isGood ? 0 : exitFailure;
}

int verifyMain(ArrayRef<const char *> args) {
  VerifyOptions options;
  std::vector<std::string> bundles;
  std::vector<Option> table = options.table();
  if (std::string error = parseOptions(args, table, bundles); !error.empty())
    return usageError(error);
  if (options.isHelp) {
    outs() << "xcc verify model.xcb: every image, on the host and on emulated "
              "devices, against the float64 interpreter\n"
           << formatOptions(table);
    return 0;
  }
  return withBundle(bundles, [&](const xrt_bundle_t *bundle) {
    return VerifyCommand(options, bundle).run(bundles[0]);
  });
}

} // namespace xcc::tool
