//===- TileKernelBuilder.h - The block program of one kernel --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A family's generator gets one of these, decides on grid, threads and tiles,
// and writes the program of a block:
//
//   builder.setThreads(128);
//   AffineExpr block = builder.blockIds({rows.ceilDiv(64)})[0];
//   TileFrame frame = builder.makeFrame(layout);          // 64 x 32, say
//   AffineExpr m = builder.within(block * 64 + frame.coordinates[0], rows);
//   AffineExpr k = builder.within(frame.coordinates[1], columns);
//   TileKernelBuilder::InFrame inside(builder, frame);
//   Value tile = builder.readTile(tensor, {m, k});        // edges masked
//   builder.writeTile(root, {m, k}, tile);                // consumers, stores
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_TILEKERNELBUILDER_H
#define XCC_SCHEDULE_TILE_TILEKERNELBUILDER_H

#include "dialects/tile/Tile.h"
#include "lib/Base/Device.h"
#include "lib/Schedule/Element/ElementEmitter.h"

#include "mlir/IR/IntegerSet.h"

namespace xcc::schedule {

class TileForm;

/// The tile that elements are being computed for. Values that do not depend on
/// a coordinate have size 1 in that dimension; those that depend on none are
/// scalars.
struct TileFrame {
  tile::LinearLayout layout;
  llvm::SmallVector<int64_t> shape;
  IndexList coordinates; // a variable in [0, size) for each dimension
};

/// A place in a buffer for each element of a tile, as tile.load and
/// tile.async_copy take it.
struct TileAccess {
  mlir::Value buffer;
  llvm::SmallVector<mlir::Value> scalars;
  llvm::SmallVector<mlir::Value> indices; // tiles: only gathers have them
  mlir::AffineMap map;
  mlir::IntegerSet bounds; // null: all elements exist
};

class TileKernelBuilder {
public:
  /// The block program of `kernel`, made beside it; finish() replaces it.
  TileKernelBuilder(mlir::func::FuncOp kernel, const DeviceDescription &device);
  /// Drops what was made if finish() was not reached.
  ~TileKernelBuilder();
  TileKernelBuilder(const TileKernelBuilder &) = delete;

  mlir::OpBuilder &builder() { return body; }
  mlir::Location loc() { return tensorKernel.getLoc(); }
  const DeviceDescription &device() { return deviceFacts; }
  IndexSpace &space() { return indexSpace; }
  ElementEmitter &elements() { return *emitter; }
  mlir::func::FuncOp kernel() { return tensorKernel; }
  mlir::func::FuncOp function() { return launches.back(); }

  /// Flat buffer i: inputs first, then results.
  mlir::Value buffer(unsigned i) { return function().getArgument(i); }
  unsigned numInputs() const { return inputCount; }

  //===-- The launch
  //--------------------------------------------------------===//

  void setThreads(int64_t threads);
  /// Threads behind those, which hold no tiles.
  void setHelpers(int64_t threads) { helpers = threads; }
  /// The number of a tensor that this launch describes.
  unsigned addTensorMap(tile::TensorMapAttr map);
  /// The grid in x is the product of `counts`; gives this block's number along
  /// each of them, the last one fastest. Call it once a launch.
  IndexList blockIds(Indices counts);
  /// `number`, which counts through `counts`, the last one fastest, taken
  /// apart.
  IndexList split(mlir::AffineExpr number, Indices counts);

  /// `count` elements that live from this launch to the last one, as a flat
  /// buffer; every launch that uses it asks for it with the same `name`.
  mlir::Value workspace(llvm::StringRef name, mlir::Type element,
                        mlir::AffineExpr count);
  /// Ends this launch. What follows goes to a further one, with the same
  /// arguments: loops and values of the launch before are gone.
  void beginNextLaunch(llvm::StringRef suffix);

  //===-- Tiles
  //-------------------------------------------------------------===//

  /// A frame for tiles held as `layout` tells, with coordinates of its own.
  TileFrame makeFrame(const tile::LinearLayout &layout);

  /// `expr` as an index: where it is not in [0, extent) there is no element,
  /// and nothing is read or written.
  mlir::AffineExpr within(mlir::AffineExpr expr, mlir::AffineExpr extent) {
    return indexSpace.define(expr, extent);
  }

  /// Elements are tiles of this frame while it lives. Values read are
  /// forgotten at its end.
  class InFrame {
  public:
    InFrame(TileKernelBuilder &builder, const TileFrame &frame);
    ~InFrame();
    InFrame(const InFrame &) = delete;

  private:
    TileKernelBuilder &builder;
    TileFrame outer;
    ElementEmitter::Scope scope;
  };
  /// Outside of all frames: one of rank 0.
  const TileFrame &frame() { return currentFrame; }
  TileForm &tileForm() { return *form; }
  /// Scalar code for the same elements: to find out, by emitting to nowhere,
  /// how they are read (LoopGroups.h). Its code must not stay.
  ElementEmitter &probe() { return *scalars; }

  /// The whole tile of `tensor` at `indices`, whatever it takes to compute it;
  /// null after an error. elements().readElement gives the same with size 1
  /// where the elements do not depend on a coordinate.
  mlir::Value readTile(mlir::Value tensor, Indices indices);
  /// `element` (of readElement, or any tile of the frame's rank) as a whole
  /// tile.
  mlir::Value toTile(mlir::Value element);
  /// A tile of i1, true where all indices exist; null if they do everywhere.
  /// That `known` exist goes without saying.
  mlir::Value maskOf(Indices indices, Indices known = {});

  /// Runs the fused consumers of `root`, whose elements at `indices` are
  /// `tile`, and stores to every kernel output that depends on it.
  llvm::LogicalResult writeTile(mlir::Value root, Indices indices,
                                mlir::Value tile);

  /// Stores `tile`, whose elements are those at `indices`, at the offsets
  /// `offset` of a flat buffer.
  void storeTile(mlir::Value tile, Indices indices, mlir::Value flat,
                 mlir::AffineExpr offset);

  /// Where `tensor`'s elements at `indices` lie, if they are nothing but
  /// loaded: from the kernel's argument, through reshapes, transposes and
  /// slices. For tile.async_copy, tile.prefetch.
  /// And only where `also` exist.
  std::optional<TileAccess> accessOf(mlir::Value tensor, Indices indices,
                                     Indices also);
  /// The same for one element; `variables` have no values yet.
  std::optional<ElementAccess>
  plainAccessOf(mlir::Value tensor, Indices indices, Indices variables);
  /// The access at `offset` of a flat buffer.
  TileAccess accessAt(mlir::Value flat, mlir::AffineExpr offset);

  /// An scf.for over [0, count) that carries `inits`; null in `inits` is not
  /// allowed. Inside is a scope of its own; the index is a variable in
  /// [0, count).
  using LoopBody =
      llvm::function_ref<llvm::FailureOr<llvm::SmallVector<mlir::Value>>(
          mlir::AffineExpr index, mlir::ValueRange carried)>;
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  forLoop(mlir::AffineExpr count, mlir::ValueRange inits, LoopBody inside);

  /// Sets attributes and puts the launches in the kernel's place.
  void finish();

private:
  friend class TileForm;

  void createLaunch(llvm::StringRef name);
  void endLaunch();
  void connectBuffers();

  mlir::func::FuncOp tensorKernel;
  const DeviceDescription &deviceFacts;
  mlir::OpBuilder body;
  IndexSpace indexSpace;
  std::unique_ptr<TileForm> form;
  std::unique_ptr<ElementEmitter> emitter;
  std::unique_ptr<ElementEmitter> scalars;
  llvm::SmallVector<mlir::func::FuncOp> launches;
  unsigned inputCount = 0;
  unsigned symbolCount = 0;
  TileFrame currentFrame;
  int64_t threads = 0, helpers = 0;
  mlir::AffineExpr gridSize;
  bool usesWorkspace = false;
  mlir::AffineExpr workspaceBytes;
  std::map<std::string, mlir::AffineExpr> workspaces; // name -> first byte
  std::map<std::string, mlir::Value> views;           // of this launch
  bool isFinished = false;
};

/// A family's generator: fills the builder, or reports why it cannot.
using TileGenerator = llvm::LogicalResult (*)(TileKernelBuilder &);

llvm::LogicalResult scheduleTileMap(TileKernelBuilder &);
llvm::LogicalResult scheduleTileCopy(TileKernelBuilder &);
llvm::LogicalResult scheduleTileReduce(TileKernelBuilder &);
llvm::LogicalResult scheduleTileContract(TileKernelBuilder &);
llvm::LogicalResult scheduleTileConvolution(TileKernelBuilder &);
llvm::LogicalResult scheduleTilePool(TileKernelBuilder &);
llvm::LogicalResult scheduleTileAttention(TileKernelBuilder &);
llvm::LogicalResult scheduleTileScan(TileKernelBuilder &);
llvm::LogicalResult scheduleTileScatter(TileKernelBuilder &);
llvm::LogicalResult scheduleTileSort(TileKernelBuilder &);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_TILEKERNELBUILDER_H
