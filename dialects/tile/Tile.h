//===- Tile.h - The tile dialect ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_TILE_H
#define XCC_DIALECTS_TILE_TILE_H

#include "dialects/tile/LinearLayout.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/IntegerSet.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/tile/TileDialect.h.inc"
#include "dialects/tile/TileEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/tile/TileAttributes.h.inc"

namespace xcc::tile {

/// Whether `type` is a tensor with a layout of registers.
bool isTile(mlir::Type type);
/// The layout of a tile.
LayoutAttr getLayoutAttr(mlir::Type tile);
LinearLayout getLayout(mlir::Type tile);
/// A tile of the shape that `layout` reaches.
mlir::RankedTensorType getTileType(mlir::Type elementType,
                                   const LinearLayout &layout);
mlir::RankedTensorType getTileType(mlir::Type elementType, LayoutAttr layout);

} // namespace xcc::tile

#define GET_TYPEDEF_CLASSES
#include "dialects/tile/TileTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/tile/TileOps.h.inc"

namespace xcc::tile {

//===-- Attributes of kernel functions ------------------------------------===//

/// Map from the kernel's sizes to the numbers of blocks (x, y, z).
inline constexpr llvm::StringLiteral gridAttrName = "schedule.grid";
/// Threads of a block.
inline constexpr llvm::StringLiteral threadsAttrName = "schedule.threads";
/// Bytes of shared memory of a block.
inline constexpr llvm::StringLiteral sharedBytesAttrName =
    "schedule.shared_bytes";
/// Map from the kernel's sizes to the bytes of its workspace.
inline constexpr llvm::StringLiteral workspaceBytesAttrName =
    "schedule.workspace_bytes";
/// Array of tensor maps that the launch makes and passes behind the sizes.
inline constexpr llvm::StringLiteral tensorMapsAttrName =
    "schedule.tensor_maps";
/// Of one barrier with phases.
inline constexpr int64_t kBarrierBytes = 8;
/// Symbol: a kernel to launch behind this one with the same arguments.
inline constexpr llvm::StringLiteral nextAttrName = "schedule.next";

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_TILE_H
