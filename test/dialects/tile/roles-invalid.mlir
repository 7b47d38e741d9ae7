// RUN: xcc-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects 2 to 5 dimensions, got 1}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64)>, strides = affine_map<() -> ()>, box = [64], swizzle = 128, offset = 0>

// -----

// expected-error @below {{expects 1 strides and a box of 2 sizes, got 2 and 2}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128, 128)>, box = [64, 8], swizzle = 128, offset = 0>

// -----

// expected-error @below {{expects a box of 1 to 256 elements a dimension, got 512}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 512)>, strides = affine_map<() -> (128)>, box = [64, 512], swizzle = 128, offset = 0>

// -----

// expected-error @below {{expects lines of 32, 64 or 128 bytes, got 256}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 256, offset = 0>

// -----

// expected-error @below {{expects a box's line to have a multiple of 16 bytes up to 64, got 128}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 64, offset = 0>

// -----

// expected-error @below {{expects an offset that is a multiple of 16 bytes, got 8}}
#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 128, offset = 8>

// -----

#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
func.func @no_map(%s: !tile.shared<8x64xf16, #lines>, %b: !tile.barriers<1>, %i: index) {
  // expected-error @below {{expects one of the kernel's 0 tensor maps, got 0}}
  tile.tensor_copy 0 [%i, %i] -> %s signals %b[%i] : !tile.shared<8x64xf16, #lines>, !tile.barriers<1>
  return
}

// -----

#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
func.func @no_description(%s: !tile.shared<8x64xf16, #lines>, %b: !tile.barriers<1>, %i: index)
    attributes {schedule.tensor_maps = [1]} {
  // expected-error @below {{expects a tensor map, got 1}}
  tile.tensor_copy 0 [%i, %i] -> %s signals %b[%i] : !tile.shared<8x64xf16, #lines>, !tile.barriers<1>
  return
}

// -----

#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 128, offset = 0>
#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
func.func @coordinates(%s: !tile.shared<8x64xf16, #lines>, %b: !tile.barriers<1>, %i: index)
    attributes {schedule.tensor_maps = [#map]} {
  // expected-error @below {{expects 2 coordinates, got 1}}
  tile.tensor_copy 0 [%i] -> %s signals %b[%i] : !tile.shared<8x64xf16, #lines>, !tile.barriers<1>
  return
}

// -----

#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 128, offset = 0>
#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
func.func @element(%s: !tile.shared<8x64xbf16, #lines>, %b: !tile.barriers<1>, %i: index)
    attributes {schedule.tensor_maps = [#map]} {
  // expected-error @below {{expects shared memory of 'f16', got '!tile.shared<8x64xbf16}}
  tile.tensor_copy 0 [%i, %i] -> %s signals %b[%i] : !tile.shared<8x64xbf16, #lines>, !tile.barriers<1>
  return
}

// -----

#map = #tile.tensor_map<argument = 0, element = f16, sizes = affine_map<() -> (64, 8)>, strides = affine_map<() -> (128)>, box = [64, 8], swizzle = 128, offset = 0>
#dense = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 0], [2, 0], [4, 0]]}>
func.func @no_panels(%s: !tile.shared<8x64xf16, #dense>, %b: !tile.barriers<1>, %i: index)
    attributes {schedule.tensor_maps = [#map]} {
  // expected-error @below {{expects panels of boxes of}}
  tile.tensor_copy 0 [%i, %i] -> %s signals %b[%i] : !tile.shared<8x64xf16, #dense>, !tile.barriers<1>
  return
}

// -----

func.func @arrivals() {
  // expected-error @below {{expects at least one arrival, got 0}}
  %b = tile.alloc_barriers arrivals 0 : !tile.barriers<2>
  return
}

// -----

func.func @workers() {
  // expected-error @below {{expects at least one warp to work, got 0}}
  tile.roles workers 0 registers 0 {
  } producer registers 0 {
  }
  return
}

// -----

func.func @registers() {
  // expected-error @below {{expects a multiple of 8 registers from 24 to 256, got 41}}
  tile.roles workers 4 registers 0 {
  } producer registers 41 {
  }
  return
}

// -----

func.func @behind() {
  // expected-error @below {{expects to be the kernel's last operation, got 'tile.barrier' behind it}}
  tile.roles workers 4 registers 0 {
  } producer registers 0 {
  }
  tile.barrier
  return
}

// -----

#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
#sums = #tile.layout<{register = [[0, 1], [0, 2], [0, 4]], lane = [[1, 0], [2, 0], [4, 0]], warp = []}>
#line = #tile.layout<{register = [[1], [2], [4]], lane = [[8], [16], [32]], warp = []}>
func.func @rank(%s: !tile.shared<8x64xf16, #lines>) {
  // expected-error @below {{expects tiles of rank 2, got 2, 2 and 1}}
  %0 = tile.async_dot %s, %s instruction "group" : !tile.shared<8x64xf16, #lines>, !tile.shared<8x64xf16, #lines> -> tensor<64xf32, #line>
  return
}

// -----

#lines = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32]]}>
#columns = #tile.layout<{offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [32, 0], [8, 1], [16, 2], [32, 4]]}>
#sums = #tile.layout<{register = [[0, 1], [0, 2], [0, 4]], lane = [[1, 0], [2, 0], [4, 0]], warp = []}>
func.func @depth(%s: !tile.shared<8x64xf16, #lines>) {
  // expected-error @below {{expects lhs and rhs to share k, got 64 and 8}}
  %0 = tile.async_dot %s, %s instruction "group" : !tile.shared<8x64xf16, #lines>, !tile.shared<8x64xf16, #lines> -> tensor<8x8xf32, #sums>
  return
}
func.func @sums(%s: !tile.shared<8x64xf16, #lines>, %t: !tile.shared<64x8xf16, #columns>) {
  // expected-error @below {{expects sums of 64x64, got 8x8}}
  %0 = tile.async_dot %t, %s instruction "group" : !tile.shared<64x8xf16, #columns>, !tile.shared<8x64xf16, #lines> -> tensor<8x8xf32, #sums>
  return
}
func.func @accumulator(%s: !tile.shared<8x64xf16, #lines>, %t: !tile.shared<64x8xf16, #columns>, %c: tensor<8x8xf16, #sums>) {
  // expected-error @below {{expects an accumulator of 'tensor<8x8xf32}}
  %0 = tile.async_dot %s, %t onto %c : tensor<8x8xf16, #sums> instruction "group" : !tile.shared<8x64xf16, #lines>, !tile.shared<64x8xf16, #columns> -> tensor<8x8xf32, #sums>
  return
}
func.func @early(%s: !tile.shared<8x64xf16, #lines>, %t: !tile.shared<64x8xf16, #columns>) {
  // expected-error @below {{expects sums that nobody reads before tile.dot_wait, got a use by 'arith.addf'}}
  %0 = tile.async_dot %s, %t instruction "group" : !tile.shared<8x64xf16, #lines>, !tile.shared<64x8xf16, #columns> -> tensor<8x8xf32, #sums>
  %1 = arith.addf %0, %0 : tensor<8x8xf32, #sums>
  return
}
