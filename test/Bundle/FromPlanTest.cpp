//===- FromPlanTest.cpp - A planned module as a bundle's program ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/FromPlan.h"
#include "lib/Bundle/Writer.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace xcc;

namespace {

/// Parses modules and remembers the last error.
class FromPlan : public testing::Test {
protected:
  FromPlan() {
    context.loadDialect<fx::FxDialect, plan::PlanDialect, affine::AffineDialect,
                        arith::ArithDialect, func::FuncDialect,
                        memref::MemRefDialect, tensor::TensorDialect,
                        tile::TileDialect>();
    context.getDiagEngine().registerHandler(
        [this](Diagnostic &diagnostic) { error = diagnostic.str(); });
  }

  FailureOr<bundle::Program> convert(StringRef fusedText,
                                     StringRef scheduledText) {
    fused = parseSourceString<ModuleOp>(fusedText, &context);
    scheduled = parseSourceString<ModuleOp>(scheduledText, &context);
    EXPECT_TRUE(fused && scheduled) << error;
    return bundle::planToProgram(*fused, {*scheduled});
  }

  /// With the kernels scheduled for a device alone.
  FailureOr<bundle::Program> convertForDevice(StringRef kernels) {
    fused = parseSourceString<ModuleOp>(planText, &context);
    scheduled = parseSourceString<ModuleOp>(kernels, &context);
    EXPECT_TRUE(fused && scheduled) << error;
    return bundle::planToProgram(*fused, {{}, {{"sm", *scheduled}}});
  }

  static const StringRef planText;
  MLIRContext context;
  OwningOpRef<ModuleOp> fused, scheduled;
  std::string error;
};

const StringRef FromPlan::planText = R"mlir(
fx.weight @w : tensor<4x8xf32> {seed = 1 : i64}
func.func private @product_0(tensor<?x8xf32>, tensor<4x8xf32>, index) -> tensor<?x4xf32>
    attributes {plan.kernel, plan.family = "contract", plan.ops = ["linear", "gelu"], plan.sources = ["m.py:3"]}
func.func @main(%x: tensor<?x8xf32> {fx.dims = affine_map<()[s0] -> (s0, 8)>, fx.name = "input"},
                %flags: tensor<2xi8> {fx.dtype = "u8", fx.parameter})
    -> (tensor<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0, 4)>}, tensor<2xi8> {fx.dims = affine_map<() -> (2)>, fx.dtype = "u8"})
    attributes {fx.symbols = [{name = "n", min = 1, max = 9}], plan.arena_bytes = affine_map<()[s0] -> (s0 * 64)>} {
  %n = fx.sym 0 : index
  %w = fx.get_weight @w : tensor<4x8xf32>
  %0 = plan.launch @product_0(%x, %w)[%n] {places = [#plan.arena<()[s0] -> (0, s0 * 64)>]} : (tensor<?x8xf32>, tensor<4x8xf32>) -> tensor<?x4xf32>
  %v = tensor.collapse_shape %0 [[0, 1]] : tensor<?x4xf32> into tensor<?xf32>
  %4 = affine.apply affine_map<()[s0] -> (s0 * 4)>()[%n]
  %u = tensor.expand_shape %v [[0, 1]] output_shape [%n, 4] : tensor<?xf32> into tensor<?x4xf32>
  %c = plan.copy %u {places = [#plan.output<0>]} : tensor<?x4xf32>
  %d = plan.copy %flags {places = [#plan.output<1>]} : tensor<2xi8>
  return %c, %d : tensor<?x4xf32>, tensor<2xi8>
}
)mlir";

constexpr StringRef kernelsText = R"mlir(
func.func private @product_0(memref<?x8xf32>, memref<?xf32> {schedule.prepare = @product_0_pack_1, schedule.packed_bytes = affine_map<()[s0] -> (128)>},
    memref<?x4xf32>, index, memref<?xi8>, index, index)
    attributes {plan.kernel, schedule.work_items = affine_map<()[s0] -> (s0 ceildiv 2)>, schedule.scratch_bytes = affine_map<()[s0] -> (s0 * 8)>}
func.func private @product_0_pack_1(memref<4x8xf32>, memref<?xf32>, memref<?xi8>, index, index)
    attributes {plan.kernel, plan.prepare, schedule.work_items = affine_map<() -> (4)>, schedule.scratch_bytes = affine_map<() -> (0)>}
)mlir";

TEST_F(FromPlan, FillsEveryTable) {
  FailureOr<bundle::Program> program = convert(planText, kernelsText);
  ASSERT_TRUE(succeeded(program)) << error;
  EXPECT_EQ(program->symbols[0].name, "n");
  EXPECT_EQ(program->symbols[0].max, 9);
  EXPECT_EQ(program->inputs[0].name, "input");
  EXPECT_FALSE(program->inputs[0].isParameter);
  EXPECT_EQ(program->inputs[1].name, "arg1");
  EXPECT_EQ(program->inputs[1].dtype, bundle::DType::U8);
  EXPECT_TRUE(program->inputs[1].isParameter);
  EXPECT_EQ(program->outputs[0].name, "output0");
  EXPECT_EQ(program->outputs[1].dtype, bundle::DType::U8);
  ASSERT_EQ(program->weights.size(), 1u);
  EXPECT_EQ(program->weights[0].bytes.size, 4u * 8 * 4);
  ASSERT_EQ(program->kernels.size(), 2u);
  EXPECT_EQ(program->kernels[0].ops, "linear + gelu");
  EXPECT_EQ(program->kernels[0].sources[0], "m.py:3");
  EXPECT_EQ(program->kernels[1].family, "prepare");

  ASSERT_EQ(program->steps.size(), 3u);
  const bundle::Launch &launch = program->steps[0].launch;
  EXPECT_EQ(launch.args.size(), 3u);
  EXPECT_EQ(launch.numOutputs, 1u);
  EXPECT_EQ(launch.scalars[0], program->exprs.symbol(0));
  ASSERT_EQ(launch.prepared.size(), 1u);
  EXPECT_EQ(launch.prepared[0].operand, 1u);
  EXPECT_EQ(launch.prepared[0].kernel, 1u);
  EXPECT_TRUE(launch.prepared[0].scalars.empty());
  EXPECT_EQ(program->exprs.asConstant(launch.prepared[0].size), 128);
  // A view is the buffer that it is a view of.
  EXPECT_EQ(program->steps[1].copy.source, launch.args[2]);
  EXPECT_EQ(program->exprs.asConstant(program->steps[2].copy.bytes), 2);
  EXPECT_EQ(program->notes[0].first, "explain");
}

TEST_F(FromPlan, CountsWhatTheKernelSays) {
  // Neither sizes nor operations are known.
  FailureOr<bundle::Program> unknown = convert(planText, kernelsText);
  ASSERT_TRUE(succeeded(unknown)) << error;
  EXPECT_FALSE(unknown->steps[0].launch.counts);
  std::string text = planText.str();
  auto replace = [&](StringRef from, StringRef to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace(
      "product_0(tensor<?x8xf32>, tensor<4x8xf32>, index) -> tensor<?x4xf32>",
      "product_0(tensor<?x8xf32> {fx.dims = affine_map<()[s0] -> (s0, 8)>}, "
      "tensor<4x8xf32> {plan.reads = affine_map<()[s0] -> (128, s0 * 16)>}, "
      "index) -> (tensor<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0, 4)>})");
  replace("{plan.kernel,",
          "{plan.kernel, plan.flops = affine_map<()[s0] -> (s0 * 64)>,");
  FailureOr<bundle::Program> program = convert(text, kernelsText);
  ASSERT_TRUE(succeeded(program)) << error;
  const auto &counts = program->steps[0].launch.counts;
  ASSERT_TRUE(counts);
  bundle::ExprPool &exprs = program->exprs;
  bundle::ExprId n = exprs.symbol(0);
  EXPECT_EQ(counts->flops, exprs.mulConstant(n, 64));
  EXPECT_EQ(counts->writtenBytes, exprs.mulConstant(n, 16));
  EXPECT_EQ(counts->readBytes, exprs.add(exprs.mulConstant(n, 32),
                                         exprs.min(exprs.constant(128),
                                                   exprs.mulConstant(n, 16))));
}

TEST_F(FromPlan, WritesABundle) {
  FailureOr<bundle::Program> program = convert(planText, kernelsText);
  ASSERT_TRUE(succeeded(program)) << error;
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(bundle::writeBundle(*program, bytes, error)) << error;
}

/// What a command prints, errors too.
std::string outputOf(const std::string &command) {
  std::string text;
  FILE *pipe = popen((command + " 2>&1").c_str(), "r");
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe))
    text += static_cast<char>(c);
  pclose(pipe);
  return text;
}

TEST_F(FromPlan, IsWhatExplainPrints) {
  FailureOr<bundle::Program> program = convert(planText, kernelsText);
  ASSERT_TRUE(succeeded(program)) << error;
  std::string path = testing::TempDir() + "FromPlanTest.xcb";
  std::string command = std::string(XCC_TOOL) + " explain " + path;
  ASSERT_TRUE(bundle::writeBundle(*program, path, error)) << error;
  EXPECT_NE(outputOf(command).find("product_0: contract"), std::string::npos);
  program->notes.clear();
  ASSERT_TRUE(bundle::writeBundle(*program, path, error)) << error;
  EXPECT_NE(outputOf(command).find("' does not say what was fused"),
            std::string::npos);
  std::remove(path.c_str());
}

TEST_F(FromPlan, MissingKernel) {
  EXPECT_TRUE(failed(convert(planText, "module {}")));
  EXPECT_EQ(error.substr(error.find("expects")),
            "expects a scheduled kernel, got none named @product_0");
}

TEST_F(FromPlan, MissingPack) {
  std::string text = kernelsText.str();
  text.resize(text.find("func.func private @product_0_pack_1"));
  EXPECT_TRUE(failed(convert(planText, text)));
  EXPECT_EQ(error, "'func.func' op expects a kernel that packs operand 1 and "
                   "the packed bytes");
}

TEST_F(FromPlan, PackWithOtherSizes) {
  std::string text = kernelsText.str();
  size_t pack = text.find("@product_0_pack_1(memref<4x8xf32>, memref<?xf32>,");
  text.insert(text.find("memref<?xi8>", pack), "index, index, ");
  EXPECT_TRUE(failed(convert(planText, text)));
  EXPECT_EQ(error, "'func.func' op expects 1 sizes, got 2");
}

constexpr StringRef deviceText = R"mlir(
func.func private @product_0(memref<?xf32>, memref<?xf32>, memref<?xf32>, memref<?xi8>, index)
    attributes {plan.kernel, schedule.grid = affine_map<()[s0] -> (s0 ceildiv 4, 2, 1)>, schedule.threads = 128 : i64,
                schedule.shared_bytes = 4096 : i64, schedule.workspace_bytes = affine_map<()[s0] -> (s0 * 16)>, schedule.next = @combine}
func.func private @combine(memref<?xf32>, memref<?xf32>, memref<?xf32>, memref<?xi8>, index)
    attributes {plan.kernel, schedule.grid = affine_map<()[s0] -> (1, 1, 1)>, schedule.threads = 32 : i64}
)mlir";

TEST_F(FromPlan, PlansOfDevices) {
  FailureOr<bundle::Program> program = convertForDevice(deviceText);
  ASSERT_TRUE(succeeded(program)) << error;
  ASSERT_EQ(program->plans.size(), 1u);
  const bundle::TargetPlan &plan = program->plans[0];
  EXPECT_EQ(plan.target, "sm");
  ASSERT_EQ(plan.launches.size(), program->steps.size());
  EXPECT_TRUE(plan.launches[1].phases.empty());
  const bundle::DeviceLaunch &launch = plan.launches[0];
  ASSERT_EQ(launch.phases.size(), 2u);
  EXPECT_EQ(launch.phases[0].kernel, "product_0");
  EXPECT_EQ(launch.phases[0].threads, 128u);
  EXPECT_EQ(launch.phases[0].sharedBytes, 4096u);
  bundle::ExprPool &exprs = program->exprs;
  EXPECT_EQ(launch.phases[0].grid[0],
            exprs.ceilDiv(exprs.symbol(0), exprs.constant(4)));
  EXPECT_EQ(launch.phases[1].kernel, "combine");
  EXPECT_TRUE(launch.hasWorkspace);
  EXPECT_EQ(program->kernels.size(), 1u);
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(bundle::writeBundle(*program, bytes, error)) << error;
}

/// `deviceText` with one thing in place of another.
std::string deviceTextWith(StringRef from, StringRef to) {
  std::string text = deviceText.str();
  text.replace(text.find(from.str()), from.size(), to.str());
  return text;
}

TEST_F(FromPlan, TensorMaps) {
  std::string map = "#tile.tensor_map<argument = 1, element = f32, "
                    "sizes = affine_map<()[s0] -> (32, s0)>, "
                    "strides = affine_map<()[s0] -> (s0 * 16)>, "
                    "box = [32, 8], swizzle = 128, offset = 64>";
  auto withMaps = [&](const std::string &maps) {
    return deviceTextWith("schedule.threads = 32 : i64",
                          "schedule.threads = 32 : i64, "
                          "schedule.tensor_maps = [" +
                              maps + "]");
  };
  FailureOr<bundle::Program> program = convertForDevice(withMaps(map));
  ASSERT_TRUE(succeeded(program)) << error;
  const auto &phases = program->plans[0].launches[0].phases;
  EXPECT_TRUE(phases[0].tensorMaps.empty());
  ASSERT_EQ(phases[1].tensorMaps.size(), 1u);
  const bundle::TensorMap &found = phases[1].tensorMaps[0];
  bundle::ExprPool &exprs = program->exprs;
  EXPECT_EQ(found.argument, 1u);
  EXPECT_EQ(found.dtype, bundle::DType::F32);
  EXPECT_EQ(found.offset, 64u);
  EXPECT_EQ(found.sizes,
            (std::vector<bundle::ExprId>{exprs.constant(32), exprs.symbol(0)}));
  EXPECT_EQ(found.strides, (std::vector<bundle::ExprId>{
                               exprs.mulConstant(exprs.symbol(0), 16)}));
  EXPECT_EQ(found.box, (std::vector<uint32_t>{32, 8}));
  EXPECT_EQ(found.swizzle, 128u);

  EXPECT_TRUE(failed(convertForDevice(withMaps("1 : i64"))));
  EXPECT_EQ(error.substr(error.find("expects")),
            "expects 'schedule.tensor_maps' of tensor maps, got 1 : i64");
  map.replace(map.find("argument = 1"), 12, "argument = 4");
  EXPECT_TRUE(failed(convertForDevice(withMaps(map))));
  EXPECT_EQ(error.substr(error.find("expects")).substr(0, 52),
            "expects tensor maps of 4 buffers over 1 sizes, got #");
}

TEST_F(FromPlan, KernelsThatNoDeviceCanLaunch) {
  auto complain = [&](StringRef from, StringRef to) {
    EXPECT_TRUE(failed(convertForDevice(deviceTextWith(from, to))));
    return error.substr(error.find("expects"));
  };
  std::string grid = "expects 'schedule.grid' of 3 results over 1"
                     " sizes and a positive 'schedule.threads'";
  EXPECT_EQ(complain("schedule.threads = 128", "schedule.threads = 0"), grid);
  EXPECT_EQ(complain("(s0 ceildiv 4, 2, 1)", "(s0 ceildiv 4, 2)"), grid);
  EXPECT_EQ(complain("()[s0] -> (s0 ceildiv", "()[s1, s0] -> (s0 ceildiv"),
            grid);
  EXPECT_EQ(complain("-> (s0 * 16)", "-> (s0 * 16, 1)"),
            "expects 'schedule.workspace_bytes' of 1 result over 1 sizes");
  EXPECT_EQ(complain("@combine}", "@product_0}"),
            "expects launches that end, got 'schedule.next' in a circle");
  EXPECT_EQ(complain("@combine}", "@missing}"),
            "expects a kernel scheduled for sm, got none named @missing");
}

TEST_F(FromPlan, NotPlanned) {
  EXPECT_TRUE(failed(convert("func.func @main() { return }", "module {}")));
  EXPECT_EQ(error, "expects a planned function @main");
}

std::string mainTaking(StringRef type) {
  return ("func.func @main(%x: " + type +
          ") attributes {plan.arena_bytes = affine_map<() -> (0)>} { return }")
      .str();
}

TEST_F(FromPlan, InputThatIsNoTensor) {
  EXPECT_TRUE(failed(convert(mainTaking("index"), "module {}")));
  EXPECT_EQ(error, "'func.func' op expects argument 0 to be a tensor, got "
                   "'index'");
}

TEST_F(FromPlan, InputOfUnknownSize) {
  EXPECT_TRUE(failed(convert(mainTaking("tensor<?xf32>"), "module {}")));
  EXPECT_EQ(error, "'func.func' op expects 'fx.dims' on argument 0 of type "
                   "'tensor<?xf32>'");
}

TEST_F(FromPlan, UnknownElementType) {
  EXPECT_TRUE(failed(convert(mainTaking("tensor<4xi4>"), "module {}")));
  EXPECT_EQ(error, "expects an element type that bundles have, got 'i4'");
}

TEST_F(FromPlan, ConstantsOfEachKind) {
  FailureOr<bundle::Program> program = convert(R"mlir(
func.func @main() -> (tensor<3xi1> {fx.dims = affine_map<() -> (3)>}, tensor<2xbf16> {fx.dims = affine_map<() -> (2)>})
    attributes {plan.arena_bytes = affine_map<() -> (0)>} {
  %a = arith.constant dense<[true, false, true]> : tensor<3xi1>
  %b = fx.constant dense<[1.0, -2.0]> : tensor<2xbf16>
  %c = plan.copy %a {places = [#plan.output<0>]} : tensor<3xi1>
  %d = plan.copy %b {places = [#plan.output<1>]} : tensor<2xbf16>
  return %c, %d : tensor<3xi1>, tensor<2xbf16>
})mlir",
                                               "module {}");
  ASSERT_TRUE(succeeded(program)) << error;
  std::vector<uint8_t> bytes;
  auto collect = [&](const void *data, size_t size) {
    auto *first = static_cast<const uint8_t *>(data);
    bytes.insert(bytes.end(), first, first + size);
    return true;
  };
  EXPECT_TRUE(program->weights[0].bytes.produce(collect, error));
  EXPECT_TRUE(program->weights[1].bytes.produce(collect, error));
  EXPECT_EQ(bytes, (std::vector<uint8_t>{1, 0, 1, 0x80, 0x3f, 0x00, 0xc0}));
  EXPECT_TRUE(program->weights[0].isConstant);
}

TEST_F(FromPlan, ConstantKeptElsewhere) {
  EXPECT_TRUE(failed(convert(R"mlir(
func.func @main() -> (tensor<2xi8> {fx.dims = affine_map<() -> (2)>})
    attributes {plan.arena_bytes = affine_map<() -> (0)>} {
  %a = fx.constant dense_resource<bytes> : tensor<2xi8>
  %c = plan.copy %a {places = [#plan.output<0>]} : tensor<2xi8>
  return %c : tensor<2xi8>
}
{-# dialect_resources: { builtin: { bytes: "0x010000000102" } } #-}
)mlir",
                             "module {}")));
  EXPECT_TRUE(StringRef(error).starts_with(
      "'fx.constant' op expects a dense constant, got "));
}

} // namespace
