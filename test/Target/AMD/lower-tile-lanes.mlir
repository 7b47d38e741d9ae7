// RUN: xcc-opt %s --lower-tile-amd=target=gfx942 --canonicalize --cse | FileCheck %s --check-prefix=ROWS
// RUN: xcc-opt %s --lower-tile-amd=target=gfx950 --canonicalize --cse | FileCheck %s --check-prefix=SWAPS

// A sum over 64 lanes: within 16 by patterns of a row, then by the crossbar of
// shared memory, with a fixed pattern and with addresses; or by swaps of rows
// and of halves. 0xB1 and 0x4E are quads, 0x141 mirrors 8, 0x128 rotates by 8.

// ROWS-LABEL: llvm.func @sum
// ROWS: rocdl.update.dpp {{.*}} with 177,
// ROWS: rocdl.update.dpp {{.*}} with 78,
// ROWS: rocdl.update.dpp {{.*}} with 321,
// ROWS: rocdl.update.dpp {{.*}} with 27,
// ROWS: rocdl.update.dpp {{.*}} with 296,
// ROWS: rocdl.ds_swizzle
// ROWS: rocdl.ds_bpermute
// ROWS-NOT: rocdl.{{ds_|perm|update}}

// SWAPS-LABEL: llvm.func @sum
// SWAPS-COUNT-5: rocdl.update.dpp
// SWAPS: rocdl.permlane16.swap
// SWAPS: rocdl.permlane32.swap
// SWAPS-NOT: rocdl.{{ds_|perm|update}}
#line = #tile.layout<{register = [], lane = [[1], [2], [4], [8], [16], [32]], warp = []}>
#all = #tile.layout<{register = [], lane = [[], [], [], [], [], []], warp = []}>
func.func @sum(%a: memref<?xf32>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 64 : i64} {
  %x = tile.load %a affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<64xf32, #line>
  %s = tile.reduce(%x) axis 0 : (tensor<64xf32, #line>) -> tensor<f32, #all> {
  ^bb0(%l: f32, %r: f32):
    %t = arith.addf %l, %r : f32
    tile.yield %t : f32
  }
  tile.store %s, %c affine_map<() -> (0)> : tensor<f32, #all> -> memref<?xf32>
  return
}
