//===- ElementEmitter.h - Code for any element of a kernel's graph --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel is a small graph on tensors. A generator that needs element
// [i, j] of a tensor asks for it here and gets code: producers are inlined
// down to loads, or to what the generator has bound (an accumulator, a scratch
// row). A generator that has computed an element of its root operation hands
// it back here and the fused consumers and stores follow. ElementForm.h says
// what an element is: a scalar, or a tile of scalars at once.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_ELEMENTEMITTER_H
#define XCC_SCHEDULE_ELEMENT_ELEMENTEMITTER_H

#include "lib/Schedule/Element/ElementForm.h"
#include "lib/Schedule/Element/IndexSpace.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

#include <functional>
#include <map>

namespace xcc::schedule {

/// One load or store of a kernel buffer: its place in the flat buffer.
struct ElementAccess {
  mlir::Value buffer;
  mlir::AffineExpr offset;
  bool isStore;
  mlir::Block *block; // that the code is in; not of the body: under a condition
};

class ElementEmitter {
public:
  /// Gives the element at `indices`, or null to decline (the producer is then
  /// inlined as if nothing were bound).
  using Reader =
      std::function<mlir::Value(mlir::OpBuilder &, mlir::Location, Indices)>;

  /// Elements are scalars unless another form is given.
  ElementEmitter(mlir::func::FuncOp kernel, IndexSpace &space,
                 ElementForm *form = nullptr);

  IndexSpace &indexSpace() { return space; }
  ElementForm &elementForm() { return *form; }

  /// The sizes of a tensor of the kernel, over the kernel's index arguments.
  IndexList shapeOf(mlir::Value tensor);
  IndexList dimsAttrOf(mlir::BlockArgument argument);

  /// The scalar at `indices` of any tensor of the kernel, or null after an
  /// error was reported. i1 and ui8 tensors give i1 and i8.
  mlir::Value readElement(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value tensor, Indices indices);
  mlir::Value readElement(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value tensor, mlir::ValueRange indices);

  /// Runs the fused consumers of `root`, whose element at `indices` is
  /// `scalar`, and stores to every kernel output that depends on it. The
  /// plural form is for a root operation with several results.
  llvm::LogicalResult writeElement(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::Value root, Indices indices,
                                   mlir::Value scalar);
  llvm::LogicalResult writeElement(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::Value root, mlir::ValueRange indices,
                                   mlir::Value scalar);
  llvm::LogicalResult writeElements(mlir::OpBuilder &builder,
                                    mlir::Location loc, mlir::ValueRange roots,
                                    Indices indices, mlir::ValueRange scalars);

  /// Kernel outputs' indices whose element depends on element `indices` of
  /// `root`; `fresh` is asked for an index variable for each consumer
  /// dimension that `indices` do not fix (null: fail on those).
  using FreshIndex = std::function<mlir::AffineExpr(mlir::AffineExpr extent)>;
  llvm::LogicalResult
  forwardIndices(mlir::Value root, Indices indices, FreshIndex fresh,
                 llvm::MapVector<mlir::Value, IndexList> &found);

  /// Reads of `tensor` go to `reader` first.
  void bind(mlir::Value tensor, Reader reader) {
    readers[tensor] = std::move(reader);
  }
  Reader readerOf(mlir::Value tensor) { return readers.lookup(tensor); }
  void unbind(mlir::Value tensor) { readers.erase(tensor); }

  /// Element `indices` of `tensor` is `scalar` within the current scope.
  void remember(mlir::Value tensor, Indices indices, mlir::Value scalar);

  /// Values read inside are forgotten at the end: one scope per loop body.
  class Scope {
  public:
    explicit Scope(ElementEmitter &emitter) : emitter(emitter) {
      emitter.scopes.emplace_back();
    }
    ~Scope() { emitter.scopes.pop_back(); }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    ElementEmitter &emitter;
  };

  /// Flat (1-d) buffers behind the kernel's arguments and results.
  void setInput(mlir::Value argument, mlir::Value flat) {
    inputs[argument] = flat;
  }
  void setOutput(unsigned result, mlir::Value flat) { outputs[result] = flat; }
  mlir::Value loadFlat(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value flat, mlir::AffineExpr offset,
                       mlir::Type element);
  void storeFlat(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::Value scalar, mlir::Value flat, mlir::AffineExpr offset);
  void storeOutput(mlir::OpBuilder &builder, mlir::Location loc,
                   unsigned result, Indices indices, mlir::Value scalar);

  /// While not null, every access is also noted here.
  llvm::SmallVectorImpl<ElementAccess> *accessLog = nullptr;

  mlir::func::FuncOp getKernel() { return kernel; }
  /// False once an error about a size was reported.
  bool knowsAllSizes() const { return sizesAreKnown; }
  mlir::OperandRange kernelResults();

  /// The type that buffers hold elements of this type in: i8 for i1 and ui8.
  static mlir::Type storageType(mlir::Type element);
  /// The type that scalar code computes elements of this type in.
  static mlir::Type scalarType(mlir::Type element);

  /// Emits the body of a linalg.generic for one point of its loops, given the
  /// scalars of its operands; the yielded scalars come back.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitBody(mlir::OpBuilder &builder, mlir::linalg::GenericOp op, Indices loops,
           llvm::ArrayRef<mlir::Value> operands);
  /// The same, but the values that come back are those of `wanted`, which are
  /// values of the body.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitBodyValues(mlir::OpBuilder &builder, mlir::linalg::GenericOp op,
                 Indices loops, llvm::ArrayRef<mlir::Value> operands,
                 mlir::ValueRange wanted);
  /// The scalars of the inputs that the body uses; null for the unused.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  readInputs(mlir::OpBuilder &builder, mlir::linalg::GenericOp op,
             Indices loops);
  /// The loop indices at which `op` makes element `indices` of its result;
  /// loops that the result does not fix are null. Fails if the result's map is
  /// not a projected permutation.
  llvm::FailureOr<IndexList> loopsOfResult(mlir::linalg::GenericOp op,
                                           unsigned result, Indices indices);
  /// The extents of the loops of `op`.
  IndexList loopExtents(mlir::linalg::GenericOp op);
  /// The scalar of a value that is no tensor: a constant, an index argument or
  /// what is computed from them outside of any linalg body.
  mlir::Value emitScalar(mlir::OpBuilder &builder, mlir::Value value);

private:
  using Key = std::pair<const void *, llvm::SmallVector<const void *, 4>>;

  mlir::AffineExpr sizeOf(mlir::Value size);
  mlir::AffineExpr reportUnknownSize(unsigned dim);
  IndexList computeShape(mlir::Value tensor);
  mlir::Value emitElement(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value tensor, Indices indices);
  mlir::Value emitGeneric(mlir::OpBuilder &builder, mlir::linalg::GenericOp op,
                          unsigned result, Indices indices);
  mlir::Value emitStructural(mlir::OpBuilder &builder, mlir::OpResult result,
                             Indices indices);
  llvm::LogicalResult emitBlock(mlir::OpBuilder &builder, mlir::Block &block,
                                Indices loops, mlir::IRMapping &values);
  llvm::LogicalResult emitIf(mlir::OpBuilder &builder, mlir::scf::IfOp op,
                             Indices loops, mlir::IRMapping &values);
  mlir::Value emitIndex(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::AffineExpr expr);
  llvm::LogicalResult emitBodyOp(mlir::OpBuilder &builder, mlir::Operation &op,
                                 Indices loops, mlir::IRMapping &values);
  llvm::LogicalResult forwardThrough(mlir::OpOperand &use, Indices indices,
                                     FreshIndex fresh, mlir::Value &result,
                                     IndexList &resultIndices);

  mlir::func::FuncOp kernel;
  IndexSpace &space;
  std::unique_ptr<ElementForm> scalarForm;
  ElementForm *form;
  bool sizesAreKnown = true;
  llvm::DenseMap<mlir::Value, mlir::Value> inputs;
  llvm::DenseMap<unsigned, mlir::Value> outputs;
  llvm::DenseMap<mlir::Value, Reader> readers;
  llvm::DenseMap<mlir::Value, IndexList> shapes;
  llvm::SmallVector<std::map<Key, mlir::Value>> scopes;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_ELEMENTEMITTER_H
