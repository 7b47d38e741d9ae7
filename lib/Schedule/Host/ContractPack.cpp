//===- ContractPack.cpp - Operands of products in the register tile's order ==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractPack.h"

#include "lib/Schedule/Host/ContractTranspose.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <numeric>

using namespace mlir;

namespace xcc::schedule {

// Values of k that a transposing copy takes at a time: a cache line of f32.
static constexpr int64_t transposeBlock = 16;

static Value constantIndex(HostKernelBuilder &kernel, int64_t number) {
  return arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(), number);
}

static Value minimum(HostKernelBuilder &kernel, Value lhs, Value rhs) {
  return arith::MinSIOp::create(kernel.builder(), kernel.loc(), lhs, rhs);
}

static Value materialize(HostKernelBuilder &kernel, AffineExpr expr) {
  return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
}

static void storeFlat(HostKernelBuilder &kernel, Value scalar, Value flat,
                      AffineExpr place) {
  memref::StoreOp::create(kernel.builder(), kernel.loc(), scalar, flat,
                          ValueRange(materialize(kernel, place)));
}

AffineExpr fixIndex(HostKernelBuilder &kernel, AffineExpr expr,
                    AffineExpr extent) {
  expr = kernel.space().simplify(expr);
  if (isa<AffineConstantExpr, AffineDimExpr, AffineSymbolExpr>(expr))
    return expr;
  return kernel.space().declare(materialize(kernel, expr), extent);
}

//===-- Columns of a panel
//-------------------------------------------------===//

int64_t columnPeriod(ArrayRef<ProbedAccess> accesses, Indices extents) {
  int64_t period = 0;
  auto note = [&](int64_t divisor) {
    if (divisor % panelColumns == 0)
      period = std::gcd(period, divisor);
  };
  int64_t inner = 1;
  for (AffineExpr extent :
       llvm::reverse(extents.drop_front(!extents.empty()))) {
    auto size = dyn_cast<AffineConstantExpr>(extent);
    if (!size)
      break;
    note(inner *= size.getValue());
  }
  for (const ProbedAccess &access : accesses)
    access.place.walk([&](AffineExpr part) {
      if (part.getKind() != AffineExprKind::Mod &&
          part.getKind() != AffineExprKind::FloorDiv)
        return;
      AffineExpr divisor = cast<AffineBinaryOpExpr>(part).getRHS();
      if (auto number = dyn_cast<AffineConstantExpr>(divisor))
        note(number.getValue());
    });
  return period ? period : panelColumns;
}

PanelIndices::PanelIndices(HostKernelBuilder &kernel, Indices extents,
                           AffineExpr number, int64_t period)
    : kernel(kernel), extents(extents) {
  IndexSpace &space = kernel.space();
  AffineExpr n = space.product(extents);
  int64_t panels = period / panelColumns;
  AffineExpr high = fixIndex(kernel, number.floorDiv(panels),
                             space.simplify(n.ceilDiv(period)));
  start = high * period;
  if (panels > 1)
    start = start + fixIndex(kernel, number % panels, space.constant(panels)) *
                        panelColumns;
}

IndexList PanelIndices::at(AffineExpr column) {
  return kernel.space().delinearize(linear(column), extents);
}

//===-- Packing by the work item
//-------------------------------------------===//

/// One loop for each extent, outermost first.
static void forEach(HostKernelBuilder &kernel, Indices extents,
                    IndexList &indices, function_ref<void(Indices)> inside) {
  if (indices.size() == extents.size())
    return inside(indices);
  kernel.forExtent(extents[indices.size()], [&](AffineExpr index) {
    indices.push_back(index);
    forEach(kernel, extents, indices, inside);
    indices.pop_back();
  });
}

static void forEach(HostKernelBuilder &kernel, Indices extents,
                    function_ref<void(Indices)> inside) {
  IndexList indices;
  forEach(kernel, extents, indices, inside);
}

/// for each row r < rowCount, for each k: inside; k in blocks, so that what is
/// read along k and written along rows stays in the first-level cache.
static void forTransposed(HostKernelBuilder &kernel, Value rowCount,
                          AffineExpr k,
                          function_ref<void(AffineExpr, AffineExpr)> inside) {
  Value zero = constantIndex(kernel, 0), end = materialize(kernel, k);
  kernel.forLoop(
      zero, end, k,
      [&](AffineExpr k0) {
        Value first = materialize(kernel, k0);
        Value last =
            minimum(kernel, end, materialize(kernel, k0 + transposeBlock));
        kernel.forLoop(zero, rowCount, {}, [&](AffineExpr row) {
          kernel.forLoop(first, last, k,
                         [&](AffineExpr step) { inside(row, step); });
        });
      },
      transposeBlock);
}

/// What one element of an operand reads, over (batch..., row, k).
static FailureOr<Probe> probeOperand(HostKernelBuilder &kernel,
                                     const MatrixProduct &product,
                                     Indices rowExtents, bool isLhs) {
  IndexSpace &space = kernel.space();
  IndexList extents(product.batch);
  extents.push_back(space.product(rowExtents));
  extents.push_back(space.product(product.k));
  return probe(kernel, extents, [&](Indices all) -> FailureOr<Value> {
    Indices batch = all.drop_back(2);
    IndexList row = space.delinearize(all[all.size() - 2], rowExtents);
    IndexList k = space.delinearize(all.back(), product.k);
    Value scalar =
        isLhs ? product.readLhs(batch, row, k) : product.readRhs(batch, k, row);
    if (!scalar)
      return failure();
    return scalar;
  });
}

/// Whether neighbours in k, and not neighbours in the row's index, are
/// neighbours in memory; 0: along rows, 1: along k.
static bool runsAlongSteps(const Probe &found) {
  for (const ProbedAccess &access : found.accesses) {
    AffineExpr alongK = access.steps.back();
    AffineExpr alongRows = access.steps[access.steps.size() - 2];
    auto isOne = [](AffineExpr step) {
      auto number = dyn_cast_or_null<AffineConstantExpr>(step);
      return number && number.getValue() == 1;
    };
    if (isOne(alongRows))
      return false;
    if (isOne(alongK))
      return true;
  }
  return false;
}

LogicalResult packPanels(HostKernelBuilder &kernel,
                         const MatrixProduct &product, Indices batch,
                         AffineExpr first, Value count, Value flat) {
  IndexSpace &space = kernel.space();
  AffineExpr n = space.simplify(space.product(product.n));
  AffineExpr k = space.simplify(space.product(product.k));
  FailureOr<Probe> found =
      probeOperand(kernel, product, product.n, /*isLhs=*/false);
  if (failed(found))
    return failure();
  bool ok = true;
  kernel.forLoop(constantIndex(kernel, 0), count, {}, [&](AffineExpr panel) {
    AffineExpr number =
        fixIndex(kernel, first + panel, n.ceilDiv(panelColumns));
    AffineExpr base = fixIndex(kernel, panel * k * panelColumns, {});
    Value columns = minimum(kernel, constantIndex(kernel, panelColumns),
                            materialize(kernel, n - number * panelColumns));
    std::optional<RowSource> rows =
        asRows(kernel, *found, batch, number * panelColumns);
    if (rows && cast<MemRefType>(rows->flat.getType()).getElementType() ==
                    product.panel)
      return emitTransposedCopy(kernel, *rows, columns, k, flat, base);
    PanelIndices indices(kernel, product.n, number,
                         columnPeriod(found->accesses, product.n));
    auto copy = [&](AffineExpr column, Indices step) {
      Value scalar = product.readRhs(batch, step, indices.at(column));
      ok &= bool(scalar);
      if (scalar)
        storeFlat(kernel, scalar, flat,
                  base + space.linearize(step, product.k) * panelColumns +
                      column);
    };
    if (runsAlongSteps(*found))
      return forTransposed(kernel, columns, k,
                           [&](AffineExpr column, AffineExpr step) {
                             copy(column, space.delinearize(step, product.k));
                           });
    forEach(kernel, product.k, [&](Indices step) {
      kernel.forLoop(constantIndex(kernel, 0), columns,
                     space.constant(panelColumns),
                     [&](AffineExpr column) { copy(column, step); });
    });
  });
  return success(ok);
}

LogicalResult packRows(HostKernelBuilder &kernel, const MatrixProduct &product,
                       Indices batch, AffineExpr m0, Value count, Value flat) {
  IndexSpace &space = kernel.space();
  FailureOr<Probe> found =
      probeOperand(kernel, product, product.m, /*isLhs=*/true);
  if (failed(found))
    return failure();
  AffineExpr m = space.simplify(space.product(product.m));
  AffineExpr k = space.simplify(space.product(product.k));
  bool ok = true;
  auto copy = [&](AffineExpr row, Indices mIndices, Indices step) {
    Value scalar = product.readLhs(batch, mIndices, step);
    ok &= bool(scalar);
    if (scalar)
      storeFlat(kernel, scalar, flat,
                row * k + space.linearize(step, product.k));
  };
  auto forRows = [&](function_ref<void(AffineExpr, Indices)> inside) {
    kernel.forLoop(constantIndex(kernel, 0), count, {}, [&](AffineExpr row) {
      IndexList mIndices =
          space.delinearize(fixIndex(kernel, m0 + row, m), product.m);
      inside(row, mIndices);
    });
  };
  if (runsAlongSteps(*found)) {
    forRows([&](AffineExpr row, Indices mIndices) {
      forEach(kernel, product.k,
              [&](Indices step) { copy(row, mIndices, step); });
    });
    return success(ok);
  }
  forEach(kernel, product.k, [&](Indices step) {
    forRows(
        [&](AffineExpr row, Indices mIndices) { copy(row, mIndices, step); });
  });
  return success(ok);
}

//===-- Packing once
//-------------------------------------------------------===//

/// Packs panel `panel` of batch `batch` to `base`, zeros where the weight has
/// no more columns: the panels' bytes are the weight's alone.
static void packWeightPanel(HostKernelBuilder &prepare,
                            const WeightPlace &weight, AffineExpr batch,
                            AffineExpr panel, AffineExpr base) {
  IndexSpace &space = prepare.space();
  Value all = constantIndex(prepare, panelColumns);
  AffineExpr k = space.constant(weight.k), zero = space.constant(0);
  Value columns = minimum(
      prepare, all,
      materialize(prepare, space.constant(weight.n) - panel * panelColumns));
  auto placeOf = [&](AffineExpr column, AffineExpr step) {
    return weight.offset.replaceDims(
        {batch, panel * panelColumns + column, step});
  };
  auto put = [&](AffineExpr column, AffineExpr step, Value scalar) {
    storeFlat(prepare, scalar, prepare.flat(1),
              base + step * panelColumns + column);
  };
  if (weight.rowStride)
    emitTransposedCopy(prepare,
                       {prepare.flat(0), placeOf(zero, zero), weight.rowStride},
                       columns, k, prepare.flat(1), base);
  else
    prepare.forExtent(k, [&](AffineExpr step) {
      prepare.forLoop(
          constantIndex(prepare, 0), columns, {}, [&](AffineExpr column) {
            Value place = materialize(prepare, placeOf(column, step));
            put(column, step,
                memref::LoadOp::create(prepare.builder(), prepare.loc(),
                                       prepare.flat(0), place));
          });
    });
  Type element = ElementEmitter::storageType(weight.element);
  prepare.forExtent(k, [&](AffineExpr step) {
    prepare.forLoop(columns, all, {}, [&](AffineExpr column) {
      put(column, step,
          arith::ConstantOp::create(prepare.builder(), prepare.loc(),
                                    prepare.builder().getZeroAttr(element)));
    });
  });
}

void buildPrepareKernel(HostKernelBuilder &kernel, StringRef name,
                        const WeightPlace &weight) {
  IndexList packed = {kernel.space().constant(weight.packedSize())};
  HostKernelBuilder prepare(
      kernel.scheduled(), name,
      {{weight.element, weight.dims}, {weight.element, packed}}, 0);
  IndexSpace &space = prepare.space();
  int64_t panels = weight.panels();
  prepare.setWorkItems(space.constant(weight.batch * panels));
  prepare.forWorkItems([&](AffineExpr item) {
    AffineExpr panel = fixIndex(prepare, item % panels, space.constant(panels));
    AffineExpr batch =
        fixIndex(prepare, item.floorDiv(panels), space.constant(weight.batch));
    AffineExpr base = fixIndex(prepare, item * (weight.k * panelColumns), {});
    packWeightPanel(prepare, weight, batch, panel, base);
  });
  func::FuncOp function = prepare.scheduled();
  prepare.finish();
  function.setPrivate();
  UnitAttr unit = UnitAttr::get(function.getContext());
  function->setAttr(plan::kernelAttrName, unit);
  function->setAttr("plan.prepare", unit);
  function->setAttr(plan::familyAttrName,
                    StringAttr::get(function.getContext(), "contract"));
}

} // namespace xcc::schedule
