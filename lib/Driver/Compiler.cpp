//===- Compiler.cpp - From a file of IR to a bundle -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Compiler.h"

#include "dialects/plan/Plan.h"
#include "lib/Bundle/FromPlan.h"
#include "lib/Bundle/Writer.h"
#include "lib/Driver/Backends.h"
#include "lib/Driver/Dialects.h"
#include "lib/Driver/StageTimer.h"
#include "lib/Frontend/Frontend.h"
#include "lib/Fusion/Fusion.h"

#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ThreadPool.h"

using namespace mlir;

namespace xcc {

namespace {

/// One image on its way from kernels to code.
struct ImageBuild {
  const TargetDescription *target;
  const IsaLevel *level;
  OwningOpRef<ModuleOp> module;
  std::string code;
  bool isBuilt = false;
};

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
  LogicalResult scheduleImages();
  LogicalResult buildImages();
  LogicalResult buildImage(ImageBuild &image);
  LogicalResult makeProgram();
  const IsaLevel &chosenLevel(const TargetDescription &target) const;

  MLIRContext &context;
  const CompileOptions &options;
  OwningOpRef<ModuleOp> module;
  std::vector<ImageBuild> images;
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

const IsaLevel &
Compilation::chosenLevel(const TargetDescription &target) const {
  for (const IsaLevel &level : target.levels)
    if (level.name == options.isa)
      return level;
  return target.levels.front();
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
  if (failed(scheduleImages()) || isText)
    return failure(!isText);
  return buildImages();
}

/// The module's kernels alone: what an image is made of.
static OwningOpRef<ModuleOp> cloneKernels(ModuleOp module) {
  OwningOpRef<ModuleOp> kernels = module.clone();
  for (Operation &op :
       llvm::make_early_inc_range(kernels->getBody()->getOperations()))
    if (!op.hasAttr(plan::kernelAttrName))
      op.erase();
  return kernels;
}

LogicalResult Compilation::scheduleImages() {
  timer.start("schedule");
  for (const TargetDescription *target : options.targets) {
    for (const IsaLevel &level : target->levels) {
      bool isAsked = &level == &chosenLevel(*target);
      bool isBundle = options.emit == EmitFormat::Bundle && !options.stopAfter;
      bool isSingle = !isBundle || !options.isa.empty();
      if (isSingle && !isAsked)
        continue;
      ImageBuild image{target, &level, cloneKernels(*module), "", false};
      PassManager manager(&context, ModuleOp::getOperationName());
      backendFor(*target).buildSchedule(manager, level);
      if (failed(manager.run(*image.module)))
        return failure();
      if (stopsAfter(Stage::Schedule, *image.module))
        return success();
      images.push_back(std::move(image));
    }
  }
  // Lowering leaves nothing of the plan: read it before.
  if (options.emit == EmitFormat::Bundle && !options.stopAfter)
    return makeProgram();
  return success();
}

LogicalResult Compilation::buildImage(ImageBuild &image) {
  const Backend &backend = backendFor(*image.target);
  PassManager manager(&context, ModuleOp::getOperationName());
  backend.buildLower(manager);
  if (failed(manager.run(*image.module)))
    return failure();
  if (options.stopAfter == Stage::Lower)
    return success();
  FailureOr<std::string> code =
      backend.emit(*image.module, *image.level, options.emit);
  if (failed(code))
    return failure();
  image.code = std::move(*code);
  return success();
}

LogicalResult Compilation::buildImages() {
  timer.start("lower+emit");
  auto build = [&](ImageBuild &image) {
    image.isBuilt = succeeded(buildImage(image));
  };
  // Images are independent: one thread each, and their order is kept.
  if (options.numThreads == 1 || images.size() == 1) {
    llvm::for_each(images, build);
  } else {
    llvm::DefaultThreadPool pool(
        llvm::hardware_concurrency(options.numThreads));
    for (ImageBuild &image : images)
      pool.async([&] { build(image); });
    pool.wait();
  }
  for (ImageBuild &image : images) {
    if (!image.isBuilt)
      return failure();
    if (stopsAfter(Stage::Lower, *image.module))
      return success();
    if (options.emit != EmitFormat::Bundle) {
      text = std::move(image.code);
      isText = true;
      return success();
    }
    bundle::Image entry;
    entry.target = image.target->name.str();
    entry.machine = image.target->machine.str();
    entry.isa = image.level->name.str();
    entry.format = image.target->image.str();
    entry.rank = image.level->vectorBits;
    SmallVector<StringRef> features;
    image.level->features.split(features, ' ');
    for (StringRef feature : features)
      entry.features.push_back(feature.str());
    entry.bytes = bundle::ByteSource::own(std::move(image.code));
    program.images.push_back(std::move(entry));
  }
  return success();
}

LogicalResult Compilation::makeProgram() {
  FailureOr<bundle::Program> made = bundle::planToProgram(
      *module, *images.front().module, options.moduleDirectory);
  if (failed(made))
    return failure();
  program = std::move(*made);
  program.compilerVersion = XCC_VERSION;
  if (options.keepSource) {
    program.source = bundle::ByteSource::own(std::move(sourceBytecode));
    program.sourceFormat = "mlir-bytecode";
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
