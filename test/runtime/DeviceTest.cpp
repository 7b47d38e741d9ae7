//===- DeviceTest.cpp - Which device, which image, and why ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "runtime/drivers/host/CpuFeatures.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstdlib>

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
/// XRT_DEVICE for the time of a test.
class DeviceChoice : public testing::Test {
protected:
  void SetUp() override { unsetenv("XRT_DEVICE"); }
  void TearDown() override { unsetenv("XRT_DEVICE"); }

  /// "name: reason", or the error.
  static std::string open(const char *name, const xrt_bundle_t *bundle) {
    xrt_device_t *device = nullptr;
    std::string message = take(xrt_device_open(name, bundle, &device));
    if (!message.empty())
      return "error: " + message;
    DevicePtr owned(device);
    return std::string(xrt_device_name(device)) + ": " +
           xrt_device_reason(device);
  }

  static BundlePtr openBundle(const AlignedBytes &bytes) {
    xrt_bundle_t *bundle = nullptr;
    EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
    return BundlePtr(bundle);
  }
};

Image makeImage(const char *isa, uint32_t rank,
                std::vector<std::string> features) {
  Image image = xrt::test::makeImage();
  image.isa = isa;
  image.rank = rank;
  image.features = std::move(features);
  return image;
}
} // namespace

TEST_F(DeviceChoice, callerThenEnvironmentThenFirstUsable) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openBundle(bytes);
  EXPECT_EQ(open(nullptr, bundle.get()),
            "host: first usable device: bundle has an image for baseline");
  setenv("XRT_DEVICE", "null", 1);
  EXPECT_EQ(open(nullptr, bundle.get()), "null: asked for by XRT_DEVICE");
  EXPECT_EQ(open("host", bundle.get()), "host: asked for by the caller");
  setenv("XRT_DEVICE", "", 1);
  EXPECT_EQ(open(nullptr, bundle.get()),
            "host: first usable device: bundle has an image for baseline");
  setenv("XRT_DEVICE", "hosd", 1);
  EXPECT_EQ(open(nullptr, bundle.get()),
            "error: expects a device of cuda, hip, levelzero, host, null, "
            "emu:<target>, got 'hosd'; did you mean host?");
}

TEST_F(DeviceChoice, hostIsAlwaysThere) {
  // Whatever else this machine has.
  EXPECT_EQ(open("host", nullptr), "host: asked for by the caller");
}

TEST_F(DeviceChoice, unknownNamesGiveTheNearest) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openBundle(bytes);
  std::string known = "error: expects a device of cuda, hip, levelzero, host, "
                      "null, emu:<target>, got ";
  EXPECT_EQ(open("nul", bundle.get()), known + "'nul'; did you mean null?");
  EXPECT_EQ(open("quantum", bundle.get()), known + "'quantum'");
  EXPECT_EQ(xrt::findNearest("sm_91", {"sm_90", "sm_80", "gfx942", "pvc"}),
            (std::vector<std::string>{"sm_90", "sm_80"}));
}

TEST_F(DeviceChoice, everyDevicePassedOverIsNamed) {
  Program program = makeScaleProgram();
  program.images = {makeImage("future", 2, {"avx2", "telepathy"}),
                    makeImage("other", 1, {})};
  program.images[1].machine = "pdp11";
  AlignedBytes bytes(write(program));
  BundlePtr bundle = openBundle(bytes);
  std::string reason =
      "host: bundle has no image that this processor can run: future needs "
      "telepathy, which this runtime does not know; other is for pdp11";
  std::string notThere =
      "; cuda: bundle has neither cubin nor PTX; hip: bundle has no HSACO; "
      "levelzero: bundle has no SPIR-V; emu:<target>: bundle has no image for "
      "any device; only when asked for by name: null: executes nothing";
  EXPECT_EQ(open(nullptr, bundle.get()),
            "error: no device can run the bundle: " + reason + notThere);
  EXPECT_EQ(open("host", bundle.get()),
            "error: device '" + reason.substr(0, 4) + "'" + reason.substr(4));
  program.images.clear();
  AlignedBytes empty(write(program));
  BundlePtr imageless = openBundle(empty);
  EXPECT_EQ(open(nullptr, imageless.get()),
            "error: no device can run the bundle: host: bundle has no image "
            "for host; compile it with -target=host" +
                notThere);
}

TEST_F(DeviceChoice, driversWithoutAnImageAreNotWoken) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openBundle(bytes);
  EXPECT_EQ(open("cuda:0", bundle.get()),
            "error: device 'cuda:0': bundle has neither cubin nor PTX");
  EXPECT_EQ(open("hip", bundle.get()),
            "error: device 'hip': bundle has no HSACO");
  EXPECT_EQ(open("levelzero:3", bundle.get()),
            "error: device 'levelzero:3': bundle has no SPIR-V");
  EXPECT_EQ(open("emu", bundle.get()),
            "error: device 'emu': bundle has no image for any device");
}

TEST_F(DeviceChoice, listTellsAll) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openBundle(bytes);
  xrt_device_list_t *list = nullptr;
  ASSERT_EQ(take(xrt_device_list_create(bundle.get(), &list)), "");
  ASSERT_EQ(xrt_device_list_size(list), 6u);
  xrt_device_entry_t entry;
  ASSERT_EQ(take(xrt_device_list_get(list, 3, &entry)), "");
  EXPECT_STREQ(entry.name, "host");
  EXPECT_TRUE(entry.is_usable);
  ASSERT_EQ(take(xrt_device_list_get(list, 4, &entry)), "");
  EXPECT_STREQ(entry.name, "null");
  EXPECT_FALSE(entry.is_automatic);
  ASSERT_EQ(take(xrt_device_list_get(list, 5, &entry)), "");
  EXPECT_STREQ(entry.reason, "bundle has no image for any device");
  EXPECT_EQ(take(xrt_device_list_get(list, 6, &entry)),
            "expects a device below 6, got 6");
  xrt_device_list_free(list);
}

/// The level that a program of these images takes, or the error.
static std::string chooseLevel(std::vector<Image> images, const char *isa) {
  Program source = makeScaleProgram();
  source.images = std::move(images);
  AlignedBytes bytes(write(source));
  xrt_bundle_t *bundle = nullptr;
  EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  BundlePtr ownedBundle(bundle);
  xrt_device_t *device = nullptr;
  EXPECT_EQ(take(xrt_device_open("host", nullptr, &device)), "");
  DevicePtr ownedDevice(device);
  xrt_program_options_t options{1, isa, 0};
  xrt_program_t *program = nullptr;
  std::string message =
      take(xrt_program_create(bundle, device, &options, &program));
  ProgramPtr ownedProgram(program);
  return message.empty() ? xrt_program_isa(program) : message;
}

TEST(HostImages, highestRankThatRunsIsTaken) {
  Image low = makeImage("low", 1, {"sse2"}), high = makeImage("high", 9, {});
  Image never = makeImage("never", 100, {"telepathy"});
  EXPECT_EQ(chooseLevel({low, high, never}, nullptr), "high");
  EXPECT_EQ(chooseLevel({never, high, low}, nullptr), "high");
  EXPECT_EQ(chooseLevel({low, high}, "low"), "low");
  EXPECT_EQ(chooseLevel({low, never}, "never"),
            "bundle has no image that this processor can run of isa level "
            "'never': low is not the level asked for; never needs telepathy, "
            "which this runtime does not know");
  Image strange = makeImage("strange", 200, {});
  strange.format = "coff";
  EXPECT_EQ(chooseLevel({strange}, nullptr),
            "bundle has no image that this processor can run: strange is of "
            "unknown format 'coff'");
}

TEST(HostImages, whatIsNoObjectIsAnError) {
  Image image = makeImage("text", 1, {});
  image.bytes = ByteSource::own(std::string("not an object"));
  std::string message = chooseLevel({image}, nullptr);
  EXPECT_EQ(message.substr(0, 26), "cannot load a host image: ") << message;
}

TEST(HostImages, eachProgramGetsItsOwnImage) {
  // Descriptors are reused, and the system's loader takes a path that it knows
  // for the library that it knows.
  auto x = makeFloats({2, 4}, 1), y = makeFloats({2, 4}), same = y;
  std::vector<std::unique_ptr<Loaded>> kept;
  for (int i = 0; i < 5; ++i) {
    Program source = makeScaleProgram();
    // Every other one has its first kernel multiply.
    bool isOdd = i % 2;
    if (isOdd) {
      std::string code;
      for (uint8_t byte : readFile(XRT_TEST_IMAGE))
        code += char(byte);
      // Renames the symbol in both string tables, so that looking add_f32 up in
      // the wrong library succeeds and in the right one fails.
      for (size_t at = 0; (at = code.find("add_f32", at)) != std::string::npos;)
        code.replace(at, 7, "sum_f32");
      source.images[0].bytes = ByteSource::own(std::move(code));
      source.images[0].isa = "renamed";
    }
    AlignedBytes bytes(write(source));
    xrt_bundle_t *bundle = nullptr;
    ASSERT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
    BundlePtr ownedBundle(bundle);
    if (!isOdd) {
      kept.push_back(std::make_unique<Loaded>(source));
      ASSERT_EQ(run(kept.back()->program.get(), {x}, {y, same}), "");
      continue;
    }
    xrt_device_t *device = nullptr;
    ASSERT_EQ(take(xrt_device_open("host", bundle, &device)), "");
    DevicePtr ownedDevice(device);
    xrt_program_t *program = nullptr;
    EXPECT_EQ(take(xrt_program_create(bundle, device, nullptr, &program)),
              "image host renamed has no kernel 'add_f32'");
  }
}

TEST(CpuFeatures, baselineIsThereAndUnknownIsUnknown) {
  using namespace xrt::host;
  EXPECT_EQ(findFeature("sse2"), FeatureState::Present);
  EXPECT_EQ(findFeature("telepathy"), FeatureState::Unknown);
  EXPECT_NE(findFeature("avx512f"), FeatureState::Unknown);
  EXPECT_NE(findFeature("amx-tile"), FeatureState::Unknown);
}

TEST(CpuFeatures, agreesWithTheCompiler) {
  using namespace xrt::host;
  auto stateOf = [](bool isPresent) {
    return isPresent ? FeatureState::Present : FeatureState::Absent;
  };
  __builtin_cpu_init();
  EXPECT_EQ(findFeature("avx"), stateOf(__builtin_cpu_supports("avx")));
  EXPECT_EQ(findFeature("avx2"), stateOf(__builtin_cpu_supports("avx2")));
  EXPECT_EQ(findFeature("fma"), stateOf(__builtin_cpu_supports("fma")));
  EXPECT_EQ(findFeature("bmi2"), stateOf(__builtin_cpu_supports("bmi2")));
  EXPECT_EQ(findFeature("popcnt"), stateOf(__builtin_cpu_supports("popcnt")));
  EXPECT_EQ(findFeature("avx512f"), stateOf(__builtin_cpu_supports("avx512f")));
  EXPECT_EQ(findFeature("avx512vnni"),
            stateOf(__builtin_cpu_supports("avx512vnni")));
}
