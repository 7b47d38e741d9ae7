// RUN: xcc-opt %s --lower-tile-nvidia=target=sm_90 --split-input-file --verify-diagnostics

#lhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}>
#sums = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}>
func.func @instruction() attributes {schedule.threads = 128 : i64} {
  %l = tile.alloc_shared {offset = 0 : i64} : !tile.shared<64x64xbf16, #lhs>
  // expected-error @below {{expects a group instruction of the device, got fma; known: wgmma.m64k16.f32.f16 wgmma.m64k16.f32.bf16}}
  %0 = tile.async_dot %l, %l instruction "fma" : !tile.shared<64x64xbf16, #lhs>, !tile.shared<64x64xbf16, #lhs> -> tensor<64x64xf32, #sums>
  return
}

// -----

#lhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}>
#sums = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0], [0, 32]]}>
func.func @rows() attributes {schedule.threads = 256 : i64} {
  %l = tile.alloc_shared {offset = 0 : i64} : !tile.shared<64x64xbf16, #lhs>
  // expected-error @below {{expects a multiple of 128 rows, a depth that is a multiple of 16 and up to 256 columns, got 64x64 of depth 64}}
  %0 = tile.async_dot %l, %l instruction "wgmma.m64k16.f32.bf16" : !tile.shared<64x64xbf16, #lhs>, !tile.shared<64x64xbf16, #lhs> -> tensor<64x64xf32, #sums>
  return
}

// -----

#lhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0]]}>
#sums = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}>
func.func @panels() attributes {schedule.threads = 128 : i64} {
  %l = tile.alloc_shared {offset = 0 : i64} : !tile.shared<64x64xbf16, #lhs>
  // expected-error @below {{expects operands in panels of shared memory, sums and an lhs in registers as fragments of wgmma.m64k16.f32.bf16}}
  %0 = tile.async_dot %l, %l instruction "wgmma.m64k16.f32.bf16" : !tile.shared<64x64xbf16, #lhs>, !tile.shared<64x64xbf16, #lhs> -> tensor<64x64xf32, #sums>
  return
}

// -----

func.func @offset() attributes {schedule.threads = 128 : i64} {
  // expected-error @below {{expects an offset, which allocate-shared gives}}
  %b = tile.alloc_barriers arrivals 1 : !tile.barriers<1>
  return
}
