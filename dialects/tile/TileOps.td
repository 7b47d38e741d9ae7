//===- TileOps.td - All operations of the tile dialect --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TILE_OPS_TD
#define XCC_TILE_OPS_TD

include "dialects/tile/TileMemory.td"
include "dialects/tile/TileRoles.td"

//===-- Numbers -------------------------------------------------------------===//

def Tile_GridDim : I32EnumAttr<"GridDim", "dimension of the grid", [
    I32EnumAttrCase<"X", 0, "x">, I32EnumAttrCase<"Y", 1, "y">,
    I32EnumAttrCase<"Z", 2, "z">]> {
  let cppNamespace = "::xcc::tile";
}

def Tile_BlockIdOp : Tile_Op<"block_id", [Pure]> {
  let summary = "The block's number along a dimension of the grid";
  let description = [{
    ```mlir
    %x = tile.block_id x
    ```
  }];
  let arguments = (ins Tile_GridDim:$dimension);
  let results = (outs Index:$result);
  let assemblyFormat = "$dimension attr-dict";
}

def Tile_IndexOp : Tile_Op<"index", [Pure]> {
  let summary = "Numbers made from each element's coordinates";
  let description = [{
    The element at (d0, d1, ...) is `map(d0, d1, ...)[scalars]`, as i32 or i64.

    ```mlir
    %columns = tile.index affine_map<(d0, d1)[s0] -> (d1 + s0)>[%start] : tensor<4x64xi32, #layout>
    ```
  }];
  let arguments = (ins AffineMapAttr:$map, Variadic<Index>:$scalars);
  let results = (outs Tile_IntegerTile:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::AffineMap":$map,
                   "::mlir::ValueRange":$scalars)>
  ];
  let assemblyFormat = "$map (`[` $scalars^ `]`)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Tile_SplatOp : Tile_Op<"splat", [Pure, Tile_ElementTypeOf<"result", "scalar">]> {
  let summary = "A tile of one number";
  let description = [{
    ```mlir
    %t = tile.splat %x : tensor<4x64xf32, #layout>
    ```
  }];
  let arguments = (ins Tile_Scalar:$scalar);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$scalar attr-dict `:` type($result)";
  let hasFolder = 1;
}

def Tile_ToScalarOp : Tile_Op<"to_scalar", [Pure, Tile_ElementTypeOf<"tile", "result">]> {
  let summary = "The number in a tile of rank 0";
  let description = [{
    ```mlir
    %x = tile.to_scalar %t : tensor<f32, #layout>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile);
  let results = (outs Tile_Scalar:$result);
  let assemblyFormat = "$tile attr-dict `:` type($tile)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===-- Reductions ----------------------------------------------------------===//

def Tile_YieldOp : Tile_Op<"yield", [Pure, Terminator, ReturnLike, HasParent<"ReduceOp">]> {
  let summary = "Ends the combiner of a reduction";
  let description = [{
    ```mlir
    tile.yield %sum : f32
    ```
  }];
  let arguments = (ins Variadic<Tile_Scalar>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Tile_ReduceOp : Tile_Op<"reduce", [RecursiveMemoryEffects,
    RecursivelySpeculatable, SingleBlock, IsolatedFromAbove]> {
  let summary = "Combines the elements along an axis";
  let description = [{
    `combiner` takes two elements, each one scalar from each of `tiles`, and
    gives the two combined. It must be associative and commutative as far as the
    result may differ: the order of combining follows from the layout alone, so
    it is the same in every run. The layout of each result is the operand's
    without the axis, and every thread that holds an element of the result has
    it. Each basis of the operand's layout lies along the axis or across it.

    A reduction across warps goes through shared memory at `offset` (bytes, set
    by `allocate-shared`) and brings its own barriers.

    ```mlir
    %max = tile.reduce (%t) axis 1 : (tensor<4x64xf32, #layout>) -> tensor<4xf32, #rows> {
    ^bb0(%a: f32, %b: f32):
      %m = arith.maximumf %a, %b : f32
      tile.yield %m : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Tile_Tile>:$tiles, Tile_Natural:$axis,
                       OptionalAttr<I64Attr>:$offset);
  let results = (outs Variadic<Tile_Tile>:$results);
  let regions = (region SizedRegion<1>:$combiner);
  let skipDefaultBuilders = 1;
  let builders = [
    /// `combine(builder, loc, a, b)` gives the values to yield.
    OpBuilder<(ins "::mlir::ValueRange":$tiles, "int64_t":$axis,
        "llvm::function_ref<llvm::SmallVector<::mlir::Value>("
        "::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange, "
        "::mlir::ValueRange)>":$combine)>
  ];
  let assemblyFormat = [{
    `(` $tiles `)` `axis` $axis attr-dict `:` functional-type($tiles, $results)
    $combiner
  }];
  let extraClassDeclaration = [{
    /// Sums of one tile; floats by arith.addf.
    static ReduceOp createSum(::mlir::OpBuilder &builder, ::mlir::Location loc,
                              ::mlir::Value tile, int64_t axis);
    /// The largest element that is a number (on most devices an instruction
    /// less than one that keeps NaN); integers signed.
    static ReduceOp createMax(::mlir::OpBuilder &builder, ::mlir::Location loc,
                              ::mlir::Value tile, int64_t axis);
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

//===-- Renaming of coordinates ---------------------------------------------===//

class Tile_RenameOp<string mnemonic> : Tile_Op<mnemonic, [Pure]> {
  let results = (outs Tile_Tile:$result);
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ExpandDimsOp : Tile_RenameOp<"expand_dims"> {
  let summary = "A new dimension of size 1";
  let description = [{
    At `axis` of the result. Every thread keeps its registers.

    ```mlir
    %t = tile.expand_dims %v axis 1 : tensor<4xf32, #rows> -> tensor<4x1xf32, #column>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile, Tile_Natural:$axis);
  let builders = [OpBuilder<(ins "::mlir::Value":$tile, "int64_t":$axis)>];
  let assemblyFormat = "$tile `axis` $axis attr-dict `:` type($tile) `->` type($result)";
}

def Tile_BroadcastOp : Tile_RenameOp<"broadcast"> {
  let summary = "Repeats a tile along dimensions of size 1";
  let description = [{
    Every element of the result must be one that its thread holds: the operand's
    layout is the result's with those dimensions collapsed, as far as a thread's
    registers go.

    ```mlir
    %t = tile.broadcast %v : tensor<4x1xf32, #column> -> tensor<4x64xf32, #layout>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile);
  let assemblyFormat = "$tile attr-dict `:` type($tile) `->` type($result)";
}

def Tile_TransposeOp : Tile_RenameOp<"transpose"> {
  let summary = "Dimensions in another order";
  let description = [{
    Dimension i of the result is dimension `order[i]` of the operand. Every
    thread keeps its registers.

    ```mlir
    %u = tile.transpose %t order [1, 0] : tensor<4x64xf32, #layout> -> tensor<64x4xf32, #other>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile, DenseI64ArrayAttr:$order);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$tile, "llvm::ArrayRef<int64_t>":$order)>
  ];
  let assemblyFormat = "$tile `order` $order attr-dict `:` type($tile) `->` type($result)";
}

def Tile_ReshapeOp : Tile_RenameOp<"reshape"> {
  let summary = "The same row-major numbers under another shape";
  let description = [{
    Every thread keeps its registers.

    ```mlir
    %u = tile.reshape %t : tensor<4x64xf32, #layout> -> tensor<256xf32, #flat>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$tile, "llvm::ArrayRef<int64_t>":$shape)>
  ];
  let assemblyFormat = "$tile attr-dict `:` type($tile) `->` type($result)";
}

def Tile_ConvertLayoutOp : Tile_RenameOp<"convert_layout"> {
  let summary = "The same tile, held otherwise";
  let description = [{
    Elements move within a thread, by shuffles within a warp, or through shared
    memory at `offset` (bytes, set by `allocate-shared`), whichever is cheapest
    (Conversion.h); it brings its own barriers.

    ```mlir
    %u = tile.convert_layout %t : tensor<4x64xf32, #layout> -> tensor<4x64xf32, #other>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile, OptionalAttr<I64Attr>:$offset);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$tile, "LayoutAttr":$layout)>
  ];
  let assemblyFormat = "$tile attr-dict `:` type($tile) `->` type($result)";
}

def Tile_ExchangeOp : Tile_Op<"exchange", [Pure, AllTypesMatch<["tile", "result"]>]> {
  let summary = "Elements change places with those a power of two away";
  let description = [{
    The element at coordinate i of `axis` is the operand's at i xor `distance`.
    It comes from another register, by a shuffle within a warp, or through
    shared memory at `offset` (bytes, set by `allocate-shared`), which brings
    its own barriers.

    ```mlir
    %u = tile.exchange %t axis 1 distance 4 : tensor<4x64xi32, #layout>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile, Tile_Natural:$axis, Tile_Natural:$distance,
                       OptionalAttr<I64Attr>:$offset);
  let results = (outs Tile_Tile:$result);
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Value":$tile, "int64_t":$axis, "int64_t":$distance)>
  ];
  let assemblyFormat = "$tile `axis` $axis `distance` $distance attr-dict `:` type($tile)";
  let extraClassDeclaration = [{
    /// What each thread adds (xor) to its numbers to find whom it gets an
    /// element from.
    struct Source {
      uint64_t reg, lane, warp;
    };
    Source getSource();
  }];
  let hasVerifier = 1;
}

//===-- Products ------------------------------------------------------------===//

def Tile_DotOp : Tile_Op<"dot", [Pure, AllTypesMatch<["accumulator", "result"]>]> {
  let summary = "lhs (m, k) times rhs (k, n), added to an accumulator (m, n)";
  let description = [{
    `instruction` is the name of a matrix instruction of the device, or "fma":
    products within a thread, which must hold the rows of lhs and the columns of
    rhs that its accumulators need. The layouts are fragments of the instruction
    (`makeDotLayouts`, `makeThreadDotLayouts`). Floats are multiplied exactly
    and added up in the accumulator's type.

    ```mlir
    %d = tile.dot %a, %b, %c instruction "fma"
           : tensor<16x8xf32, #lhs>, tensor<8x16xf32, #rhs> -> tensor<16x16xf32, #acc>
    ```
  }];
  let arguments = (ins Tile_Tile:$lhs, Tile_Tile:$rhs, Tile_Tile:$accumulator,
                       StrAttr:$instruction);
  let results = (outs Tile_Tile:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$lhs, "::mlir::Value":$rhs,
                   "::mlir::Value":$accumulator, "llvm::StringRef":$instruction)>
  ];
  let assemblyFormat = [{
    $lhs `,` $rhs `,` $accumulator `instruction` $instruction attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // XCC_TILE_OPS_TD
