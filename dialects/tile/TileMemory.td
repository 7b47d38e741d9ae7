//===- TileMemory.td - Tiles and memory -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TILE_MEMORY_TD
#define XCC_TILE_MEMORY_TD

include "dialects/tile/TileBase.td"

//===-- Global memory -------------------------------------------------------===//

/// `map` takes an element's coordinates (d0, d1, ...), then one number from
/// each of `indices`, and the `scalars` (s0, s1, ...), and gives its place in
/// the buffer, in elements. `bounds`, over the same dimensions and symbols,
/// tells which elements exist.
class Tile_AccessOp<string mnemonic, list<Trait> traits = []>
    : Tile_Op<mnemonic, traits> {
  let hasVerifier = 1;
}

def Tile_LoadOp : Tile_AccessOp<"load", [AttrSizedOperandSegments]> {
  let summary = "Loads a tile from a buffer";
  let description = [{
    The element at tile coordinates (d0, d1, ...) is read at `map(d0, d1, ...,
    i0, ...)[scalars]`, in elements, where i0, ... are the elements of `indices`
    (i32 or i64 tiles of the result's shape and layout) at the same coordinates.
    Elements outside `bounds` are not read and get `other`, or zero.

    ```mlir
    %t = tile.load %x[%row, %n] affine_map<(d0, d1)[s0, s1] -> ((d0 + s0) * s1 + d1)>
           bounds affine_set<(d0, d1)[s0, s1] : (s1 - d1 - 1 >= 0)>
           : memref<?xf16> -> tensor<4x64xf16, #layout>
    // A gather: rows named by %ids.
    %g = tile.load %table[%n] affine_map<(d0, d1, d2)[s0] -> (d2 * s0 + d1)>
           indices (%ids : tensor<4x64xi64, #layout>) other %zero
           : memref<?xf32> -> tensor<4x64xf32, #layout>
    ```
  }];
  let arguments = (ins Arg<Tile_Buffer, "", [MemRead]>:$buffer,
                       Variadic<Index>:$scalars,
                       Variadic<Tile_IntegerTile>:$indices,
                       Optional<Tile_Scalar>:$other,
                       AffineMapAttr:$map, OptionalAttr<IntegerSetAttr>:$bounds);
  let results = (outs Tile_Tile:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$buffer,
        "::mlir::ValueRange":$scalars, "::mlir::ValueRange":$indices,
        "::mlir::AffineMap":$map, CArg<"::mlir::IntegerSet", "{}">:$bounds,
        CArg<"::mlir::Value", "{}">:$other)>
  ];
  let assemblyFormat = [{
    $buffer `` custom<Scalars>($scalars) $map (`bounds` $bounds^)?
    (`indices` `(` $indices^ `:` type($indices) `)`)?
    (`other` $other^ `:` type($other))?
    attr-dict `:` type($buffer) `->` type($result)
  }];
}

class Tile_WriteOp<string mnemonic, list<MemoryEffect> effects>
    : Tile_AccessOp<mnemonic, [AttrSizedOperandSegments]> {
  let arguments = (ins Tile_Tile:$tile,
                       Arg<Tile_Buffer, "", effects>:$buffer,
                       Variadic<Index>:$scalars,
                       Variadic<Tile_IntegerTile>:$indices,
                       AffineMapAttr:$map, OptionalAttr<IntegerSetAttr>:$bounds);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$tile, "::mlir::Value":$buffer,
        "::mlir::ValueRange":$scalars, "::mlir::ValueRange":$indices,
        "::mlir::AffineMap":$map, CArg<"::mlir::IntegerSet", "{}">:$bounds)>
  ];
  let assemblyFormat = [{
    $tile `,` $buffer `` custom<Scalars>($scalars) $map (`bounds` $bounds^)?
    (`indices` `(` $indices^ `:` type($indices) `)`)?
    attr-dict `:` type($tile) `->` type($buffer)
  }];
}

def Tile_StoreOp : Tile_WriteOp<"store", [MemWrite]> {
  let summary = "Stores a tile to a buffer";
  let description = [{
    Places are told as in `tile.load`; elements outside `bounds` are not
    written. An element that several threads hold is written by one of them.
    Two elements may not have the same place.

    ```mlir
    tile.store %t, %y[%row] affine_map<(d0)[s0] -> (d0 + s0)>
      bounds affine_set<(d0)[s0] : (99 - d0 - s0 >= 0)>
      : tensor<64xf32, #layout> -> memref<?xf32>
    ```
  }];
}

def Tile_AtomicAddOp : Tile_WriteOp<"atomic_add", [MemRead, MemWrite]> {
  let summary = "Adds a tile to elements of a buffer";
  let description = [{
    As `tile.store`, but each element is added to what the buffer holds, as one
    operation, and several elements may have the same place. The order is not
    told: floats may differ from run to run.

    ```mlir
    tile.atomic_add %t, %y affine_map<(d0, d1) -> (d1)>
      indices (%i : tensor<64xi64, #layout>) : tensor<64xi32, #layout> -> memref<?xi32>
    ```
  }];
}

def Tile_PrefetchOp : Tile_AccessOp<"prefetch"> {
  let summary = "Asks for a tile of a buffer to be brought nearer";
  let description = [{
    A hint that `tile.load` with the same map, bounds and a tile of `layout`
    follows.

    ```mlir
    tile.prefetch %x[%row] affine_map<(d0)[s0] -> (d0 + s0)> : memref<?xf32> as #layout
    ```
  }];
  let arguments = (ins Arg<Tile_Buffer, "", [MemRead, MemWrite]>:$buffer,
                       Variadic<Index>:$scalars,
                       AffineMapAttr:$map, OptionalAttr<IntegerSetAttr>:$bounds,
                       Tile_LayoutAttr:$layout);
  let assemblyFormat = [{
    $buffer `` custom<Scalars>($scalars) $map (`bounds` $bounds^)? attr-dict
    `:` type($buffer) `as` qualified($layout)
  }];
}

//===-- Shared memory -------------------------------------------------------===//

def Tile_AllocSharedOp : Tile_Op<"alloc_shared"> {
  let summary = "Shared memory for a tile, for the whole block";
  let description = [{
    Its contents are undefined until written. `offset`, in bytes from the
    beginning of the block's shared memory, is set by `allocate-shared`.

    ```mlir
    %s = tile.alloc_shared : !tile.shared<2x128x32xf16, #shared>
    ```
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$offset);
  let results = (outs Res<Tile_SharedType, "", [MemAlloc]>:$result);
  let assemblyFormat = "attr-dict `:` qualified(type($result))";
}

def Tile_SliceOp : Tile_Op<"slice", [Pure]> {
  let summary = "One slice of a tile in shared memory";
  let description = [{
    The slice number `index` along the first dimension, which must be one that
    the layout does not cover. No data moves.

    ```mlir
    %a = tile.slice %s[%stage] : !tile.shared<2x128x32xf16, #shared>
    ```
  }];
  let arguments = (ins Tile_SharedType:$source, Index:$index);
  let results = (outs Tile_SharedType:$result);
  let builders = [
    OpBuilder<(ins "::mlir::Value":$source, "::mlir::Value":$index)>
  ];
  let assemblyFormat = "$source `[` $index `]` attr-dict `:` qualified(type($source)) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def Tile_SharedLoadOp : Tile_Op<"shared_load"> {
  let summary = "Loads a tile from shared memory";
  let description = [{
    Does not wait for anybody: a barrier stands between it and the stores of
    other threads.

    ```mlir
    %t = tile.shared_load %s : !tile.shared<128x32xf16, #shared> -> tensor<128x32xf16, #layout>
    ```
  }];
  let arguments = (ins Arg<Tile_SharedType, "", [MemRead]>:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` qualified(type($source)) `->` type($result)";
  let hasVerifier = 1;
}

def Tile_SharedStoreOp : Tile_Op<"shared_store"> {
  let summary = "Stores a tile to shared memory";
  let description = [{
    Does not wait for anybody: a barrier stands between it and the loads of
    other threads, before and after.

    ```mlir
    tile.shared_store %t, %s : tensor<128x32xf16, #layout> -> !tile.shared<128x32xf16, #shared>
    ```
  }];
  let arguments = (ins Tile_Tile:$tile,
                       Arg<Tile_SharedType, "", [MemWrite]>:$destination);
  let assemblyFormat = "$tile `,` $destination attr-dict `:` type($tile) `->` qualified(type($destination))";
  let hasVerifier = 1;
}

//===-- Copies in the background --------------------------------------------===//

def Tile_AsyncCopyOp : Tile_AccessOp<"async_copy"> {
  let summary = "Begins to copy a tile from a buffer to shared memory";
  let description = [{
    Places are told as in `tile.load`; elements outside `bounds` become zero.
    `layout` says which thread copies what: its registers are what one thread
    copies, in runs of neighbours. The buffer is read and the shared memory
    written at any time until `tile.async_wait` says that it is done; other
    threads see it after a barrier.

    ```mlir
    tile.async_copy %a[%k] affine_map<(d0, d1)[s0] -> (d0 * 512 + d1 + s0)> -> %s
      : memref<?xf16> -> !tile.shared<128x32xf16, #shared> as #layout
    ```
  }];
  let arguments = (ins Arg<Tile_Buffer, "", [MemRead]>:$buffer,
                       Variadic<Index>:$scalars,
                       Arg<Tile_SharedType, "", [MemWrite]>:$destination,
                       AffineMapAttr:$map, OptionalAttr<IntegerSetAttr>:$bounds,
                       Tile_LayoutAttr:$layout);
  let assemblyFormat = [{
    $buffer `` custom<Scalars>($scalars) $map (`bounds` $bounds^)? `->` $destination
    attr-dict `:` type($buffer) `->` qualified(type($destination))
    `as` qualified($layout)
  }];
}

def Tile_AsyncCommitOp : Tile_Op<"async_commit", [MemoryEffects<[MemWrite]>]> {
  let summary = "Ends a group of copies";
  let description = [{
    The group holds the copies begun since the group before it, perhaps none.

    ```mlir
    tile.async_commit
    ```
  }];
  let assemblyFormat = "attr-dict";
}

def Tile_AsyncWaitOp
    : Tile_Op<"async_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Waits until all groups but the latest `pending` are done";
  let description = [{
    Each thread waits for its own copies alone.

    ```mlir
    tile.async_wait pending 1
    ```
  }];
  let arguments = (ins Tile_Natural:$pending);
  let assemblyFormat = "`pending` $pending attr-dict";
}

def Tile_BarrierOp
    : Tile_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Waits for all threads of the block";
  let description = [{
    What any thread of the block wrote to memory before it is seen by all
    threads of the block after it.

    ```mlir
    tile.barrier
    ```
  }];
  let assemblyFormat = "attr-dict";
}

#endif // XCC_TILE_MEMORY_TD
