//===- DamageTest.cpp - Files that are not whole bundles ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Container.h"
#include "runtime/format/Hash.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstring>
#include <random>

using namespace xrt::test;
using namespace xrt::format;

static const std::string kDamaged =
    "bundle: expects a whole bundle, got a damaged one: ";

/// Opens, looks at everything, verifies, makes a program, runs it with a
/// fitting input where it can, closes. The message of the first that failed.
static std::string useBundle(const AlignedBytes &bytes, bool doesRun) {
  xrt_bundle_t *open = nullptr;
  std::string message =
      take(xrt_bundle_open_memory(bytes.span(), nullptr, &open));
  if (!message.empty())
    return message;
  BundlePtr bundle(open);
  xrt_bundle_summary_t summary;
  message = take(xrt_bundle_summarize(open, &summary));
  char text[64];
  size_t length = 0;
  for (uint32_t i = 0; i < summary.num_expressions; ++i)
    message += take(
        xrt_bundle_format_expression(open, i, text, sizeof(text), &length));
  EXPECT_EQ(message, "");
  message = take(xrt_bundle_verify(open));
  if (!message.empty() || !doesRun)
    return message;

  // Null: code that a forger chose is nothing to run.
  xrt_device_t *device = nullptr;
  EXPECT_EQ(take(xrt_device_open("null", open, &device)), "");
  DevicePtr ownedDevice(device);
  xrt_program_t *program = nullptr;
  message = take(xrt_program_create(open, device, nullptr, &program));
  if (!message.empty())
    return message;
  ProgramPtr ownedProgram(program);
  if (summary.num_outputs == 3) {
    auto x = makeFloats({9}), y = x, total = makeFloats({1}), same = y;
    return run(program, {x}, {y, total, same});
  }
  auto x = makeFloats({3, 4}), y = makeFloats({3, 4}), same = y;
  return run(program, {x}, {y, same});
}

static void fixChecksums(AlignedBytes &bytes) {
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.indexOffset <= bytes.size() &&
      header.indexBytes <= bytes.size() - header.indexOffset)
    header.indexChecksum =
        hash(bytes.data() + header.indexOffset, header.indexBytes);
  header.headerChecksum = hash(&header, kCheckedHeaderBytes);
  std::memcpy(bytes.data(), &header, sizeof(header));
}

static FileHeader headerOf(AlignedBytes &bytes) {
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header;
}

TEST(Damage, wholeBundleIsFine) {
  AlignedBytes bytes(write(makeScaleProgram()));
  EXPECT_EQ(useBundle(bytes, /*doesRun=*/true), "");
}

TEST(Damage, foreignFilesAreToldApart) {
  std::string foreign = "bundle: expects an .xcb bundle, got a file of another "
                        "kind";
  EXPECT_EQ(useBundle(AlignedBytes({}), true), foreign);
  EXPECT_EQ(useBundle(AlignedBytes({'P', 'K', 3, 4}), true), foreign);
  EXPECT_EQ(useBundle(AlignedBytes(readFile(XRT_TEST_IMAGE)), true), foreign);
  // As text mode would leave it.
  std::vector<uint8_t> bytes = write(makeScaleProgram());
  bytes.erase(bytes.begin() + 4);
  EXPECT_EQ(useBundle(AlignedBytes(bytes), true), foreign);
}

TEST(Damage, newerVersionsAreToldApart) {
  AlignedBytes bytes(write(makeScaleProgram()));
  uint32_t version = 7;
  std::memcpy(bytes.data() + offsetof(FileHeader, version), &version, 4);
  EXPECT_EQ(useBundle(bytes, true), kDamaged + "the header's checksum differs");
  fixChecksums(bytes);
  EXPECT_EQ(useBundle(bytes, true),
            "bundle: expects bundle format 1 or older, got format 7; update "
            "the runtime or recompile the model");
}

TEST(Damage, messagesSayWhere) {
  std::vector<uint8_t> whole = write(makeScaleProgram());
  EXPECT_EQ(useBundle(AlignedBytes(whole.data(), whole.size() - 1), true),
            kDamaged + "expects " + std::to_string(whole.size()) +
                " bytes, got " + std::to_string(whole.size() - 1));
  EXPECT_EQ(useBundle(AlignedBytes(whole.data(), 10), true),
            kDamaged + "expects a header of 64 bytes, got 10");
  AlignedBytes bytes(whole);
  bytes.data()[100] ^= 1;
  EXPECT_EQ(useBundle(bytes, true), kDamaged + "the index's checksum differs");
  bytes = AlignedBytes(whole);
  bytes.data()[whole.size() - 1] ^= 1;
  EXPECT_EQ(useBundle(bytes, true),
            kDamaged + "the checksum of weight 'row' differs");
}

TEST(Damage, codeIsCheckedBeforeItIsLoaded) {
  AlignedBytes bytes(write(makeScaleProgram()));
  xrt_bundle_t *open = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &open)), "");
  BundlePtr bundle(open);
  xrt_image_t image;
  ASSERT_EQ(take(xrt_bundle_get_image(open, 0, &image)), "");
  bytes.data()[image.offset + image.bytes / 2] ^= 4;
  xrt_device_t *device = nullptr;
  ASSERT_EQ(take(xrt_device_open("host", open, &device)), "");
  DevicePtr ownedDevice(device);
  xrt_program_t *program = nullptr;
  EXPECT_EQ(take(xrt_program_create(open, device, nullptr, &program)),
            kDamaged + "the checksum of image host baseline differs");
}

TEST(Damage, everyTruncationIsAnError) {
  std::vector<uint8_t> whole = write(makeScaleProgram());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(useBundle(AlignedBytes(whole.data(), size), /*doesRun=*/true), "")
        << size;
}

TEST(Damage, everyFlipIsAnErrorOrPadding) {
  AlignedBytes whole(write(makeScaleProgram()));
  uint64_t firstSection =
      headerOf(whole).indexOffset + headerOf(whole).indexBytes;
  std::mt19937 random(1);
  size_t numFound = 0;
  for (int i = 0; i < 10000; ++i) {
    size_t at = random() % whole.size();
    auto bit = uint8_t(1 << random() % 8);
    whole.data()[at] ^= bit;
    std::string message = useBundle(whole, /*doesRun=*/false);
    numFound += !message.empty();
    // Nothing reads the zeros between sections.
    if (at < firstSection)
      EXPECT_NE(message, "") << at;
    whole.data()[at] ^= bit;
  }
  EXPECT_GT(numFound, 1000u);
}

/// Flips |numFlips| bits of the index and mends the checksums, as somebody
/// would who means harm: the validator is all there is then.
static void forge(int numFlips, int count, uint32_t seed,
                  const xcc::bundle::Program &program = makeScaleProgram()) {
  const std::vector<uint8_t> whole = write(program);
  AlignedBytes original(whole);
  uint64_t begin = headerOf(original).indexOffset;
  uint64_t size = headerOf(original).indexBytes;
  std::mt19937 random(seed);
  size_t numRefused = 0;
  for (int i = 0; i < count; ++i) {
    AlignedBytes bytes(original.data(), original.size());
    for (int flip = 0; flip < numFlips; ++flip)
      bytes.data()[begin + random() % size] ^= uint8_t(1 << random() % 8);
    fixChecksums(bytes);
    numRefused += !useBundle(bytes, /*doesRun=*/true).empty();
  }
  // Some flips only change a name or a range.
  EXPECT_GT(numRefused, size_t(count) / 10);
}

TEST(Damage, forgedIndexDoesNotCrash) { forge(1, 10000, 2); }
TEST(Damage, muchForgedIndexDoesNotCrash) { forge(5, 5000, 3); }

TEST(Damage, forgedPlanOfADeviceDoesNotCrash) {
  forge(1, 10000, 5, makeTensorMapProgram("sm", {}));
  forge(5, 5000, 6, makeTensorMapProgram("sm", {}));
}

TEST(Damage, forgedHeaderDoesNotCrash) {
  AlignedBytes original(write(makeScaleProgram()));
  std::mt19937 random(4);
  for (int i = 0; i < 5000; ++i) {
    AlignedBytes bytes(original.data(), original.size());
    for (int flip = 0; flip < 3; ++flip)
      bytes.data()[8 + random() % 48] ^= uint8_t(1 << random() % 8);
    fixChecksums(bytes);
    useBundle(bytes, /*doesRun=*/true);
  }
}
