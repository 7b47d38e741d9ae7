// RUN: xcc-opt %s | xcc-opt | FileCheck %s
// RUN: xcc-opt %s --mlir-print-op-generic | xcc-opt | FileCheck %s

// Lines of 128 bytes along columns, groups of 16 bytes exchanged by the line.
#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}>
#sums = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}>

// CHECK-DAG: [[SIZES:#.+]] = affine_map<()[s0] -> (1024, s0)>
// CHECK-DAG: [[STRIDES:#.+]] = affine_map<()[s0] -> (2048)>
// CHECK-LABEL: @roles
// CHECK-SAME: #tile.tensor_map<argument = 0, element = bf16, sizes = [[SIZES]], strides = [[STRIDES]], box = [64, 64], swizzle = 128, offset = 0>
func.func @roles(%a: memref<?xbf16>, %n: index, %i: index, %p: i1)
    attributes {schedule.tensor_maps = [#tile.tensor_map<
      argument = 0, element = bf16, sizes = affine_map<()[s0] -> (1024, s0)>,
      strides = affine_map<()[s0] -> (2048)>, box = [64, 64], swizzle = 128, offset = 0>]} {
  %s = tile.alloc_shared : !tile.shared<64x64xbf16, #lines>
  // CHECK: tile.alloc_barriers arrivals 1 : !tile.barriers<4>
  %full = tile.alloc_barriers arrivals 1 : !tile.barriers<4>
  tile.barrier
  // CHECK: tile.roles workers 4 registers 232 {
  tile.roles workers 4 registers 232 {
    // CHECK: tile.phase_wait %{{.*}}[%{{.*}}] parity %{{.*}} : !tile.barriers<4>
    tile.phase_wait %full[%i] parity %p : !tile.barriers<4>
    // CHECK: tile.async_dot %{{.*}}, %{{.*}} instruction "group"
    %0 = tile.async_dot %s, %s instruction "group" : !tile.shared<64x64xbf16, #lines>, !tile.shared<64x64xbf16, #lines> -> tensor<64x64xf32, #sums>
    // CHECK: tile.async_dot %{{.*}}, %{{.*}} onto %{{.*}} : tensor<64x64xf32
    %1 = tile.async_dot %s, %s onto %0 : tensor<64x64xf32, #sums> instruction "group" : !tile.shared<64x64xbf16, #lines>, !tile.shared<64x64xbf16, #lines> -> tensor<64x64xf32, #sums>
    // CHECK: tile.dot_wait pending 1{{$}}
    tile.dot_wait pending 1
    // CHECK: tile.phase_arrive %{{.*}}[%{{.*}}] : !tile.barriers<4>
    tile.phase_arrive %full[%i] : !tile.barriers<4>
    // CHECK: tile.dot_wait pending 0(%{{.*}}) : tensor<64x64xf32
    %2 = tile.dot_wait pending 0 (%1) : tensor<64x64xf32, #sums>
    %3 = arith.addf %2, %2 : tensor<64x64xf32, #sums>
  // CHECK: } producer registers 40 {
  } producer registers 40 {
    // CHECK: tile.phase_expect %{{.*}}[%{{.*}}] bytes 8192 : !tile.barriers<4>
    tile.phase_expect %full[%i] bytes 8192 : !tile.barriers<4>
    // CHECK: tile.tensor_copy 0[%{{.*}}, %{{.*}}] -> %{{.*}} signals %{{.*}}[%{{.*}}]
    tile.tensor_copy 0 [%i, %n] -> %s signals %full[%i] : !tile.shared<64x64xbf16, #lines>, !tile.barriers<4>
  }
  return
}
