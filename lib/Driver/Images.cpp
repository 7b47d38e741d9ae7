//===- Images.cpp - From kernels on tensors to images ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Images.h"

#include "dialects/plan/Plan.h"
#include "lib/Driver/Backends.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/Threading.h"

using namespace mlir;

namespace xcc {

/// The targets asked for, and behind them those whose images go beside.
static SmallVector<const TargetDescription *>
withPortable(ArrayRef<const TargetDescription *> asked) {
  SmallVector<const TargetDescription *> targets(asked);
  for (const TargetDescription *target : asked)
    if (const TargetDescription *beside = findTarget(target->portable))
      if (!llvm::is_contained(targets, beside))
        targets.push_back(beside);
  return targets;
}

std::vector<ImageBuild> chooseImages(const CompileOptions &options) {
  std::vector<ImageBuild> images;
  bool isBundle = options.makesBundle();
  for (const TargetDescription *target : withPortable(options.targets)) {
    if (target->levels.empty())
      images.push_back({target, nullptr});
    bool hasLevel = llvm::any_of(target->levels, [&](const IsaLevel &level) {
      return level.name == options.isa;
    });
    for (const IsaLevel &level : target->levels)
      if (level.name == options.isa ||
          (!hasLevel && (isBundle || &level == target->levels.begin())))
        images.push_back({target, &level});
    // Text is of one image: the first target's first level.
    if (!isBundle)
      break;
  }
  return images;
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

static OwningOpRef<ModuleOp> cloneSignatures(ModuleOp module) {
  OwningOpRef<ModuleOp> signatures = ModuleOp::create(module.getLoc());
  for (auto function : module.getOps<func::FuncOp>())
    signatures->push_back(cast<func::FuncOp>(function->cloneWithoutRegions()));
  return signatures;
}

static LogicalResult
runPasses(ModuleOp module, llvm::function_ref<void(OpPassManager &)> build) {
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  build(manager);
  return manager.run(module);
}

/// The formats to emit, in order.
static SmallVector<StringRef> formatsOf(const ImageBuild &image,
                                        const CompileOptions &options) {
  if (!options.emit.empty())
    return {options.emit};
  SmallVector<StringRef> formats(image.target->images);
  if (options.withEmulation && image.target->device)
    formats.push_back(kEmulationFormat);
  return formats;
}

static LogicalResult emitFormats(const CompileOptions &options,
                                 ImageBuild &image) {
  const Backend &backend = backendFor(*image.target);
  for (StringRef format : formatsOf(image, options)) {
    // A bundle does without what another of its images can replace; who asks
    // for one format gets it or an error.
    if (options.emit.empty() && !backend.canEmit(format)) {
      image.missing.push_back(format.str());
      continue;
    }
    image.timer.start(("emit " + image.name() + " " + format).str());
    FailureOr<std::string> code =
        backend.emit(*image.module, *image.target, image.level, format);
    if (failed(code))
      return failure();
    image.code.emplace_back(format.str(), std::move(*code));
  }
  return success();
}

static LogicalResult buildImage(ModuleOp fused, const CompileOptions &options,
                                ImageBuild &image) {
  const Backend &backend = backendFor(*image.target);
  image.timer.start(("schedule " + image.name()).str());
  image.module = cloneKernels(fused);
  if (failed(runPasses(*image.module, [&](OpPassManager &manager) {
        backend.buildSchedule(manager, *image.target, image.level);
      })))
    return failure();
  if (options.stopAfter == Stage::Schedule)
    return success();
  // Lowering leaves nothing of what the plan must know.
  image.signatures = cloneSignatures(*image.module);
  image.timer.start(("lower " + image.name()).str());
  if (failed(runPasses(*image.module, [&](OpPassManager &manager) {
        backend.buildLower(manager, *image.target);
      })))
    return failure();
  if (options.stopAfter == Stage::Lower)
    return success();
  return emitFormats(options, image);
}

namespace {
/// Says with each error of the thread that lives through it which target it is
/// for, and that there is another.
class ErrorsNameTarget : public ScopedDiagnosticHandler {
public:
  ErrorsNameTarget(MLIRContext *context, const TargetDescription &target)
      : ScopedDiagnosticHandler(context) {
    setHandler(
        [&target, thread = llvm::get_threadid()](Diagnostic &diagnostic) {
          if (target.device && thread == llvm::get_threadid() &&
              diagnostic.getSeverity() == DiagnosticSeverity::Error)
            diagnostic.attachNote()
                << "compiled for " << target.name
                << "; what it does not run, the host does: -target=host";
          return failure(); // to be shown by the next handler
        });
  }
};
} // namespace

LogicalResult buildImages(ModuleOp fused, const CompileOptions &options,
                          std::vector<ImageBuild> &images) {
  // Diagnostics come in the order of the images, whichever is done first.
  ParallelDiagnosticHandler handler(fused.getContext());
  auto build = [&](size_t number) {
    handler.setOrderIDForThread(number);
    ImageBuild &image = images[number];
    ErrorsNameTarget naming(fused.getContext(), *image.target);
    image.isBuilt = succeeded(buildImage(fused, options, image));
    image.timer.stop();
    handler.eraseOrderIDForThread();
  };
  if (options.numThreads == 1 || images.size() == 1) {
    for (size_t number = 0; number < images.size(); ++number)
      build(number);
  } else {
    llvm::DefaultThreadPool pool(
        llvm::hardware_concurrency(options.numThreads));
    for (size_t number = 0; number < images.size(); ++number)
      pool.async([&build, number] { build(number); });
    pool.wait();
  }
  return success(llvm::all_of(
      images, [](const ImageBuild &image) { return image.isBuilt; }));
}

} // namespace xcc
