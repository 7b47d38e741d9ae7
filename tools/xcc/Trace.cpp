//===- Trace.cpp - Runs as a file for trace viewers -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The JSON that Chrome's tracing defined: complete events ("X") of a thread,
// which nest by time, with microseconds; names of threads as metadata ("M").
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

using namespace llvm;

namespace xcc::tool {

namespace {
class TraceWriter {
public:
  TraceWriter(raw_ostream &os, ArrayRef<ProfiledStep> steps, StringRef device)
      : json(os), steps(steps), device(device) {}

  void write(ArrayRef<xrt_trace_event_t> events);

private:
  void writeName(StringRef what, int64_t thread, const std::string &name);
  void writeThreads(ArrayRef<xrt_trace_event_t> events);
  void writeEvent(const xrt_trace_event_t &event);
  void writeTime(StringRef name, uint64_t ns);
  void writeStep(const xrt_trace_event_t &event);

  json::OStream json;
  ArrayRef<ProfiledStep> steps;
  StringRef device;
  uint64_t origin = 0;
  size_t numRuns = 0;
};
} // namespace

void TraceWriter::writeName(StringRef what, int64_t thread,
                            const std::string &name) {
  json.object([&] {
    json.attribute("name", what);
    json.attribute("ph", "M");
    json.attribute("pid", 1);
    json.attribute("tid", thread);
    json.attributeObject("args", [&] { json.attribute("name", name); });
  });
}

void TraceWriter::writeThreads(ArrayRef<xrt_trace_event_t> events) {
  int32_t last = 0;
  for (const xrt_trace_event_t &event : events)
    last = std::max(last, event.thread);
  writeName("process_name", 0, "xcc run, device " + device.str());
  for (int32_t thread = 0; thread <= last; ++thread)
    writeName("thread_name", thread,
              thread ? "worker " + std::to_string(thread) : "caller");
}

/// Microseconds, to the nanosecond.
void TraceWriter::writeTime(StringRef name, uint64_t ns) {
  json.attributeBegin(name);
  json.rawValue([&](raw_ostream &os) {
    os << ns / 1000 << format(".%03u", unsigned(ns % 1000));
  });
  json.attributeEnd();
}

/// The category's name, then what only steps and their parts have.
void TraceWriter::writeStep(const xrt_trace_event_t &event) {
  const ProfiledStep &step = steps[event.step];
  json.attribute("name", step.name);
  json.attribute("cat", step.family);
  json.attributeObject("args", [&] {
    if (!step.sources.empty())
      json.attribute("source", join(step.sources, ", "));
    if (!step.ops.empty())
      json.attribute("ops", step.ops);
    if (event.kind == XRT_TRACE_PART) {
      json.attribute("first item", event.begin_item);
      json.attribute("items", event.end_item - event.begin_item);
    } else if (step.counts.is_known) {
      json.attribute("flops", step.counts.flops);
      json.attribute("bytes read", step.counts.read_bytes);
      json.attribute("bytes written", step.counts.written_bytes);
    }
  });
}

void TraceWriter::writeEvent(const xrt_trace_event_t &event) {
  json.object([&] {
    switch (event.kind) {
    case XRT_TRACE_RUN:
      json.attribute("name", "run " + std::to_string(++numRuns));
      json.attribute("cat", "run");
      break;
    case XRT_TRACE_PACK:
      json.attribute("name", "pack parameters");
      json.attribute("cat", "pack");
      break;
    case XRT_TRACE_STEP:
    case XRT_TRACE_PART:
      writeStep(event);
      break;
    }
    json.attribute("ph", "X");
    json.attribute("pid", 1);
    json.attribute("tid", event.thread);
    writeTime("ts", event.begin_ns - origin);
    writeTime("dur", event.end_ns - event.begin_ns);
  });
}

void TraceWriter::write(ArrayRef<xrt_trace_event_t> events) {
  origin = UINT64_MAX;
  for (const xrt_trace_event_t &event : events)
    origin = std::min(origin, event.begin_ns);
  json.object([&] {
    json.attribute("displayTimeUnit", "ns");
    json.attributeArray("traceEvents", [&] {
      writeThreads(events);
      for (const xrt_trace_event_t &event : events)
        writeEvent(event);
    });
  });
}

Error writeTrace(const std::string &path, Session &session,
                 ArrayRef<ProfiledStep> steps) {
  xrt_trace_t *taken = nullptr;
  if (Error error =
          toError(xrt_program_take_trace(session.program.get(), &taken)))
    return error;
  std::unique_ptr<xrt_trace_t, FreeWith<xrt_trace_free>> trace(taken);
  std::vector<xrt_trace_event_t> events(xrt_trace_size(taken));
  for (auto [i, event] : enumerate(events))
    if (Error error = toError(xrt_trace_get(taken, i, &event)))
      return error;
  // Viewers build their stacks from events in order, the outer one first.
  sort(events, [](const auto &a, const auto &b) {
    return std::tuple(a.thread, a.begin_ns, b.end_ns, a.kind) <
           std::tuple(b.thread, b.begin_ns, a.end_ns, b.kind);
  });
  std::error_code error;
  raw_fd_ostream os(path, error);
  if (!error) {
    TraceWriter(os, steps, xrt_device_name(session.device.get())).write(events);
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (error)
    return makeError("cannot write '" + path + "': " + error.message());
  return Error::success();
}

} // namespace xcc::tool
