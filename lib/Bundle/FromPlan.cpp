//===- FromPlan.cpp - A planned module as a bundle's program --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/FromPlan.h"

#include "lib/Bundle/FromPlanCounts.h"
#include "lib/Bundle/FromPlanDevices.h"
#include "lib/Bundle/FromPlanTensors.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Describe.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace xcc::bundle {
namespace {

/// Names of the attributes that scheduled kernels carry.
constexpr llvm::StringLiteral workItemsAttrName = "schedule.work_items";
constexpr llvm::StringLiteral scratchAttrName = "schedule.scratch_bytes";
constexpr llvm::StringLiteral prepareAttrName = "schedule.prepare";
constexpr llvm::StringLiteral packedAttrName = "schedule.packed_bytes";
constexpr llvm::StringLiteral grainAttrName = "schedule.grain";
constexpr llvm::StringLiteral firstPhaseAttrName = "schedule.first_phase";
constexpr llvm::StringLiteral workspaceAttrName = "schedule.workspace_bytes";

/// Walks a planned function once and fills a program.
class ProgramBuilder {
public:
  ProgramBuilder(ModuleOp fused, const ScheduledModules &scheduled,
                 StringRef moduleDirectory)
      : fusedSymbols(fused), tensors(program, moduleDirectory) {
    if (scheduled.host)
      hostSymbols.emplace(scheduled.host);
    for (auto &[target, module] : scheduled.devices)
      devicePlans.emplace_back(target, module, program.exprs);
  }

  FailureOr<Program> run(func::FuncOp main);

private:
  void addSymbols(func::FuncOp main);
  LogicalResult addInputs(func::FuncOp main);
  LogicalResult addOutputs(func::FuncOp main);
  LogicalResult addOp(Operation &op);
  LogicalResult addLaunch(plan::LaunchOp launch);
  LogicalResult addHostFields(plan::LaunchOp launch, Launch &step);
  LogicalResult addCopy(plan::CopyOp copy);
  void addPlaces(Operation *op, ArrayAttr places);
  uint32_t kernelIndex(StringRef name);
  FailureOr<Prepared> prepare(func::FuncOp kernel, unsigned operand,
                              ArrayRef<ExprId> scalars);
  uint32_t addBuffer(Buffer buffer);
  uint32_t bufferOf(Value value) const { return buffers.lookup(value); }

  ExprId exprOf(AffineExpr expr, ArrayRef<ExprId> symbols);
  ExprId exprOf(func::FuncOp kernel, StringRef attribute,
                ArrayRef<ExprId> scalars);
  std::vector<ExprId> dimsOf(Type type, AffineMapAttr dims);

  SymbolTable fusedSymbols;
  std::optional<SymbolTable> hostSymbols; // when the host is a target
  std::vector<DevicePlanBuilder> devicePlans;
  Program program;
  ProgramTensors tensors;
  SmallVector<ExprId> symbols;             // the size symbols
  llvm::DenseMap<Value, ExprId> sizes;     // values of index type
  llvm::DenseMap<Value, uint32_t> buffers; // of tensors
  std::map<std::string, uint32_t> kernels;
  std::map<std::string, uint32_t> weightBuffers;
};

} // namespace

//===-- Expressions
//--------------------------------------------------------===//

ExprId ProgramBuilder::exprOf(AffineExpr expr, ArrayRef<ExprId> symbols) {
  return addExpr(program.exprs, expr, symbols);
}

ExprId ProgramBuilder::exprOf(func::FuncOp kernel, StringRef attribute,
                              ArrayRef<ExprId> scalars) {
  auto map = kernel->getAttrOfType<AffineMapAttr>(attribute);
  return map ? exprOf(map.getValue().getResult(0), scalars)
             : program.exprs.constant(0);
}

std::vector<ExprId> ProgramBuilder::dimsOf(Type type, AffineMapAttr dims) {
  std::vector<ExprId> exprs;
  for (auto [dim, size] : llvm::enumerate(cast<ShapedType>(type).getShape()))
    exprs.push_back(ShapedType::isDynamic(size)
                        ? exprOf(dims.getValue().getResult(dim), symbols)
                        : program.exprs.constant(size));
  return exprs;
}

//===-- Symbols, inputs, outputs
//-------------------------------------------===//

void ProgramBuilder::addSymbols(func::FuncOp main) {
  auto declared = main->getAttrOfType<ArrayAttr>(fx::symbolsAttrName);
  if (!declared)
    return;
  for (auto [number, entry] :
       llvm::enumerate(declared.getAsRange<DictionaryAttr>())) {
    Symbol symbol;
    if (auto name = entry.getAs<StringAttr>("name"))
      symbol.name = name.str();
    if (auto min = entry.getAs<IntegerAttr>("min"))
      symbol.min = min.getInt();
    if (auto max = entry.getAs<IntegerAttr>("max"))
      symbol.max = max.getInt();
    program.symbols.push_back(std::move(symbol));
    symbols.push_back(program.exprs.symbol(number));
  }
}

/// Every dynamic dimension needs an expression.
static LogicalResult verifyDims(func::FuncOp main, Type type,
                                AffineMapAttr dims, const Twine &what) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return main.emitOpError("expects ")
           << what << " to be a tensor, got " << type;
  if (!tensor.hasStaticShape() && !dims)
    return main.emitOpError("expects '")
           << fx::dimsAttrName << "' on " << what << " of type " << type;
  return success();
}

LogicalResult ProgramBuilder::addInputs(func::FuncOp main) {
  for (BlockArgument argument : main.getArguments()) {
    unsigned number = argument.getArgNumber();
    auto dims = main.getArgAttrOfType<AffineMapAttr>(number, fx::dimsAttrName);
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (failed(verifyDims(main, argument.getType(), dims,
                          "argument " + Twine(number))))
      return failure();
    FailureOr<DType> dtype =
        dtypeOf(type.getElementType(), main.getArgAttr(number, dtypeAttrName),
                main.getLoc());
    if (failed(dtype))
      return failure();
    auto name = main.getArgAttrOfType<StringAttr>(number, fx::nameAttrName);
    program.inputs.push_back(
        {name ? name.str() : "arg" + llvm::utostr(number), *dtype,
         dimsOf(type, dims),
         main.getArgAttr(number, fx::parameterAttrName) != nullptr});
    buffers[argument] = addBuffer(Buffer::input(number));
  }
  return success();
}

LogicalResult ProgramBuilder::addOutputs(func::FuncOp main) {
  for (auto [number, type] : llvm::enumerate(main.getResultTypes())) {
    auto dims =
        main.getResultAttrOfType<AffineMapAttr>(number, fx::dimsAttrName);
    if (failed(verifyDims(main, type, dims, "result " + Twine(number))))
      return failure();
    FailureOr<DType> dtype =
        dtypeOf(cast<RankedTensorType>(type).getElementType(),
                main.getResultAttr(number, dtypeAttrName), main.getLoc());
    if (failed(dtype))
      return failure();
    auto name = main.getResultAttrOfType<StringAttr>(number, fx::nameAttrName);
    program.outputs.push_back(
        {name ? name.str() : "output" + llvm::utostr(number), *dtype,
         dimsOf(type, dims)});
  }
  return success();
}

//===-- Kernels
//------------------------------------------------------------===//

static std::vector<std::string> stringsOf(Operation *op, StringRef attribute) {
  std::vector<std::string> strings;
  if (auto array = op->getAttrOfType<ArrayAttr>(attribute))
    for (StringRef string : array.getAsValueRange<StringAttr>())
      strings.push_back(string.str());
  return strings;
}

uint32_t ProgramBuilder::kernelIndex(StringRef name) {
  auto [known, isFirst] =
      kernels.try_emplace(name.str(), program.kernels.size());
  if (!isFirst)
    return known->second;
  Kernel kernel;
  kernel.name = name.str();
  if (auto fused = fusedSymbols.lookup<func::FuncOp>(name)) {
    if (auto family = fused->getAttrOfType<StringAttr>(plan::familyAttrName))
      kernel.family = family.str();
    kernel.ops = llvm::join(stringsOf(fused, plan::opsAttrName), " + ");
    kernel.sources = stringsOf(fused, plan::sourcesAttrName);
  } else {
    kernel.family = "prepare";
    kernel.ops = "pack a weight";
  }
  program.kernels.push_back(std::move(kernel));
  return known->second;
}

/// How many sizes a scheduled kernel takes: its index arguments but the range.
static unsigned numScalars(func::FuncOp kernel) {
  return llvm::count_if(kernel.getArgumentTypes(),
                        [](Type type) { return type.isIndex(); }) -
         2;
}

FailureOr<Prepared> ProgramBuilder::prepare(func::FuncOp kernel,
                                            unsigned operand,
                                            ArrayRef<ExprId> scalars) {
  auto name =
      kernel.getArgAttrOfType<FlatSymbolRefAttr>(operand, prepareAttrName);
  auto packed = kernel.getArgAttrOfType<AffineMapAttr>(operand, packedAttrName);
  auto prepare = hostSymbols->lookup<func::FuncOp>(name.getValue());
  if (!packed || !prepare)
    return kernel.emitOpError("expects a kernel that packs operand ")
           << operand << " and the packed bytes";
  ArrayRef<ExprId> used = scalars;
  if (numScalars(prepare) == 0)
    used = {};
  else if (numScalars(prepare) != scalars.size())
    return prepare.emitOpError("expects ")
           << scalars.size() << " sizes, got " << numScalars(prepare);
  return Prepared{operand,
                  kernelIndex(name.getValue()),
                  std::vector<ExprId>(used.begin(), used.end()),
                  exprOf(packed.getValue().getResult(0), scalars),
                  exprOf(prepare, workItemsAttrName, scalars),
                  exprOf(prepare, scratchAttrName, scalars)};
}

//===-- Steps
//--------------------------------------------------------------===//

uint32_t ProgramBuilder::addBuffer(Buffer buffer) {
  program.buffers.push_back(buffer);
  return program.buffers.size() - 1;
}

void ProgramBuilder::addPlaces(Operation *op, ArrayAttr places) {
  for (auto [result, place] : llvm::zip(op->getResults(), places)) {
    if (auto output = dyn_cast<plan::OutputAttr>(place)) {
      buffers[result] = addBuffer(Buffer::output(output.getIndex()));
      continue;
    }
    AffineMap extent = cast<plan::ArenaAttr>(place).getExtent();
    buffers[result] =
        addBuffer(Buffer::arena(exprOf(extent.getResult(0), symbols),
                                exprOf(extent.getResult(1), symbols)));
  }
}

/// Work items, scratch and packed operands.
LogicalResult ProgramBuilder::addHostFields(plan::LaunchOp launch,
                                            Launch &step) {
  auto scheduled = hostSymbols->lookup<func::FuncOp>(launch.getKernel());
  if (!scheduled || !scheduled->hasAttr(workItemsAttrName))
    return launch.emitOpError("expects a scheduled kernel, got none named @")
           << launch.getKernel();
  step.workItems = exprOf(scheduled, workItemsAttrName, step.scalars);
  step.scratch = exprOf(scheduled, scratchAttrName, step.scalars);
  if (auto grain = scheduled->getAttrOfType<IntegerAttr>(grainAttrName))
    step.grain = grain.getInt();
  if (scheduled->hasAttr(firstPhaseAttrName))
    step.firstPhase = exprOf(scheduled, firstPhaseAttrName, step.scalars);
  if (scheduled->hasAttr(workspaceAttrName))
    step.workspace = exprOf(scheduled, workspaceAttrName, step.scalars);
  for (unsigned i = 0; i < launch.getInputs().size(); ++i) {
    if (!scheduled.getArgAttr(i, prepareAttrName))
      continue;
    FailureOr<Prepared> prepared = prepare(scheduled, i, step.scalars);
    if (failed(prepared))
      return failure();
    step.prepared.push_back(std::move(*prepared));
  }
  return success();
}

LogicalResult ProgramBuilder::addLaunch(plan::LaunchOp launch) {
  addPlaces(launch, *launch.getPlaces());
  Launch step{};
  step.kernel = kernelIndex(launch.getKernel());
  for (Value input : launch.getInputs())
    step.args.push_back(bufferOf(input));
  for (Value result : launch.getResults())
    step.args.push_back(bufferOf(result));
  step.numOutputs = launch.getNumResults();
  for (Value size : launch.getSizes())
    step.scalars.push_back(sizes.lookup(size));
  step.counts = countsOf(fusedSymbols.lookup<func::FuncOp>(launch.getKernel()),
                         step.scalars, program.exprs);
  if (hostSymbols && failed(addHostFields(launch, step)))
    return failure();
  for (DevicePlanBuilder &device : devicePlans)
    if (failed(device.addLaunch(launch, launch.getKernel(), step.scalars)))
      return failure();
  program.steps.push_back(Step::makeLaunch(std::move(step)));
  return success();
}

LogicalResult ProgramBuilder::addCopy(plan::CopyOp copy) {
  addPlaces(copy, *copy.getPlaces());
  auto output = cast<plan::OutputAttr>((*copy.getPlaces())[0]);
  const Output &target = program.outputs[output.getIndex()];
  auto type = cast<RankedTensorType>(copy.getType());
  ExprId bytes = program.exprs.constant(elementBytesOf(type.getElementType()));
  for (ExprId dim : target.dims)
    bytes = program.exprs.mul(bytes, dim);
  program.steps.push_back(Step::makeCopy(
      {bufferOf(copy.getSource()), bufferOf(copy.getResult()), bytes}));
  for (DevicePlanBuilder &device : devicePlans)
    device.addCopy();
  return success();
}

LogicalResult ProgramBuilder::addOp(Operation &op) {
  if (auto launch = dyn_cast<plan::LaunchOp>(op))
    return addLaunch(launch);
  if (auto copy = dyn_cast<plan::CopyOp>(op))
    return addCopy(copy);
  if (auto symbol = dyn_cast<fx::SymOp>(op)) {
    sizes[symbol] = symbols[symbol.getIndex()];
    return success();
  }
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    auto operands = llvm::map_to_vector(
        apply.getOperands(), [&](Value value) { return sizes.lookup(value); });
    AffineMap map = apply.getAffineMap();
    // One list of operands: symbols follow dimensions.
    AffineExpr expr =
        map.getResult(0).shiftSymbols(map.getNumSymbols(), map.getNumDims());
    sizes[apply] = exprOf(expr, operands);
    return success();
  }
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(op)) {
    buffers[op.getResult(0)] = bufferOf(op.getOperand(0));
    return success();
  }
  if (op.getNumResults() == 1 && op.getResult(0).getType().isIndex()) {
    auto value = cast<arith::ConstantOp>(op).getValue();
    sizes[op.getResult(0)] =
        program.exprs.constant(cast<IntegerAttr>(value).getInt());
    return success();
  }
  if (op.hasTrait<OpTrait::IsTerminator>())
    return success();
  FailureOr<uint32_t> weight = tensors.add(&op, fusedSymbols);
  if (failed(weight))
    return failure();
  buffers[op.getResult(0)] = addBuffer(Buffer::weight(*weight));
  return success();
}

FailureOr<Program> ProgramBuilder::run(func::FuncOp main) {
  addSymbols(main);
  if (failed(addInputs(main)) || failed(addOutputs(main)))
    return failure();
  for (Operation &op : main.getBody().front())
    if (failed(addOp(op)))
      return failure();
  if (auto arena = main->getAttrOfType<AffineMapAttr>(plan::arenaAttrName))
    program.arenaSize = exprOf(arena.getValue().getResult(0), symbols);
  for (DevicePlanBuilder &device : devicePlans)
    program.plans.push_back(device.take());
  program.notes.emplace_back(
      "explain", llvm::formatv("{0}", llvm::json::Value(plan::describePlan(
                                          main->getParentOfType<ModuleOp>()))));
  return std::move(program);
}

FailureOr<Program> planToProgram(ModuleOp fused,
                                 const ScheduledModules &scheduled,
                                 StringRef moduleDirectory) {
  auto main = fused.lookupSymbol<func::FuncOp>("main");
  if (!main || !main->hasAttr(plan::arenaAttrName))
    return fused.emitError("expects a planned function @main");
  return ProgramBuilder(fused, scheduled, moduleDirectory).run(main);
}

} // namespace xcc::bundle
