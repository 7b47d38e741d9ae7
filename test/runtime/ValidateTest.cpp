//===- ValidateTest.cpp - What makes an index unsound ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Validate.h"
#include "lib/Bundle/IndexBuilder.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace xrt::test;
using namespace xcc::bundle;
namespace format = xrt::format;

/// What is said of a sound program once |spoil| had it.
template <typename Spoil>
static std::string complainOf(Spoil spoil,
                              Program program = makeScaleProgram()) {
  spoil(program);
  std::vector<uint8_t> bytes;
  std::string error, prefix = "expects a sound program, but ";
  EXPECT_FALSE(writeBundle(program, bytes, error));
  EXPECT_EQ(error.substr(0, prefix.size()), prefix);
  return error.substr(std::min(prefix.size(), error.size()));
}

TEST(Validate, symbolsAndPorts) {
  EXPECT_EQ(complainOf([](Program &p) { p.symbols[0].max = -1; }),
            "symbol 'batch' has an empty range");
  EXPECT_EQ(complainOf([](Program &p) { p.symbols[0].min = -1; }),
            "symbol 'batch' has an empty range");
  EXPECT_EQ(complainOf([](Program &p) { p.symbols.resize(65); }),
            "it has more than 64 symbols");
  EXPECT_EQ(complainOf([](Program &p) { p.symbols.clear(); }),
            "an expression names a symbol that is not there");
  EXPECT_EQ(complainOf([](Program &p) { p.inputs[0].dtype = DType(99); }),
            "an input or output has no known dtype");
  EXPECT_EQ(complainOf([](Program &p) { p.outputs[0].dims.resize(17); }),
            "an input or output has more than 16 dims");
}

TEST(Validate, weights) {
  EXPECT_EQ(complainOf([](Program &p) { p.weights[0].dtype = DType(0); }),
            "a weight has no known dtype");
  EXPECT_EQ(complainOf([](Program &p) { p.weights[0].dims.resize(17, 1); }),
            "a weight has more than 16 dims");
  EXPECT_EQ(complainOf([](Program &p) { p.weights[0].dims = {-4, -1}; }),
            "a weight's shape does not match its bytes");
  EXPECT_EQ(complainOf([](Program &p) {
              p.weights[0].file = "w";
              p.weights[0].fileOffset = UINT64_MAX;
            }),
            "a weight names a file that is not there");
}

TEST(Validate, buffersAndKernels) {
  EXPECT_EQ(complainOf([](Program &p) { p.buffers[4] = Buffer::weight(1); }),
            "a buffer names a weight that is not there");
  EXPECT_EQ(complainOf([](Program &p) { p.buffers[0] = Buffer::input(1); }),
            "a buffer names an input that is not there");
  EXPECT_EQ(complainOf([](Program &p) { p.buffers[0] = Buffer::output(2); }),
            "a buffer names an output that is not there");
  EXPECT_EQ(complainOf([](Program &p) { p.buffers[0].kind = BufferKind(9); }),
            "a buffer is of no known kind");
  EXPECT_EQ(complainOf([](Program &p) { p.kernels[0].name = ""; }),
            "a kernel has no name");
}

TEST(Validate, steps) {
  EXPECT_EQ(complainOf([](Program &p) { p.steps[1].launch.args[0] = 5; }),
            "a step names buffer 5 of 5");
  EXPECT_EQ(complainOf([](Program &p) { p.steps[1].launch.args[2] = 4; }),
            "a step writes to a weight or an input");
  EXPECT_EQ(complainOf([](Program &p) { p.steps[2].copy.destination = 0; }),
            "a step writes to a weight or an input");
  EXPECT_EQ(complainOf([](Program &p) { p.steps[1].launch.numOutputs = 4; }),
            "a step has more outputs than buffers");
  EXPECT_EQ(complainOf([](Program &p) { p.steps[1].launch.grain = 0; }),
            "a step's grain is not positive");
  auto prepared = [](Program &p) -> Prepared & {
    return p.steps[1].launch.prepared[0];
  };
  EXPECT_EQ(complainOf([&](Program &p) { prepared(p).operand = 2; }),
            "a prepared operand is not an input of its step");
  EXPECT_EQ(complainOf([&](Program &p) { prepared(p).operand = 0; }),
            "a prepared operand is neither a weight nor an input");
  EXPECT_EQ(complainOf([&](Program &p) { prepared(p).kernel = 3; }),
            "a step names kernel 3 of 3");
}

TEST(Validate, plansOfDevices) {
  auto complain = [](auto spoil) {
    return complainOf(spoil, makeBlocksProgram("sm", {}));
  };
  auto phase = [](Program &p) -> DevicePhase & {
    return p.plans[0].launches[0].phases[0];
  };
  EXPECT_EQ(complain([&](Program &p) { phase(p).kernel = ""; }),
            "a device's kernel has no name");
  EXPECT_EQ(complain([&](Program &p) { phase(p).threads = 0; }),
            "a device's launch has 0 threads");
  EXPECT_EQ(complain([&](Program &p) { phase(p).threads = 5000; }),
            "a device's launch has 5000 threads");
  EXPECT_EQ(complain([&](Program &p) { phase(p).sharedBytes = 1 << 30; }),
            "a device's launch has 1073741824 bytes of shared memory");
  std::string unfit = "a device's plan does not fit the steps";
  EXPECT_EQ(complain([&](Program &p) { p.plans[0].launches.pop_back(); }),
            unfit);
  EXPECT_EQ(complain([&](Program &p) {
              p.plans[0].launches[2] = p.plans[0].launches[0];
            }),
            unfit);
  EXPECT_EQ(complain([&](Program &p) { p.plans[0].launches[0].phases = {}; }),
            unfit);
}

TEST(Validate, tensorMaps) {
  auto complain = [](auto spoil) {
    return complainOf(
        [&](Program &p) {
          spoil(p.plans[0].launches[0].phases[0].tensorMaps[0]);
        },
        makeTensorMapProgram("sm", {}));
  };
  std::string rank = "a tensor map's rank is not one of 1 to 5";
  EXPECT_EQ(complain([](TensorMap &map) { map.sizes.clear(); }), rank);
  EXPECT_EQ(complain([](TensorMap &map) { map.sizes.resize(6); }), rank);
  EXPECT_EQ(complain([](TensorMap &map) { map.strides.clear(); }), rank);
  EXPECT_EQ(complain([](TensorMap &map) { map.box.pop_back(); }), rank);
  EXPECT_EQ(complain([](TensorMap &map) { map.argument = 2; }),
            "a tensor map names a buffer that is not there");
  EXPECT_EQ(complain([](TensorMap &map) { map.dtype = DType(99); }),
            "a tensor map has no known dtype");
  EXPECT_EQ(complain([](TensorMap &map) { map.offset = 8; }),
            "a tensor map's offset is no multiple of 16 bytes");
  std::string box = "a tensor map's box is not of 1 to 256 elements";
  EXPECT_EQ(complain([](TensorMap &map) { map.box[0] = 0; }), box);
  EXPECT_EQ(complain([](TensorMap &map) { map.box[1] = 257; }), box);
  EXPECT_EQ(complain([](TensorMap &map) { map.swizzle = 96; }),
            "a tensor map has a swizzle of 96 bytes");
}

TEST(Validate, deepExpressions) {
  EXPECT_EQ(complainOf([](Program &p) {
              ExprId deep = p.exprs.symbol(0);
              for (int i = 0; i < 300; ++i)
                deep = p.exprs.max(p.exprs.addConstant(deep, 1),
                                   p.exprs.constant(i));
              p.arenaSize = deep;
            }),
            "an expression is nested too deep");
}

namespace {
/// An index whose bytes can be changed in place, as no writer would.
class Spoiled : public testing::Test {
protected:
  void SetUp() override {
    Program program = makeScaleProgram();
    program.steps[0].launch.counts = Counts{1, 1, 1};
    Sections sections;
    sections.images.resize(1);
    sections.weights.resize(1);
    sections.weights[0] = format::Section(kIndexEnd, 16, 0);
    sections.images[0] =
        format::Section(kIndexEnd, program.images[0].bytes.size, 0);
    sections.source = format::Section(kIndexEnd, program.source.size, 0);
    buffer = buildIndex(program, sections);
    ASSERT_LT(buffer.size(), kIndexEnd - sizeof(header));
    header.indexOffset = sizeof(header);
    header.indexBytes = buffer.size();
    header.fileBytes = kIndexEnd + 1'000'000;
    ASSERT_EQ(complaint(), "");
  }

  const format::Index &index() { return *format::GetIndex(buffer.data()); }
  std::string complaint() { return format::validateIndex(index(), header); }

  template <typename T> static void set(const T &place, const T &value) {
    std::memcpy(const_cast<T *>(&place), &value, sizeof(T));
  }
  /// Writes to a field of a table, which must not be left at its default.
  template <typename T, typename Table>
  static void setField(const Table &table, uint16_t field, T value) {
    auto *place =
        reinterpret_cast<const flatbuffers::Table &>(table).GetAddressOf(field);
    ASSERT_NE(place, nullptr);
    std::memcpy(const_cast<uint8_t *>(place), &value, sizeof(T));
  }

  static constexpr uint64_t kIndexEnd = 100'000;
  format::FileHeader header{};
  flatbuffers::DetachedBuffer buffer;
};
} // namespace

TEST_F(Spoiled, expressions) {
  const format::Expr &last = *(*index().exprs())[index().exprs()->size() - 1];
  format::Expr before = last;
  set(last, format::Expr(0, 100, 0, format::ExprKind_Add));
  EXPECT_EQ(complaint(), "an expression names a later one");
  uint32_t self = index().exprs()->size() - 1;
  set(last, format::Expr(0, 0, self, format::ExprKind_Mul));
  EXPECT_EQ(complaint(), "an expression names a later one");
  set(last, format::Expr(0, 0, 0, format::ExprKind(77)));
  EXPECT_EQ(complaint(), "an expression is of no known kind");
  set(last, format::Expr(1, 0, 0, format::ExprKind_Symbol));
  EXPECT_EQ(complaint(), "an expression names a symbol that is not there");
  set(last, format::Expr(-1, 0, 0, format::ExprKind_Symbol));
  EXPECT_EQ(complaint(), "an expression names a symbol that is not there");
  set(last, before);
  EXPECT_EQ(complaint(), "");
}

TEST_F(Spoiled, expressionReferences) {
  setField(index(), format::Index::VT_ARENA_SIZE, uint32_t(1000));
  EXPECT_EQ(complaint(), "the arena's size names expression 1000 of " +
                             std::to_string(index().exprs()->size()));
}

TEST_F(Spoiled, counts) {
  const format::Step &step = *(*index().steps())[0];
  for (uint16_t field : {format::Step::VT_FLOPS, format::Step::VT_READ_BYTES,
                         format::Step::VT_WRITTEN_BYTES}) {
    setField(step, field, uint32_t(1000));
    EXPECT_EQ(complaint(), "a step's count names expression 1000 of " +
                               std::to_string(index().exprs()->size()));
    setField(step, field, UINT32_MAX); // not known
    EXPECT_EQ(complaint(), "");
  }
}

TEST_F(Spoiled, sections) {
  auto check = [&](const format::Section &section, const std::string &what) {
    format::Section before = section;
    std::string expected = what + " lies outside the file's sections";
    set(section, format::Section(header.fileBytes, before.size(), 0));
    EXPECT_EQ(complaint(), expected);
    // Its end wraps round.
    set(section, format::Section(UINT64_MAX, before.size(), 0));
    EXPECT_EQ(complaint(), expected);
    // Over the index.
    set(section, format::Section(header.indexOffset, before.size(), 0));
    EXPECT_EQ(complaint(), expected);
    set(section, format::Section(0, before.size(), 0));
    EXPECT_EQ(complaint(), expected);
    set(section, before);
    EXPECT_EQ(complaint(), "");
  };
  check(*(*index().images())[0]->section(), "an image");
  check(*(*index().weights())[0]->section(), "a weight");
  check(*index().source(), "the source");
}

TEST(Validate, plansThatNameNoExpression) {
  Program program = makeBlocksProgram("sm", {});
  flatbuffers::DetachedBuffer buffer = buildIndex(program, Sections());
  const format::Index &index = *format::GetIndex(buffer.data());
  format::FileHeader header{};
  header.indexOffset = sizeof(header);
  header.indexBytes = buffer.size();
  header.fileBytes = sizeof(header) + buffer.size();
  ASSERT_EQ(format::validateIndex(index, header), "");
  const format::TargetLaunch &launch = *(*(*index.plans())[0]->launches())[1];
  const auto &grid = *(*launch.phases())[0]->grid();
  auto *refs = const_cast<uint8_t *>(grid.Data());
  uint32_t before, forged = 1000;
  std::memcpy(&before, refs, sizeof(before));
  std::memcpy(refs, &forged, sizeof(forged));
  EXPECT_EQ(format::validateIndex(index, header),
            "a grid names expression 1000 of " +
                std::to_string(index.exprs()->size()));
  std::memcpy(refs, &before, sizeof(before));
  // Its length stands before the elements.
  uint32_t two = 2;
  std::memcpy(refs - sizeof(two), &two, sizeof(two));
  EXPECT_EQ(format::validateIndex(index, header),
            "a grid has other than 3 dims");
}

TEST_F(Spoiled, kindOfStep) {
  setField(*(*index().steps())[2], format::Step::VT_KIND, uint8_t(7));
  EXPECT_EQ(complaint(), "a step is of no known kind");
}

TEST_F(Spoiled, misalignedVector) {
  // The vector of expressions four bytes on: in the buffer, but not at a
  // multiple of eight.
  auto *place =
      reinterpret_cast<const flatbuffers::Table &>(index()).GetAddressOf(
          format::Index::VT_EXPRS);
  uint32_t offset;
  std::memcpy(&offset, place, sizeof(offset));
  offset += 4;
  std::memcpy(const_cast<uint8_t *>(place), &offset, sizeof(offset));
  EXPECT_EQ(complaint(), "its index is malformed");
}

TEST(Validate, vectorsThatSharedBytesMakeHuge) {
  // 3000 steps with the same 3000 arguments: 12 KB that take 9 million checks.
  flatbuffers::FlatBufferBuilder builder;
  std::vector<uint32_t> manyArgs(3000, 0);
  auto args = builder.CreateVector(manyArgs);
  std::vector<flatbuffers::Offset<format::Step>> steps;
  for (int i = 0; i < 3000; ++i)
    steps.push_back(format::CreateStep(builder, format::StepKind_Launch, 0,
                                       args, 0, 0, 0, 0, 0, 1));
  auto text = builder.CreateString("k");
  std::vector<flatbuffers::Offset<format::Kernel>> kernels = {
      format::CreateKernel(builder, text, text)};
  std::vector<flatbuffers::Offset<format::Buffer>> buffers = {
      format::CreateBuffer(builder, format::BufferKind_Arena)};
  std::vector<format::Expr> exprs = {
      format::Expr(0, 0, 0, format::ExprKind_Constant)};
  auto none = [&](auto offset) {
    return builder.CreateVector(std::vector<decltype(offset)>());
  };
  using flatbuffers::Offset;
  auto symbols = none(Offset<format::Symbol>());
  auto inputs = none(Offset<format::Input>());
  auto outputs = none(Offset<format::Output>());
  auto files = none(Offset<flatbuffers::String>());
  auto weights = none(Offset<format::Weight>());
  auto images = none(Offset<format::Image>());
  auto notes = none(Offset<format::Note>());
  auto exprVector = builder.CreateVectorOfStructs(exprs);
  auto bufferVector = builder.CreateVector(buffers);
  auto kernelVector = builder.CreateVector(kernels);
  auto stepVector = builder.CreateVector(steps);
  builder.Finish(format::CreateIndex(
      builder, text, symbols, exprVector, inputs, outputs, files, weights,
      bufferVector, 0, kernelVector, stepVector, images, nullptr, text, notes));
  format::FileHeader header{};
  header.indexOffset = sizeof(header);
  header.indexBytes = builder.GetSize();
  header.fileBytes = sizeof(header) + builder.GetSize();
  EXPECT_EQ(format::validateIndex(*format::GetIndex(builder.GetBufferPointer()),
                                  header),
            "its index repeats itself");
}
