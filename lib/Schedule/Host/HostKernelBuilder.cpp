//===- HostKernelBuilder.cpp - The scheduled form of one kernel -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/HostKernelBuilder.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t scratchAlignment = 64;

static int64_t bytesOf(Type element) {
  return (element.isIndex() ? 64 : element.getIntOrFloatBitWidth()) / 8;
}

static MemRefType bufferType(const BufferSpec &spec) {
  SmallVector<int64_t> sizes;
  for (AffineExpr dim : spec.dims) {
    auto size = dyn_cast<AffineConstantExpr>(dim);
    sizes.push_back(size ? size.getValue() : ShapedType::kDynamic);
  }
  return MemRefType::get(sizes, ElementEmitter::storageType(spec.element));
}

HostKernelBuilder::HostKernelBuilder(func::FuncOp kernel)
    : tensorKernel(kernel), body(kernel.getContext()),
      indexSpace(kernel.getContext()) {
  emitter = std::make_unique<ElementEmitter>(kernel, indexSpace);
  SmallVector<BufferSpec> buffers;
  unsigned sizes = 0;
  auto addBuffer = [&](Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    buffers.push_back({type.getElementType(), emitter->shapeOf(tensor)});
  };
  for (BlockArgument argument : kernel.getArguments()) {
    if (argument.getType().isIndex()) {
      ++sizes;
      continue;
    }
    addBuffer(argument);
    ++inputCount;
  }
  for (Value result : emitter->kernelResults())
    addBuffer(result);
  OpBuilder outer(kernel);
  create(outer, kernel.getLoc(), kernel.getName(), buffers, sizes);
  for (unsigned i = 0; i < inputCount; ++i)
    emitter->setInput(kernel.getArgument(i), flat(i));
  for (unsigned i = 0; i < kernel.getNumResults(); ++i)
    emitter->setOutput(i, flat(inputCount + i));
}

HostKernelBuilder::HostKernelBuilder(func::FuncOp anchor, StringRef name,
                                     ArrayRef<BufferSpec> buffers,
                                     unsigned sizes)
    : body(anchor.getContext()), indexSpace(anchor.getContext()) {
  emitter = std::make_unique<ElementEmitter>(anchor, indexSpace);
  inputCount = buffers.size();
  OpBuilder outer(anchor);
  create(outer, anchor.getLoc(), name, buffers, sizes);
}

void HostKernelBuilder::create(OpBuilder &outer, Location loc, StringRef name,
                               ArrayRef<BufferSpec> buffers, unsigned sizes) {
  MLIRContext *context = outer.getContext();
  symbolCount = sizes;
  bufferCount = buffers.size();
  SmallVector<Type> types;
  for (const BufferSpec &spec : buffers)
    types.push_back(bufferType(spec));
  types.append(sizes, outer.getIndexType());
  types.push_back(MemRefType::get({ShapedType::kDynamic}, outer.getI8Type()));
  types.append(2, outer.getIndexType());
  function =
      func::FuncOp::create(outer, loc, name, outer.getFunctionType(types, {}));
  for (auto [i, spec] : llvm::enumerate(buffers))
    function.setArgAttr(
        i, fx::dimsAttrName,
        AffineMapAttr::get(AffineMap::get(0, sizes, spec.dims, context)));
  Block *block = function.addEntryBlock();
  body.setInsertionPointToStart(block);
  SmallVector<Value> symbols;
  for (unsigned i = 0; i < sizes; ++i)
    symbols.push_back(block->getArgument(buffers.size() + i));
  indexSpace.setSymbols(symbols);
  scratchBytes = indexSpace.constant(0);
  workItems = indexSpace.constant(1);
  for (auto [i, spec] : llvm::enumerate(buffers)) {
    AffineExpr count = indexSpace.product(spec.dims);
    auto number = dyn_cast<AffineConstantExpr>(count);
    OpFoldResult size =
        number ? OpFoldResult(body.getIndexAttr(number.getValue()))
               : OpFoldResult(indexSpace.materialize(body, loc, count));
    auto type = cast<MemRefType>(types[i]);
    auto flatType =
        MemRefType::get({number ? number.getValue() : ShapedType::kDynamic},
                        type.getElementType());
    flatBuffers.push_back(memref::ReinterpretCastOp::create(
        body, loc, flatType, block->getArgument(i), body.getIndexAttr(0),
        ArrayRef<OpFoldResult>{size},
        ArrayRef<OpFoldResult>{body.getIndexAttr(1)}));
  }
}

HostKernelBuilder::~HostKernelBuilder() {
  if (!finished && function)
    function.erase();
}

Value HostKernelBuilder::flat(unsigned i) { return flatBuffers[i]; }

Value HostKernelBuilder::extend(Value narrow, Type type) {
  if (narrow.getType() == type)
    return narrow;
  return arith::ExtFOp::create(body, loc(), type, narrow);
}

void HostKernelBuilder::prefetch(Value flat, Value place) {
  constexpr unsigned secondLevel = 2;
  memref::PrefetchOp::create(body, loc(), flat, ValueRange(place),
                             /*isWrite=*/false, secondLevel,
                             /*isDataCache=*/true);
}

Value HostKernelBuilder::allocateScratch(Type element, AffineExpr count) {
  element = ElementEmitter::storageType(element);
  OpBuilder::InsertionGuard guard(body);
  // Views of scratch come first: they hold for all work items.
  body.setInsertionPointAfter(flatBuffers.empty()
                                  ? &function.getBody().front().front()
                                  : flatBuffers.back().getDefiningOp());
  AffineExpr start = reserve(scratchBytes, element, count);
  return view(function.getArgument(function.getNumArguments() - 3), element,
              start, count);
}

AffineExpr HostKernelBuilder::reserve(AffineExpr &bytes, Type element,
                                      AffineExpr count) {
  AffineExpr start = bytes;
  bytes = indexSpace.simplify(
      start +
      (count * bytesOf(element)).ceilDiv(scratchAlignment) * scratchAlignment);
  return start;
}

Value HostKernelBuilder::view(Value block, Type element, AffineExpr start,
                              AffineExpr count) {
  count = indexSpace.simplify(count);
  Value shift = indexSpace.materialize(body, loc(), indexSpace.simplify(start));
  SmallVector<Value> sizes;
  std::optional<int64_t> number = known(count);
  if (!number)
    sizes.push_back(indexSpace.materialize(body, loc(), count));
  auto type = MemRefType::get({number.value_or(ShapedType::kDynamic)}, element);
  return memref::ViewOp::create(body, loc(), type, block, shift, sizes);
}

AffineExpr HostKernelBuilder::reserveWorkspace(Type element, AffineExpr count) {
  if (!workspaceBytes) {
    workspaceBytes = indexSpace.constant(0);
    auto bytes = MemRefType::get({ShapedType::kDynamic}, body.getI8Type());
    LogicalResult added =
        function.insertArgument(bufferCount, bytes, nullptr, loc());
    assert(succeeded(added) && "a function takes any argument");
    (void)added;
  }
  return reserve(workspaceBytes, ElementEmitter::storageType(element), count);
}

Value HostKernelBuilder::viewWorkspace(Type element, AffineExpr start,
                                       AffineExpr first, AffineExpr count) {
  element = ElementEmitter::storageType(element);
  return view(function.getArgument(bufferCount), element,
              start + first * bytesOf(element), count);
}

void HostKernelBuilder::setArgumentType(unsigned i, Type type) {
  function.getArgument(i).setType(type);
  auto types = llvm::to_vector(function.getArgumentTypes());
  types[i] = type;
  function.setType(FunctionType::get(function.getContext(), types, {}));
}

Value HostKernelBuilder::replaceInput(unsigned i, MemRefType type, Indices dims,
                                      StringRef prepare, AffineExpr bytes) {
  MLIRContext *context = function.getContext();
  BlockArgument argument = function.getArgument(i);
  if (Operation *view = flatBuffers[i].getDefiningOp()) {
    emitter->setInput(tensorKernel.getArgument(i), {});
    flatBuffers[i] = {};
    view->erase();
  }
  setArgumentType(i, type);
  function.setArgAttr(
      i, fx::dimsAttrName,
      AffineMapAttr::get(AffineMap::get(0, symbolCount, dims, context)));
  function.setArgAttr(i, "schedule.prepare",
                      FlatSymbolRefAttr::get(context, prepare));
  function.setArgAttr(
      i, "schedule.packed_bytes",
      AffineMapAttr::get(AffineMap::get(0, symbolCount, bytes)));
  return argument;
}

void HostKernelBuilder::forLoop(Value lower, Value upper, AffineExpr extent,
                                function_ref<void(AffineExpr)> inside,
                                int64_t step) {
  Value by = arith::ConstantIndexOp::create(body, loc(), step);
  auto loop = scf::ForOp::create(body, loc(), lower, upper, by);
  OpBuilder::InsertionGuard guard(body);
  body.setInsertionPointToStart(loop.getBody());
  ElementEmitter::Scope scope(*emitter);
  inside(indexSpace.declare(loop.getInductionVar(), extent));
}

void HostKernelBuilder::forExtent(AffineExpr extent,
                                  function_ref<void(AffineExpr)> inside) {
  Value lower = arith::ConstantIndexOp::create(body, loc(), 0);
  Value upper = indexSpace.materialize(body, loc(), extent);
  forLoop(lower, upper, extent, inside);
}

void HostKernelBuilder::forWorkItems(function_ref<void(AffineExpr)> inside) {
  forLoop(begin(), end(), workItems, inside);
}

void HostKernelBuilder::forPhases(AffineExpr count,
                                  function_ref<void(AffineExpr)> first,
                                  function_ref<void(AffineExpr)> then) {
  firstPhase = indexSpace.simplify(count);
  Value boundary = indexSpace.materialize(body, loc(), firstPhase);
  Value isFirst = arith::CmpIOp::create(body, loc(), arith::CmpIPredicate::slt,
                                        begin(), boundary);
  auto branch = scf::IfOp::create(body, loc(), isFirst, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(body);
  {
    ElementEmitter::Scope scope(*emitter);
    body.setInsertionPointToStart(branch.thenBlock());
    forLoop(begin(), end(), firstPhase, first);
  }
  ElementEmitter::Scope scope(*emitter);
  body.setInsertionPointToStart(branch.elseBlock());
  auto counted = [&](Value item) -> Value {
    return arith::SubIOp::create(body, loc(), item, boundary);
  };
  Value from = counted(begin()), to = counted(end());
  forLoop(from, to, workItems, then);
}

void HostKernelBuilder::finish() {
  func::ReturnOp::create(body, loc());
  auto asMap = [&](AffineExpr expr) {
    return AffineMapAttr::get(
        AffineMap::get(0, symbolCount, indexSpace.simplify(expr)));
  };
  if (firstPhase) {
    function->setAttr("schedule.first_phase", asMap(firstPhase));
    workItems = workItems + firstPhase;
  }
  function->setAttr("schedule.work_items", asMap(workItems));
  function->setAttr("schedule.scratch_bytes", asMap(scratchBytes));
  if (workspaceBytes) {
    function->setAttr("schedule.workspace_bytes", asMap(workspaceBytes));
    if (std::optional<int64_t> bytes = known(workspaceBytes))
      setArgumentType(bufferCount, MemRefType::get({*bytes}, body.getI8Type()));
    function.setArgAttr(bufferCount, fx::dimsAttrName, asMap(workspaceBytes));
  }
  finished = true;
  if (!tensorKernel)
    return;
  for (NamedAttribute attribute : tensorKernel->getDiscardableAttrs())
    function->setAttr(attribute.getName(), attribute.getValue());
  for (unsigned i = 0; i < inputCount; ++i)
    for (NamedAttribute attribute :
         function_interface_impl::getArgAttrs(tensorKernel, i))
      if (!function.getArgAttr(i, attribute.getName()))
        function.setArgAttr(i, attribute.getName(), attribute.getValue());
  function.setVisibility(tensorKernel.getVisibility());
  tensorKernel.erase();
}

} // namespace xcc::schedule
