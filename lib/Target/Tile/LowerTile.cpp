//===- LowerTile.cpp - Kernels on tiles to kernels of one thread ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/LowerTile.h"

#include "lib/Target/Tile/KernelLowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::thread {

KernelLowering::KernelLowering(func::FuncOp source,
                               const DeviceDescription &device,
                               VendorLowering &vendor)
    : builder(source.getContext()), entry(source.getContext()),
      index(builder, entry), device(device), vendor(vendor), source(source) {}

/// Tiles are shared out to all threads, or to those that work.
void KernelLowering::countWorkers() {
  threads = source->getAttrOfType<IntegerAttr>(tile::threadsAttrName).getInt();
  workers = threads;
  source.walk([&](tile::RolesOp roles) {
    workers = int64_t(roles.getWorkers()) * device.lanesPerWarp;
  });
}

LogicalResult KernelLowering::checkKernel() {
  if (threads % device.lanesPerWarp != 0 ||
      threads > int64_t(device.maxThreadsPerBlock))
    return source.emitOpError("expects a multiple of ")
           << device.lanesPerWarp << " threads up to "
           << device.maxThreadsPerBlock << ", got " << threads;
  for (auto [i, type] : llvm::enumerate(source.getArgumentTypes())) {
    auto buffer = dyn_cast<MemRefType>(type);
    if (!type.isIndex() && (!buffer || buffer.getRank() != 1))
      return source.emitOpError("expects flat buffers and index sizes, got ")
             << type << " as argument " << i;
  }
  return success();
}

/// Whether nothing in the kernel writes through `buffer`.
static bool isOnlyRead(Value buffer) {
  return llvm::all_of(buffer.getUsers(), [](Operation *user) {
    return isa<tile::LoadOp, tile::AsyncCopyOp, tile::PrefetchOp>(user);
  });
}

void KernelLowering::createKernel() {
  MLIRContext *context = source.getContext();
  Location loc = source.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(context, kGlobalAddressSpace);
  SmallVector<Type> inputs =
      llvm::map_to_vector(source.getArgumentTypes(), [&](Type type) {
        return type.isIndex() ? builder.getI64Type() : pointer;
      });
  auto maps = source->getAttrOfType<ArrayAttr>(tile::tensorMapsAttrName);
  inputs.append(maps ? maps.size() : 0, LLVM::LLVMPointerType::get(context));
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), inputs);
  builder.setInsertionPoint(source);
  kernel = LLVM::LLVMFuncOp::create(builder, loc, source.getName(), type);
  for (NamedAttribute attribute : source->getDiscardableAttrs())
    kernel->setAttr(attribute.getName(), attribute.getValue());
  Block *first = kernel.addEntryBlock(builder);
  entry.setInsertionPointToEnd(first);
  Block *body = builder.createBlock(&kernel.getBody());
  for (auto [i, argument] : llvm::enumerate(source.getArguments())) {
    scalars[argument] = first->getArgument(i);
    auto buffer = dyn_cast<MemRefType>(argument.getType());
    if (!buffer)
      continue;
    kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                      builder.getUnitAttr());
    kernel.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(),
                      builder.getI64IntegerAttr(kBufferAlignBytes));
    if (isOnlyRead(argument))
      kernel.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(),
                        builder.getUnitAttr());
  }
  for (unsigned i = source.getNumArguments(); i < inputs.size(); ++i) {
    tensorMaps.push_back(first->getArgument(i));
    vendor.declareTensorMap(kernel, i);
  }
  vendor.beginKernel(kernel, threads);
  threadId = vendor.threadId(entry, loc);
  builder.setInsertionPointToEnd(body);
}

Value KernelLowering::sharedAt(Location loc, int64_t offset) {
  if (!shared) {
    auto bytes = source->getAttrOfType<IntegerAttr>(tile::sharedBytesAttrName);
    shared = vendor.sharedBase(entry, source.getLoc(), kernel,
                               bytes ? bytes.getInt() : 0);
  }
  if (offset == 0)
    return shared;
  return index.offsetPointer(loc, shared, builder.getI8Type(),
                             index.constant(offset, builder.getI64Type()));
}

/// A layout must tell of as many lanes and warps as the block has.
LogicalResult KernelLowering::checkLayout(Operation *op, Type type) {
  if (!tile::isTile(type))
    return success();
  tile::LinearLayout layout = tile::getLayout(type);
  if (layout.getNumLanes() == int64_t(device.lanesPerWarp) &&
      layout.getNumThreads() == workers)
    return success();
  return op->emitOpError("expects a layout of ")
         << workers << " threads in warps of " << device.lanesPerWarp
         << ", got " << layout.getNumThreads() << " in warps of "
         << layout.getNumLanes();
}

/// What threads do together, and where they are.
LogicalResult KernelLowering::lowerBlockOp(Operation *op) {
  Location loc = op->getLoc();
  bool isAsync = device.operandPath == OperandPath::AsyncShared;
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tile::BlockIdOp id) {
        unsigned dimension = static_cast<unsigned>(id.getDimension());
        setScalar(id, index.toI64(loc, vendor.blockId(entry, loc, dimension)));
        return success();
      })
      .Case([&](tile::AsyncCommitOp) {
        if (isAsync)
          vendor.asyncCommit(builder, loc);
        return success();
      })
      .Case([&](tile::AsyncWaitOp op) {
        if (isAsync)
          vendor.asyncWait(builder, loc, op.getPending());
        return success();
      })
      .Case([&](tile::BarrierOp) { return barrier(loc), success(); })
      .Default([&](Operation *op) { return lowerRoleOp(op); });
}

LogicalResult KernelLowering::lowerTileOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tile::IndexOp op) { return lowerIndex(op), success(); })
      .Case([&](tile::SplatOp op) {
        int64_t count = tile::getLayout(op.getType()).getNumRegisters();
        setRegisters(op, Registers(count, scalarOf(op.getScalar())));
        return success();
      })
      .Case([&](tile::ToScalarOp op) {
        setScalar(op, registersOf(op.getTile()).front());
        return success();
      })
      .Case([&](tile::LoadOp op) { return lowerLoad(op), success(); })
      .Case([&](tile::StoreOp op) { return lowerStore(op), success(); })
      .Case([&](tile::AtomicAddOp op) { return lowerAtomicAdd(op); })
      .Case([&](tile::PrefetchOp op) { return lowerPrefetch(op), success(); })
      .Case([&](tile::AllocSharedOp op) { return lowerAllocShared(op); })
      .Case([&](tile::SliceOp op) { return lowerSlice(op), success(); })
      .Case(
          [&](tile::SharedLoadOp op) { return lowerSharedLoad(op), success(); })
      .Case([&](tile::SharedStoreOp op) {
        return lowerSharedStore(op), success();
      })
      .Case([&](tile::AsyncCopyOp op) { return lowerAsyncCopy(op), success(); })
      .Case([&](tile::ReduceOp op) { return lowerReduce(op); })
      .Case([&](tile::ConvertLayoutOp op) { return lowerConvertLayout(op); })
      .Case([&](tile::ExchangeOp op) { return lowerExchange(op); })
      .Case([&](tile::DotOp op) { return lowerDot(op); })
      .Case<tile::ExpandDimsOp, tile::BroadcastOp, tile::TransposeOp,
            tile::ReshapeOp>(
          [&](Operation *op) { return lowerRenaming(op), success(); })
      .Default([&](Operation *op) { return lowerBlockOp(op); });
}

LogicalResult KernelLowering::run() {
  countWorkers();
  if (failed(checkKernel()))
    return failure();
  createKernel();
  if (failed(lowerBlock(source.getBody().front())))
    return failure();
  Block *body = builder.getInsertionBlock();
  LLVM::ReturnOp::create(builder, source.getLoc(), ValueRange());
  Block *first = entry.getInsertionBlock();
  first->getOperations().splice(first->end(), body->getOperations());
  body->erase();
  source.erase();
  return success();
}

} // namespace xcc::thread

LogicalResult xcc::lowerTileKernels(ModuleOp module,
                                    const DeviceDescription &device,
                                    VendorLowering &vendor) {
  SmallVector<func::FuncOp> kernels;
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(tile::threadsAttrName))
      kernels.push_back(function);
  for (func::FuncOp kernel : kernels)
    if (failed(thread::KernelLowering(kernel, device, vendor).run()))
      return failure();
  return success();
}
