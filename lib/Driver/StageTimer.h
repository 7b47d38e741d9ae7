//===- StageTimer.h - What each stage took --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_STAGETIMER_H
#define XCC_LIB_DRIVER_STAGETIMER_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace xcc {

/// Collects wall times; stages of different images may overlap and are named
/// for their image.
class StageTimer {
public:
  /// Ends the running stage and starts `name`.
  void start(llvm::StringRef name);
  void stop();
  /// Takes over the rows of another, stopped one.
  void append(const StageTimer &other);
  /// A drawn table, longest bar for the longest stage; the total is from the
  /// first start to the last end.
  void print(llvm::raw_ostream &os) const;

private:
  using Clock = std::chrono::steady_clock;
  struct Row {
    std::string name;
    Clock::time_point begin, end;
  };
  std::vector<Row> rows;
  bool isRunning = false;
};

} // namespace xcc

#endif // XCC_LIB_DRIVER_STAGETIMER_H
