//===- Link.cpp - Checks of a finished SPIR-V module ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Link.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"

using namespace mlir;

namespace xcc::intel {

namespace {
// SPIR-V specification, sections 2.3 (layout) and 3.42 (instructions).
constexpr uint32_t kMagic = 0x07230203;
constexpr size_t kHeaderWords = 5;
enum Opcode : uint16_t { EntryPoint = 15, Decorate = 71 };
constexpr uint32_t kLinkageAttributes = 41, kImport = 1;

/// What a module says to the outside.
struct Interface {
  llvm::StringSet<> entryPoints, imports;
};
} // namespace

/// The zero-terminated string that starts at `words`.
static StringRef readString(ArrayRef<llvm::support::ulittle32_t> words) {
  const char *text = reinterpret_cast<const char *>(words.data());
  return StringRef(text, strnlen(text, words.size() * 4));
}

static std::optional<Interface> readInterface(StringRef image) {
  ArrayRef<llvm::support::ulittle32_t> words(
      reinterpret_cast<const llvm::support::ulittle32_t *>(image.data()),
      image.size() / 4);
  if (image.size() % 4 || words.size() < kHeaderWords || words[0] != kMagic)
    return std::nullopt;
  Interface found;
  words = words.drop_front(kHeaderWords);
  while (!words.empty()) {
    uint16_t opcode = words[0] & 0xffff;
    size_t length = words[0] >> 16;
    if (length == 0 || length > words.size())
      return std::nullopt;
    auto operands = words.slice(1, length - 1);
    // Execution model, function, name; and target, decoration, name, linkage.
    if (opcode == EntryPoint && operands.size() > 2)
      found.entryPoints.insert(readString(operands.drop_front(2)));
    if (opcode == Decorate && operands.size() > 3 &&
        operands[1] == kLinkageAttributes && operands.back() == kImport)
      found.imports.insert(readString(operands.drop_front(2)));
    words = words.drop_front(length);
  }
  return found;
}

/// The device's compiler brings OpenCL's functions, which are C++-mangled, and
/// the numbers of work-items, which are variables.
static bool isBuiltin(StringRef name) {
  return name.starts_with("__spirv_BuiltIn") ||
         (name.starts_with("_Z") && name.contains("intel_sub_group_"));
}

LogicalResult verifyImage(ModuleOp module, const TargetDescription &target,
                          StringRef image) {
  std::optional<Interface> found = readInterface(image);
  if (!found)
    return module.emitError("expects the back end to make a SPIR-V module for ")
           << target.name << ", got " << image.size() << " bytes of none";
  for (const auto &import : found->imports)
    if (!isBuiltin(import.getKey()))
      return module.emitError("expects no function from outside on ")
             << target.name << ", got a call of '" << import.getKey() << "'";
  for (auto kernel : module.getOps<LLVM::LLVMFuncOp>())
    if (kernel.getCConv() == LLVM::CConv::SPIR_KERNEL &&
        !found->entryPoints.contains(kernel.getName()))
      return kernel.emitError("expects an entry point in the SPIR-V module");
  return success();
}

} // namespace xcc::intel
