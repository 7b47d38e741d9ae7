//===- ContractPack.cpp - Operands of products in the register tile's order ==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractPack.h"

#include "lib/Schedule/Host/ContractTranspose.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

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

/// How many columns panel `number` of n columns has: a constant if all are
/// whole.
static Value panelWidth(HostKernelBuilder &kernel, AffineExpr n,
                        AffineExpr number) {
  Value all = constantIndex(kernel, panelColumns);
  auto known = dyn_cast<AffineConstantExpr>(n);
  if (known && known.getValue() % panelColumns == 0)
    return all;
  return minimum(kernel, all, materialize(kernel, n - number * panelColumns));
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

FailureOr<Probe> probeOperand(HostKernelBuilder &kernel,
                              const MatrixProduct &product, Indices rowExtents,
                              bool isLhs) {
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

bool runsAlongSteps(const Probe &found) {
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

/// Where element (step, column) of a panel of k steps is.
static AffineExpr panelPlace(AffineExpr column, AffineExpr step, AffineExpr k,
                             int64_t strip) {
  return column.floorDiv(strip) * strip * k + step * strip + column % strip;
}

/// A loop over the first `columns` columns of a panel, strip by strip.
static void forStrips(HostKernelBuilder &kernel, Value columns, int64_t strip,
                      function_ref<void(AffineExpr)> inside) {
  IndexSpace &space = kernel.space();
  AffineExpr count = space.exprOf(columns);
  AffineExpr strips = space.constant(panelColumns / strip);
  Value zero = constantIndex(kernel, 0);
  Value end = materialize(kernel, space.simplify(count.ceilDiv(strip)));
  kernel.forLoop(zero, end, strips, [&](AffineExpr number) {
    Value width = constantIndex(kernel, strip);
    auto known = dyn_cast<AffineConstantExpr>(count);
    if (!known || known.getValue() % strip)
      width =
          minimum(kernel, width, materialize(kernel, count - number * strip));
    kernel.forLoop(zero, width, space.constant(strip),
                   [&](AffineExpr column) { inside(number * strip + column); });
  });
}

/// `copy` of whole panels with a count that is known when compiling, if telling
/// them apart is worth a second copy of the code.
static void forWholeOrPart(HostKernelBuilder &kernel, Value columns,
                           bool isShort, function_ref<void(Value)> copy) {
  OpBuilder &b = kernel.builder();
  if (!isShort || isa<AffineConstantExpr>(kernel.space().exprOf(columns)))
    return copy(columns);
  Value all = constantIndex(kernel, panelColumns);
  Value isWhole = arith::CmpIOp::create(b, kernel.loc(),
                                        arith::CmpIPredicate::eq, columns, all);
  auto branch = scf::IfOp::create(b, kernel.loc(), isWhole, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (Block *block : {branch.thenBlock(), branch.elseBlock()}) {
    ElementEmitter::Scope scope(kernel.elements());
    b.setInsertionPointToStart(block);
    copy(block == branch.thenBlock() ? all : columns);
  }
}

/// Panel `number` element by element, whatever reading one takes; (column,
/// step) goes to place(column, step).
static LogicalResult
packElements(HostKernelBuilder &kernel, const MatrixProduct &product,
             Indices batch, const Probe &found, AffineExpr number,
             Value columns, Value flat,
             function_ref<AffineExpr(AffineExpr, AffineExpr)> place) {
  IndexSpace &space = kernel.space();
  AffineExpr k = space.simplify(space.product(product.k));
  PanelIndices indices(kernel, product.n, number,
                       columnPeriod(found.accesses, product.n));
  bool ok = true;
  auto copy = [&](AffineExpr column, Indices step) {
    Value scalar = product.readRhs(batch, step, indices.at(column));
    ok &= bool(scalar);
    if (scalar)
      storeFlat(kernel, scalar, flat,
                place(column, space.linearize(step, product.k)));
  };
  if (runsAlongSteps(found)) {
    forTransposed(kernel, columns, k, [&](AffineExpr column, AffineExpr step) {
      copy(column, space.delinearize(step, product.k));
    });
    return success(ok);
  }
  int64_t strip = lineStrip(product.accumulator);
  forWholeOrPart(kernel, columns, found.isPlainLoad, [&](Value width) {
    forEach(kernel, product.k, [&](Indices step) {
      forStrips(kernel, width, strip,
                [&](AffineExpr column) { copy(column, step); });
    });
  });
  return success(ok);
}

LogicalResult packPanels(HostKernelBuilder &kernel,
                         const MatrixProduct &product, Indices batch,
                         const PanelGroup &group) {
  IndexSpace &space = kernel.space();
  AffineExpr n = space.simplify(space.product(product.n));
  AffineExpr k = space.simplify(space.product(product.k));
  int64_t strip = lineStrip(product.accumulator);
  FailureOr<Probe> found =
      probeOperand(kernel, product, product.n, /*isLhs=*/false);
  if (failed(found))
    return failure();
  if (auto lines = asColumns(kernel, *found, batch, group.first * panelColumns,
                             space.constant(0))) {
    packLines(kernel, *lines, n, k, strip, group);
    return success();
  }
  bool ok = true;
  Value zero = constantIndex(kernel, 0);
  kernel.forLoop(zero, group.count, {}, [&](AffineExpr panel) {
    AffineExpr number =
        fixIndex(kernel, group.first + panel, n.ceilDiv(panelColumns));
    AffineExpr base = fixIndex(kernel, panel * k * panelColumns, {});
    Value columns = panelWidth(kernel, n, number);
    auto place = [&](AffineExpr column, AffineExpr step) {
      return base + panelPlace(column, step, k, strip);
    };
    if (auto rows = asRows(kernel, *found, batch, number * panelColumns))
      return emitTransposedCopy(kernel, *rows, columns, materialize(kernel, k),
                                group.flat, place);
    ok &= succeeded(packElements(kernel, product, batch, *found, number,
                                 columns, group.flat, place));
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
  Value zero = constantIndex(prepare, 0);
  AffineExpr k = space.constant(weight.k), first = space.constant(0);
  Value steps = materialize(prepare, k), packed = prepare.flat(1);
  Value columns = panelWidth(prepare, space.constant(weight.n), panel);
  auto from = [&](AffineExpr column, AffineExpr step) {
    return weight.offset.replaceDims(
        {batch, panel * panelColumns + column, step});
  };
  auto place = [&](AffineExpr column, AffineExpr step) {
    return base + panelPlace(column, step, k, weight.strip);
  };
  if (weight.rowStride)
    emitTransposedCopy(prepare,
                       {prepare.flat(0), from(first, first), weight.rowStride},
                       columns, steps, packed, place);
  else
    prepare.forExtent(k, [&](AffineExpr step) {
      forStrips(prepare, columns, weight.strip, [&](AffineExpr column) {
        Value scalar = memref::LoadOp::create(
            prepare.builder(), prepare.loc(), prepare.flat(0),
            ValueRange(materialize(prepare, from(column, step))));
        storeFlat(prepare, scalar, packed, place(column, step));
      });
    });
  Type element = ElementEmitter::storageType(weight.element);
  prepare.forLoop(
      columns, all, space.constant(panelColumns), [&](AffineExpr column) {
        prepare.forLoop(zero, steps, k, [&](AffineExpr step) {
          storeFlat(
              prepare,
              arith::ConstantOp::create(prepare.builder(), prepare.loc(),
                                        prepare.builder().getZeroAttr(element)),
              packed, place(column, step));
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
