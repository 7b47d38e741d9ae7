//===- Attention.cpp - softmax(q k^T) v without the matrix in between -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block has some queries of one head. It walks the keys in steps, keeping for
// each query the maximum and the sum of exponentials so far and the weighted
// sum of values, rescaled whenever the maximum grows.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Schedule.h"
#include "lib/Schedule/Tile/AttentionBlock.h"
#include "lib/Schedule/Tile/GroupTiling.h"

using namespace mlir;

namespace xcc::schedule {

static MatrixType matrixTypeOf(Type element) {
  if (element.isF16())
    return MatrixType::F16;
  if (element.isBF16())
    return MatrixType::BF16;
  return element.isF64() ? MatrixType::F64 : MatrixType::F32;
}

LogicalResult scheduleTileAttention(TileKernelBuilder &kernel) {
  fx::ScaledDotProductAttentionOp root;
  kernel.kernel().walk([&](fx::ScaledDotProductAttentionOp op) { root = op; });
  if (!root)
    return kernel.kernel().emitError(
        "expected an attention in a kernel of family 'attention'");
  IndexList query = kernel.elements().shapeOf(root.getQuery());
  IndexList value = kernel.elements().shapeOf(root.getValue());
  auto headSize = known(query.back()), valueSize = known(value.back());
  if (!headSize || !valueSize)
    return root.emitOpError("expects head sizes that are known, got ")
           << root.getQuery().getType() << " and " << root.getValue().getType();
  Type element = root.getQuery().getType().getElementType();
  unsigned bits = element.getIntOrFloatBitWidth();
  AttentionShape shape{known(query[query.size() - 2]),
                       *headSize,
                       *valueSize,
                       bits / 8,
                       bits,
                       bool(root.getMask())};
  MatrixType operandType = matrixTypeOf(element);
  MatrixType sumType = element.isF64() ? MatrixType::F64 : MatrixType::F32;
  bool mayRound = root->getParentOfType<ModuleOp>()->hasAttr(allowTF32AttrName);
  if (mayRound && operandType == MatrixType::F32 &&
      findInstruction(kernel.device(), MatrixType::TF32, sumType))
    operandType = MatrixType::TF32;
  auto keys = known(kernel.elements().shapeOf(root.getKey()).rbegin()[1]);
  const MatrixInstruction *ofGroups =
      findGroupInstruction(kernel.device(), operandType, sumType);
  if (ofGroups && keys && *keys > 0)
    if (auto tiling = chooseGroupAttention(kernel.device(), *ofGroups, shape)) {
      TileAttentionBlock block(kernel, root, *tiling);
      if (block.canBeDescribed()) {
        kernel.setThreads(tiling->warps * kernel.device().lanesPerWarp);
        kernel.setHelpers(producerThreads(kernel.device(), *ofGroups));
        return block.emit();
      }
    }
  AttentionTiling tiling =
      chooseAttentionTiling(kernel.device(), operandType, sumType, shape);
  kernel.setThreads(tiling.warps * kernel.device().lanesPerWarp);
  return TileAttentionBlock(kernel, root, tiling).emit();
}

} // namespace xcc::schedule
