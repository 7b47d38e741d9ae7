//===- Profile.h - Where the time of a run goes -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_PROFILE_H
#define XCC_TOOLS_XCC_PROFILE_H

#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Roofs.h"
#include "tools/xcc/Session.h"

#include <optional>

namespace xcc::tool {

/// What the command line says of profiles.
struct ProfileOptions {
  bool isWanted = false;
  bool isByLaunch = false;
  std::string trace;                      // file; empty: none
  std::optional<double> bandwidth, flops; // roofs given, a second

  std::vector<Option> table();
};

/// A step as the bundle and the program know it.
struct ProfiledStep {
  std::string name, family, ops;
  std::vector<std::string> sources;
  xrt_step_counts_t counts{};
  std::vector<uint64_t> ns; // by run
};

/// Times the steps of a session's runs.
class Profiler {
public:
  Profiler(const ProfileOptions &options, Session &session)
      : options(options), session(session) {}

  /// Asks the program for times and traces. The session has its inputs.
  llvm::Error start();
  /// Takes the times of the run that just ended.
  llvm::Error noteRun(double milliseconds);
  /// Writes the trace, if one was asked for, then prints the profile.
  llvm::Error finish(llvm::raw_ostream &os);

private:
  /// What is printed in one line: the launches of a kernel, or one of them.
  struct Row {
    const ProfiledStep *step = nullptr;
    size_t numLaunches = 0;
    double ns = 0; // of a run
    bool isCounted = true;
    double flops = 0, readBytes = 0, writtenBytes = 0;
    // Of memory and of arithmetic, at the roofs.
    double memoryNs = 0, arithmeticNs = 0, leastNs = 0;
  };

  llvm::Error describeSteps();
  void findRoofs(llvm::raw_ostream &os);
  std::vector<Row> makeRows() const;
  void addLaunch(Row &row, const ProfiledStep &step) const;
  void printRow(const Row &row, double totalNs, llvm::raw_ostream &os) const;
  void printTable(llvm::raw_ostream &os) const;

  const ProfileOptions &options;
  Session &session;
  std::vector<ProfiledStep> steps;
  std::vector<double> runNs, besideNs; // by run: all, and without the steps
  std::optional<Roofs> roofs;
};

/// Writes what the program noted as a file for Perfetto, chrome://tracing and
/// speedscope. Fails when the file cannot be written.
llvm::Error writeTrace(const std::string &path, Session &session,
                       llvm::ArrayRef<ProfiledStep> steps);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_PROFILE_H
