//===- GroupProducts.h - Matrix products that warps go on beside -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A group of warps starts a product, each warp with rows of its own; operands
// in shared memory are read at any time up to the wait for the product. Its
// results are registers that nobody may read before: until then they hold
// tickets, signalling NaNs that name the product and the register. Moves keep
// them, arithmetic does not.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_GROUPPRODUCTS_H
#define XRT_EMULATOR_GROUPPRODUCTS_H

#include "runtime/emulator/Clocks.h"

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace xrt::emulator {

struct Block;
struct Thread;
struct Warp;
class WarpCall;

/// The registers of one warp's accumulators: lane by lane.
using Accumulators = std::vector<uint32_t>;

/// One warp's part of a product.
class GroupProduct {
public:
  virtual ~GroupProduct() = default;
  /// Marks what it reads of shared memory as read by this agent.
  virtual void checkOperands(Thread &thread, uint64_t stamp) const = 0;
  /// c += a b, reading the operands.
  virtual void multiply(Accumulators &c) const = 0;
};

class GroupProducts {
public:
  static constexpr uint32_t kWarpsPerGroup = 4;

  void begin(uint32_t numWarps);
  /// Registers are ordered before the products that follow.
  void fence(const WarpCall &call) { of(call).isFenced = true; }
  /// Starts a product with these accumulators, numbers or tickets; they become
  /// its tickets. |hasRegisters|: an operand is in registers. Returns what is
  /// wrong, if anything.
  std::string start(const WarpCall &call, std::unique_ptr<GroupProduct> product,
                    bool hasRegisters, Accumulators &accumulators);
  void commit(const WarpCall &call) { ++of(call).committed; }
  /// True when all warps of the group have come as far as the wait for all but
  /// |pending| of its groups of products needs.
  bool canWait(const WarpCall &call, uint32_t pending);
  /// Until at most |pending| groups are under way.
  void wait(const WarpCall &call, uint32_t pending);
  /// The thread returns: nobody can wait for its products any more.
  void finish(const Thread &thread);
  /// Tickets become numbers. Returns what is wrong, if anything.
  std::string resolve(const WarpCall &call, Accumulators &accumulators);

private:
  struct Started {
    uint32_t number; // in tickets
    uint32_t group;
    uint32_t site;
    std::unique_ptr<GroupProduct> product;
    Accumulators accumulators; // with tickets of those before
  };
  struct Result {
    Accumulators values;
    size_t taken; // registers, by waits and by other products
    uint32_t site;
  };
  struct WarpState {
    uint32_t next = 1;      // product
    uint32_t committed = 0; // groups
    uint32_t awaited = 0;   // groups
    uint32_t lastSite = 0;  // of a product
    bool isFenced = false;
    std::deque<Started> started;        // the oldest first
    std::map<uint32_t, Result> results; // by product
  };

  WarpState &of(const WarpCall &call);
  /// All warps of the call's group.
  std::span<WarpState> groupOf(const WarpCall &call);
  uint32_t agentOf(const WarpCall &call);
  std::string replaceTickets(WarpState &state, Accumulators &accumulators);
  void execute(WarpState &state);

  std::vector<WarpState> warps;
  std::vector<uint32_t> agents; // by group of warps
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_GROUPPRODUCTS_H
