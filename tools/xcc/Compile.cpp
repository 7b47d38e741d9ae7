//===- Compile.cpp - xcc model.mlir -target=host -o model.xcb -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"
#include "lib/Driver/Compiler.h"
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace xcc::tool {

static void listStages() {
  for (const StageDescription &row : allStages())
    outs() << left_justify(row.name, 10) << left_justify(row.folder, 22)
           << left_justify(row.leaving, 27) << row.sentence << '\n';
}

static void listTargets() {
  for (const TargetDescription *target : allTargets()) {
    outs() << left_justify(target->name, 8) << ' ' << target->hardware << " ("
           << join(target->images, ", ") << ")\n";
    for (const IsaLevel &level : target->levels)
      outs() << "         " << left_justify(level.name, 12) << level.features
             << '\n';
  }
}

static std::string takeTargets(StringRef value, CompileOptions &options) {
  SmallVector<StringRef> names;
  value.split(names, ',');
  for (StringRef name : names) {
    if (name.trim().empty())
      return ("expects names of targets with commas between, got '" + value +
              "' (all: xcc --list-targets)")
          .str();
    const TargetDescription *target = findTarget(name.trim());
    if (!target)
      return unknownTargetMessage(name.trim());
    if (!is_contained(options.targets, target))
      options.targets.push_back(target);
  }
  return "";
}

/// The block programs that schedules make; what --stop-after=schedule prints.
static constexpr StringLiteral kTileFormat = "tile";

static std::string takeEmit(StringRef value, CompileOptions &options) {
  if (value != kTileFormat && !is_contained(allFormats(), value))
    return ("unknown format '" + value + "' for --emit; formats: " +
            join(allFormats(), ", ") + ", " + kTileFormat)
        .str();
  options.emit = value.str();
  return "";
}

static std::string namesOf(ArrayRef<const TargetDescription *> targets) {
  std::string names;
  for (const TargetDescription *target : targets)
    names += (names.empty() ? "" : ", ") + target->name.str();
  return names;
}

/// Sees that the one target has the format asked for; returns an error or "".
static std::string resolveEmit(CompileOptions &options) {
  if (options.emit.empty())
    return "";
  if (options.targets.size() > 1)
    return "option '--emit' expects one target, got " +
           namesOf(options.targets);
  const TargetDescription &target = *options.targets.front();
  if (options.emit == kTileFormat && target.device) {
    options.emit.clear();
    options.stopAfter = Stage::Schedule;
    return "";
  }
  if (is_contained(target.formats, options.emit))
    return "";
  std::string message = ("target '" + target.name + "' has no format '" +
                         options.emit + "', but " + join(target.formats, ", "))
                            .str();
  SmallVector<StringRef> others;
  for (const TargetDescription *other : allTargets())
    if (is_contained(other->formats, options.emit) ||
        (options.emit == kTileFormat && other->device))
      others.push_back(other->name);
  return message + "; targets that have it: " +
         (others.empty() ? "none" : join(others, ", "));
}

/// The best level that this processor runs: the last of a row that it has all
/// features of. Where it has none, all are built, and a run says what lacks.
static void chooseNativeIsa(CompileOptions &options) {
  StringMap<bool> present = sys::getHostCPUFeatures();
  for (const TargetDescription *target : allTargets())
    for (const IsaLevel &level : target->levels) {
      SmallVector<StringRef> needed;
      level.features.split(needed, ' ');
      if (all_of(needed, [&](StringRef name) { return present.lookup(name); }))
        options.isa = level.name.str();
    }
}

static std::string takeIsa(StringRef value, CompileOptions &options) {
  if (value == "native") {
    chooseNativeIsa(options);
    return "";
  }
  std::string known;
  for (const TargetDescription *target : allTargets())
    for (const IsaLevel &level : target->levels) {
      if (level.name == value) {
        options.isa = value.str();
        return "";
      }
      known += (known.empty() ? "" : ", ") + level.name.str();
    }
  return ("unknown isa level '" + value + "'; levels: " + known).str();
}

/// Sees that a target has levels when one is asked for.
static std::string checkIsa(const CompileOptions &options) {
  bool hasLevels = any_of(options.targets, [](const TargetDescription *target) {
    return !target->levels.empty();
  });
  return options.isa.empty() || hasLevels
             ? ""
             : "option '--isa' expects a target with levels, got " +
                   namesOf(options.targets);
}

namespace {
struct CompileCommand {
  CompileOptions options;
  std::string output;
  bool isDone = false; // a list or the help was asked for, and printed

  std::vector<Option> table();
};
} // namespace

std::vector<Option> CompileCommand::table() {
  auto flag = [this](void (*print)()) {
    return [this, print](StringRef) {
      print();
      isDone = true;
      return std::string();
    };
  };
  return {
      {"target", "names", "devices to compile for, comma-separated (host)",
       [this](StringRef v) { return takeTargets(v, options); }},
      {"o", "file", "where to write the bundle or the text; - is stdout",
       [this](StringRef v) { return output = v.str(), std::string(); }},
      {"emit", "format", "write one image's code in that format instead",
       [this](StringRef v) { return takeEmit(v, options); }},
      {"stop-after", "stage", "print the IR leaving that stage instead",
       [this](StringRef v) {
         options.stopAfter = findStage(v);
         return options.stopAfter ? "" : unknownStageMessage(v);
       }},
      {"with-emulation", "", "put in what emulated devices run",
       [this](StringRef) {
         return options.withEmulation = true, std::string();
       }},
      {"isa", "level", "build this level alone, or native's; all by default",
       [this](StringRef v) { return takeIsa(v, options); }},
      {"threads", "n", "compiler threads; 0: one for each processor",
       [this](StringRef v) {
         return v.getAsInteger(10, options.numThreads)
                    ? ("expects a number of threads, got '" + v + "'").str()
                    : "";
       }},
      {"no-source", "", "leave the fx program out of the bundle",
       [this](StringRef) { return options.keepSource = false, std::string(); }},
      {"no-fuse", "", "make each operation a kernel of its own",
       [this](StringRef) { return options.fuse = false, std::string(); }},
      {"allow-tf32", "", "let products of f32 round their factors to tf32",
       [this](StringRef) { return options.allowTF32 = true, std::string(); }},
      {"time-stages", "", "print what each stage took",
       [this](StringRef) { return options.timeStages = true, std::string(); }},
      {"list-stages", "", "print the pipeline", flag(listStages)},
      {"list-targets", "", "print the devices xcc compiles for",
       flag(listTargets)},
  };
}

std::string compileHelp() { return formatOptions(CompileCommand().table()); }

/// model.mlir -> model.xcb, in the current directory.
static std::string defaultOutput(StringRef input, StringRef extension) {
  return (sys::path::stem(input == "-" ? "model" : input) + "." + extension)
      .str();
}

/// Code without a place to go: text to the terminal, objects to a file.
static LogicalResult writeCode(const CompileCommand &command, StringRef input,
                               MemoryBufferRef source) {
  auto bytes = compileToMemory(source, command.options, errs());
  if (failed(bytes))
    return failure();
  StringRef code(reinterpret_cast<const char *>(bytes->data()), bytes->size());
  std::string path =
      code.contains('\0') ? defaultOutput(input, command.options.emit) : "-";
  std::error_code error;
  raw_fd_ostream os(path, error);
  if (error) {
    errs() << "error: cannot write '" << path << "': " << error.message()
           << '\n';
    return failure();
  }
  os << code;
  return success();
}

static LogicalResult compile(const CompileCommand &command, StringRef input,
                             MemoryBufferRef source) {
  const CompileOptions &options = command.options;
  if (!command.output.empty())
    return compileToFile(source, options, command.output, errs());
  if (!options.emit.empty())
    return writeCode(command, input, source);
  return compileToFile(source, options,
                       options.stopAfter ? "-" : defaultOutput(input, "xcb"),
                       errs());
}

int compileMain(ArrayRef<const char *> args) {
  CompileCommand command;
  std::vector<std::string> inputs;
  if (std::string error = parseOptions(args, command.table(), inputs);
      !error.empty())
    return usageError(error);
  if (command.isDone)
    return 0;
  if (inputs.size() != 1)
    return usageError("expects one input file, got " +
                      std::to_string(inputs.size()));
  CompileOptions &options = command.options;
  if (options.targets.empty())
    options.targets.push_back(findTarget("host"));

  if (std::string error = checkIsa(options); !error.empty())
    return usageError(error);
  if (std::string error = resolveEmit(options); !error.empty())
    return usageError(error);

  auto buffer = MemoryBuffer::getFileOrSTDIN(inputs[0]);
  if (!buffer) {
    errs() << "error: cannot read '" << inputs[0]
           << "': " << buffer.getError().message() << '\n';
    return exitFailure;
  }
  StringRef directory = sys::path::parent_path(inputs[0]);
  options.moduleDirectory = directory.empty() ? "." : directory.str();
  return succeeded(compile(command, inputs[0], (*buffer)->getMemBufferRef()))
             ? 0
             : exitFailure;
}

} // namespace xcc::tool
