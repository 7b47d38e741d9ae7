//===- FromPlanDevices.cpp - Launches of a program on a device ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/FromPlanDevices.h"

#include "dialects/tile/Tile.h"
#include "lib/Bundle/FromPlanTensors.h"

using namespace mlir;

namespace xcc::bundle {

/// Names of the attributes that kernels scheduled for a device carry.
constexpr llvm::StringLiteral gridAttrName = "schedule.grid";
constexpr llvm::StringLiteral threadsAttrName = "schedule.threads";
constexpr llvm::StringLiteral sharedAttrName = "schedule.shared_bytes";
constexpr llvm::StringLiteral workspaceAttrName = "schedule.workspace_bytes";
constexpr llvm::StringLiteral nextAttrName = "schedule.next";

ExprId addExpr(ExprPool &pool, AffineExpr expr, ArrayRef<ExprId> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return pool.constant(constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  // affine.apply may call its operands dimensions.
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return symbols[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  ExprId lhs = addExpr(pool, binary.getLHS(), symbols);
  ExprId rhs = addExpr(pool, binary.getRHS(), symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return pool.add(lhs, rhs);
  case AffineExprKind::Mul:
    return pool.mul(lhs, rhs);
  case AffineExprKind::Mod:
    return pool.mod(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return pool.floorDiv(lhs, rhs);
  case AffineExprKind::CeilDiv:
    return pool.ceilDiv(lhs, rhs);
  case AffineExprKind::Constant:
  case AffineExprKind::DimId:
  case AffineExprKind::SymbolId:
    break;
  }
  llvm_unreachable("leaves were handled above");
}

/// What a map of a kernel says, over its sizes; nullopt when it is not there or
/// is of another form.
static std::optional<AffineMap> mapOf(func::FuncOp kernel, StringRef attribute,
                                      unsigned numResults, size_t numSizes) {
  auto map = kernel->getAttrOfType<AffineMapAttr>(attribute);
  if (!map || map.getValue().getNumResults() != numResults ||
      map.getValue().getNumDims() != 0 ||
      map.getValue().getNumSymbols() > numSizes)
    return std::nullopt;
  return map.getValue();
}

/// The map's numbers over the program's symbols.
static FailureOr<TensorMap> readTensorMap(func::FuncOp kernel,
                                          tile::TensorMapAttr map,
                                          ExprPool &pool,
                                          ArrayRef<ExprId> scalars) {
  size_t numSizes = scalars.size();
  unsigned numBuffers = kernel.getNumArguments() - numSizes;
  if (map.getArgument() >= numBuffers ||
      map.getSizes().getNumSymbols() > numSizes ||
      map.getStrides().getNumSymbols() > numSizes)
    return kernel.emitOpError("expects tensor maps of ")
           << numBuffers << " buffers over " << numSizes << " sizes, got "
           << map;
  FailureOr<DType> dtype =
      dtypeOf(map.getElementType(), nullptr, kernel.getLoc());
  if (failed(dtype))
    return failure();
  TensorMap result;
  result.argument = map.getArgument();
  result.dtype = *dtype;
  result.offset = map.getOffset();
  for (AffineExpr size : map.getSizes().getResults())
    result.sizes.push_back(addExpr(pool, size, scalars));
  for (AffineExpr stride : map.getStrides().getResults())
    result.strides.push_back(addExpr(pool, stride, scalars));
  result.box.assign(map.getBox().begin(), map.getBox().end());
  result.swizzle = map.getSwizzle();
  return result;
}

LogicalResult DevicePlanBuilder::addTensorMaps(func::FuncOp kernel,
                                               ArrayRef<ExprId> scalars,
                                               DevicePhase &phase) {
  auto maps = kernel->getAttrOfType<ArrayAttr>(tile::tensorMapsAttrName);
  if (!maps)
    return success();
  for (Attribute attribute : maps) {
    auto map = dyn_cast<tile::TensorMapAttr>(attribute);
    if (!map)
      return kernel.emitOpError("expects '")
             << tile::tensorMapsAttrName << "' of tensor maps, got "
             << attribute;
    FailureOr<TensorMap> read = readTensorMap(kernel, map, pool, scalars);
    if (failed(read))
      return failure();
    phase.tensorMaps.push_back(std::move(*read));
  }
  return success();
}

LogicalResult DevicePlanBuilder::addPhase(func::FuncOp kernel,
                                          ArrayRef<ExprId> scalars,
                                          DeviceLaunch &launch) {
  DevicePhase phase;
  phase.kernel = kernel.getName().str();
  std::optional<AffineMap> grid =
      mapOf(kernel, gridAttrName, 3, scalars.size());
  auto threads = kernel->getAttrOfType<IntegerAttr>(threadsAttrName);
  if (!grid || !threads || threads.getInt() < 1)
    return kernel.emitOpError("expects '")
           << gridAttrName << "' of 3 results over " << scalars.size()
           << " sizes and a positive '" << threadsAttrName << "'";
  for (unsigned i = 0; i < 3; ++i)
    phase.grid[i] = addExpr(pool, grid->getResult(i), scalars);
  phase.threads = uint32_t(threads.getInt());
  if (auto shared = kernel->getAttrOfType<IntegerAttr>(sharedAttrName))
    phase.sharedBytes = uint32_t(shared.getInt());
  if (failed(addTensorMaps(kernel, scalars, phase)))
    return failure();
  launch.phases.push_back(std::move(phase));
  if (!kernel->hasAttr(workspaceAttrName))
    return success();
  std::optional<AffineMap> bytes =
      mapOf(kernel, workspaceAttrName, 1, scalars.size());
  if (!bytes)
    return kernel.emitOpError("expects '")
           << workspaceAttrName << "' of 1 result over " << scalars.size()
           << " sizes";
  launch.hasWorkspace = true;
  launch.workspace =
      pool.max(launch.workspace, addExpr(pool, bytes->getResult(0), scalars));
  return success();
}

LogicalResult DevicePlanBuilder::addLaunch(Operation *user, StringRef kernel,
                                           ArrayRef<ExprId> scalars) {
  DeviceLaunch &launch = plan.launches.emplace_back();
  llvm::SmallPtrSet<Operation *, 4> seen;
  for (StringRef name = kernel; !name.empty();) {
    auto function = symbols.lookup<func::FuncOp>(name);
    if (!function)
      return user->emitOpError("expects a kernel scheduled for ")
             << plan.target << ", got none named @" << name;
    if (!seen.insert(function).second)
      return function.emitOpError("expects launches that end, got '")
             << nextAttrName << "' in a circle";
    if (failed(addPhase(function, scalars, launch)))
      return failure();
    auto next = function->getAttrOfType<FlatSymbolRefAttr>(nextAttrName);
    name = next ? next.getValue() : StringRef();
  }
  return success();
}

} // namespace xcc::bundle
