//===- Describe.cpp - A plan as values to print ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/plan/Describe.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace json = llvm::json;

namespace xcc::plan {

//===-- Counts
//-------------------------------------------------------------===//

static std::string formatConstant(int64_t count, CountUnit unit) {
  bool isBytes = unit == CountUnit::Bytes;
  static constexpr StringRef byteUnits[] = {" B", " KiB", " MiB", " GiB"};
  static constexpr StringRef units[] = {"", " k", " M", " G"};
  double value = count;
  unsigned step = 0;
  // Three digits at least before the next unit.
  for (; value >= (isBytes ? 10240 : 10000) && step < 3; ++step)
    value /= isBytes ? 1024 : 1000;
  std::string text;
  llvm::raw_string_ostream os(text);
  if (step == 0 || value == static_cast<int64_t>(value))
    os << static_cast<int64_t>(value);
  else
    os << llvm::format("%.1f", value);
  os << (isBytes ? byteUnits[step] : units[step]);
  return text;
}

/// Products without spaces, sums with: "4*batch*seq + 8".
static void formatExpr(AffineExpr expr, ArrayRef<std::string> names,
                       raw_ostream &os) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    os << constant.getValue();
    return;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    os << (symbol.getPosition() < names.size()
               ? names[symbol.getPosition()]
               : "s" + llvm::utostr(symbol.getPosition()));
    return;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary) {
    os << expr;
    return;
  }
  auto operand = [&](AffineExpr part) {
    bool isSum = part.getKind() == AffineExprKind::Add &&
                 expr.getKind() != AffineExprKind::Add;
    os << (isSum ? "(" : "");
    formatExpr(part, names, os);
    os << (isSum ? ")" : "");
  };
  StringRef symbol = " + ";
  if (expr.getKind() == AffineExprKind::Mul)
    symbol = "*";
  else if (expr.getKind() == AffineExprKind::Mod)
    symbol = " mod ";
  else if (expr.getKind() == AffineExprKind::FloorDiv)
    symbol = " floordiv ";
  else if (expr.getKind() == AffineExprKind::CeilDiv)
    symbol = " ceildiv ";
  AffineExpr lhs = binary.getLHS(), rhs = binary.getRHS();
  // Factors read better in front.
  if (expr.getKind() == AffineExprKind::Mul && isa<AffineConstantExpr>(rhs))
    std::swap(lhs, rhs);
  operand(lhs);
  os << symbol;
  operand(rhs);
}

std::string formatCount(AffineExpr count, ArrayRef<std::string> names,
                        CountUnit unit) {
  if (!count)
    return "?";
  if (auto constant = dyn_cast<AffineConstantExpr>(count))
    return formatConstant(constant.getValue(), unit);
  std::string text;
  llvm::raw_string_ostream os(text);
  formatExpr(count, names, os);
  os << (unit == CountUnit::Bytes ? " B" : "");
  return text;
}

//===-- Kernels
//------------------------------------------------------------===//

static json::Array stringsOf(Operation *op, StringRef name) {
  json::Array strings;
  if (auto array = op->getAttrOfType<ArrayAttr>(name))
    for (StringRef string : array.getAsValueRange<StringAttr>())
      strings.push_back(string.str());
  return strings;
}

/// Bytes of a tensor whose sizes `dims` tells over a kernel's sizes.
static AffineExpr bytesOf(Type type, Attribute dims) {
  auto tensor = cast<RankedTensorType>(type);
  AffineExpr bytes = getAffineConstantExpr(
      llvm::divideCeil(tensor.getElementTypeBitWidth(), 8), type.getContext());
  auto map = dyn_cast_or_null<AffineMapAttr>(dims);
  if (!map)
    return {};
  for (AffineExpr size : map.getValue().getResults())
    bytes = bytes * size;
  return bytes;
}

std::optional<KernelBytes> bytesOf(func::FuncOp kernel) {
  AffineExpr zero = getAffineConstantExpr(0, kernel.getContext());
  KernelBytes bytes{zero, {}, zero};
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    if (!isa<RankedTensorType>(type))
      continue;
    auto part = kernel.getArgAttrOfType<AffineMapAttr>(i, readsAttrName);
    if (part && part.getValue().getNumResults() != 1) {
      bytes.least.push_back(part.getValue());
      continue;
    }
    AffineExpr read =
        part ? part.getValue().getResult(0)
             : bytesOf(type, kernel.getArgAttr(i, fx::dimsAttrName));
    if (!read)
      return std::nullopt;
    bytes.reads = bytes.reads + read;
  }
  for (auto [i, type] : llvm::enumerate(kernel.getResultTypes())) {
    AffineExpr written =
        bytesOf(type, kernel.getResultAttr(i, fx::dimsAttrName));
    if (!written)
      return std::nullopt;
    bytes.writes = bytes.writes + written;
  }
  return bytes;
}

static std::string formatReads(const KernelBytes &bytes,
                               ArrayRef<std::string> names) {
  std::string text;
  if (bytes.least.empty() || bytes.reads != 0)
    text = formatCount(bytes.reads, names, CountUnit::Bytes);
  for (AffineMap map : bytes.least) {
    text += text.empty() ? "min(" : " + min(";
    for (auto [i, count] : llvm::enumerate(map.getResults()))
      text += (i ? ", " : "") + formatCount(count, names, CountUnit::Bytes);
    text += ")";
  }
  return text;
}

namespace {

/// Names of sizes as the model has them.
class SizeNames {
public:
  explicit SizeNames(func::FuncOp main) {
    auto symbols = main->getAttrOfType<ArrayAttr>(fx::symbolsAttrName);
    if (!symbols)
      return;
    for (auto symbol : symbols.getAsRange<DictionaryAttr>()) {
      auto name = symbol.getAs<StringAttr>("name");
      names.push_back(name ? name.str() : "s" + llvm::utostr(names.size()));
    }
  }

  /// The names that a launch's kernel would use for its sizes.
  std::vector<std::string> of(LaunchOp launch) const {
    std::vector<std::string> result;
    for (Value size : launch.getSizes()) {
      auto symbol = size.getDefiningOp<fx::SymOp>();
      result.push_back(symbol && symbol.getIndex() < names.size()
                           ? names[symbol.getIndex()]
                           : "s" + llvm::utostr(result.size()));
    }
    return result;
  }

  std::vector<std::string> names;
};

} // namespace

static json::Object describeKernel(func::FuncOp kernel,
                                   ArrayRef<LaunchOp> launches,
                                   const SizeNames &sizeNames) {
  std::vector<std::string> names = sizeNames.of(launches.front());
  std::optional<KernelBytes> bytes = bytesOf(kernel);
  AffineExpr flops;
  if (auto map = kernel->getAttrOfType<AffineMapAttr>(flopsAttrName))
    flops = map.getValue().getResult(0);
  json::Array ops;
  json::Array opNames = stringsOf(kernel, opsAttrName);
  json::Array lines = stringsOf(kernel, linesAttrName);
  for (auto [i, name] : llvm::enumerate(opNames))
    ops.push_back(json::Object{
        {"op", name},
        {"source", i < lines.size() ? lines[i] : json::Value("")}});
  auto family = kernel->getAttrOfType<StringAttr>(familyAttrName);
  return json::Object{
      {"name", kernel.getSymName().str()},
      {"family", family ? family.str() : ""},
      {"launches", static_cast<int64_t>(launches.size())},
      {"ops", std::move(ops)},
      {"sources", stringsOf(kernel, sourcesAttrName)},
      {"reads", bytes ? formatReads(*bytes, names) : "?"},
      {"writes", formatCount(bytes ? bytes->writes : AffineExpr(), names,
                             CountUnit::Bytes)},
      {"flops", formatCount(flops, names, CountUnit::Operations)},
      {"fused", stringsOf(kernel, fusedAttrName)},
      {"refused", stringsOf(kernel, refusedAttrName)}};
}

json::Object describePlan(ModuleOp module) {
  json::Object result;
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main)
    return result;
  SymbolTable symbols(module);
  SizeNames sizeNames(main);
  llvm::MapVector<func::FuncOp, SmallVector<LaunchOp>> launches;
  int64_t numLaunches = 0, numOps = 0;
  main.walk([&](LaunchOp launch) {
    auto kernel = symbols.lookup<func::FuncOp>(launch.getKernel());
    launches[kernel].push_back(launch);
    ++numLaunches;
    if (auto ops = kernel->getAttrOfType<ArrayAttr>(opsAttrName))
      numOps += ops.size();
  });
  json::Array kernels;
  for (auto &[kernel, users] : launches)
    kernels.push_back(describeKernel(kernel, users, sizeNames));
  result["ops"] = numOps;
  result["launches"] = numLaunches;
  if (auto arena = main->getAttrOfType<AffineMapAttr>(arenaAttrName))
    result["arena"] = formatCount(arena.getValue().getResult(0),
                                  sizeNames.names, CountUnit::Bytes);
  result["kernels"] = std::move(kernels);
  return result;
}

} // namespace xcc::plan
