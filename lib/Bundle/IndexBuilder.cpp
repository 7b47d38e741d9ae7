//===- IndexBuilder.cpp - Program -> FlatBuffers index --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/IndexBuilder.h"

#include <algorithm>

using namespace xcc::bundle;
namespace format = xrt::format;

static_assert(int(ExprKind::Min) == int(format::ExprKind_Min) &&
              int(ExprKind::Min) == int(format::ExprKind_MAX));
static_assert(int(DType::F64) == int(format::DType_F64) &&
              int(DType::F8E5M2FNUZ) == int(format::DType_MAX));
static_assert(int(BufferKind::Output) == int(format::BufferKind_MAX));

namespace {
class IndexBuilder {
public:
  IndexBuilder(const Program &program, const Sections &sections)
      : program(program), sections(sections) {}

  flatbuffers::DetachedBuffer run();

private:
  template <typename T> using Offset = flatbuffers::Offset<T>;
  template <typename T>
  using TableVector = Offset<flatbuffers::Vector<Offset<T>>>;

  Offset<flatbuffers::String> text(const std::string &value) {
    return builder.CreateString(value);
  }
  Offset<flatbuffers::Vector<Offset<flatbuffers::String>>>
  texts(const std::vector<std::string> &values) {
    return builder.CreateVectorOfStrings(values);
  }

  /// Marks what |id| needs and says where it will be; see numberExprs.
  void keep(ExprId id) { numbers[id] = 0; }
  void keep(const std::vector<ExprId> &ids) {
    for (ExprId id : ids)
      keep(id);
  }
  uint32_t expr(ExprId id) const { return numbers[id]; }
  Offset<flatbuffers::Vector<uint32_t>> exprs(const std::vector<ExprId> &ids) {
    std::vector<uint32_t> refs;
    for (ExprId id : ids)
      refs.push_back(expr(id));
    return builder.CreateVector(refs);
  }

  void keepStepExprs();
  void keepPlanExprs();
  void numberExprs();
  Offset<flatbuffers::Vector<const format::Expr *>> buildExprs();
  TableVector<format::Symbol> buildSymbols();
  TableVector<format::Input> buildInputs();
  TableVector<format::Output> buildOutputs();
  TableVector<format::Weight>
  buildWeights(const std::vector<std::string> &files);
  TableVector<format::Buffer> buildBuffers();
  TableVector<format::Kernel> buildKernels();
  Offset<format::Step> buildStep(const Step &step);
  TableVector<format::Step> buildSteps();
  TableVector<format::TensorMap> buildTensorMaps(const DevicePhase &phase);
  Offset<format::TargetLaunch> buildLaunch(const DeviceLaunch &launch);
  TableVector<format::TargetPlan> buildPlans();
  TableVector<format::Image> buildImages();
  TableVector<format::Note> buildNotes();

  static constexpr uint32_t kUnused = UINT32_MAX;

  const Program &program;
  const Sections &sections;
  flatbuffers::FlatBufferBuilder builder;
  std::vector<uint32_t> numbers; // by ExprId: its place in the index
};
} // namespace

void IndexBuilder::keepStepExprs() {
  for (const Step &step : program.steps) {
    if (step.isCopy) {
      keep(step.copy.bytes);
      continue;
    }
    keep(step.launch.scalars);
    keep(step.launch.workItems);
    keep(step.launch.scratch);
    for (const auto &optional : {step.launch.firstPhase, step.launch.workspace})
      if (optional)
        keep(*optional);
    if (const auto &counts = step.launch.counts)
      keep({counts->flops, counts->readBytes, counts->writtenBytes});
    for (const Prepared &prepared : step.launch.prepared) {
      keep(prepared.scalars);
      keep({prepared.size, prepared.workItems, prepared.scratch});
    }
  }
}

void IndexBuilder::keepPlanExprs() {
  for (const TargetPlan &plan : program.plans)
    for (const DeviceLaunch &launch : plan.launches) {
      keep(launch.workspace);
      for (const DevicePhase &phase : launch.phases) {
        keep({phase.grid[0], phase.grid[1], phase.grid[2]});
        for (const TensorMap &map : phase.tensorMaps) {
          keep(map.sizes);
          keep(map.strides);
        }
      }
    }
}

void IndexBuilder::numberExprs() {
  const auto &nodes = program.exprs.getNodes();
  numbers.assign(nodes.size(), kUnused);
  for (const Input &input : program.inputs)
    keep(input.dims);
  for (const Output &output : program.outputs)
    keep(output.dims);
  for (const Buffer &buffer : program.buffers)
    keep({buffer.offset, buffer.size});
  keep(program.arenaSize);
  keepStepExprs();
  keepPlanExprs();

  // Operands come before their users, so one pass back finds all that is needed
  // and one pass forth numbers it.
  for (size_t i = nodes.size(); i-- > 0;) {
    if (numbers[i] == kUnused || nodes[i].kind == ExprKind::Constant ||
        nodes[i].kind == ExprKind::Symbol)
      continue;
    keep(nodes[i].lhs);
    keep(nodes[i].rhs);
  }
  uint32_t next = 0;
  for (uint32_t &number : numbers)
    if (number != kUnused)
      number = next++;
}

flatbuffers::Offset<flatbuffers::Vector<const format::Expr *>>
IndexBuilder::buildExprs() {
  std::vector<format::Expr> kept;
  const auto &nodes = program.exprs.getNodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (numbers[i] == kUnused)
      continue;
    bool isLeaf = nodes[i].kind == ExprKind::Constant ||
                  nodes[i].kind == ExprKind::Symbol;
    kept.emplace_back(nodes[i].value, isLeaf ? 0 : expr(nodes[i].lhs),
                      isLeaf ? 0 : expr(nodes[i].rhs),
                      format::ExprKind(nodes[i].kind));
  }
  return builder.CreateVectorOfStructs(kept);
}

IndexBuilder::TableVector<format::Symbol> IndexBuilder::buildSymbols() {
  std::vector<Offset<format::Symbol>> tables;
  for (const Symbol &symbol : program.symbols)
    tables.push_back(format::CreateSymbol(builder, text(symbol.name),
                                          symbol.min, symbol.max));
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Input> IndexBuilder::buildInputs() {
  std::vector<Offset<format::Input>> tables;
  for (const Input &input : program.inputs) {
    auto name = text(input.name);
    auto dims = exprs(input.dims);
    tables.push_back(format::CreateInput(
        builder, name, format::DType(input.dtype), dims, input.isParameter));
  }
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Output> IndexBuilder::buildOutputs() {
  std::vector<Offset<format::Output>> tables;
  for (const Output &output : program.outputs) {
    auto name = text(output.name);
    auto dims = exprs(output.dims);
    tables.push_back(
        format::CreateOutput(builder, name, format::DType(output.dtype), dims));
  }
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Weight>
IndexBuilder::buildWeights(const std::vector<std::string> &files) {
  std::vector<Offset<format::Weight>> tables;
  for (size_t i = 0; i < program.weights.size(); ++i) {
    const Weight &weight = program.weights[i];
    auto file = std::find(files.begin(), files.end(), weight.file);
    auto name = text(weight.name);
    auto dims = builder.CreateVector(weight.dims);
    tables.push_back(format::CreateWeight(
        builder, name, format::DType(weight.dtype), dims, &sections.weights[i],
        file == files.end() ? UINT32_MAX : uint32_t(file - files.begin()),
        weight.isConstant));
  }
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Buffer> IndexBuilder::buildBuffers() {
  std::vector<Offset<format::Buffer>> tables;
  for (const Buffer &buffer : program.buffers)
    tables.push_back(format::CreateBuffer(
        builder, format::BufferKind(buffer.kind), buffer.index,
        expr(buffer.offset), expr(buffer.size)));
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Kernel> IndexBuilder::buildKernels() {
  std::vector<Offset<format::Kernel>> tables;
  for (const Kernel &kernel : program.kernels) {
    auto name = text(kernel.name);
    auto family = text(kernel.family);
    auto ops = text(kernel.ops);
    auto sources = texts(kernel.sources);
    tables.push_back(format::CreateKernel(builder, name, family, ops, sources));
  }
  return builder.CreateVector(tables);
}

flatbuffers::Offset<format::Step> IndexBuilder::buildStep(const Step &step) {
  if (step.isCopy) {
    format::StepBuilder copy(builder);
    copy.add_kind(format::StepKind_Copy);
    copy.add_source(step.copy.source);
    copy.add_destination(step.copy.destination);
    copy.add_bytes(expr(step.copy.bytes));
    return copy.Finish();
  }
  std::vector<Offset<format::Prepared>> prepared;
  for (const Prepared &operand : step.launch.prepared) {
    auto scalars = exprs(operand.scalars);
    prepared.push_back(format::CreatePrepared(
        builder, operand.operand, operand.kernel, scalars, expr(operand.size),
        expr(operand.workItems), expr(operand.scratch)));
  }
  auto args = builder.CreateVector(step.launch.args);
  auto scalars = exprs(step.launch.scalars);
  auto preparedTables = builder.CreateVector(prepared);
  format::StepBuilder launch(builder);
  launch.add_kind(format::StepKind_Launch);
  launch.add_kernel(step.launch.kernel);
  launch.add_args(args);
  launch.add_num_outputs(step.launch.numOutputs);
  launch.add_scalars(scalars);
  launch.add_prepared(preparedTables);
  launch.add_work_items(expr(step.launch.workItems));
  launch.add_scratch(expr(step.launch.scratch));
  launch.add_grain(step.launch.grain);
  if (step.launch.firstPhase)
    launch.add_first_phase(expr(*step.launch.firstPhase));
  if (step.launch.workspace)
    launch.add_workspace(expr(*step.launch.workspace));
  if (const auto &counts = step.launch.counts) {
    launch.add_flops(expr(counts->flops));
    launch.add_read_bytes(expr(counts->readBytes));
    launch.add_written_bytes(expr(counts->writtenBytes));
  }
  return launch.Finish();
}

IndexBuilder::TableVector<format::Step> IndexBuilder::buildSteps() {
  std::vector<Offset<format::Step>> tables;
  for (const Step &step : program.steps)
    tables.push_back(buildStep(step));
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::TensorMap>
IndexBuilder::buildTensorMaps(const DevicePhase &phase) {
  if (phase.tensorMaps.empty())
    return 0;
  std::vector<Offset<format::TensorMap>> tables;
  for (const TensorMap &map : phase.tensorMaps) {
    auto sizes = exprs(map.sizes);
    auto strides = exprs(map.strides);
    auto box = builder.CreateVector(map.box);
    tables.push_back(
        format::CreateTensorMap(builder, map.argument, format::DType(map.dtype),
                                map.offset, sizes, strides, box, map.swizzle));
  }
  return builder.CreateVector(tables);
}

flatbuffers::Offset<format::TargetLaunch>
IndexBuilder::buildLaunch(const DeviceLaunch &launch) {
  std::vector<Offset<format::Phase>> phases;
  for (const DevicePhase &phase : launch.phases) {
    auto kernel = text(phase.kernel);
    auto grid = exprs({phase.grid[0], phase.grid[1], phase.grid[2]});
    auto maps = buildTensorMaps(phase);
    phases.push_back(format::CreatePhase(builder, kernel, grid, phase.threads,
                                         phase.sharedBytes, maps));
  }
  auto tables = builder.CreateVector(phases);
  return format::CreateTargetLaunch(builder, tables, launch.hasWorkspace,
                                    expr(launch.workspace));
}

IndexBuilder::TableVector<format::TargetPlan> IndexBuilder::buildPlans() {
  std::vector<Offset<format::TargetPlan>> tables;
  for (const TargetPlan &plan : program.plans) {
    std::vector<Offset<format::TargetLaunch>> launches;
    for (const DeviceLaunch &launch : plan.launches)
      launches.push_back(buildLaunch(launch));
    auto target = text(plan.target);
    auto launchTables = builder.CreateVector(launches);
    tables.push_back(format::CreateTargetPlan(builder, target, launchTables));
  }
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Image> IndexBuilder::buildImages() {
  std::vector<Offset<format::Image>> tables;
  for (size_t i = 0; i < program.images.size(); ++i) {
    const Image &image = program.images[i];
    auto target = text(image.target);
    auto machine = text(image.machine);
    auto isa = text(image.isa);
    auto fileFormat = text(image.format);
    auto features = texts(image.features);
    tables.push_back(format::CreateImage(builder, target, machine, isa,
                                         fileFormat, image.rank, features,
                                         &sections.images[i]));
  }
  return builder.CreateVector(tables);
}

IndexBuilder::TableVector<format::Note> IndexBuilder::buildNotes() {
  std::vector<Offset<format::Note>> tables;
  for (const auto &[key, value] : program.notes) {
    auto keyText = text(key);
    auto valueText = text(value);
    tables.push_back(format::CreateNote(builder, keyText, valueText));
  }
  return builder.CreateVector(tables);
}

flatbuffers::DetachedBuffer IndexBuilder::run() {
  numberExprs();
  std::vector<std::string> files;
  for (const Weight &weight : program.weights)
    if (!weight.file.empty() &&
        std::find(files.begin(), files.end(), weight.file) == files.end())
      files.push_back(weight.file);

  auto compilerVersion = text(program.compilerVersion);
  auto symbols = buildSymbols();
  auto exprPool = buildExprs();
  auto inputs = buildInputs();
  auto outputs = buildOutputs();
  auto fileNames = texts(files);
  auto weights = buildWeights(files);
  auto buffers = buildBuffers();
  auto kernels = buildKernels();
  auto steps = buildSteps();
  auto images = buildImages();
  auto sourceFormat = text(program.sourceFormat);
  auto notes = buildNotes();
  auto plans = buildPlans();
  bool hasSource = program.source.size != 0;
  builder.Finish(format::CreateIndex(
      builder, compilerVersion, symbols, exprPool, inputs, outputs, fileNames,
      weights, buffers, expr(program.arenaSize), kernels, steps, images,
      hasSource ? &sections.source : nullptr, sourceFormat, notes, plans));
  return builder.Release();
}

flatbuffers::DetachedBuffer xcc::bundle::buildIndex(const Program &program,
                                                    const Sections &sections) {
  return IndexBuilder(program, sections).run();
}
