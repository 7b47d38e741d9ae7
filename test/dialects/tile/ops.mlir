// RUN: xcc-opt %s | xcc-opt | FileCheck %s
// RUN: xcc-opt %s --mlir-print-op-generic | xcc-opt | FileCheck %s

// 4x64 on two warps of 32 lanes: 4 registers, the warps side by side in rows.
#layout = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 4], [0, 8], [0, 16], [0, 32], [1, 0]], warp = [[2, 0]]}>
#other = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16]], warp = [[0, 32]]}>
#rows = #tile.layout<{register = [], lane = [[0], [0], [0], [0], [1]], warp = [[2]]}>
#column = #tile.layout<{register = [], lane = [[0, 0], [0, 0], [0, 0], [0, 0], [1, 0]], warp = [[2, 0]]}>
#one = #tile.layout<{register = [], lane = [[], [], [], [], []], warp = [[]]}>
#flipped = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[4, 0], [8, 0], [16, 0], [32, 0], [0, 1]], warp = [[0, 2]]}>
#flat = #tile.layout<{register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = [[128]]}>
#shared = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 0], [2, 8]]}>
// Nothing tells the rank.
#single = #tile.layout<{register = [], lane = [], warp = [], rank = 2}>

// CHECK-LABEL: @numbers
func.func @numbers(%s: index, %x: f32) -> f32 {
  // CHECK: tile.block_id x
  %0 = tile.block_id x
  // CHECK: tile.block_id z
  %1 = tile.block_id z
  // CHECK: tile.index #map{{[0-9]*}}[%{{.*}}] : tensor<4x64xi32, #layout>
  %2 = tile.index affine_map<(d0, d1)[s0] -> (d1 + s0)>[%s] : tensor<4x64xi32, #layout>
  // CHECK: tile.index #map{{[0-9]*}} : tensor<4x64xi64, #layout>
  %3 = tile.index affine_map<(d0, d1) -> (d0)> : tensor<4x64xi64, #layout>
  // CHECK: tile.splat %{{.*}} : tensor<1x1xf32, #layout{{[0-9]*}}>
  %4 = tile.splat %x : tensor<1x1xf32, #single>
  // CHECK: tile.splat %{{.*}} : tensor<f32, #layout{{[0-9]*}}>
  %5 = tile.splat %x : tensor<f32, #one>
  // CHECK: tile.to_scalar %{{.*}} : tensor<f32, #layout{{[0-9]*}}>
  %6 = tile.to_scalar %5 : tensor<f32, #one>
  return %6 : f32
}

// CHECK-LABEL: @buffers
func.func @buffers(%x: memref<?xf16>, %y: memref<?xf16>, %s: index, %n: index, %zero: f16, %i: tensor<4x64xi64, #layout>) {
  // CHECK: tile.load %{{.*}}[%{{.*}}, %{{.*}}] #map{{[0-9]*}} bounds #set{{[0-9]*}} : memref<?xf16> -> tensor<4x64xf16, #layout>
  %0 = tile.load %x[%s, %n] affine_map<(d0, d1)[s0, s1] -> ((d0 + s0) * s1 + d1)> bounds affine_set<(d0, d1)[s0, s1] : (s1 - d1 - 1 >= 0)> : memref<?xf16> -> tensor<4x64xf16, #layout>
  // CHECK: tile.load %{{.*}}[] #map{{[0-9]*}} indices(%{{.*}} : tensor<4x64xi64, #layout>) other %{{.*}} : f16 : memref<?xf16> -> tensor<4x64xf16, #layout>
  %1 = tile.load %x affine_map<(d0, d1, d2) -> (d2 * 64 + d1)> indices (%i : tensor<4x64xi64, #layout>) other %zero : f16 : memref<?xf16> -> tensor<4x64xf16, #layout>
  // CHECK: tile.store %{{.*}}, %{{.*}}[%{{.*}}] #map{{[0-9]*}} bounds #set{{[0-9]*}} : tensor<4x64xf16, #layout> -> memref<?xf16>
  tile.store %0, %y[%n] affine_map<(d0, d1)[s0] -> (d0 * s0 + d1)> bounds affine_set<(d0, d1)[s0] : (s0 - d1 - 1 >= 0)> : tensor<4x64xf16, #layout> -> memref<?xf16>
  // CHECK: tile.atomic_add %{{.*}}, %{{.*}}[] #map{{[0-9]*}} indices(%{{.*}} : tensor<4x64xi64, #layout>) : tensor<4x64xf16, #layout> -> memref<?xf16>
  tile.atomic_add %1, %y affine_map<(d0, d1, d2) -> (d2)> indices (%i : tensor<4x64xi64, #layout>) : tensor<4x64xf16, #layout> -> memref<?xf16>
  // CHECK: tile.prefetch %{{.*}}[%{{.*}}] #map{{[0-9]*}} : memref<?xf16> as #layout
  tile.prefetch %x[%s] affine_map<(d0, d1)[s0] -> (d0 * 64 + d1 + s0)> : memref<?xf16> as #layout
  return
}

// CHECK-LABEL: @shared
func.func @shared(%x: memref<?xf16>, %k: index, %stage: index) -> tensor<4x64xf16, #layout> {
  // CHECK: tile.alloc_shared : !tile.shared<2x4x64xf16, #shared>
  %0 = tile.alloc_shared : !tile.shared<2x4x64xf16, #shared>
  // CHECK: tile.alloc_shared {offset = 128 : i64} : !tile.shared<4x64xf16, #shared>
  %1 = tile.alloc_shared {offset = 128} : !tile.shared<4x64xf16, #shared>
  // CHECK: tile.slice %{{.*}}[%{{.*}}] : !tile.shared<2x4x64xf16, #shared> -> !tile.shared<4x64xf16, #shared>
  %2 = tile.slice %0[%stage] : !tile.shared<2x4x64xf16, #shared> -> !tile.shared<4x64xf16, #shared>
  // CHECK: tile.async_copy %{{.*}}[%{{.*}}] #map{{[0-9]*}} -> %{{.*}} : memref<?xf16> -> !tile.shared<4x64xf16, #shared> as #layout
  tile.async_copy %x[%k] affine_map<(d0, d1)[s0] -> (d0 * 512 + d1 + s0)> -> %2 : memref<?xf16> -> !tile.shared<4x64xf16, #shared> as #layout
  // CHECK: tile.async_commit
  tile.async_commit
  // CHECK: tile.async_wait pending 1
  tile.async_wait pending 1
  // CHECK: tile.barrier
  tile.barrier
  // CHECK: tile.shared_load %{{.*}} : !tile.shared<4x64xf16, #shared> -> tensor<4x64xf16, #layout>
  %3 = tile.shared_load %2 : !tile.shared<4x64xf16, #shared> -> tensor<4x64xf16, #layout>
  // CHECK: tile.shared_store %{{.*}}, %{{.*}} : tensor<4x64xf16, #layout> -> !tile.shared<4x64xf16, #shared>
  tile.shared_store %3, %1 : tensor<4x64xf16, #layout> -> !tile.shared<4x64xf16, #shared>
  return %3 : tensor<4x64xf16, #layout>
}

// CHECK-LABEL: @reductions
func.func @reductions(%t: tensor<4x64xf32, #layout>, %i: tensor<4x64xi32, #layout>) -> (tensor<4xf32, #rows>, tensor<4xi32, #rows>) {
  // CHECK: tile.reduce(%{{.*}}, %{{.*}}) axis 1 : (tensor<4x64xf32, #layout>, tensor<4x64xi32, #layout>) -> (tensor<4xf32, #layout{{[0-9]*}}>, tensor<4xi32, #layout{{[0-9]*}}>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: i32, %{{.*}}: f32, %{{.*}}: i32):
  %0:2 = tile.reduce (%t, %i) axis 1 : (tensor<4x64xf32, #layout>, tensor<4x64xi32, #layout>) -> (tensor<4xf32, #rows>, tensor<4xi32, #rows>) {
  ^bb0(%a: f32, %ai: i32, %b: f32, %bi: i32):
    %m = arith.cmpf ogt, %a, %b : f32
    %s = arith.select %m, %a, %b : f32
    %si = arith.select %m, %ai, %bi : i32
    // CHECK: tile.yield %{{.*}}, %{{.*}} : f32, i32
    tile.yield %s, %si : f32, i32
  }
  return %0#0, %0#1 : tensor<4xf32, #rows>, tensor<4xi32, #rows>
}

// CHECK-LABEL: @renamings
func.func @renamings(%t: tensor<4x64xf32, #layout>, %v: tensor<4xf32, #rows>) -> tensor<4x64xf32, #other> {
  // CHECK: tile.expand_dims %{{.*}} axis 1 : tensor<4xf32, #layout{{[0-9]*}}> -> tensor<4x1xf32, #layout{{[0-9]*}}>
  %0 = tile.expand_dims %v axis 1 : tensor<4xf32, #rows> -> tensor<4x1xf32, #column>
  // CHECK: tile.broadcast %{{.*}} : tensor<4x1xf32, #layout{{[0-9]*}}> -> tensor<4x64xf32, #layout>
  %1 = tile.broadcast %0 : tensor<4x1xf32, #column> -> tensor<4x64xf32, #layout>
  // CHECK: arith.addf %{{.*}}, %{{.*}} : tensor<4x64xf32, #layout>
  %2 = arith.addf %1, %t : tensor<4x64xf32, #layout>
  // CHECK: tile.transpose %{{.*}} order [1, 0] : tensor<4x64xf32, #layout> -> tensor<64x4xf32, #layout{{[0-9]*}}>
  %3 = tile.transpose %2 order [1, 0] : tensor<4x64xf32, #layout> -> tensor<64x4xf32, #flipped>
  // CHECK: tile.reshape %{{.*}} : tensor<4x64xf32, #layout> -> tensor<256xf32, #layout{{[0-9]*}}>
  %4 = tile.reshape %2 : tensor<4x64xf32, #layout> -> tensor<256xf32, #flat>
  // CHECK: tile.convert_layout %{{.*}} {offset = 64 : i64} : tensor<4x64xf32, #layout> -> tensor<4x64xf32, #layout{{[0-9]*}}>
  %5 = tile.convert_layout %2 {offset = 64} : tensor<4x64xf32, #layout> -> tensor<4x64xf32, #other>
  // CHECK: tile.exchange %{{.*}} axis 1 distance 4 {offset = 64 : i64} : tensor<4x64xf32, #layout{{[0-9]*}}>
  %6 = tile.exchange %5 axis 1 distance 4 {offset = 64} : tensor<4x64xf32, #other>
  return %6 : tensor<4x64xf32, #other>
}

// Four lanes hold 2x2 accumulators one each, and what they need of 2x4 and 4x2.
#acc = #tile.layout<{register = [], lane = [[0, 1], [1, 0]], warp = []}>
#lhs = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 0], [1, 0]], warp = []}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 0]], warp = []}>

// CHECK-LABEL: @dot
func.func @dot(%a: tensor<2x4xf32, #lhs>, %b: tensor<4x2xf32, #rhs>, %c: tensor<2x2xf32, #acc>) -> tensor<2x2xf32, #acc> {
  // CHECK: tile.dot %{{.*}}, %{{.*}}, %{{.*}} instruction "fma" : tensor<2x4xf32, #layout{{[0-9]*}}>, tensor<4x2xf32, #layout{{[0-9]*}}> -> tensor<2x2xf32, #layout{{[0-9]*}}>
  %0 = tile.dot %a, %b, %c instruction "fma" : tensor<2x4xf32, #lhs>, tensor<4x2xf32, #rhs> -> tensor<2x2xf32, #acc>
  return %0 : tensor<2x2xf32, #acc>
}
