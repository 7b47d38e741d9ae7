//===- ValidateIndex.cpp - Every reference in the index is in range -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Binding.h"
#include "runtime/format/DType.h"
#include "runtime/format/Validate.h"

using namespace xrt::format;

namespace {
/// Checks the index part by part; the first complaint stands.
class IndexValidator {
public:
  IndexValidator(const Index &index, const FileHeader &header)
      : index(index), header(header), budget(header.indexBytes) {}

  std::string run() {
    if (checkSymbols() && checkExprs() && checkPorts() && checkWeights() &&
        checkBuffers() && checkKernels() && checkSteps() && checkPlans() &&
        checkImages() && checkRest())
      error = planBindings(index).error;
    return error;
  }

private:
  // Printing and other walks recurse.
  static constexpr uint32_t kMaxExprDepth = 200;
  // More than any device has.
  static constexpr uint32_t kMaxThreads = 4096;
  static constexpr uint32_t kMaxSharedBytes = 1 << 20;
  static constexpr uint32_t kNoFile = 0xFFFFFFFF;
  static constexpr uint32_t kNotKnown = 0xFFFFFFFF;

  bool fail(std::string what) {
    if (error.empty())
      error = std::move(what);
    return false;
  }

  /// Vectors may share bytes in a forged file; honest ones never add up to more
  /// elements than the index has bytes. Bounds the time of every check here.
  bool spend(uint64_t elements) {
    if (elements > budget)
      return fail("its index repeats itself");
    budget -= elements;
    return true;
  }

  /// FlatBuffers 2.0 checks that a vector starts at a multiple of 4 only.
  template <typename T> bool isAligned(const flatbuffers::Vector<T> &vector) {
    return reinterpret_cast<uintptr_t>(vector.Data()) % 8 == 0 ||
           fail("its index is malformed");
  }

  bool isExpr(uint32_t ref, const char *what) {
    return ref < index.exprs()->size() ||
           fail(std::string(what) + " names expression " + std::to_string(ref) +
                " of " + std::to_string(index.exprs()->size()));
  }

  bool areExprs(const flatbuffers::Vector<uint32_t> *refs, const char *what) {
    if (!refs)
      return true;
    if (!spend(refs->size()))
      return false;
    for (uint32_t ref : *refs)
      if (!isExpr(ref, what))
        return false;
    return true;
  }

  bool isBuffer(uint32_t ref, bool isWritten) {
    if (ref >= index.buffers()->size())
      return fail("a step names buffer " + std::to_string(ref) + " of " +
                  std::to_string(index.buffers()->size()));
    BufferKind kind = (*index.buffers())[ref]->kind();
    if (isWritten && (kind == BufferKind_Weight || kind == BufferKind_Input))
      return fail("a step writes to a weight or an input");
    return true;
  }

  bool isKernel(uint32_t ref) {
    return ref < index.kernels()->size() ||
           fail("a step names kernel " + std::to_string(ref) + " of " +
                std::to_string(index.kernels()->size()));
  }

  bool isInFile(const Section &section, const char *what) {
    uint64_t indexEnd = header.indexOffset + header.indexBytes;
    bool isInside = section.offset() <= header.fileBytes &&
                    section.size() <= header.fileBytes - section.offset();
    bool isApart = section.offset() >= indexEnd ||
                   (section.offset() >= sizeof(FileHeader) &&
                    section.offset() + section.size() <= header.indexOffset);
    return (isInside && isApart) ||
           fail(std::string(what) + " lies outside the file's sections");
  }

  bool checkSymbols() {
    if (index.symbols()->size() > kMaxSymbols)
      return fail("it has more than 64 symbols");
    for (const Symbol *symbol : *index.symbols())
      if (symbol->min() < 0 || symbol->min() > symbol->max())
        return fail(std::string("symbol '") + symbol->name()->c_str() +
                    "' has an empty range");
    return true;
  }

  bool checkExprs() {
    const Exprs &exprs = *index.exprs();
    if (!isAligned(exprs))
      return false;
    std::vector<uint32_t> depths(exprs.size(), 1);
    for (uint32_t i = 0; i < exprs.size(); ++i) {
      const Expr &expr = *exprs[i];
      if (expr.kind() > ExprKind_MAX)
        return fail("an expression is of no known kind");
      if (expr.kind() == ExprKind_Constant)
        continue;
      if (expr.kind() == ExprKind_Symbol) {
        if (expr.value() < 0 || expr.value() >= index.symbols()->size())
          return fail("an expression names a symbol that is not there");
        continue;
      }
      // Operands come first: this is what rules out cycles.
      if (expr.lhs() >= i || expr.rhs() >= i)
        return fail("an expression names a later one");
      depths[i] = 1 + std::max(depths[expr.lhs()], depths[expr.rhs()]);
      if (depths[i] > kMaxExprDepth)
        return fail("an expression is nested too deep");
    }
    return true;
  }

  template <typename PortT> bool isPort(const PortT &port) {
    return (findDType(xrt_dtype_t(port.dtype())) ||
            fail("an input or output has no known dtype")) &&
           (port.dims()->size() <= XRT_MAX_RANK ||
            fail("an input or output has more than 16 dims")) &&
           areExprs(port.dims(), "an input or output");
  }

  bool checkPorts() {
    for (const Input *input : *index.inputs())
      if (!isPort(*input))
        return false;
    for (const Output *output : *index.outputs())
      if (!isPort(*output))
        return false;
    return true;
  }

  bool isWeight(const Weight &weight) {
    const DTypeRow *row = findDType(xrt_dtype_t(weight.dtype()));
    if (!row)
      return fail("a weight has no known dtype");
    const auto &dims = *weight.dims();
    if (dims.size() > XRT_MAX_RANK)
      return fail("a weight has more than 16 dims");
    if (!isAligned(dims) || !spend(dims.size()))
      return false;
    int64_t sizes[XRT_MAX_RANK];
    for (uint32_t d = 0; d < dims.size(); ++d)
      sizes[d] = dims[d];
    const Section &section = *weight.section();
    if (tensorBytes(*row, sizes, dims.size()) != section.size())
      return fail("a weight's shape does not match its bytes");
    if (weight.file() == kNoFile)
      return isInFile(section, "a weight");
    uint64_t end;
    return (weight.file() < index.files()->size() &&
            !__builtin_add_overflow(section.offset(), section.size(), &end)) ||
           fail("a weight names a file that is not there");
  }

  bool checkWeights() {
    for (const Weight *weight : *index.weights())
      if (!isWeight(*weight))
        return false;
    return true;
  }

  bool isSoundBuffer(const Buffer &buffer) {
    switch (buffer.kind()) {
    case BufferKind_Arena:
      return isExpr(buffer.offset(), "a buffer") &&
             isExpr(buffer.size(), "a buffer");
    case BufferKind_Weight:
      return buffer.index() < index.weights()->size() ||
             fail("a buffer names a weight that is not there");
    case BufferKind_Input:
      return buffer.index() < index.inputs()->size() ||
             fail("a buffer names an input that is not there");
    case BufferKind_Output:
      return buffer.index() < index.outputs()->size() ||
             fail("a buffer names an output that is not there");
    }
    return fail("a buffer is of no known kind");
  }

  bool checkBuffers() {
    for (const Buffer *buffer : *index.buffers())
      if (!isSoundBuffer(*buffer))
        return false;
    return isExpr(index.arena_size(), "the arena's size");
  }

  bool checkKernels() {
    for (const Kernel *kernel : *index.kernels()) {
      if (kernel->name()->size() == 0)
        return fail("a kernel has no name");
      if (kernel->sources() && !spend(kernel->sources()->size()))
        return false;
    }
    return true;
  }

  bool isPrepared(const Step &step, const Prepared &prepared) {
    uint32_t numArgs = step.args() ? step.args()->size() : 0;
    if (prepared.operand() >= numArgs - step.num_outputs())
      return fail("a prepared operand is not an input of its step");
    const Buffer &buffer =
        *(*index.buffers())[(*step.args())[prepared.operand()]];
    if (buffer.kind() != BufferKind_Weight && buffer.kind() != BufferKind_Input)
      return fail("a prepared operand is neither a weight nor an input");
    return isKernel(prepared.kernel()) &&
           areExprs(prepared.scalars(), "a prepared operand") &&
           isExpr(prepared.size(), "a prepared operand") &&
           isExpr(prepared.work_items(), "a prepared operand") &&
           isExpr(prepared.scratch(), "a prepared operand");
  }

  bool isOptional(uint32_t ref, const char *what) {
    return ref == kNotKnown || isExpr(ref, what);
  }
  bool isCount(uint32_t ref) { return isOptional(ref, "a step's count"); }

  bool isLaunch(const Step &step) {
    uint32_t numArgs = step.args() ? step.args()->size() : 0;
    if (!isKernel(step.kernel()) || !spend(numArgs))
      return false;
    if (step.num_outputs() > numArgs)
      return fail("a step has more outputs than buffers");
    for (uint32_t i = 0; i < numArgs; ++i)
      if (!isBuffer((*step.args())[i], i >= numArgs - step.num_outputs()))
        return false;
    if (step.grain() < 1)
      return fail("a step's grain is not positive");
    if (!areExprs(step.scalars(), "a step") ||
        !isExpr(step.work_items(), "a step") ||
        !isExpr(step.scratch(), "a step") || !isCount(step.flops()) ||
        !isCount(step.read_bytes()) || !isCount(step.written_bytes()) ||
        !isOptional(step.first_phase(), "a step's first phase") ||
        !isOptional(step.workspace(), "a step's workspace"))
      return false;
    if (!step.prepared())
      return true;
    if (!spend(step.prepared()->size()))
      return false;
    for (const Prepared *prepared : *step.prepared())
      if (!isPrepared(step, *prepared))
        return false;
    return true;
  }

  bool checkSteps() {
    for (const Step *step : *index.steps()) {
      switch (step->kind()) {
      case StepKind_Launch:
        if (!isLaunch(*step))
          return false;
        continue;
      case StepKind_Copy:
        if (!isBuffer(step->source(), /*isWritten=*/false) ||
            !isBuffer(step->destination(), /*isWritten=*/true) ||
            !isExpr(step->bytes(), "a step"))
          return false;
        continue;
      }
      return fail("a step is of no known kind");
    }
    return true;
  }

  bool isTensorMap(const TensorMap &map, uint32_t numBuffers) {
    constexpr uint32_t kMaxRank = 5, kMaxBox = 256, kAlignBytes = 16;
    uint32_t rank = map.sizes()->size();
    if (rank < 1 || rank > kMaxRank || map.box()->size() != rank ||
        (map.strides() ? map.strides()->size() : 0) != rank - 1)
      return fail("a tensor map's rank is not one of 1 to 5");
    if (map.argument() >= numBuffers)
      return fail("a tensor map names a buffer that is not there");
    if (!findDType(xrt_dtype_t(map.dtype())))
      return fail("a tensor map has no known dtype");
    if (map.offset() % kAlignBytes || map.offset() > INT64_MAX)
      return fail("a tensor map's offset is no multiple of 16 bytes");
    for (uint32_t size : *map.box())
      if (size < 1 || size > kMaxBox)
        return fail("a tensor map's box is not of 1 to 256 elements");
    uint32_t swizzle = map.swizzle();
    if (swizzle != 0 && swizzle != 32 && swizzle != 64 && swizzle != 128)
      return fail("a tensor map has a swizzle of " + std::to_string(swizzle) +
                  " bytes");
    return areExprs(map.sizes(), "a tensor map") &&
           areExprs(map.strides(), "a tensor map");
  }

  bool isPhase(const Phase &phase, uint32_t numBuffers) {
    if (phase.kernel()->size() == 0)
      return fail("a device's kernel has no name");
    if (phase.grid()->size() != 3)
      return fail("a grid has other than 3 dims");
    if (phase.threads() == 0 || phase.threads() > kMaxThreads)
      return fail("a device's launch has " + std::to_string(phase.threads()) +
                  " threads");
    if (phase.shared_bytes() > kMaxSharedBytes)
      return fail("a device's launch has " +
                  std::to_string(phase.shared_bytes()) +
                  " bytes of shared memory");
    if (phase.tensor_maps()) {
      if (!spend(phase.tensor_maps()->size()))
        return false;
      for (const TensorMap *map : *phase.tensor_maps())
        if (!isTensorMap(*map, numBuffers))
          return false;
    }
    return areExprs(phase.grid(), "a grid");
  }

  bool isTargetLaunch(const TargetLaunch &launch, const Step &step) {
    bool isCopy = step.kind() == StepKind_Copy;
    if (!spend(launch.phases()->size()))
      return false;
    if (isCopy != (launch.phases()->size() == 0))
      return fail("a device's plan does not fit the steps");
    uint32_t numBuffers =
        (step.args() ? step.args()->size() : 0) + launch.has_workspace();
    for (const Phase *phase : *launch.phases())
      if (!isPhase(*phase, numBuffers))
        return false;
    return isExpr(launch.workspace(), "a workspace");
  }

  bool checkPlans() {
    if (!index.plans())
      return true;
    for (const TargetPlan *plan : *index.plans()) {
      const auto &launches = *plan->launches();
      if (!spend(launches.size()))
        return false;
      if (launches.size() != index.steps()->size())
        return fail("a device's plan does not fit the steps");
      for (uint32_t i = 0; i < launches.size(); ++i)
        if (!isTargetLaunch(*launches[i], *(*index.steps())[i]))
          return false;
    }
    return true;
  }

  bool checkImages() {
    for (const Image *image : *index.images()) {
      if (!isInFile(*image->section(), "an image"))
        return false;
      if (image->features() && !spend(image->features()->size()))
        return false;
      if (!areExprs(image->guards(), "an image"))
        return false;
    }
    return true;
  }

  bool checkRest() {
    return !index.source() || isInFile(*index.source(), "the source");
  }

  const Index &index;
  const FileHeader &header;
  uint64_t budget;
  std::string error;
};
} // namespace

std::string xrt::format::validateIndex(const Index &index,
                                       const FileHeader &header) {
  return IndexValidator(index, header).run();
}
