//===- ProgramTest.cpp - Real kernels through the C API -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <thread>

using namespace xrt::test;
using namespace xcc::bundle;

/// (x + x) * 2 * factor * (1, 2, 3, 4)
static std::vector<float> expectedScale(const std::vector<float> &x,
                                        float factor = 1) {
  std::vector<float> result;
  for (size_t i = 0; i < x.size(); ++i)
    result.push_back(2 * x[i] * 2 * factor * float(i % 4 + 1));
  return result;
}

TEST(Program, runsAtEachBatch) {
  Loaded loaded(makeScaleProgram());
  for (int64_t batch : {1, 3, 1000, 2}) {
    auto x = makeFloats({batch, 4}, 1);
    auto y = makeFloats({batch, 4}), same = makeFloats({batch, 4});
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
    EXPECT_EQ(y.data, expectedScale(x.data));
    EXPECT_EQ(same.data, y.data);
  }
}

TEST(Program, runsNothingOnEmptyTensors) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({0, 4}), y = makeFloats({0, 4}), same = y;
  EXPECT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
}

TEST(Program, infersShapes) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({5, 4});
  xrt_tensor_t input = x;
  xrt_shape_t shapes[2];
  ASSERT_EQ(take(xrt_program_infer_shapes(loaded.program.get(), &input, 1,
                                          shapes, 2)),
            "");
  EXPECT_EQ(shapes[1].rank, 2);
  EXPECT_EQ(shapes[1].dims[0], 5);
  EXPECT_EQ(shapes[1].dims[1], 4);
  EXPECT_EQ(take(xrt_program_infer_shapes(loaded.program.get(), &input, 1,
                                          shapes, 1)),
            "expects room for 2 outputs, got 1");
}

TEST(Program, threadsDoNotChangeBits) {
  auto x = makeFloats({777, 4}, 0.1f, 0.37f);
  std::vector<std::vector<float>> results;
  for (int32_t numThreads : {1, 2, 3, 8}) {
    Loaded loaded(makeScaleProgram(), "host", numThreads);
    auto y = makeFloats({777, 4}), same = y;
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
    results.push_back(y.data);
  }
  for (const auto &result : results)
    EXPECT_EQ(result, results[0]);
}

TEST(Program, scratchIsPrivateAndAligned) {
  Program source;
  source.symbols = {{"n", 0, 1 << 20}};
  ExprId n = source.exprs.symbol(0);
  source.inputs = {{"x", DType::U8, {n}}};
  source.outputs = {{"y", DType::I64, {n}}};
  source.buffers = {Buffer::output(0)};
  source.kernels = {{"scratch_sum_i64", "map", "", {}}};
  source.steps = {
      Step::makeLaunch({0, {0}, 1, {}, {}, n, source.exprs.constant(64 * 8)})};
  source.images = {makeImage()};
  Loaded loaded(source, "host", 4);
  constexpr int64_t kCount = 10000;
  std::vector<char> x(kCount);
  std::vector<int64_t> y(kCount);
  int64_t dims[] = {kCount};
  for (int repeat = 0; repeat < 20; ++repeat) {
    ASSERT_EQ(run(loaded.program.get(), {{x.data(), XRT_DTYPE_U8, 1, dims, 0}},
                  {{y.data(), XRT_DTYPE_I64, 1, dims, 0}}),
              "");
    for (int64_t i = 0; i < kCount; ++i)
      ASSERT_EQ(y[size_t(i)], (i % 64 + 1) * (i % 64 + 2) / 2) << i;
  }
}

/// total = sum of x[n] on the host, in |parts| parts and one item behind them.
static Program makePhasesProgram(int64_t parts) {
  Program program;
  program.compilerVersion = "test";
  program.symbols = {{"n", 0, 100000}};
  ExprPool &exprs = program.exprs;
  ExprId n = exprs.symbol(0), count = exprs.constant(parts);
  program.inputs = {{"x", DType::F32, {n}}};
  program.outputs = {{"total", DType::F32, {exprs.constant(1)}}};
  program.buffers = {Buffer::input(0), Buffer::output(0)};
  program.kernels = {{"sum_phases_f32", "reduce", "sum", {"model.py:3"}}};
  Launch launch{0, {0, 1}, 1, {n, count}, {}, exprs.constant(parts + 1), 0};
  launch.firstPhase = count;
  launch.workspace = exprs.constant(parts * 4);
  program.steps = {Step::makeLaunch(launch)};
  program.images = {makeImage()};
  return program;
}

TEST(Program, firstPhaseIsDoneBeforeTheOthersBegin) {
  for (int32_t threads : {1, 2, 4})
    for (int64_t parts : {1, 7, 64}) {
      Loaded loaded(makePhasesProgram(parts), "host", threads);
      for (int64_t n : {0, 5, 1000})
        for (int repeat = 0; repeat < 20; ++repeat) {
          auto x = makeFloats({n}, 1, 0), total = makeFloats({1});
          ASSERT_EQ(run(loaded.program.get(), {x}, {total}), "");
          ASSERT_EQ(total.data[0], float(n)) << threads << ' ' << parts;
        }
    }
}

TEST(Program, firstPhaseOfMoreThanAllItems) {
  Program source = makePhasesProgram(7);
  source.steps[0].launch.firstPhase = source.exprs.constant(9);
  Loaded loaded(source);
  auto x = makeFloats({5}, 1, 0), total = makeFloats({1});
  EXPECT_EQ(run(loaded.program.get(), {x}, {total}),
            "expects a first phase of at most 8 work items, got 9");
}

TEST(Program, manyThreadsRunOneProgram) {
  Loaded loaded(makeScaleProgram());
  auto work = [&](int64_t batch) {
    auto x = makeFloats({batch, 4}, float(batch));
    auto expected = expectedScale(x.data);
    for (int i = 0; i < 200; ++i) {
      auto y = makeFloats({batch, 4}), same = y;
      ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
      ASSERT_EQ(y.data, expected);
      ASSERT_EQ(same.data, expected);
    }
  };
  std::vector<std::thread> threads;
  for (int64_t batch : {3, 100, 300, 1000})
    threads.emplace_back(work, batch);
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Program, outlivesWhatItWasMadeFrom) {
  Loaded loaded(makeScaleProgram());
  loaded.bundle.reset();
  loaded.device.reset();
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
  EXPECT_EQ(y.data, expectedScale(x.data));
}

TEST(Program, trimKeepsItWorking) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
    EXPECT_EQ(y.data, expectedScale(x.data));
    EXPECT_EQ(take(xrt_program_trim(loaded.program.get())), "");
  }
}

TEST(Program, moreSizesThanAreKept) {
  Loaded loaded(makeScaleProgram());
  for (int round = 0; round < 2; ++round)
    for (int64_t batch = 1; batch < 100; ++batch) {
      auto x = makeFloats({batch, 4}, 1), y = makeFloats({batch, 4}), same = y;
      ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
      ASSERT_EQ(y.data, expectedScale(x.data));
    }
}

/// A program whose arena is of |bytes|.
static std::string runWithArena(int64_t bytes, xrt_status_code_t expected) {
  Program source = makeScaleProgram();
  source.arenaSize = source.exprs.constant(bytes);
  Loaded loaded(source);
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  xrt_tensor_t inputs[] = {x}, outputs[] = {y, same};
  xrt_status_t status =
      xrt_program_run(loaded.program.get(), inputs, 1, outputs, 2);
  EXPECT_EQ(xrt_status_code(status), expected);
  return take(status);
}

TEST(Program, outOfMemoryIsAnError) {
  EXPECT_EQ(runWithArena(INT64_MAX, XRT_STATUS_OUT_OF_MEMORY),
            "out of memory: the arena needs 9223372036854775807 bytes");
  EXPECT_EQ(runWithArena(int64_t(1) << 55, XRT_STATUS_OUT_OF_MEMORY),
            "out of memory: the arena needs 36028797018963968 bytes");
}

TEST(Program, plansThatContradictThemselvesAreErrors) {
  EXPECT_EQ(runWithArena(16, XRT_STATUS_DAMAGED_BUNDLE),
            "expects buffers within the arena's 16 bytes, got one up to byte "
            "32");
  EXPECT_EQ(runWithArena(-1, XRT_STATUS_DAMAGED_BUNDLE),
            "expects an arena of 0 or more, got -1 from '-1' for batch = 2");
  Program source = makeScaleProgram();
  source.steps[2].copy.bytes = source.exprs.constant(33);
  Loaded loaded(source);
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  EXPECT_EQ(run(loaded.program.get(), {x}, {y, same}),
            "expects a copy of at most 32 bytes, got 33");
}

TEST(Program, missingKernelIsNamed) {
  Program source = makeScaleProgram();
  source.kernels[1].name = "no_such_kernel";
  AlignedBytes bytes(write(source));
  xrt_bundle_t *bundle = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  BundlePtr ownedBundle(bundle);
  xrt_device_t *device = nullptr;
  ASSERT_EQ(take(xrt_device_open("host", bundle, &device)), "");
  DevicePtr ownedDevice(device);
  xrt_program_t *program = nullptr;
  EXPECT_EQ(take(xrt_program_create(bundle, device, nullptr, &program)),
            "image host baseline has no kernel 'no_such_kernel'");
  xrt_program_options_t options{-1, nullptr, 0};
  EXPECT_EQ(take(xrt_program_create(bundle, device, &options, &program)),
            "expects 0 to 4096 threads, got -1");
}

TEST(Program, profileCountsCalls) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  ASSERT_EQ(take(xrt_program_set_profiling(loaded.program.get(), true)), "");
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
  ASSERT_EQ(take(xrt_program_set_profiling(loaded.program.get(), false)), "");
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
  xrt_step_profile_t step;
  ASSERT_EQ(take(xrt_program_get_profile(loaded.program.get(), 1, &step)), "");
  EXPECT_STREQ(step.name, "mul_row_f32");
  EXPECT_EQ(step.calls, 3u);
  EXPECT_GE(step.total_ns, 3 * step.min_ns);
  ASSERT_EQ(take(xrt_program_get_profile(loaded.program.get(), 2, &step)), "");
  EXPECT_STREQ(step.name, "copy");
  EXPECT_EQ(take(xrt_program_get_profile(loaded.program.get(), 3, &step)),
            "expects a step below 3, got 3");
}

TEST(Program, traceHoldsRunsStepsAndParts) {
  Loaded loaded(makeScaleProgram(), "host", 2);
  auto x = makeFloats({1000, 4}, 1), y = makeFloats({1000, 4}), same = y;
  xrt_program_t *program = loaded.program.get();
  ASSERT_EQ(take(xrt_program_set_tracing(program, true)), "");
  ASSERT_EQ(run(program, {x}, {y, same}), "");
  ASSERT_EQ(take(xrt_program_set_tracing(program, false)), "");
  ASSERT_EQ(run(program, {x}, {y, same}), "");
  xrt_trace_t *trace = nullptr;
  ASSERT_EQ(take(xrt_program_take_trace(program, &trace)), "");
  std::vector<xrt_trace_event_t> events(xrt_trace_size(trace));
  int64_t numItems[2] = {0, 0};
  size_t numSteps = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    xrt_trace_event_t &event = events[i];
    ASSERT_EQ(take(xrt_trace_get(trace, i, &event)), "");
    EXPECT_LE(event.begin_ns, event.end_ns);
    numSteps += event.kind == XRT_TRACE_STEP;
    if (event.kind == XRT_TRACE_PART)
      numItems[event.step] += event.end_item - event.begin_item;
  }
  // Two launches and a copy; the run comes last and holds them.
  EXPECT_EQ(numSteps, 3u);
  EXPECT_EQ(numItems[0], 4000);
  EXPECT_EQ(numItems[1], 1000);
  EXPECT_EQ(events.back().kind, XRT_TRACE_RUN);
  for (const xrt_trace_event_t &event : events) {
    EXPECT_GE(event.begin_ns, events.back().begin_ns);
    EXPECT_LE(event.end_ns, events.back().end_ns);
  }
  xrt_trace_event_t event;
  EXPECT_EQ(take(xrt_trace_get(trace, events.size(), &event)),
            "expects a trace event below " + std::to_string(events.size()) +
                ", got " + std::to_string(events.size()));
  xrt_trace_free(trace);
}

TEST(Program, stepsAreCountedForTheSizesAtHand) {
  Program source = makeScaleProgram();
  ExprId batch = source.exprs.symbol(0);
  source.steps[0].launch.counts = Counts{source.exprs.mulConstant(batch, 4),
                                         source.exprs.mulConstant(batch, 32),
                                         source.exprs.mulConstant(batch, 16)};
  // Beyond 64 bits from two rows on; no reason not to run.
  source.steps[1].launch.counts =
      Counts{source.exprs.mulConstant(batch, INT64_MAX), batch, batch};
  Loaded loaded(source);
  auto x = makeFloats({3, 4}, 1), y = makeFloats({3, 4}), same = y;
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
  xrt_tensor_t input = x;
  xrt_step_counts_t counts;
  auto count = [&](size_t step) {
    return take(
        xrt_program_count_step(loaded.program.get(), &input, 1, step, &counts));
  };
  ASSERT_EQ(count(0), "");
  EXPECT_TRUE(counts.is_known);
  EXPECT_EQ(counts.flops, 12);
  EXPECT_EQ(counts.read_bytes, 96);
  EXPECT_EQ(counts.written_bytes, 48);
  ASSERT_EQ(count(1), "");
  EXPECT_FALSE(counts.is_known);
  ASSERT_EQ(count(2), "");
  EXPECT_TRUE(counts.is_known); // a copy needs nobody to count it
  EXPECT_EQ(counts.read_bytes, 48);
  EXPECT_EQ(count(3), "expects a step below 3, got 3");
}

TEST(PackedCopies, parametersAreRepackedWhenTheirVersionChanges) {
  Loaded loaded(makeScaleProgram(/*isParameter=*/true));
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  auto row = makeFloats({4}, 1);
  auto runWithRow = [&] {
    EXPECT_EQ(run(loaded.program.get(), {x, row}, {y, same}), "");
    return y.data;
  };
  row.version = 1;
  EXPECT_EQ(runWithRow(), expectedScale(x.data));
  // Changed behind the runtime's back: the kept copy is used, which is how one
  // sees that there is one.
  for (float &element : row.data)
    element *= 3;
  EXPECT_EQ(runWithRow(), expectedScale(x.data));
  row.version = 2;
  EXPECT_EQ(runWithRow(), expectedScale(x.data, 3));
  // Another place, the same version.
  auto other = makeFloats({4}, 1);
  other.version = 2;
  std::swap(row, other);
  EXPECT_EQ(runWithRow(), expectedScale(x.data));
  // Nothing known: packed each time.
  row.version = 0;
  EXPECT_EQ(runWithRow(), expectedScale(x.data));
  for (float &element : row.data)
    element *= 5;
  EXPECT_EQ(runWithRow(), expectedScale(x.data, 5));
}

TEST(PackedCopies, manyThreadsWithParametersOfTheirOwn) {
  Loaded loaded(makeScaleProgram(/*isParameter=*/true));
  auto work = [&](int factor) {
    auto x = makeFloats({50, 4}, 1);
    auto row = makeFloats({4}, float(factor), float(factor));
    auto expected = expectedScale(x.data, float(factor));
    for (int i = 0; i < 200; ++i) {
      row.version = uint64_t(i / 20);
      auto y = makeFloats({50, 4}), same = y;
      ASSERT_EQ(run(loaded.program.get(), {x, row}, {y, same}), "");
      ASSERT_EQ(y.data, expected);
    }
  };
  std::vector<std::thread> threads;
  for (int factor : {1, 2, 3})
    threads.emplace_back(work, factor);
  for (std::thread &thread : threads)
    thread.join();
}

TEST(PackedCopies, trimForgetsThoseOfParameters) {
  Loaded loaded(makeScaleProgram(/*isParameter=*/true));
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  auto row = makeFloats({4}, 1);
  row.version = 1;
  ASSERT_EQ(run(loaded.program.get(), {x, row}, {y, same}), "");
  for (float &element : row.data)
    element *= 3;
  ASSERT_EQ(take(xrt_program_trim(loaded.program.get())), "");
  ASSERT_EQ(run(loaded.program.get(), {x, row}, {y, same}), "");
  EXPECT_EQ(y.data, expectedScale(x.data, 3));
}
