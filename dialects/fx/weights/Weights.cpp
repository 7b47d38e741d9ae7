//===- Weights.cpp - The bytes behind fx.weight ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/weights/Weights.h"

#include "dialects/fx/weights/Elements.h"
#include "dialects/fx/weights/SeededNormal.h"

#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace xcc::fx {

// offset + scale * n for the seed's normal numbers n, rounded to the type. In
// pieces: the numbers of a large weight in double would not fit the cache, and
// a stream may be cut anywhere.
static WeightBytes makeSeeded(WeightOp weight, RankedTensorType type) {
  constexpr int64_t piece = 1 << 14;
  Type element = type.getElementType();
  int64_t count = type.getNumElements(), width = elementBytes(element);
  auto bytes = std::make_shared<std::vector<char>>(count * width);
  double scale = weight.getScale().convertToDouble();
  double offset = weight.getOffset().convertToDouble();
  llvm::parallelFor(0, (count + piece - 1) / piece, [&](size_t i) {
    int64_t first = int64_t(i) * piece;
    std::vector<double> numbers(std::min(piece, count - first));
    fillSeededNormal(*weight.getSeed(), first, numbers);
    for (double &number : numbers)
      number = offset + scale * number;
    llvm::copy(encodeFloats(numbers, element), bytes->data() + first * width);
  });
  return {*bytes, bytes};
}

FailureOr<std::shared_ptr<SafetensorsFile>>
WeightLoader::openFile(WeightOp weight) {
  llvm::SmallString<128> path(*weight.getFile());
  if (llvm::sys::path::is_relative(path)) {
    path = moduleDirectory;
    llvm::sys::path::append(path, *weight.getFile());
  }
  std::shared_ptr<SafetensorsFile> &file = files[path];
  if (file)
    return file;
  auto opened = SafetensorsFile::open(path);
  if (!opened)
    return weight.emitOpError("cannot be loaded: ")
           << llvm::toString(opened.takeError());
  file = std::move(*opened);
  return file;
}

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '[';
  llvm::interleaveComma(shape, stream);
  stream << ']';
  return text;
}

FailureOr<WeightBytes> WeightLoader::load(WeightOp weight) {
  auto type = cast<RankedTensorType>(weight.getType());
  if (weight.getSeed())
    return makeSeeded(weight, type);
  FailureOr<std::shared_ptr<SafetensorsFile>> file = openFile(weight);
  if (failed(file))
    return failure();
  const SafetensorsEntry *entry = (*file)->find(*weight.getKey());
  if (!entry)
    return weight.emitOpError("expects a tensor '")
           << *weight.getKey() << "' in '" << *weight.getFile() << "', got "
           << (*file)->entries().size() << " others";
  llvm::StringRef dtype = safetensorsName(type.getElementType());
  if (entry->dtype != dtype)
    return weight.emitOpError("expects elements of dtype ")
           << dtype << " in '" << *weight.getFile() << "', got "
           << entry->dtype;
  if (ArrayRef(entry->shape) != type.getShape())
    return weight.emitOpError("expects the shape ")
           << shapeText(type.getShape()) << " in '" << *weight.getFile()
           << "', got " << shapeText(entry->shape);
  int64_t bytes = type.getNumElements() * elementBytes(type.getElementType());
  if (static_cast<int64_t>(entry->bytes.size()) != bytes)
    return weight.emitOpError("expects ")
           << bytes << " bytes of elements in '" << *weight.getFile()
           << "', got " << entry->bytes.size();
  return WeightBytes{entry->bytes, *file};
}

FailureOr<WeightBytes> loadWeight(WeightOp weight,
                                  llvm::StringRef moduleDirectory) {
  return WeightLoader(moduleDirectory).load(weight);
}

} // namespace xcc::fx
