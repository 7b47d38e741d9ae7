// RUN: xcc-tile-opt %s --lower-tile-test --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a multiple of 4 threads up to 64, got 6}}
func.func @threads() attributes {schedule.threads = 6 : i64} { return }

// -----

// expected-error@+1 {{expects flat buffers and index sizes, got 'i32' as argument 0}}
func.func @arguments(%n: i32) attributes {schedule.threads = 8 : i64} { return }

// -----

#layout = #tile.layout<{register = [], lane = [[1], [2]], warp = []}>
func.func @layout() attributes {schedule.threads = 8 : i64} {
  // expected-error@+1 {{expects a layout of 8 threads in warps of 4, got 4 in warps of 4}}
  %c = arith.constant dense<1.0> : tensor<4xf32, #layout>
  return
}

// -----

func.func @offset() attributes {schedule.threads = 4 : i64} {
  // expected-error@+1 {{expects an offset, which allocate-shared gives}}
  %s = tile.alloc_shared : !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>>
  return
}

// -----

#held = #tile.layout<{register = [], lane = [[1], [2]], warp = [[4]]}>
#all = #tile.layout<{register = [], lane = [[], []], warp = [[]]}>
func.func @scratch(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<8xf32, #held>
  // expected-error@+1 {{across warps expects an offset, which allocate-shared gives}}
  %s = tile.reduce (%t) axis 0 : (tensor<8xf32, #held>) -> tensor<f32, #all> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tile.yield %c : f32
  }
  return
}

// -----

#held = #tile.layout<{register = [], lane = [[1], [2]], warp = []}>
func.func @numbers() attributes {schedule.threads = 4 : i64} {
  // expected-error@+1 {{expects a tile of one number}}
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32, #held>
  return
}

// -----

#held = #tile.layout<{register = [], lane = [[1], [2]], warp = []}>
func.func @narrow_sums(%x: memref<?xf16>) attributes {schedule.threads = 4 : i64} {
  %c = arith.constant dense<1.0> : tensor<4xf16, #held>
  // expected-error@+1 {{expects f32, f64, i32 or i64 elements, got 'f16'}}
  tile.atomic_add %c, %x affine_map<(d0) -> (d0)> : tensor<4xf16, #held> -> memref<?xf16>
  return
}

// -----

func.func @other_op(%x: memref<?xf32>) attributes {schedule.threads = 4 : i64} {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has no lowering to threads}}
  %d = memref.dim %x, %c0 : memref<?xf32>
  return
}

// -----

#acc = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2]], warp = []}>
func.func @instruction() attributes {schedule.threads = 4 : i64} {
  %a = arith.constant dense<1.0> : tensor<4x4xf16, #acc>
  %c = arith.constant dense<1.0> : tensor<4x4xf32, #acc>
  // expected-error@+1 {{expects an instruction of the device, got mma9; known: fma, mma4}}
  %d = tile.dot %a, %a, %c instruction "mma9" : tensor<4x4xf16, #acc>, tensor<4x4xf16, #acc> -> tensor<4x4xf32, #acc>
  return
}

// -----

#acc = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2]], warp = []}>
func.func @fragments() attributes {schedule.threads = 4 : i64} {
  %a = arith.constant dense<1.0> : tensor<4x4xf16, #acc>
  %c = arith.constant dense<1.0> : tensor<4x4xf32, #acc>
  // expected-error@+1 {{expects operands and accumulator held as fragments of one product by mma4}}
  %d = tile.dot %a, %a, %c instruction "mma4" : tensor<4x4xf16, #acc>, tensor<4x4xf16, #acc> -> tensor<4x4xf32, #acc>
  return
}

// -----

func.func @convert_offset(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>>
  // expected-error@+1 {{through shared memory expects an offset, which allocate-shared gives}}
  %u = tile.convert_layout %t : tensor<32xf32, #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>> -> tensor<32xf32, #tile.layout<{register = [[1], [16]], lane = [[4], [8]], warp = [[2]]}>>
  return
}
