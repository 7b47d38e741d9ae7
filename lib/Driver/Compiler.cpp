//===- Compiler.cpp - From a file of IR to a bundle -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Compiler.h"

#include "lib/Bundle/FromPlan.h"
#include "lib/Bundle/Writer.h"
#include "lib/Driver/Dialects.h"
#include "lib/Driver/Images.h"
#include "lib/Driver/StageTimer.h"
#include "lib/Frontend/Frontend.h"
#include "lib/Fusion/Fusion.h"
#include "lib/Schedule/Schedule.h"

#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace xcc {

namespace {

/// One compile: the stages in order, each a method.
class Compilation {
public:
  Compilation(MLIRContext &context, const CompileOptions &options)
      : context(context), options(options) {}

  LogicalResult run(const llvm::SourceMgr &sourceMgr);

  /// What was asked for instead of a bundle.
  bool hasText() const { return isText; }
  std::string takeText() { return std::move(text); }
  const bundle::Program &getProgram() const { return program; }
  void printTimes(llvm::raw_ostream &os) {
    timer.stop();
    timer.print(os);
  }

private:
  LogicalResult runStage(StringRef name,
                         llvm::function_ref<void(OpPassManager &)> build);
  bool stopsAfter(Stage stage, ModuleOp module);
  LogicalResult finish(std::vector<ImageBuild> images);
  LogicalResult makeProgram(std::vector<ImageBuild> &images);

  MLIRContext &context;
  const CompileOptions &options;
  OwningOpRef<ModuleOp> module;
  std::string sourceBytecode;
  bundle::Program program;
  StageTimer timer;
  std::string text;
  bool isText = false;
};

} // namespace

std::unique_ptr<MLIRContext> makeContext(unsigned numThreads) {
  DialectRegistry registry;
  registerDialects(registry);
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  // With one thread there is no pool at all; results are the same either way.
  if (numThreads != 1)
    context->enableMultithreading();
  // A user reads the message and the line, not a page of IR.
  context->printOpOnDiagnostic(false);
  // Images are built side by side, and loading a dialect is not for that time.
  context->loadAllAvailableDialects();
  return context;
}

/// A manager over a copy of `source`: the textual parser needs a final zero.
static void addSource(llvm::SourceMgr &sourceMgr,
                      llvm::MemoryBufferRef source) {
  sourceMgr.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(source.getBuffer(),
                                           source.getBufferIdentifier()),
      llvm::SMLoc());
}

OwningOpRef<ModuleOp> parseModule(MLIRContext &context,
                                  llvm::MemoryBufferRef source,
                                  llvm::raw_ostream &diagnostics) {
  llvm::SourceMgr sourceMgr;
  addSource(sourceMgr, source);
  SourceMgrDiagnosticHandler handler(sourceMgr, &context, diagnostics);
  return parseSourceFile<ModuleOp>(sourceMgr, &context);
}

LogicalResult
Compilation::runStage(StringRef name,
                      llvm::function_ref<void(OpPassManager &)> build) {
  timer.start(name);
  PassManager manager(&context, ModuleOp::getOperationName());
  build(manager);
  return manager.run(*module);
}

bool Compilation::stopsAfter(Stage stage, ModuleOp leaving) {
  if (options.stopAfter != stage)
    return false;
  llvm::raw_string_ostream os(text);
  leaving.print(os);
  os << '\n';
  return isText = true;
}

LogicalResult Compilation::run(const llvm::SourceMgr &sourceMgr) {
  timer.start("import");
  module = parseSourceFile<ModuleOp>(sourceMgr, &context);
  if (!module)
    return failure();
  if (options.allowTF32)
    (*module)->setAttr(schedule::allowTF32AttrName, UnitAttr::get(&context));
  if (stopsAfter(Stage::Import, *module))
    return success();
  if (options.keepSource) {
    llvm::raw_string_ostream os(sourceBytecode);
    LogicalResult written = writeBytecodeToFile(*module, os);
    assert(succeeded(written) && "only an older bytecode version can fail");
    (void)written;
  }
  if (failed(runStage("normalize", frontend::buildNormalizePipeline)))
    return failure();
  if (stopsAfter(Stage::Normalize, *module))
    return success();
  fusion::FusionOptions fusionOptions;
  fusionOptions.fuse = options.fuse;
  if (failed(runStage("fuse", [&](OpPassManager &manager) {
        fusion::buildFusionPipeline(manager, fusionOptions);
      })))
    return failure();
  if (stopsAfter(Stage::Fuse, *module))
    return success();
  std::vector<ImageBuild> images = chooseImages(options);
  timer.stop();
  LogicalResult built = buildImages(*module, options, images);
  for (const ImageBuild &image : images)
    timer.append(image.timer);
  if (failed(built))
    return failure();
  return finish(std::move(images));
}

LogicalResult Compilation::finish(std::vector<ImageBuild> images) {
  ImageBuild &first = images.front();
  if (stopsAfter(Stage::Schedule, *first.module) ||
      stopsAfter(Stage::Lower, *first.module))
    return success();
  if (!options.emit.empty()) {
    text = std::move(first.code.front().second);
    isText = true;
    return success();
  }
  timer.start("plan");
  return makeProgram(images);
}

/// Adds one format of `build` to a program's images.
static bundle::Image makeImage(const ImageBuild &build, StringRef format,
                               std::string bytes, unsigned preference) {
  bundle::Image image;
  image.target = build.target->name.str();
  image.machine = build.target->machine.str();
  image.isa = build.isa().str();
  image.format = format.str();
  image.rank = preference;
  image.bytes = bundle::ByteSource::own(std::move(bytes));
  if (!build.level)
    return image;
  image.rank = build.level->vectorBits;
  SmallVector<StringRef> features;
  build.level->features.split(features, ' ');
  for (StringRef feature : features)
    image.features.push_back(feature.str());
  return image;
}

LogicalResult Compilation::makeProgram(std::vector<ImageBuild> &images) {
  bundle::ScheduledModules scheduled;
  for (ImageBuild &image : images) {
    if (image.target->device)
      scheduled.devices.emplace_back(image.target->name, *image.signatures);
    else if (!scheduled.host)
      scheduled.host = *image.signatures;
  }
  FailureOr<bundle::Program> made =
      bundle::planToProgram(*module, scheduled, options.moduleDirectory);
  if (failed(made))
    return failure();
  program = std::move(*made);
  program.compilerVersion = XCC_VERSION;
  if (options.keepSource) {
    program.source = bundle::ByteSource::own(std::move(sourceBytecode));
    program.sourceFormat = "mlir-bytecode";
  }
  for (ImageBuild &image : images) {
    for (auto &&[number, code] : llvm::enumerate(image.code))
      program.images.push_back(
          makeImage(image, code.first, std::move(code.second), number));
    for (const std::string &format : image.missing)
      program.notes.emplace_back("without",
                                 (image.name() + " " + format +
                                  ": the tool that makes it was not found")
                                     .str());
  }
  return success();
}

/// Runs a compile with its own context and hands the result to `finish`.
static LogicalResult
compileWith(llvm::MemoryBufferRef source, const CompileOptions &options,
            llvm::raw_ostream &diagnostics,
            llvm::function_ref<LogicalResult(Compilation &)> finish) {
  std::unique_ptr<MLIRContext> context = makeContext(options.numThreads);
  llvm::SourceMgr sourceMgr;
  addSource(sourceMgr, source);
  SourceMgrDiagnosticHandler handler(sourceMgr, context.get(), diagnostics);
  Compilation compilation(*context, options);
  if (failed(compilation.run(sourceMgr)))
    return failure();
  LogicalResult result = finish(compilation);
  if (options.timeStages)
    compilation.printTimes(llvm::errs());
  return result;
}

/// Writes text or an object; "-" is standard output.
static LogicalResult writeText(StringRef path, StringRef text,
                               llvm::raw_ostream &diagnostics) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (!error)
    os << text;
  if (!error) {
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (!error)
    return success();
  diagnostics << "error: cannot write '" << path << "': " << error.message()
              << '\n';
  return failure();
}

LogicalResult compileToFile(llvm::MemoryBufferRef source,
                            const CompileOptions &options, StringRef outputPath,
                            llvm::raw_ostream &diagnostics) {
  return compileWith(
      source, options, diagnostics, [&](Compilation &compilation) {
        if (compilation.hasText())
          return writeText(outputPath, compilation.takeText(), diagnostics);
        std::string error;
        if (bundle::writeBundle(compilation.getProgram(), outputPath.str(),
                                error))
          return success();
        diagnostics << "error: " << error << '\n';
        return LogicalResult(failure());
      });
}

FailureOr<std::vector<uint8_t>>
compileToMemory(llvm::MemoryBufferRef source, const CompileOptions &options,
                llvm::raw_ostream &diagnostics) {
  std::vector<uint8_t> bytes;
  LogicalResult result =
      compileWith(source, options, diagnostics, [&](Compilation &compilation) {
        if (compilation.hasText()) {
          std::string text = compilation.takeText();
          bytes.assign(text.begin(), text.end());
          return success();
        }
        std::string error;
        if (bundle::writeBundle(compilation.getProgram(), bytes, error))
          return success();
        diagnostics << "error: " << error << '\n';
        return LogicalResult(failure());
      });
  if (failed(result))
    return failure();
  return bytes;
}

} // namespace xcc
