//===- Main.cpp - xcc: compile, run, look ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

namespace {
struct Command {
  StringRef name;
  StringRef usage;
  StringRef help;
  int (*main)(ArrayRef<const char *> args);
};
} // namespace

static constexpr Command commands[] = {
    {"run", "model.xcb", "run a bundle; --check compares with the interpreter",
     runMain},
    {"verify", "model.xcb",
     "every image against the interpreter, devices emulated", verifyMain},
    {"inspect", "model.xcb", "what a bundle holds", inspectMain},
    {"interpret", "model.mlir", "the float64 meaning of a model's functions",
     interpretMain},
    {"devices", "", "devices of this machine, and why each can be used or not",
     devicesMain},
    {"explain", "model|xcb", "which operations became which kernels, and why",
     explainMain},
};

static void printHelp() {
  outs() << "xcc: a cross-vendor kernel compiler\n\n"
            "  xcc model.mlir -target=host -o model.xcb\n\n";
  for (const Command &command : commands)
    outs() << "  xcc " << left_justify(command.name, 10)
           << left_justify(command.usage, 12) << command.help << '\n';
  outs() << "\noptions of a compile:\n"
         << compileHelp()
         << "  --version               print the version\n"
            "\n`xcc <command> --help` prints a command's options.\n";
}

static int dispatch(ArrayRef<const char *> args) {
  if (args.empty()) {
    printHelp();
    return exitUsage;
  }
  StringRef first = args.front();
  if (first == "--help" || first == "-h" || first == "-help" ||
      first == "help") {
    printHelp();
    return 0;
  }
  if (first == "--version" || first == "-version") {
    outs() << "xcc " XCC_VERSION "\n";
    return 0;
  }
  for (const Command &command : commands)
    if (command.name == first)
      return command.main(args.drop_front());
  return compileMain(args);
}

} // namespace xcc::tool

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::SmallVector<const char *> args(argv + 1, argv + argc);
  return xcc::tool::dispatch(args);
}
