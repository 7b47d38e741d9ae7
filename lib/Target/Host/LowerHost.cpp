//===- LowerHost.cpp - Kernels get the entry the runtime calls ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Passes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

using namespace mlir;

namespace xcc::host {
#define GEN_PASS_DEF_LOWERHOST
#include "lib/Target/Host/Passes.h.inc"

namespace {

/// Turns one kernel over memrefs into a body over pointers and its entry.
class KernelLowering {
public:
  KernelLowering(func::FuncOp kernel, const LLVMTypeConverter &types)
      : body(kernel), types(types), b(kernel.getContext()),
        loc(kernel.getLoc()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())),
        i64(b.getI64Type()) {}

  LogicalResult run();

private:
  LogicalResult splitArguments();
  SmallVector<Value> sizesOf(unsigned argument, MemRefType type,
                             ValueRange scalars);
  Value memrefFrom(Value address, MemRefType type, ArrayRef<Value> sizes);
  void rewriteBody();
  void buildEntry(StringRef name);

  func::FuncOp body;
  const LLVMTypeConverter &types;
  OpBuilder b;
  Location loc;
  Type pointer;
  Type i64;
  unsigned bufferCount = 0;
  unsigned scalarCount = 0;
};

} // namespace

/// Counts buffers and scalars; the last three arguments are scratch, begin,
/// end.
LogicalResult KernelLowering::splitArguments() {
  ArrayRef<Type> args = body.getArgumentTypes();
  if (args.size() < 3 || !isa<MemRefType>(args[args.size() - 3]) ||
      !args[args.size() - 2].isIndex() || !args.back().isIndex())
    return body.emitOpError(
        "expects a kernel to end in (memref scratch, index begin, index end)");
  args = args.drop_back(3);
  bufferCount = llvm::count_if(args, llvm::IsaPred<MemRefType>);
  scalarCount = args.size() - bufferCount;
  for (auto [i, type] : llvm::enumerate(args)) {
    bool isBuffer = i < bufferCount;
    auto memref = dyn_cast<MemRefType>(type);
    if (isBuffer != bool(memref) || (!isBuffer && !type.isIndex()))
      return body.emitOpError("expects buffers, then index scalars, got ")
             << type << " as argument " << i;
    if (memref && !memref.getLayout().isIdentity())
      return body.emitOpError("expects buffers with identity layout, got ")
             << memref;
    auto dims = body.getArgAttrOfType<AffineMapAttr>(i, "fx.dims");
    if (memref && !memref.hasStaticShape() &&
        (!dims || dims.getAffineMap().getNumResults() != memref.getRank()))
      return body.emitOpError("expects fx.dims on dynamic argument ") << i;
  }
  return success();
}

/// The sizes of a buffer as i64 values, from its `fx.dims` over the scalars.
SmallVector<Value> KernelLowering::sizesOf(unsigned argument, MemRefType type,
                                           ValueRange scalars) {
  SmallVector<Value> sizes;
  auto dims = body.getArgAttrOfType<AffineMapAttr>(argument, "fx.dims");
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(size)) {
      sizes.push_back(LLVM::ConstantOp::create(b, loc, i64, size));
      continue;
    }
    AffineMap map = dims.getAffineMap();
    AffineMap one =
        AffineMap::get(map.getNumDims(), map.getNumSymbols(), map.getResult(i));
    Value index = affine::AffineApplyOp::create(
        b, loc, one, scalars.take_front(map.getNumInputs()));
    sizes.push_back(arith::IndexCastOp::create(b, loc, i64, index));
  }
  return sizes;
}

/// A row-major memref of the given sizes at an address.
Value KernelLowering::memrefFrom(Value address, MemRefType type,
                                 ArrayRef<Value> sizes) {
  auto descriptor = MemRefDescriptor::poison(b, loc, types.convertType(type));
  descriptor.setAllocatedPtr(b, loc, address);
  descriptor.setAlignedPtr(b, loc, address);
  descriptor.setConstantOffset(b, loc, 0);
  Value stride = LLVM::ConstantOp::create(b, loc, i64, 1);
  for (int64_t i = type.getRank() - 1; i >= 0; --i) {
    descriptor.setSize(b, loc, i, sizes[i]);
    descriptor.setStride(b, loc, i, stride);
    if (i > 0)
      stride = arith::MulIOp::create(b, loc, stride, sizes[i],
                                     arith::IntegerOverflowFlags::nsw);
  }
  return UnrealizedConversionCastOp::create(b, loc, type, Value(descriptor))
      .getResult(0);
}

/// (memrefs, index...) -> (pointers, i64...), memrefs rebuilt at the top.
void KernelLowering::rewriteBody() {
  Block &block = body.getBody().front();
  unsigned oldCount = block.getNumArguments();
  SmallVector<Type> inputs;
  for (Type type : body.getArgumentTypes())
    inputs.push_back(isa<MemRefType>(type) ? pointer : i64);
  SmallVector<Value> fresh;
  for (Type type : inputs)
    fresh.push_back(block.addArgument(type, loc));

  b.setInsertionPointToStart(&block);
  auto indexOf = [&](unsigned i) -> Value {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), fresh[i]);
  };
  SmallVector<Value> scalars;
  for (unsigned i = 0; i < scalarCount; ++i) {
    scalars.push_back(indexOf(bufferCount + i));
    block.getArgument(bufferCount + i).replaceAllUsesWith(scalars.back());
  }
  for (unsigned i = 0; i < bufferCount; ++i) {
    auto type = cast<MemRefType>(block.getArgument(i).getType());
    Value memref = memrefFrom(fresh[i], type, sizesOf(i, type, scalars));
    block.getArgument(i).replaceAllUsesWith(memref);
  }
  unsigned scratch = bufferCount + scalarCount;
  auto scratchType = cast<MemRefType>(block.getArgument(scratch).getType());
  // Its size is the runtime's affair: no access of the kernel is checked.
  Value unbounded = LLVM::ConstantOp::create(b, loc, i64, INT64_MAX);
  SmallVector<Value> scratchSizes(scratchType.getRank(), unbounded);
  block.getArgument(scratch).replaceAllUsesWith(
      memrefFrom(fresh[scratch], scratchType, scratchSizes));
  for (unsigned i : {scratch + 1, scratch + 2})
    block.getArgument(i).replaceAllUsesWith(indexOf(i));

  block.eraseArguments(0, oldCount);
  body.setType(b.getFunctionType(inputs, {}));
  body->removeAttr(body.getArgAttrsAttrName());
  for (auto [i, type] : llvm::enumerate(inputs))
    if (type == pointer)
      body.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                      b.getUnitAttr());
  body.setArgAttr(scratch, LLVM::LLVMDialect::getAlignAttrName(),
                  b.getI64IntegerAttr(64));
}

/// The exported function: loads pointers and scalars, calls the body.
void KernelLowering::buildEntry(StringRef name) {
  b.setInsertionPointAfter(body);
  auto entry = func::FuncOp::create(
      b, loc, name,
      b.getFunctionType({pointer, pointer, pointer, i64, i64}, {}));
  Block *block = entry.addEntryBlock();
  b.setInsertionPointToStart(block);
  SmallVector<Value> operands;
  auto loadAll = [&](Value table, Type type, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, type, table,
                                       ArrayRef<LLVM::GEPArg>{int32_t(i)});
      operands.push_back(LLVM::LoadOp::create(b, loc, type, slot));
    }
  };
  loadAll(block->getArgument(0), pointer, bufferCount);
  loadAll(block->getArgument(1), i64, scalarCount);
  llvm::append_range(operands, block->getArguments().drop_front(2));
  func::CallOp::create(b, loc, body, operands);
  func::ReturnOp::create(b, loc);
}

LogicalResult KernelLowering::run() {
  if (failed(splitArguments()))
    return failure();
  std::string name = body.getName().str();
  rewriteBody();
  body.setName(name + ".body");
  body.setPrivate();
  // Kept apart so that `noalias` stays a fact about arguments.
  body->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  buildEntry(name);
  return success();
}

/// arith.maximumf and its like -> LLVM's own, without order among zeros:
/// reductions with them become vectors, comparisons and selections do not.
static void keepExtremes(ModuleOp module) {
  module.walk([](Operation *op) {
    if (!isa<arith::MaximumFOp, arith::MinimumFOp>(op))
      return;
    Type element = getElementTypeOrSelf(op->getResult(0).getType());
    if (!element.isF32() && !element.isF64())
      return;
    OpBuilder builder(op);
    Value lhs = op->getOperand(0), rhs = op->getOperand(1);
    Operation *extreme = nullptr;
    if (isa<arith::MaximumFOp>(op))
      extreme = LLVM::MaximumOp::create(builder, op->getLoc(), lhs, rhs,
                                        LLVM::FastmathFlags::nsz);
    else
      extreme = LLVM::MinimumOp::create(builder, op->getLoc(), lhs, rhs,
                                        LLVM::FastmathFlags::nsz);
    op->replaceAllUsesWith(extreme);
    op->erase();
  });
}

/// Kernels keep only what the back end reads.
static void dropStageAttributes(func::FuncOp function) {
  for (NamedAttribute attribute :
       llvm::to_vector(function->getDiscardableAttrs()))
    if (!attribute.getName().strref().starts_with("llvm.") &&
        attribute.getName() != "passthrough")
      function->removeDiscardableAttr(attribute.getName());
}

namespace {
struct LowerHost : impl::LowerHostBase<LowerHost> {
  using LowerHostBase::LowerHostBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    LowerHostBase::getDependentDialects(registry);
    // What emission translates with; registered here because a context must
    // not grow while several levels are emitted in parallel.
    registerBuiltinDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
  }

  void runOnOperation() override {
    keepExtremes(getOperation());
    LLVMTypeConverter types(&getContext());
    SmallVector<func::FuncOp> kernels, others;
    for (auto function : getOperation().getOps<func::FuncOp>())
      (function->hasAttr("plan.kernel") ? kernels : others).push_back(function);
    for (func::FuncOp kernel : kernels) {
      if (failed(KernelLowering(kernel, types).run()))
        return signalPassFailure();
      others.push_back(kernel);
    }
    auto internal =
        LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal);
    for (func::FuncOp function : others) {
      dropStageAttributes(function);
      function.setPrivate();
      if (!function.isExternal())
        function->setAttr("llvm.linkage", internal);
    }
  }
};
} // namespace
} // namespace xcc::host
