//===- Profile.cpp - Where the time of a run goes -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Profile.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace llvm;

namespace xcc::tool {

std::vector<Option> ProfileOptions::table() {
  auto speed = [](std::optional<double> &value) {
    return [&value](StringRef v) {
      double giga = 0;
      if (v.getAsDouble(giga) || !(giga > 0))
        return ("expects a number above 0, got '" + v + "'").str();
      return value = giga * 1e9, std::string();
    };
  };
  return {{"profile", "",
           "print time, bytes, operations and share of the roof by kernel",
           [this](StringRef) { return isWanted = true, std::string(); }},
          {"by-launch", "", "with --profile: each launch, in order",
           [this](StringRef) { return isByLaunch = true, std::string(); }},
          {"trace", "file",
           "write the timed runs for Perfetto, chrome://tracing or speedscope",
           [this](StringRef v) { return trace = v.str(), std::string(); }},
          {"roof-bandwidth", "GB/s",
           "with --profile: the memory's speed (measured on the host)",
           speed(bandwidth)},
          {"roof-flops", "GFLOP/s",
           "with --profile: the arithmetic's speed (measured on the host)",
           speed(flops)}};
}

//===-- Measuring
//----------------------------------------------------------===//

Error Profiler::describeSteps() {
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(session.bundle, &summary)))
    return error;
  std::vector<xrt_tensor_t> inputs;
  for (HostTensor &tensor : session.inputs)
    inputs.push_back(tensor.view());
  for (size_t i = 0; i < summary.num_steps; ++i) {
    ProfiledStep &step = steps.emplace_back();
    xrt_step_t described;
    if (Error error =
            toError(xrt_bundle_get_step(session.bundle, i, &described)))
      return error;
    if (Error error =
            toError(xrt_program_count_step(session.program.get(), inputs.data(),
                                           inputs.size(), i, &step.counts)))
      return error;
    step.name = step.family = "copy";
    if (described.is_copy)
      continue;
    xrt_kernel_t kernel;
    if (Error error = toError(
            xrt_bundle_get_kernel(session.bundle, described.kernel, &kernel)))
      return error;
    step.name = kernel.name;
    step.family = kernel.family;
    step.ops = kernel.ops;
    for (size_t line = 0; line < kernel.num_sources; ++line) {
      const char *source = nullptr;
      if (Error error = toError(xrt_bundle_get_kernel_source(
              session.bundle, described.kernel, line, &source)))
        return error;
      step.sources.push_back(source);
    }
  }
  return Error::success();
}

Error Profiler::start() {
  if (!options.trace.empty())
    if (Error error =
            toError(xrt_program_set_tracing(session.program.get(), true)))
      return error;
  if (Error error = describeSteps())
    return error;
  return toError(xrt_program_set_profiling(session.program.get(), true));
}

Error Profiler::noteRun(double milliseconds) {
  double stepsNs = 0;
  for (auto [i, step] : enumerate(steps)) {
    xrt_step_profile_t times;
    if (Error error =
            toError(xrt_program_get_profile(session.program.get(), i, &times)))
      return error;
    step.ns.push_back(times.total_ns);
    stepsNs += double(times.total_ns);
  }
  runNs.push_back(milliseconds * 1e6);
  besideNs.push_back(milliseconds * 1e6 - stepsNs);
  // From zero for the next run.
  return toError(xrt_program_set_profiling(session.program.get(), true));
}

//===-- Printing
//-----------------------------------------------------------===//

template <typename T> static double medianOf(std::vector<T> values) {
  if (values.empty())
    return 0;
  sort(values);
  return double(values[values.size() / 2]);
}

/// "12.3 M" with `unit` behind; powers of 1000.
static std::string scaled(double value, StringRef unit) {
  static constexpr StringRef prefixes[] = {"", "k", "M", "G", "T"};
  size_t step = 0;
  for (; value >= 999.5 && step + 1 < std::size(prefixes); ++step)
    value /= 1000;
  std::string text;
  raw_string_ostream os(text);
  bool isWhole = step == 0 || value >= 99.95;
  os << format(isWhole ? "%.0f" : "%.1f", value);
  if (step || !unit.empty())
    os << ' ' << prefixes[step] << unit;
  return text;
}

void Profiler::addLaunch(Row &row, const ProfiledStep &step) const {
  row.step = &step;
  ++row.numLaunches;
  row.ns += medianOf(step.ns);
  row.isCounted &= step.counts.is_known;
  row.flops += double(step.counts.flops);
  row.readBytes += double(step.counts.read_bytes);
  row.writtenBytes += double(step.counts.written_bytes);
  if (!roofs)
    return;
  double memoryNs =
      1e9 * (double(step.counts.read_bytes) / roofs->readBytes +
             double(step.counts.written_bytes) / roofs->writtenBytes);
  double arithmeticNs = 1e9 * double(step.counts.flops) / roofs->flops;
  row.memoryNs += memoryNs;
  row.arithmeticNs += arithmeticNs;
  row.leastNs += std::max(memoryNs, arithmeticNs);
}

std::vector<Profiler::Row> Profiler::makeRows() const {
  std::vector<Row> rows;
  if (options.isByLaunch) {
    for (const ProfiledStep &step : steps)
      addLaunch(rows.emplace_back(), step);
    return rows;
  }
  MapVector<StringRef, Row> kernels;
  for (const ProfiledStep &step : steps)
    addLaunch(kernels[step.name], step);
  for (auto &[name, row] : kernels)
    rows.push_back(row);
  sort(rows, [](const Row &a, const Row &b) {
    return std::tuple(-a.ns, a.step->name) < std::tuple(-b.ns, b.step->name);
  });
  return rows;
}

void Profiler::findRoofs(raw_ostream &os) {
  StringRef device = xrt_device_name(session.device.get());
  int numThreads = xrt_program_num_threads(session.program.get());
  bool isGiven = options.bandwidth && options.flops;
  if (device != "host" && !isGiven) {
    os << "no roofs of device '" << device
       << "' are known: --roof-bandwidth and --roof-flops give them\n";
    return;
  }
  roofs.emplace();
  double bytes = 0;
  for (const ProfiledStep &step : steps)
    bytes += double(step.counts.read_bytes) + double(step.counts.written_bytes);
  if (!isGiven)
    roofs = measureRoofs(xrt_program_isa(session.program.get()), numThreads,
                         uint64_t(bytes));
  if (options.bandwidth)
    roofs->readBytes = roofs->writtenBytes = *options.bandwidth;
  if (options.flops)
    roofs->flops = *options.flops;
  os << "roofs   read " << scaled(roofs->readBytes, "B/s") << ", write "
     << scaled(roofs->writtenBytes, "B/s") << " ("
     << (options.bandwidth
             ? "given"
             : "measured over the " + scaled(bytes, "B") + " of a run")
     << "), arithmetic " << scaled(roofs->flops, "FLOP/s") << " ("
     << (options.flops ? "given"
                       : "measured: f32 multiply-add, " +
                             Twine(xrt_program_isa(session.program.get())))
     << ')';
  if (!isGiven)
    os << ", " << numThreads << (numThreads == 1 ? " thread" : " threads");
  os << '\n';
}

/// "model.py:12, model.py:30 and 4 more"
static std::string linesOf(ArrayRef<std::string> sources) {
  constexpr size_t kShown = 2;
  std::string text = join(sources.take_front(kShown), ", ");
  if (sources.size() > kShown)
    text += " and " + std::to_string(sources.size() - kShown) + " more";
  return text;
}

// Columns: launches, us, share, bytes, flops, GB/s, GFLOP/s, roof, bound.
static constexpr const char *kHead =
    "        times         us   share      bytes      flops     GB/s  GFLOP/s  "
    "   roof  bound       ";

void Profiler::printRow(const Row &row, double totalNs, raw_ostream &os) const {
  double bytes = row.readBytes + row.writtenBytes;
  os << format("        %5zu %10.1f %6.1f%%", row.numLaunches, row.ns / 1e3,
               totalNs ? 100 * row.ns / totalNs : 0);
  if (!row.isCounted)
    os << format(" %10s %10s %8s %8s", "-", "-", "-", "-");
  else
    os << ' ' << right_justify(scaled(bytes, "B"), 10) << ' '
       << right_justify(scaled(row.flops, ""), 10)
       << format(" %8.1f %8.1f", row.ns ? bytes / row.ns : 0,
                 row.ns ? row.flops / row.ns : 0);
  if (!roofs || !row.isCounted || row.ns == 0 || row.leastNs == 0)
    os << format(" %8s  ", "-") << left_justify("-", 12);
  else
    os << format(" %7.1f%%  ", 100 * row.leastNs / row.ns)
       << left_justify(
              row.memoryNs >= row.arithmeticNs ? "memory" : "arithmetic", 12);
}

void Profiler::printTable(raw_ostream &os) const {
  std::vector<Row> rows = makeRows();
  Row total;
  size_t nameWidth = 6;
  for (const Row &row : rows) {
    nameWidth = std::max(nameWidth, row.step->name.size());
    total.numLaunches += row.numLaunches;
    total.ns += row.ns;
    total.isCounted &= row.isCounted;
    total.flops += row.flops;
    total.readBytes += row.readBytes;
    total.writtenBytes += row.writtenBytes;
    total.memoryNs += row.memoryNs;
    total.arithmeticNs += row.arithmeticNs;
    total.leastNs += row.leastNs;
  }
  os << kHead << left_justify("kernel", nameWidth + 2) << "source\n";
  for (const Row &row : rows) {
    printRow(row, total.ns, os);
    os << row.step->name;
    if (std::string lines = linesOf(row.step->sources); !lines.empty())
      os << std::string(nameWidth + 2 - row.step->name.size(), ' ') << lines;
    os << '\n';
  }
  printRow(total, total.ns, os);
  os << "all\n";
  os << format("        %5s %10.1f", "", medianOf(besideNs) / 1e3)
     << format("  beside the kernels, in a run of %.1f us\n",
               medianOf(runNs) / 1e3);
}

Error Profiler::finish(raw_ostream &os) {
  if (!options.trace.empty())
    if (Error error = writeTrace(options.trace, session, steps))
      return error;
  if (!options.isWanted || runNs.empty())
    return Error::success();
  os << "profile medians of " << runNs.size()
     << (runNs.size() == 1 ? " run" : " runs")
     << ", each operand read and each result written once\n";
  StringRef device = xrt_device_name(session.device.get());
  if (device.starts_with("emu:"))
    os << "times   are the emulator's, and say nothing of a device\n";
  else if (device != "host")
    os << "times   hold launches and waits for the device\n";
  findRoofs(os);
  printTable(os);
  return Error::success();
}

} // namespace xcc::tool
