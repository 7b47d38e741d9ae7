//===- TileRoles.td - Warps with roles, and what they wait for ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For devices with group instructions: some warps of a block compute, one
// thread beside them brings what they compute with.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TILE_ROLES_TD
#define XCC_TILE_ROLES_TD

include "dialects/tile/TileBase.td"

//===-- Described tensors ---------------------------------------------------===//

def Tile_TensorMapAttr : AttrDef<Tile_Dialect, "TensorMap"> {
  let mnemonic = "tensor_map";
  let summary = "A tensor in a buffer, as the launch describes it to copies";
  let description = [{
    The tensor lies in the kernel's buffer `argument`, `offset` bytes behind its
    start. `sizes` are maps from the kernel's sizes to its numbers of elements,
    the fastest dimension first; elements of that are neighbours, and `strides`
    are the bytes from one element to the next along each of the others. A copy
    brings a `box` of elements to lines of shared memory of at most `swizzle`
    bytes, exchanged as `dialects/tile/Panels.h` tells. Elements outside of the
    sizes read as zero.

    ```mlir
    #tile.tensor_map<argument = 0, element = bf16,
      sizes = affine_map<()[s0] -> (1024, s0)>,
      strides = affine_map<()[s0] -> (2048)>,
      box = [64, 128], swizzle = 128, offset = 0>
    ```
  }];
  let parameters = (ins "unsigned":$argument, "::mlir::Type":$elementType,
                        "::mlir::AffineMap":$sizes,
                        "::mlir::AffineMap":$strides,
                        ArrayRefParameter<"int64_t">:$box,
                        "unsigned":$swizzle, "int64_t":$offset);
  let extraClassDeclaration = [{
    unsigned getRank() const { return getSizes().getNumResults(); }
    int64_t getBoxElements() const;
  }];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Tile_TensorCopyOp : Tile_Op<"tensor_copy"> {
  let summary = "Begins to copy a part of a described tensor to shared memory";
  let description = [{
    `map` is a number in the kernel's `schedule.tensor_maps`; `coordinates`,
    fastest first, are those of the part's first element, and may lie outside of
    the tensor: what is not there is zero. `destination` consists of panels, and
    takes one box for each. The bytes count at `barriers[slot]`, whose phase ends
    only when they are all there. One thread runs this.

    ```mlir
    tile.tensor_copy 0 [%k, %row] -> %slice signals %full[%slot]
      : !tile.shared<128x64xbf16, #shared>, !tile.barriers<4>
    ```
  }];
  let arguments = (ins Tile_Natural:$map, Variadic<Index>:$coordinates,
                       Arg<Tile_SharedType, "", [MemWrite]>:$destination,
                       Arg<Tile_BarriersType, "", [MemRead, MemWrite]>:$barriers,
                       Index:$slot);
  let assemblyFormat = [{
    $map `[` $coordinates `]` `->` $destination `signals` $barriers `[` $slot `]`
    attr-dict `:` qualified(type($destination)) `,` qualified(type($barriers))
  }];
  let hasVerifier = 1;
}

//===-- Barriers with phases ------------------------------------------------===//

def Tile_AllocBarriersOp : Tile_Op<"alloc_barriers"> {
  let summary = "Barriers with phases, in shared memory";
  let description = [{
    Each begins phase 0, which ends after `arrivals`, and when all bytes that
    were expected of copies are there; then phase 1 begins, and so on. A
    `tile.barrier` stands between this and their first use. `offset`, in bytes,
    is set by `allocate-shared`.

    ```mlir
    %full = tile.alloc_barriers arrivals 1 : !tile.barriers<4>
    ```
  }];
  let arguments = (ins Tile_Natural:$arrivals, OptionalAttr<I64Attr>:$offset);
  let results = (outs Res<Tile_BarriersType, "", [MemAlloc, MemWrite]>:$result);
  let assemblyFormat = "`arrivals` $arrivals attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
}

class Tile_BarrierUseOp<string mnemonic> : Tile_Op<mnemonic,
    [MemoryEffects<[MemRead, MemWrite]>]>;

def Tile_PhaseArriveOp : Tile_BarrierUseOp<"phase_arrive"> {
  let summary = "Every warp that runs this arrives at a barrier, once";
  let description = [{
    What the warp read and wrote before is done.

    ```mlir
    tile.phase_arrive %empty[%slot] : !tile.barriers<4>
    ```
  }];
  let arguments = (ins Tile_BarriersType:$barriers, Index:$slot);
  let assemblyFormat = "$barriers `[` $slot `]` attr-dict `:` qualified(type($barriers))";
}

def Tile_PhaseExpectOp : Tile_BarrierUseOp<"phase_expect"> {
  let summary = "Arrives at a barrier, and tells how much copies will bring";
  let description = [{
    By one thread. The phase does not end before copies that signal the barrier
    have written `bytes`.

    ```mlir
    tile.phase_expect %full[%slot] bytes 32768 : !tile.barriers<4>
    ```
  }];
  let arguments = (ins Tile_BarriersType:$barriers, Index:$slot,
                       Tile_Natural:$bytes);
  let assemblyFormat = "$barriers `[` $slot `]` `bytes` $bytes attr-dict `:` qualified(type($barriers))";
}

def Tile_PhaseWaitOp : Tile_BarrierUseOp<"phase_wait"> {
  let summary = "Waits until a phase of the given parity has ended";
  let description = [{
    Parity 0 is that of phases 0, 2, ...: a barrier in phase 0 has ended phase
    "-1", so that waiting for parity 1 ends at once. What was written before the
    arrivals is seen after this.

    ```mlir
    tile.phase_wait %full[%slot] parity %parity : !tile.barriers<4>
    ```
  }];
  let arguments = (ins Tile_BarriersType:$barriers, Index:$slot, I1:$parity);
  let assemblyFormat = "$barriers `[` $slot `]` `parity` $parity attr-dict `:` qualified(type($barriers))";
}

//===-- Roles ---------------------------------------------------------------===//

def Tile_RolesOp : Tile_Op<"roles", [SingleBlock, NoTerminator,
    NoRegionArguments, RecursiveMemoryEffects]> {
  let summary = "Warps of a block do different work";
  let description = [{
    The first `workers` warps run the first region: tiles are theirs, layouts
    tell of as many warps, and `tile.barrier` waits for them alone. Of the
    warps behind them one thread runs the second. Nothing follows this operation.
    The numbers of registers a thread are what each role takes or gives back; 0
    leaves them as they are.

    ```mlir
    tile.roles workers 8 registers 232 {
      ...
    } producer registers 40 {
      ...
    }
    ```
  }];
  let arguments = (ins Tile_Natural:$workers, Tile_Natural:$workerRegisters,
                       Tile_Natural:$producerRegisters);
  let regions = (region SizedRegion<1>:$work, SizedRegion<1>:$produce);
  let assemblyFormat = [{
    `workers` $workers `registers` $workerRegisters $work
    `producer` `registers` $producerRegisters $produce attr-dict
  }];
  let builders = [OpBuilder<(ins "int64_t":$workers, "int64_t":$workerRegisters,
                                 "int64_t":$producerRegisters)>];
  let skipDefaultBuilders = 1;
  let hasVerifier = 1;
}

//===-- Products of groups of warps -----------------------------------------===//

def Tile_AsyncDotOp : Tile_Op<"async_dot",
    [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Begins lhs (m, k) times rhs (k, n), added to an accumulator";
  let description = [{
    By groups of warps, in the background: the operands in shared memory are read,
    and the sums written, at any time until `tile.dot_wait`. Until then the result
    may only be added to by further products, and travel through loops. Without
    an accumulator sums begin at zero. `instruction` is a group instruction of the
    device; the lhs is in shared memory or held as fragments of it.

    ```mlir
    %d = tile.async_dot %a, %b onto %c : tensor<128x256xf32, #acc>
           instruction "wg.m64k16.f32.bf16"
           : !tile.shared<128x64xbf16, #a>, !tile.shared<64x256xbf16, #b>
          -> tensor<128x256xf32, #acc>
    ```
  }];
  let arguments = (ins AnyTypeOf<[Tile_SharedType, Tile_Tile]>:$lhs,
                       Tile_SharedType:$rhs, Optional<Tile_Tile>:$accumulator,
                       StrAttr:$instruction);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`onto` $accumulator^ `:` type($accumulator))?
    `instruction` $instruction attr-dict `:` type($lhs) `,` type($rhs)
    `->` type($result)
  }];
  let hasVerifier = 1;
}

def Tile_DotWaitOp : Tile_Op<"dot_wait",
    [MemoryEffects<[MemRead, MemWrite]>,
     RangedTypesMatchWith<"results are sums", "sums", "results", "$_self">]> {
  let summary = "Waits until all products but the latest `pending` are done";
  let description = [{
    Each thread waits for the products of its group. `sums` come back as numbers
    that can be read; they must be of products that are done then.

    ```mlir
    tile.dot_wait pending 1
    %sums = tile.dot_wait pending 0 (%d) : tensor<128x256xf32, #acc>
    ```
  }];
  let arguments = (ins Tile_Natural:$pending, Variadic<Tile_Tile>:$sums);
  let results = (outs Variadic<Tile_Tile>:$results);
  let assemblyFormat = "`pending` $pending (`(` $sums^ `)` `:` type($sums))? attr-dict";
  let builders = [OpBuilder<(ins "int64_t":$pending, "::mlir::ValueRange":$sums)>];
}

#endif // XCC_TILE_ROLES_TD
