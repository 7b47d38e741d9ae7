//===- TileKernelBuilder.cpp - The block program of one kernel ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/TileKernelBuilder.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"
#include "lib/Schedule/Tile/TileForm.h"
#include "lib/Schedule/Tile/TileLayouts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// What starts in workspace may be read by the widest loads.
static constexpr int64_t workspaceAlignment = 256;

TileKernelBuilder::TileKernelBuilder(func::FuncOp kernel,
                                     const DeviceDescription &device)
    : tensorKernel(kernel), deviceFacts(device), body(kernel.getContext()),
      indexSpace(kernel.getContext()) {
  form = std::make_unique<TileForm>(*this);
  emitter = std::make_unique<ElementEmitter>(kernel, indexSpace, form.get());
  scalars = std::make_unique<ElementEmitter>(kernel, indexSpace);
  for (Type type : kernel.getArgumentTypes())
    ++(type.isIndex() ? symbolCount : inputCount);
  workspaceBytes = indexSpace.constant(0);
  createLaunch(kernel.getName());
}

TileKernelBuilder::~TileKernelBuilder() {
  if (!isFinished)
    for (func::FuncOp launch : launches)
      launch.erase();
}

//===-- Launches ----------------------------------------------------------===//

void TileKernelBuilder::createLaunch(StringRef name) {
  OpBuilder outer(tensorKernel);
  SmallVector<Type> types;
  auto addBuffer = [&](Value tensor) {
    Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
    types.push_back(MemRefType::get({ShapedType::kDynamic},
                                    ElementEmitter::storageType(element)));
  };
  for (BlockArgument argument : tensorKernel.getArguments())
    if (!argument.getType().isIndex())
      addBuffer(argument);
  for (Value result : emitter->kernelResults())
    addBuffer(result);
  if (usesWorkspace)
    types.push_back(MemRefType::get({ShapedType::kDynamic}, outer.getI8Type()));
  types.append(symbolCount, outer.getIndexType());
  auto launch = func::FuncOp::create(outer, loc(), name,
                                     outer.getFunctionType(types, {}));
  launches.push_back(launch);
  views.clear();
  body.setInsertionPointToStart(launch.addEntryBlock());
  threads = deviceFacts.lanesPerWarp;
  helpers = 0;
  gridSize = indexSpace.constant(1);
  connectBuffers();
}

void TileKernelBuilder::connectBuffers() {
  func::FuncOp launch = function();
  auto symbols =
      llvm::to_vector_of<Value>(launch.getArguments().take_back(symbolCount));
  indexSpace.setSymbols(symbols);
  unsigned next = 0;
  for (BlockArgument argument : tensorKernel.getArguments()) {
    if (argument.getType().isIndex())
      continue;
    emitter->setInput(argument, launch.getArgument(next));
    scalars->setInput(argument, launch.getArgument(next++));
  }
  for (unsigned i = 0; i < tensorKernel.getNumResults(); ++i) {
    emitter->setOutput(i, launch.getArgument(next));
    scalars->setOutput(i, launch.getArgument(next++));
  }
}

void TileKernelBuilder::endLaunch() {
  func::FuncOp launch = function();
  // From wherever a role's code ended.
  body.setInsertionPointToEnd(&launch.getBody().front());
  func::ReturnOp::create(body, loc());
  AffineExpr one = indexSpace.constant(1);
  launch->setAttr(tile::gridAttrName,
                  AffineMapAttr::get(AffineMap::get(
                      0, symbolCount, {indexSpace.simplify(gridSize), one, one},
                      body.getContext())));
  launch->setAttr(tile::threadsAttrName,
                  body.getI64IntegerAttr(threads + helpers));
}

unsigned TileKernelBuilder::addTensorMap(tile::TensorMapAttr map) {
  SmallVector<Attribute> maps;
  if (auto known =
          function()->getAttrOfType<ArrayAttr>(tile::tensorMapsAttrName))
    llvm::append_range(maps, known);
  auto *same = llvm::find(maps, map);
  unsigned number = same - maps.begin();
  if (same == maps.end())
    maps.push_back(map);
  function()->setAttr(tile::tensorMapsAttrName, body.getArrayAttr(maps));
  return number;
}

void TileKernelBuilder::beginNextLaunch(StringRef suffix) {
  endLaunch();
  func::FuncOp previous = function();
  std::string name = (tensorKernel.getName() + "_" + suffix).str();
  auto isTaken = [&](func::FuncOp launch) { return launch.getName() == name; };
  if (llvm::any_of(launches, isTaken))
    name += std::to_string(launches.size());
  previous->setAttr(tile::nextAttrName,
                    FlatSymbolRefAttr::get(body.getContext(), name));
  createLaunch(name);
}

void TileKernelBuilder::setThreads(int64_t count) {
  threads = count;
  currentFrame.layout = coalescedLayout(
      {}, 0, 1, {deviceFacts.lanesPerWarp, threads / deviceFacts.lanesPerWarp});
  form->frameChanged();
}

IndexList TileKernelBuilder::blockIds(Indices counts) {
  gridSize = indexSpace.simplify(indexSpace.product(counts));
  AffineExpr one = indexSpace.constant(1);
  if (gridSize == one)
    return IndexList(counts.size(), indexSpace.constant(0));
  Value id = tile::BlockIdOp::create(body, loc(), body.getIndexType(),
                                     tile::GridDim::X);
  return split(indexSpace.declare(id, gridSize), counts);
}

IndexList TileKernelBuilder::split(AffineExpr number, Indices counts) {
  IndexList result;
  for (auto [index, count] :
       llvm::zip_equal(indexSpace.delinearize(number, counts), counts)) {
    if (isa<AffineConstantExpr, AffineDimExpr>(index)) {
      result.push_back(index);
      continue;
    }
    Value value = indexSpace.materialize(body, loc(), index);
    result.push_back(indexSpace.declare(value, count));
  }
  return result;
}

Value TileKernelBuilder::workspace(StringRef name, Type element,
                                   AffineExpr count) {
  unsigned position = inputCount + tensorKernel.getNumResults();
  if (!usesWorkspace) {
    usesWorkspace = true;
    for (func::FuncOp launch : launches)
      (void)launch.insertArgument(
          position, MemRefType::get({ShapedType::kDynamic}, body.getI8Type()),
          {}, loc());
  }
  Value &view = views[name.str()];
  if (view)
    return view;
  element = ElementEmitter::storageType(element);
  auto [first, isNew] = workspaces.try_emplace(name.str(), workspaceBytes);
  if (isNew) {
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    AffineExpr lines = (count * bytes).ceilDiv(workspaceAlignment);
    workspaceBytes =
        indexSpace.simplify(workspaceBytes + lines * workspaceAlignment);
  }
  OpBuilder::InsertionGuard guard(body);
  body.setInsertionPointToStart(&function().getBody().front());
  Value start = indexSpace.materialize(body, loc(), first->second);
  // A known size belongs to the type, or canonicalization casts it there.
  auto known = dyn_cast<AffineConstantExpr>(indexSpace.simplify(count));
  SmallVector<Value> sizes;
  if (!known)
    sizes.push_back(indexSpace.materialize(body, loc(), count));
  auto type = MemRefType::get({known ? known.getValue() : ShapedType::kDynamic},
                              element);
  return view = memref::ViewOp::create(
             body, loc(), type, function().getArgument(position), start, sizes);
}

void TileKernelBuilder::finish() {
  endLaunch();
  auto copied = llvm::to_vector(tensorKernel->getDiscardableAttrs());
  for (func::FuncOp launch : launches) {
    for (NamedAttribute attribute : copied)
      launch->setAttr(attribute.getName(), attribute.getValue());
    for (unsigned i = 0; i < inputCount; ++i)
      for (NamedAttribute attribute :
           function_interface_impl::getArgAttrs(tensorKernel, i))
        // Flat buffers have no dimensions.
        if (attribute.getName() != fx::dimsAttrName)
          launch.setArgAttr(i, attribute.getName(), attribute.getValue());
    launch.setVisibility(tensorKernel.getVisibility());
  }
  if (usesWorkspace)
    launches.front()->setAttr(
        tile::workspaceBytesAttrName,
        AffineMapAttr::get(AffineMap::get(0, symbolCount, workspaceBytes)));
  isFinished = true;
  tensorKernel.erase();
}

//===-- Tiles -------------------------------------------------------------===//

TileFrame TileKernelBuilder::makeFrame(const tile::LinearLayout &layout) {
  TileFrame frame{layout, layout.getShape(), {}};
  for (int64_t size : frame.shape)
    frame.coordinates.push_back(
        indexSpace.placeholder(indexSpace.constant(size)));
  return frame;
}

TileKernelBuilder::InFrame::InFrame(TileKernelBuilder &builder,
                                    const TileFrame &frame)
    : builder(builder), outer(builder.currentFrame), scope(builder.elements()) {
  builder.currentFrame = frame;
  builder.form->frameChanged();
}

TileKernelBuilder::InFrame::~InFrame() {
  builder.currentFrame = outer;
  builder.form->frameChanged();
}

Value TileKernelBuilder::toTile(Value element) {
  return form->widen(body, element.getLoc(), element, form->allDims());
}

Value TileKernelBuilder::readTile(Value tensor, Indices indices) {
  Value element = emitter->readElement(body, loc(), tensor, indices);
  return element ? toTile(element) : Value();
}

Value TileKernelBuilder::maskOf(Indices indices, Indices known) {
  IndexList given, conditions;
  for (AffineExpr index : known)
    given.append(form->conditionsOf(index));
  for (AffineExpr index : indices)
    for (AffineExpr condition : form->conditionsOf(index))
      if (!is_contained(given, condition))
        conditions.push_back(condition);
  if (conditions.empty())
    return {};
  return toTile(form->holds(body, loc(), conditions));
}

LogicalResult TileKernelBuilder::writeTile(Value root, Indices indices,
                                           Value tile) {
  TileForm::StoresWithin inside(*form, indices);
  return emitter->writeElement(body, loc(), root, indices, tile);
}

void TileKernelBuilder::storeTile(Value tile, Indices indices, Value flat,
                                  AffineExpr offset) {
  TileForm::StoresWithin inside(*form, indices);
  emitter->storeFlat(body, loc(), tile, flat, offset);
}

TileAccess TileKernelBuilder::accessAt(Value flat, AffineExpr offset) {
  FrameDims dims = form->allDims();
  return form->access(body, loc(), flat, offset, dims);
}

std::optional<ElementAccess>
TileKernelBuilder::plainAccessOf(Value tensor, Indices indices,
                                 Indices variables) {
  SmallVector<ElementAccess> accesses;
  auto *outerLog = scalars->accessLog;
  scalars->accessLog = &accesses;
  Block nowhere;
  OpBuilder inner(body.getContext());
  inner.setInsertionPointToStart(&nowhere);
  IndexSpace::Mark mark = indexSpace.mark();
  for (AffineExpr variable : variables)
    indexSpace.setValue(variable,
                        nowhere.addArgument(body.getIndexType(), loc()));
  Value element;
  {
    ElementEmitter::Scope scope(*scalars);
    element = scalars->readElement(inner, loc(), tensor, indices);
  }
  for (AffineExpr variable : variables)
    indexSpace.setValue(variable, {});
  indexSpace.release(mark);
  scalars->accessLog = outerLog;
  bool isLoad =
      element && isa_and_present<memref::LoadOp>(element.getDefiningOp());
  if (!isLoad || accesses.size() != 1)
    return std::nullopt;
  // A place that is computed by more than index expressions.
  bool isForeign = false;
  accesses[0].offset.walk([&](AffineExpr part) {
    if (auto variable = dyn_cast<AffineDimExpr>(part))
      isForeign |= variable.getPosition() >= mark.variables;
  });
  if (isForeign)
    return std::nullopt;
  return accesses[0];
}

std::optional<TileAccess>
TileKernelBuilder::accessOf(Value tensor, Indices indices, Indices also) {
  std::optional<ElementAccess> access =
      plainAccessOf(tensor, indices, currentFrame.coordinates);
  if (!access)
    return std::nullopt;
  IndexList conditions;
  for (AffineExpr index : also)
    conditions.append(form->conditionsOf(index));
  FrameDims dims = form->allDims();
  return form->access(body, loc(), access->buffer, access->offset, dims,
                      conditions);
}

FailureOr<SmallVector<Value>> TileKernelBuilder::forLoop(AffineExpr count,
                                                         ValueRange inits,
                                                         LoopBody inside) {
  Value zero = arith::ConstantIndexOp::create(body, loc(), 0);
  Value one = arith::ConstantIndexOp::create(body, loc(), 1);
  Value upper = indexSpace.materialize(body, loc(), count);
  auto loop = scf::ForOp::create(body, loc(), zero, upper, one, inits);
  OpBuilder::InsertionGuard guard(body);
  if (inits.empty())
    loop.getBody()->clear();
  body.setInsertionPointToEnd(loop.getBody());
  AffineExpr index = indexSpace.declare(loop.getInductionVar(), count);
  ElementEmitter::Scope scope(*emitter);
  FailureOr<SmallVector<Value>> updated =
      inside(index, loop.getRegionIterArgs());
  if (failed(updated))
    return failure();
  scf::YieldOp::create(body, loc(), *updated);
  return SmallVector<Value>(loop.getResults());
}

} // namespace xcc::schedule
