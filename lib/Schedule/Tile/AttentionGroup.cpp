//===- AttentionGroup.cpp - A block of queries, by groups of warps --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread fills slots with keys and with values; queries come once. Scores
// of a step are computed while the values of the step before are weighed, and
// while that goes on the softmax of these scores.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/AttentionBlock.h"
#include "lib/Schedule/Tile/GroupTiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {

//===-- Sizes
//--------------------------------------------------------------===//

// Of one operand in shared memory: whole lines, and as far as sums go.
static constexpr int64_t leastSize = 64, mostSize = 256;
static constexpr int64_t usualQueries = 1024, mostKeys = 128, leastKeys = 64;
// Beside what is told of below: addresses, maxima, sums.
static constexpr int64_t otherRegisters = 40;
static constexpr int64_t barrierBytes = 1024;

std::optional<AttentionTiling>
chooseGroupAttention(const DeviceDescription &device,
                     const MatrixInstruction &instruction,
                     const AttentionShape &shape) {
  AttentionTiling tiling;
  tiling.forScores = tiling.forResults = &instruction;
  auto sizeOf = [](int64_t size) {
    return std::max(leastSize, int64_t(llvm::PowerOf2Ceil(size)));
  };
  tiling.head = {sizeOf(shape.headSize), 1};
  tiling.value = {sizeOf(shape.valueSize), 1};
  int64_t groupRows = instruction.m * instruction.groupWarps;
  int64_t wanted = shape.queries.value_or(usualQueries);
  if (std::max(tiling.head.size, tiling.value.size) > mostSize ||
      wanted < groupRows)
    return std::nullopt;
  int64_t groups = wanted > groupRows ? 2 : 1;
  tiling.queries = groups * groupRows;
  tiling.warps = groups * instruction.groupWarps;
  int64_t registers = chooseRegisters(device, instruction, groups).worker;
  if (registers == 0)
    registers = device.registersPerThread;
  // A thread has a part of 32nd of a row's 16: results, scores, weights.
  auto needed = [&](int64_t keys) {
    int64_t scores = keys / 2 * (shape.hasMask ? 2 : 1);
    return tiling.value.size / 2 + scores + keys / 4 + otherRegisters;
  };
  tiling.keys = mostKeys;
  while (tiling.keys > leastKeys && needed(tiling.keys) > registers)
    tiling.keys /= 2;
  tiling.stages = 2;
  int64_t bytes =
      tiling.queries * tiling.head.size +
      tiling.stages * tiling.keys * (tiling.head.size + tiling.value.size);
  if (bytes * shape.elementBytes + barrierBytes > device.sharedBytesPerBlock)
    return std::nullopt;
  return tiling;
}

//===-- Operands
//-----------------------------------------------------------===//

std::optional<DescribedOperand> TileAttentionBlock::described(Role role) {
  bool isQuery = role == Role::Query, isValue = role == Role::Value;
  OperandMatrix matrix;
  matrix.tensor = isQuery   ? op.getQuery()
                  : isValue ? op.getValue()
                            : op.getKey();
  matrix.element = element;
  matrix.batch = kernel.elements().shapeOf(matrix.tensor);
  matrix.batch.truncate(matrix.batch.size() - 2);
  matrix.outer = isQuery ? queries : isValue ? valueSize : keys;
  matrix.depth = isValue ? keys : headSize;
  matrix.indices = [isValue](const MatrixPlace &at) {
    IndexList indices = at.batch;
    indices.append(
        {isValue ? at.depth : at.outer, isValue ? at.outer : at.depth});
    return indices;
  };
  int64_t outer = isQuery   ? tiling.queries
                  : isValue ? tiling.value.size
                            : tiling.keys;
  return DescribedOperand::find(kernel, matrix, isQuery, outer,
                                isValue ? tiling.keys : tiling.head.size);
}

bool TileAttentionBlock::canBeDescribed() {
  return described(Role::Query) && described(Role::Key) &&
         described(Role::Value);
}

//===-- The producer
//-------------------------------------------------------===//

void TileAttentionBlock::emitProducer(
    MutableArrayRef<DescribedOperand> operands, MutableArrayRef<SlotRing> rings,
    Value end) {
  AffineExpr zero = kernel.space().constant(0);
  auto fill = [&](unsigned i, RingPlace at, MatrixPlace part) {
    rings[i].fill(at, [&](unsigned, Value slice, Value barriers, Value slot) {
      operands[i].copy(kernel, part, slice, barriers, slot);
    });
  };
  fill(0, rings[0].begin(true), {headIndices, query0, zero});
  RingPlace start = rings[1].begin(true);
  auto loop = scf::ForOp::create(b, loc, index(0), end, index(1),
                                 ValueRange{start.slot, start.parity});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  AffineExpr step = kernel.space().declare(loop.getInductionVar(), steps);
  RingPlace at{loop.getRegionIterArg(0), loop.getRegionIterArg(1)};
  fill(1, at, {keyHead(), step * tiling.keys, zero});
  fill(2, at, {keyHead(), zero, step * tiling.keys});
  RingPlace next = rings[1].next(at);
  scf::YieldOp::create(b, loc, ValueRange{next.slot, next.parity});
}

//===-- Workers
//------------------------------------------------------------===//

/// Begins to multiply the queries by a step's keys.
Value TileAttentionBlock::multiplyKeys(SlotRing &ring, RingPlace at,
                                       Value queryTile) {
  Value keyTile = ring.take(at)[0];
  return tile::AsyncDotOp::create(
      b, loc, tile::getTileType(accumulator, scoreLayouts.accumulator),
      queryTile, keyTile, Value(), tiling.forScores->name);
}

/// Begins to add a step's values, by their weights.
Value TileAttentionBlock::weigh(SlotRing &ring, RingPlace at, Value weights,
                                Value results) {
  Value values = ring.take(at)[0];
  return tile::AsyncDotOp::create(b, loc, results.getType(), weights, values,
                                  results, tiling.forResults->name);
}

Value TileAttentionBlock::waitFor(Value sums, int64_t pending) {
  return tile::DotWaitOp::create(b, loc, pending, sums).getResult(0);
}

/// What the workers' loop carries.
enum Carried {
  Slot,
  Parity,
  SlotBefore,
  ParityBefore,
  Maximum,
  Sum,
  Weights,
  Results
};

/// A step's scores while the values of the step before are weighed.
SmallVector<Value>
TileAttentionBlock::emitGroupStep(Value step, MutableArrayRef<SlotRing> rings,
                                  Value queryTile, ValueRange carried) {
  SlotRing &keyRing = rings[1], &valueRing = rings[2];
  RingPlace at{carried[Slot], carried[Parity]};
  RingPlace before{carried[SlotBefore], carried[ParityBefore]};
  Value scores = multiplyKeys(keyRing, at, queryTile);
  Value results = weigh(valueRing, before, carried[Weights], carried[Results]);
  scores = waitFor(scores, /*pending=*/1);
  keyRing.giveBack(at.slot);
  SoftmaxStep softmax =
      goOn(step, capAndScale(scores), {carried[Maximum], carried[Sum]});
  results = waitFor(results, /*pending=*/0);
  valueRing.giveBack(before.slot);
  results =
      arith::MulFOp::create(b, loc, results, spread(softmax.shrink, results));
  RingPlace next = keyRing.next(at);
  return {next.slot,
          next.parity,
          at.slot,
          at.parity,
          softmax.seen.maximum,
          softmax.seen.sum,
          handOver(softmax.weights),
          results};
}

/// (maximum, sum, results). Keys and values go round in step.
SmallVector<Value>
TileAttentionBlock::emitWorkers(MutableArrayRef<SlotRing> rings, Value end) {
  SlotRing &keyRing = rings[1];
  Value queryTile = rings[0].take(rings[0].begin(false))[0];
  auto filled = [&](const tile::LinearLayout &layout, double number) {
    return constant(tile::getTileType(accumulator, layout), number);
  };
  tile::LinearLayout row = scoreLayouts.accumulator.reduced(1);
  RingPlace start = keyRing.begin(false);
  Value scores =
      waitFor(multiplyKeys(keyRing, start, queryTile), /*pending=*/0);
  keyRing.giveBack(start.slot);
  SoftmaxStep first = goOn(
      index(0), capAndScale(scores),
      {filled(row, -std::numeric_limits<double>::infinity()), filled(row, 0)});
  RingPlace second = keyRing.next(start);
  auto loop = scf::ForOp::create(
      b, loc, index(1), end, index(1),
      ValueRange{second.slot, second.parity, start.slot, start.parity,
                 first.seen.maximum, first.seen.sum, handOver(first.weights),
                 filled(resultLayouts.accumulator, 0)});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    scf::YieldOp::create(b, loc,
                         emitGroupStep(loop.getInductionVar(), rings, queryTile,
                                       loop.getRegionIterArgs()));
  }
  ValueRange last = loop.getResults();
  Value results = weigh(rings[2], {last[SlotBefore], last[ParityBefore]},
                        last[Weights], last[Results]);
  return {last[Maximum], last[Sum], waitFor(results, /*pending=*/0)};
}

LogicalResult TileAttentionBlock::emitOfGroups() {
  const MatrixInstruction &instruction = *tiling.forScores;
  int64_t groups = tiling.warps / instruction.groupWarps;
  scoreLayouts = tile::makeGroupDotLayouts(
      instruction, {tiling.queries, tiling.keys, tiling.head.size}, groups);
  resultLayouts = tile::makeGroupDotLayouts(
      instruction, {tiling.queries, tiling.value.size, tiling.keys}, groups);
  SmallVector<DescribedOperand, 3> operands;
  SmallVector<SlotRing, 3> rings;
  Value end = lastStep();
  for (Role role : {Role::Query, Role::Key, Role::Value}) {
    operands.push_back(*described(role));
    operands.back().describe(kernel);
    rings.emplace_back(b, loc, operands.back().slice(),
                       role == Role::Query ? 1 : tiling.stages, tiling.warps);
  }
  tile::BarrierOp::create(b, loc);
  RoleRegisters registers =
      chooseRegisters(kernel.device(), instruction, groups);
  auto roles = tile::RolesOp::create(b, loc, tiling.warps, registers.worker,
                                     registers.producer);
  b.setInsertionPointToStart(&roles.getProduce().front());
  emitProducer(operands, rings, end);
  b.setInsertionPointToStart(&roles.getWork().front());
  SmallVector<Value> results = emitWorkers(rings, end);
  if (!ok)
    return failure();
  return writeResults(results[2], results[1]);
}

} // namespace xcc::schedule
