//===- TileBase.td - The tile dialect, its layouts and types --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TILE_BASE_TD
#define XCC_TILE_BASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::xcc::tile";
  let summary = "One kernel as one block of threads sees it";
  let description = [{
    A kernel is a `func.func` on flat buffers (`memref<?xT>`) and `index` sizes
    that every block of the grid runs. Its values are tiles: ranked tensors of
    power-of-two sizes whose encoding is a layout. Element-wise work is plain
    `arith` and `math` on tiles. See README.md beside this file.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

//===-- Layout --------------------------------------------------------------===//

def Tile_LayoutAttr : AttrDef<Tile_Dialect, "Layout",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "layout";
  let summary = "Who holds which element of a tile: a linear layout";
  let description = [{
    For a tile in registers, one list of bases for each of `register`, `lane`
    and `warp`: bit i of the number of the register, lane or warp adds (xor)
    basis i to the element's coordinates. For shared memory one list, `offset`,
    in elements. A zero basis: the tile is replicated over that bit. Every
    element of the tile is held. `rank` is written if there is no basis to tell
    it.

    ```mlir
    // Four lanes hold 1x2 elements each of a 2x4 tile; two warps the same.
    #tile.layout<{register = [[0, 1]], lane = [[0, 2], [1, 0]], warp = [[0, 0]]}>
    // Row 1 of a 2x4 tile has its halves exchanged in shared memory.
    #tile.layout<{offset = [[0, 1], [0, 2], [1, 2]]}>
    ```
  }];
  let parameters = (ins "unsigned":$rank,
                        ArrayRefParameter<"unsigned", "bases of each input">:$counts,
                        ArrayRefParameter<"int32_t", "all bases">:$coordinates);
  let builders = [
    AttrBuilder<(ins "const LinearLayout &":$layout)>
  ];
  let extraClassDeclaration = [{
    LinearLayout getLinear() const;
    bool isShared() const { return getCounts().size() == 1; }
    /// The sizes that the bases reach.
    llvm::SmallVector<int64_t> getShape() const { return getLinear().getShape(); }
  }];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

//===-- Types ---------------------------------------------------------------===//

def Tile_SharedType : TypeDef<Tile_Dialect, "Shared"> {
  let mnemonic = "shared";
  let summary = "A tile in the block's shared memory";
  let description = [{
    The layout gives the offset of an element in elements. Leading dimensions
    beyond the layout's rank count slices, which lie one behind the other.

    ```mlir
    !tile.shared<2x128x32xf16, #tile.layout<{offset = [[0, 1], ...]}>>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
                        "::mlir::Type":$elementType, "LayoutAttr":$layout);
  let builders = [
    TypeBuilderWithInferredContext<(ins "llvm::ArrayRef<int64_t>":$shape,
        "::mlir::Type":$elementType, "LayoutAttr":$layout), [{
      return Base::get(layout.getContext(), shape, elementType, layout);
    }]>,
    TypeBuilder<(ins "llvm::ArrayRef<int64_t>":$shape,
        "::mlir::Type":$elementType, "const LinearLayout &":$layout), [{
      return Base::get($_ctxt, shape, elementType,
                       LayoutAttr::get($_ctxt, layout));
    }]>
  ];
  let extraClassDeclaration = [{
    /// Dimensions in front of the layout's.
    unsigned getNumSliceDims() const {
      return getShape().size() - getLayout().getRank();
    }
    llvm::ArrayRef<int64_t> getTileShape() const {
      return getShape().drop_front(getNumSliceDims());
    }
    int64_t getNumElements() const;
    int64_t getSizeBytes() const;
    /// One slice along the first dimension.
    SharedType getSlice() const;
  }];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Tile_BarriersType : TypeDef<Tile_Dialect, "Barriers"> {
  let mnemonic = "barriers";
  let summary = "Barriers with phases, in the block's shared memory";
  let description = [{
    ```mlir
    !tile.barriers<4>
    ```
  }];
  let parameters = (ins "unsigned":$count);
  let assemblyFormat = "`<` $count `>`";
}

def Tile_Tile : Type<CPred<"::xcc::tile::isTile($_self)">,
                     "tile (a tensor with a #tile.layout of registers)",
                     "::mlir::RankedTensorType">;
def Tile_IntegerTile : Type<And<[Tile_Tile.predicate,
    CPred<"::mlir::getElementTypeOrSelf($_self).isSignlessInteger(32) || "
          "::mlir::getElementTypeOrSelf($_self).isSignlessInteger(64)">]>,
    "tile of i32 or i64", "::mlir::RankedTensorType">;
def Tile_Scalar : AnyTypeOf<[AnySignlessInteger, AnyFloat]>;
def Tile_Buffer : MemRefRankOf<[AnySignlessInteger, AnyFloat], [1]>;

def Tile_Natural : ConfinedAttr<I64Attr, [IntNonNegative]>;

class Tile_Op<string mnemonic, list<Trait> traits = []>
    : Op<Tile_Dialect, mnemonic, traits>;

class Tile_ElementTypeOf<string tile, string scalar>
    : TypesMatchWith<"the scalar has the tile's element type", tile, scalar,
                     "::mlir::getElementTypeOrSelf($_self)">;

#endif // XCC_TILE_BASE_TD
