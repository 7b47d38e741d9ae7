//===- ExplainProducts.cpp - How a device multiplies ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/ExplainProducts.h"

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace xcc::tool {

namespace {
struct Product {
  StringRef instruction;
  Type factor;
};
} // namespace

/// What `op` multiplies by, if it is a product.
static std::optional<Product> findProduct(Operation *op) {
  if (auto dot = dyn_cast<tile::DotOp>(op))
    return Product{dot.getInstruction(),
                   getElementTypeOrSelf(dot.getLhs().getType())};
  if (auto dot = dyn_cast<tile::AsyncDotOp>(op))
    return Product{dot.getInstruction(),
                   dot.getRhs().getType().getElementType()};
  return std::nullopt;
}

/// "mma.m16n8k16.f32.bf16 of bf16"
static std::string describe(const Product &product) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << product.instruction << " of " << product.factor;
  return text;
}

/// Types of 8 bits that the kernel reads.
static llvm::SmallSetVector<Type, 2> narrowTypes(func::FuncOp kernel) {
  llvm::SmallSetVector<Type, 2> types;
  for (Type type : kernel.getArgumentTypes())
    if (auto buffer = dyn_cast<MemRefType>(type))
      if (Type element = buffer.getElementType();
          element.isIntOrFloat() && element.getIntOrFloatBitWidth() == 8)
        types.insert(element);
  return types;
}

/// As describe, and what was converted where the device has no instruction for
/// the types that are read.
static SmallVector<std::string> productsOf(func::FuncOp kernel) {
  SmallVector<std::string> products;
  llvm::SmallSetVector<Type, 2> narrow = narrowTypes(kernel);
  kernel.walk([&](Operation *op) {
    std::optional<Product> product = findProduct(op);
    if (!product)
      return;
    std::string text = describe(*product);
    llvm::raw_string_ostream os(text);
    if (!narrow.contains(product->factor))
      for (Type type : narrow)
        os << ", converted from " << type;
    if (!llvm::is_contained(products, text))
      products.push_back(text);
  });
  return products;
}

void addProducts(ModuleOp scheduled, llvm::json::Object &plan) {
  llvm::json::Array *kernels = plan.getArray("kernels");
  if (!kernels)
    return;
  for (llvm::json::Value &value : *kernels) {
    llvm::json::Object *kernel = value.getAsObject();
    auto function = scheduled.lookupSymbol<func::FuncOp>(
        kernel->getString("name").value_or(""));
    if (!function)
      continue;
    llvm::json::Array lines;
    for (const std::string &product : productsOf(function))
      lines.push_back(product);
    if (!lines.empty())
      (*kernel)["products"] = std::move(lines);
  }
}

} // namespace xcc::tool
