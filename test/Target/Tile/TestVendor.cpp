//===- TestVendor.cpp - A vendor of whom there are only names -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/Target/Tile/TestVendor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace xcc::test {

// One element a register; lhs (m 4, k 2) and rhs (k 2, n 4) have two, the
// accumulator (4, 4) four.
static const FragmentBasis lhsRegisters[] = {{0, 1}};
static const FragmentBasis lhsLanes[] = {{1, 0}, {2, 0}};
static const FragmentBasis rhsRegisters[] = {{1, 0}};
static const FragmentBasis rhsLanes[] = {{0, 1}, {0, 2}};
static const FragmentBasis accRegisters[] = {{1, 0}, {2, 0}};
static const FragmentBasis accLanes[] = {{0, 1}, {0, 2}};
static const MatrixInstruction instructions[] = {{"mma4",
                                                  MatrixType::F16,
                                                  MatrixType::F32,
                                                  4,
                                                  4,
                                                  2,
                                                  {lhsRegisters, lhsLanes},
                                                  {rhsRegisters, rhsLanes},
                                                  {accRegisters, accLanes}}};

DeviceDescription describe(const TestDevice &device) {
  DeviceDescription result{};
  result.lanesPerWarp = 4;
  result.maxThreadsPerBlock = 64;
  result.sharedBytesPerBlock = 1 << 16;
  result.sharedBanks = 32;
  result.registersPerThread = 255;
  result.maxVectorBytes = 16;
  result.numProcessors = 4;
  result.operandPath = device.hasAsyncCopies ? OperandPath::AsyncShared
                                             : OperandPath::RegisterShared;
  result.pipelineStages = 2;
  result.hasF64 = true;
  result.hasBF16Arithmetic = device.hasBF16;
  result.matrixInstructions = instructions;
  return result;
}

/// A name that tells the types apart: load_f32, load_4xf32.
static std::string spell(StringRef name, Type type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << name << '_';
  if (auto vector = dyn_cast<VectorType>(type))
    stream << vector.getNumElements() << 'x' << vector.getElementType();
  else
    stream << type;
  return text;
}

Value TestVendor::call(OpBuilder &builder, Location loc, StringRef name,
                       Type result, ValueRange operands) {
  auto module = kernel->getParentOfType<ModuleOp>();
  MLIRContext *context = builder.getContext();
  Type returned = result ? result : LLVM::LLVMVoidType::get(context);
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!function) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    function = LLVM::LLVMFuncOp::create(
        top, top.getUnknownLoc(), name,
        LLVM::LLVMFunctionType::get(returned,
                                    llvm::to_vector(operands.getTypes())));
  }
  auto call = LLVM::CallOp::create(builder, loc, function, operands);
  return result ? call.getResult() : Value();
}

Value TestVendor::number(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI32IntegerAttr(value));
}

void TestVendor::beginKernel(LLVM::LLVMFuncOp theKernel, unsigned threads) {
  kernel = theKernel;
}

Value TestVendor::threadId(OpBuilder &builder, Location loc) {
  return call(builder, loc, "thread_id", builder.getI32Type(), {});
}

Value TestVendor::blockId(OpBuilder &builder, Location loc,
                          unsigned dimension) {
  return call(builder, loc, "block_id", builder.getI32Type(),
              number(builder, loc, dimension));
}

void TestVendor::barrier(OpBuilder &builder, Location loc) {
  call(builder, loc, "barrier", Type(), {});
}

Value TestVendor::sharedBase(OpBuilder &builder, Location loc, LLVM::LLVMFuncOp,
                             uint64_t bytes) {
  auto pointer =
      LLVM::LLVMPointerType::get(builder.getContext(), kSharedAddressSpace);
  return call(builder, loc, "shared_base", pointer,
              number(builder, loc, int64_t(bytes)));
}

Value TestVendor::shuffleXor(OpBuilder &builder, Location loc, Value value,
                             unsigned mask) {
  return call(builder, loc, "shuffle_xor", builder.getI32Type(),
              {value, number(builder, loc, mask)});
}

Value TestVendor::shuffleIndex(OpBuilder &builder, Location loc, Value value,
                               Value lane) {
  return call(builder, loc, "shuffle_index", builder.getI32Type(),
              {value, lane});
}

Value TestVendor::loadGlobal(OpBuilder &builder, Location loc, Type type,
                             Value pointer, unsigned, Value predicate,
                             Value other) {
  if (!predicate)
    return call(builder, loc, spell("load", type), type, pointer);
  return call(builder, loc, spell("load_if", type), type,
              {pointer, predicate, other});
}

void TestVendor::storeGlobal(OpBuilder &builder, Location loc, Value value,
                             Value pointer, unsigned, Value predicate) {
  Type type = value.getType();
  if (!predicate)
    call(builder, loc, spell("store", type), Type(), {value, pointer});
  else
    call(builder, loc, spell("store_if", type), Type(),
         {value, pointer, predicate});
}

void TestVendor::asyncCopy(OpBuilder &builder, Location loc,
                           Value sharedPointer, Value globalPointer,
                           unsigned bytes, Value predicate) {
  Value size = number(builder, loc, bytes);
  if (!predicate)
    call(builder, loc, "async_copy", Type(),
         {sharedPointer, globalPointer, size});
  else
    call(builder, loc, "async_copy_if", Type(),
         {sharedPointer, globalPointer, size, predicate});
}

void TestVendor::asyncCommit(OpBuilder &builder, Location loc) {
  call(builder, loc, "async_commit", Type(), {});
}

void TestVendor::asyncWait(OpBuilder &builder, Location loc, unsigned pending) {
  call(builder, loc, "async_wait", Type(), number(builder, loc, pending));
}

static SmallVector<Value> resultsOf(OpBuilder &builder, Location loc,
                                    Value structure, unsigned count) {
  SmallVector<Value> results;
  for (int64_t i = 0; i < count; ++i)
    results.push_back(LLVM::ExtractValueOp::create(builder, loc, structure, i));
  return results;
}

SmallVector<Value> TestVendor::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  SmallVector<Value> operands(lhs);
  llvm::append_range(operands, rhs);
  llvm::append_range(operands, acc);
  Type result = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), SmallVector<Type>(acc.size(), acc[0].getType()));
  Value sums = call(builder, loc, instruction.name, result, operands);
  return resultsOf(builder, loc, sums, acc.size());
}

std::optional<SmallVector<Value>> TestVendor::loadSharedFragment(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    bool isLhs, const SharedTile &tile, Value row, Value column) {
  if (!device.hasFragmentLoads)
    return std::nullopt;
  // Lane i of the first k columns tells where row i begins.
  Value offset = tile.byteOffset(row, column);
  unsigned count = isLhs ? 2 : 2;
  Type result = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), SmallVector<Type>(count, tile.elementType));
  std::string name = isLhs ? "fragment_lhs" : "fragment_rhs";
  name += tile.isRowContiguous ? "_rows_" : "_columns_";
  name += std::to_string(tile.contiguousElements);
  Value loaded = call(builder, loc, name, result, {tile.base, offset});
  return resultsOf(builder, loc, loaded, count);
}

/// Two fragments of lhs below each other, one of rhs, of whole lines.
std::optional<TestVendor::FragmentBlock>
TestVendor::largestGlobalBlock(const GlobalOperand &operand) {
  if (!device.hasFragmentLoads)
    return std::nullopt;
  return FragmentBlock{operand.isLhs ? 2u : 1u, 1};
}

SmallVector<Value> TestVendor::loadGlobalBlock(OpBuilder &builder, Location loc,
                                               const GlobalOperand &operand,
                                               FragmentBlock block, Value row,
                                               Value column) {
  const GlobalMatrix &matrix = operand.matrix;
  unsigned count = 2 * block.rows * block.columns;
  Type result = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), SmallVector<Type>(count, matrix.elementType));
  std::string name = operand.isLhs ? "block_lhs_" : "block_rhs_";
  name += std::to_string(block.rows) + "x" + std::to_string(block.columns);
  name += operand.isTransposed ? "_transposed_of_" : "_of_";
  name += std::to_string(matrix.columns) + "_by_" +
          std::to_string(matrix.strideColumns);
  Value loaded =
      call(builder, loc, name, result, {matrix.base, matrix.rows, row, column});
  return resultsOf(builder, loc, loaded, count);
}

void TestVendor::prefetchGlobal(OpBuilder &builder, Location loc,
                                const GlobalMatrix &matrix, unsigned rows,
                                unsigned columns, Value row, Value column) {
  if (device.hasFragmentLoads)
    call(builder, loc,
         "prefetch_" + std::to_string(rows) + "x" + std::to_string(columns),
         Type(), {matrix.base, matrix.rows, row, column});
}

Value TestVendor::exp2(OpBuilder &builder, Location loc, Value x) {
  if (!device.hasExp2)
    return Value();
  return call(builder, loc, "exp2", x.getType(), x);
}

} // namespace xcc::test
