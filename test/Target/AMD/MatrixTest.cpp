//===- MatrixTest.cpp - Every matrix instruction through the back end -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/plan/Plan.h"
#include "dialects/tile/Tile.h"
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace xcc;

namespace {

StringRef nameOf(MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return "f16";
  case MatrixType::BF16:
    return "bf16";
  case MatrixType::F32:
  case MatrixType::TF32:
    return "f32";
  case MatrixType::F64:
    return "f64";
  case MatrixType::I8:
    return "i8";
  case MatrixType::I32:
    return "i32";
  case MatrixType::F8E4M3:
    return "f8E4M3FN";
  case MatrixType::F8E5M2:
    return "f8E5M2";
  case MatrixType::F8E4M3FNUZ:
    return "f8E4M3FNUZ";
  case MatrixType::F8E5M2FNUZ:
    return "f8E5M2FNUZ";
  }
  llvm_unreachable("every type has a name");
}

std::string toString(llvm::ArrayRef<FragmentBasis> bases) {
  std::string text;
  for (FragmentBasis basis : bases)
    text += (text.empty() ? "[" : ", [") + std::to_string(basis.row) + ", " +
            std::to_string(basis.column) + "]";
  return "[" + text + "]";
}

std::string tileType(unsigned rows, unsigned columns, MatrixType type,
                     const Fragment &fragment) {
  return "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) +
         "x" + nameOf(type).str() +
         ", #tile.layout<{register = " + toString(fragment.registers) +
         ", lane = " + toString(fragment.lanes) + ", warp = []}>>";
}

/// One wave, one product.
std::string kernelOf(const MatrixInstruction &row, unsigned lanes) {
  std::string operand = nameOf(row.operand).str();
  std::string sum = nameOf(row.accumulator).str();
  std::string lhs = tileType(row.m, row.k, row.operand, row.lhs);
  std::string rhs = tileType(row.k, row.n, row.operand, row.rhs);
  std::string acc = tileType(row.m, row.n, row.accumulator, row.accumulators);
  auto rowMajor = [](unsigned columns) {
    return "affine_map<(d0, d1) -> (d0 * " + std::to_string(columns) +
           " + d1)> : ";
  };
  std::string zero = row.accumulator == MatrixType::I32 ? "0" : "0.0";
  return "func.func @k(%a: memref<?x" + operand + ">, %b: memref<?x" + operand +
         ">, %c: memref<?x" + sum +
         ">) attributes {plan.kernel, schedule.threads = " +
         std::to_string(lanes) + " : i64} {\n" + "  %l = tile.load %a " +
         rowMajor(row.k) + "memref<?x" + operand + "> -> " + lhs +
         "\n  %r = tile.load %b " + rowMajor(row.n) + "memref<?x" + operand +
         "> -> " + rhs + "\n  %z = arith.constant dense<" + zero +
         "> : " + acc + "\n  %s = tile.dot %l, %r, %z instruction \"" +
         row.name.str() + "\" : " + lhs + ", " + rhs + " -> " + acc +
         "\n  tile.store %s, %c " + rowMajor(row.n) + acc + " -> memref<?x" +
         sum + ">\n  return\n}\n";
}

std::string assemblyOf(const std::string &kernel,
                       const TargetDescription &target, std::string &said) {
  DialectRegistry registry;
  amd::registerDialects(registry);
  registry.insert<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect,
                  plan::PlanDialect, tile::TileDialect>();
  MLIRContext context(registry);
  context.disableMultithreading();
  context.loadAllAvailableDialects();
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    said += diagnostic.str() + "\n";
    return success();
  });
  auto module = parseSourceString<ModuleOp>(kernel, &context);
  if (!module)
    return "";
  PassManager passes(&context);
  amd::buildLowerPipeline(passes, target);
  if (failed(passes.run(*module)))
    return "";
  FailureOr<std::string> text = amd::emit(*module, target, "asm");
  return succeeded(text) ? *text : "";
}

size_t occurrences(StringRef text, StringRef word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != StringRef::npos;
       at = text.find(word, at + 1))
    ++count;
  return count;
}

StringRef machineName(amd::MatrixKind kind) {
  switch (kind) {
  case amd::MatrixKind::Mfma:
    return "\tv_mfma_";
  case amd::MatrixKind::Wmma:
  case amd::MatrixKind::WmmaInteger:
    return "\tv_wmma_";
  case amd::MatrixKind::Dot:
    return "\tv_dot";
  }
  llvm_unreachable("every kind has a name");
}

// The back end would end the process where it cannot select one.
TEST(Matrix, TheBackEndSelectsEveryRow) {
  for (auto [chip, target] : llvm::zip(amd::allChips(), amd::targets()))
    for (const amd::Matrix &matrix : chip.matrices) {
      SCOPED_TRACE(chip.name.str() + " " + matrix.row.name.str());
      std::string said;
      std::string kernel = kernelOf(matrix.row, chip.device.lanesPerWarp);
      std::string text = assemblyOf(kernel, target, said);
      EXPECT_EQ(said, "") << kernel;
      EXPECT_EQ(occurrences(text, machineName(matrix.form.kind)),
                matrix.form.pieces);
    }
}

} // namespace
