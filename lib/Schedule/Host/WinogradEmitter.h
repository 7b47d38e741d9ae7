//===- WinogradEmitter.h - The loops of one Winograd convolution ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_WINOGRADEMITTER_H
#define XCC_SCHEDULE_HOST_WINOGRADEMITTER_H

#include "lib/Schedule/Host/ContractTiles.h"
#include "lib/Schedule/Host/ConvolutionPack.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace xcc::schedule::winograd {

constexpr int64_t tileSize = 2;         // results, in each dimension
constexpr int64_t span = tileSize + 2;  // inputs, in each dimension
constexpr int64_t places = span * span; // of a transformed tile
constexpr int64_t lanes = 8;            // tiles transformed at once

/// Has argument `number`, the weights, transformed once. They lie in the order
/// in which work items read them: group, block of `rows` output channels, block
/// of `steps` input channels, place, output channel, input channel.
mlir::Value prepareWeights(HostKernelBuilder &kernel,
                           const ConvolutionShape &shape, unsigned number,
                           int64_t rows, int64_t steps);

/// Emits the loops of one convolution.
class WinogradEmitter {
public:
  WinogradEmitter(HostKernelBuilder &kernel, const ConvolutionShape &shape,
                  unsigned weight,
                  llvm::function_ref<mlir::Value(Indices)> readInput,
                  MatrixProduct::Write write,
                  const HostScheduleOptions &options);
  llvm::LogicalResult run();

private:
  /// Tiles of the panel side by side in one line of tiles.
  struct Segment {
    mlir::AffineExpr image, line, tile; // of its first tile
    mlir::AffineExpr column;            // in the panel
    mlir::AffineExpr count;
    mlir::AffineExpr base; // in the lines
  };

  void chooseSizes();
  void emitItem(mlir::AffineExpr item);
  void noteSegments();
  void forSegments(llvm::function_ref<void(const Segment &)> inside);
  void emitSteps(mlir::AffineExpr first, mlir::Value isFirst);
  void transformDown(const Segment &segment, mlir::AffineExpr channel);
  void transformLines(const Segment &segment, mlir::AffineExpr channel,
                      Indices lines, llvm::ArrayRef<mlir::Value> isInside);
  void transformAcross(const Segment &segment, mlir::AffineExpr step);
  void emitResults();
  void transformSums(mlir::AffineExpr row, mlir::AffineExpr column);
  void writeRow(mlir::AffineExpr row);

  // Small pieces of code.
  mlir::Value value(mlir::AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  mlir::Value value(int64_t number) {
    return mlir::arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(),
                                                number);
  }
  mlir::AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  mlir::Value minimum(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::MinSIOp::create(kernel.builder(), kernel.loc(), lhs,
                                        rhs);
  }
  mlir::Value maximum(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::MaxSIOp::create(kernel.builder(), kernel.loc(), lhs,
                                        rhs);
  }
  mlir::Value add(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::AddFOp::create(kernel.builder(), kernel.loc(), lhs,
                                       rhs);
  }
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::SubFOp::create(kernel.builder(), kernel.loc(), lhs,
                                       rhs);
  }
  mlir::Value loadLanes(mlir::Value flat, mlir::AffineExpr place) {
    auto type = mlir::VectorType::get({lanes}, kernel.builder().getF32Type());
    return mlir::vector::LoadOp::create(kernel.builder(), kernel.loc(), type,
                                        flat, mlir::ValueRange(value(place)));
  }
  void storeLanes(mlir::Value lane, mlir::Value flat, mlir::AffineExpr place) {
    mlir::vector::StoreOp::create(kernel.builder(), kernel.loc(), lane, flat,
                                  mlir::ValueRange(value(place)));
  }
  /// Lanes first, first + step... of two vectors.
  mlir::Value pick(mlir::Value low, mlir::Value high,
                   llvm::ArrayRef<int64_t> mask) {
    return mlir::vector::ShuffleOp::create(kernel.builder(), kernel.loc(), low,
                                           high, mask);
  }

  HostKernelBuilder &kernel;
  const ConvolutionShape &shape;
  llvm::function_ref<mlir::Value(Indices)> readInput;
  MatrixProduct::Write write;
  MicroTile tile;
  int64_t tilesDown, tilesAcross, rows, steps;
  mlir::AffineExpr tiles, lines; // of all images
  mlir::Value weights, panels, sums, table, downLines, results;
  // Between neighbours: places in panels and in sums, rows in lines.
  int64_t panelPitch, sumPitch, linePitch;

  // Of the work item being emitted.
  mlir::AffineExpr group, first, m0;
  mlir::Value columns, rowCount, segments, end;
  bool ok = true;
};

} // namespace xcc::schedule::winograd

#endif // XCC_SCHEDULE_HOST_WINOGRADEMITTER_H
