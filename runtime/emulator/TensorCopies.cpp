//===- TensorCopies.cpp - Copies of boxes of tensors under way ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/TensorCopies.h"

#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/TensorBoxes.h"

#include <cstring>

using namespace xrt;
using namespace xrt::emulator;

// What shared addresses of boxes are multiples of.
static constexpr uint64_t kBoxAlignBytes = 128;

uint64_t TensorCopy::bytes() const {
  uint64_t total = map.elementBytes;
  for (uint32_t d = 0; d < map.rank; ++d)
    total *= map.box[d];
  return total;
}

/// What is wrong with a map, or nothing.
static std::string problemOf(const TensorMap &map) {
  uint64_t line = uint64_t(map.box[0]) * map.elementBytes;
  if (line % kPieceBytes)
    return "expects a box of whole 16 bytes, got lines of " +
           std::to_string(line);
  if (map.swizzleBytes && line != map.swizzleBytes)
    return "expects lines of the box as long as the swizzle's " +
           std::to_string(map.swizzleBytes) + " bytes, got " +
           std::to_string(line);
  if (map.base % kPieceBytes)
    return "expects a tensor at a multiple of 16 bytes";
  for (uint32_t d = 0; d + 1 < map.rank; ++d)
    if (map.strides[d] % kPieceBytes)
      return "expects strides that are multiples of 16 bytes, got " +
             std::to_string(map.strides[d]);
  return "";
}

/// Reads or writes what exists of the box's lines, as checks see it.
template <typename Visit>
static void forLines(const TensorCopy &copy, Visit visit) {
  uint64_t line = uint64_t(copy.map.box[0]) * copy.map.elementBytes;
  for (uint64_t at = 0; at < copy.bytes(); at += line)
    if (BoxPiece piece = findPiece(copy, at, line); piece.inside)
      visit(piece.address, piece.inside);
}

static void loadPiece(const TensorCopy &copy, uint64_t at) {
  auto *to = reinterpret_cast<std::byte *>(
      swizzled(copy.shared + at, copy.map.swizzleBytes));
  std::memset(to, 0, kPieceBytes);
  if (BoxPiece piece = findPiece(copy, at, kPieceBytes); piece.inside)
    std::memcpy(to + piece.skipped,
                reinterpret_cast<const void *>(piece.address), piece.inside);
}

static void storePiece(const TensorCopy &copy, uint64_t at) {
  auto *from = reinterpret_cast<const std::byte *>(
      swizzled(copy.shared + at, copy.map.swizzleBytes));
  if (BoxPiece piece = findPiece(copy, at, kPieceBytes); piece.inside)
    std::memcpy(reinterpret_cast<void *>(piece.address), from + piece.skipped,
                piece.inside);
}

void TensorCopies::begin() {
  loads.clear();
  stores.clear();
}

void TensorCopies::load(const Call &call, const TensorCopy &copy) {
  Thread &thread = call.thread();
  Block &block = *thread.block;
  if (std::string problem = problemOf(copy.map); !problem.empty())
    call.refuse(problem);
  SharedBarrier &barrier = *block.barriers.find(copy.barrier);
  forLines(copy, [&](uint64_t address, uint64_t bytes) {
    checkRead(thread, copy.site, {address, bytes});
  });
  uint64_t stamp = SharedStamp::make(
      block.shared.currentInterval(), 0,
      std::min<uint32_t>(barrier.phase + 1, kLastEpoch), barrier.agent);
  beginAsyncWrite(thread, copy.site,
                  {copy.shared, copy.bytes(), kBoxAlignBytes}, stamp);
  loads.push_back(copy);
  // Random copies wait: there is time for them between any two operations.
  if (block.grid->options.delivery == Delivery::Eager)
    deliver(block, loads.size() - 1);
}

/// As far as the phase's count lets it be one: what comes after a phase ended
/// finds another one.
void TensorCopies::deliver(Block &block, size_t index) {
  TensorCopy copy = loads[index];
  loads.erase(loads.begin() + index);
  SharedBarrier *barrier = block.barriers.find(copy.barrier);
  uint64_t left = copy.bytes() - copy.done;
  if (barrier && !barrier->pending && barrier->bytes > 0)
    left = std::min<uint64_t>(left, barrier->bytes);
  for (uint64_t at = copy.done; at < copy.done + left; at += kPieceBytes)
    loadPiece(copy, at);
  copy.done += left;
  if (copy.done < copy.bytes())
    loads.push_back(copy);
  else
    endAsyncWrite(block, copy.shared, copy.bytes());
  if (barrier)
    block.barriers.completeBytes(block, *barrier, left);
}

bool TensorCopies::deliverNext(Block &block) {
  if (loads.empty())
    return false;
  bool isRandom = block.grid->options.delivery == Delivery::Random;
  deliver(block, isRandom ? block.random() % loads.size() : 0);
  return true;
}

void TensorCopies::checkCounted(Block &block, const SharedBarrier &barrier) {
  for (const TensorCopy &copy : loads)
    if (block.barriers.find(copy.barrier) == &barrier &&
        copy.phase + 1 == barrier.phase)
      reportAt(block.threads[copy.thread], ReportKind::TransactionCount,
               copy.site, 0,
               "phase " + std::to_string(copy.phase) +
                   " of its barrier ended while " +
                   std::to_string(copy.bytes() - copy.done) + " of " +
                   std::to_string(copy.bytes()) +
                   " bytes were still to come: the barrier expects too few");
}

TensorCopies::StoreQueue &TensorCopies::queueOf(const Thread &thread) {
  Block &block = *thread.block;
  if (stores.empty())
    stores.resize(block.threads.size());
  StoreQueue &queue = stores[thread.registers.thread];
  if (!queue.agent)
    queue.agent = block.clocks.addAgent(
        "the stores of thread " + std::to_string(thread.registers.thread));
  return queue;
}

void TensorCopies::store(const Call &call, const TensorCopy &copy) {
  Thread &thread = call.thread();
  Block &block = *thread.block;
  if (std::string problem = problemOf(copy.map); !problem.empty())
    call.refuse(problem);
  StoreQueue &queue = queueOf(thread);
  uint64_t stamp = SharedStamp::make(
      block.shared.currentInterval(), 0,
      std::min<uint32_t>(queue.committed + 1, kLastEpoch), queue.agent);
  checkAsyncRead(thread, copy.site, {copy.shared, copy.bytes(), kBoxAlignBytes},
                 stamp);
  forLines(copy, [&](uint64_t address, uint64_t bytes) {
    checkWrite(thread, copy.site, {address, bytes});
  });
  queue.copies.emplace_back(queue.committed, copy);
  if (!block.isEager())
    return;
  TensorCopy &last = queue.copies.back().second;
  for (; last.done < last.bytes(); last.done += kPieceBytes)
    storePiece(last, last.done);
}

void TensorCopies::commit(const Thread &thread) { ++queueOf(thread).committed; }

void TensorCopies::waitGroups(Thread &thread, uint32_t pending) {
  StoreQueue &queue = queueOf(thread);
  uint32_t upTo = queue.committed - std::min(pending, queue.committed);
  auto end = queue.copies.begin();
  for (; end != queue.copies.end() && end->first < upTo; ++end)
    for (TensorCopy &copy = end->second; copy.done < copy.bytes();
         copy.done += kPieceBytes)
      storePiece(copy, copy.done);
  queue.copies.erase(queue.copies.begin(), end);
  queue.finished = std::max(queue.finished, upTo);
  thread.block->clocks.acquireAgent(thread.registers.thread, queue.agent,
                                    std::min<uint32_t>(upTo, kLastEpoch));
}

void TensorCopies::finishStores(Thread &thread) {
  if (stores.empty() || stores[thread.registers.thread].copies.empty())
    return;
  commit(thread);
  waitGroups(thread, 0);
}
