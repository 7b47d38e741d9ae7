// RUN: xcc-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects bases of 1 coordinates, got one of 2}}
#mixed = #tile.layout<{register = [[0, 1]], lane = [], warp = [[1]]}>

// -----

// expected-error @below {{expects coordinates of at least 0, got -1}}
#negative = #tile.layout<{register = [[-1]], lane = [], warp = []}>

// -----

// expected-error @below {{expects bases that reach all 2^3 elements, got 2^2}}
#hole = #tile.layout<{register = [[0, 1]], lane = [[2, 0]], warp = [[2, 1]]}>

// -----

// expected-error @below {{expects at most 48 bases, got 49}}
#many = #tile.layout<{register = [[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0]], lane = [], warp = []}>

// -----

// expected-error @below {{expects a tile of at most 2^48 elements, got 2^52}}
#large = #tile.layout<{register = [[67108863, 67108863]], lane = [], warp = []}>

// -----

// expected-error @below {{expects a layout of 2x8, got one of 2x4}}
func.func private @shape(tensor<2x8xf32, #tile.layout<{register = [[0, 1]], lane = [[0, 2], [1, 0]], warp = []}>>)

// -----

// expected-error @below {{expects a layout of registers, lanes and warps, got one of offsets}}
func.func private @tile_of_offsets(tensor<2xf32, #tile.layout<{offset = [[1]]}>>)

// -----

// expected-error @below {{expects a layout of offsets, got one of registers, lanes and warps}}
func.func private @shared_of_registers(!tile.shared<2xf32, #tile.layout<{register = [[1]], lane = [], warp = []}>>)

// -----

// expected-error @below {{expects a layout of the last dimensions of 2x8, got one of 4}}
func.func private @shared_shape(!tile.shared<2x8xf32, #tile.layout<{offset = [[1], [2]]}>>)

// -----

// expected-error @below {{expects a layout with one offset for each element, got}}
func.func private @shared_twice(!tile.shared<2xf32, #tile.layout<{offset = [[1], [1]]}>>)

// -----

// expected-error @below {{expects integers or floats as elements, got 'index'}}
func.func private @shared_index(!tile.shared<2xindex, #tile.layout<{offset = [[1]]}>>)

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @buffer_type(%x: memref<?xf16>) -> tensor<4xf32, #layout> {
  // expected-error @below {{expects a buffer of 'f32', got one of 'f16'}}
  %0 = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf16> -> tensor<4xf32, #layout>
  return %0 : tensor<4xf32, #layout>
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @map_dims(%x: memref<?xf32>) -> tensor<4xf32, #layout> {
  // expected-error @below {{expects a map of 1 dimensions and 0 symbols, got affine_map<(d0, d1) -> (d0)>}}
  %0 = tile.load %x affine_map<(d0, d1) -> (d0)> : memref<?xf32> -> tensor<4xf32, #layout>
  return %0 : tensor<4xf32, #layout>
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @map_results(%x: memref<?xf32>, %t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a map to one number, got affine_map<(d0) -> (d0, d0)>}}
  tile.store %t, %x affine_map<(d0) -> (d0, d0)> : tensor<4xf32, #layout> -> memref<?xf32>
  return
}

// -----

#layout = #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>
func.func @rows_in_one_place(%t: tensor<2x2xf32, #layout>, %x: memref<?xf32>) {
  tile.store %t, %x affine_map<(d0, d1) -> (d1)> bounds affine_set<(d0, d1) : (-d0 >= 0)> : tensor<2x2xf32, #layout> -> memref<?xf32>
  // expected-error @below {{expects a map or bounds that tell elements along dimension 0 of 'tensor<2x2xf32, #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>>' apart, got affine_map<(d0, d1) -> (d1)>}}
  tile.store %t, %x affine_map<(d0, d1) -> (d1)> : tensor<2x2xf32, #layout> -> memref<?xf32>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @bounds(%x: memref<?xf32>, %n: index, %t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects bounds over the map's 1 dimensions and 1 symbols, got affine_set<(d0) : (d0 >= 0)>}}
  tile.atomic_add %t, %x[%n] affine_map<(d0)[s0] -> (d0 + s0)> bounds affine_set<(d0) : (d0 >= 0)> : tensor<4xf32, #layout> -> memref<?xf32>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#other = #tile.layout<{register = [[2]], lane = [[1]], warp = []}>
func.func @index_layout(%x: memref<?xf32>, %i: tensor<4xi32, #other>) -> tensor<4xf32, #layout> {
  // expected-error @below {{expects index tiles with the layout of 'tensor<4xf32,}}
  %0 = tile.load %x affine_map<(d0, d1) -> (d1)> indices (%i : tensor<4xi32, #other>) : memref<?xf32> -> tensor<4xf32, #layout>
  return %0 : tensor<4xf32, #layout>
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @other_type(%x: memref<?xf32>, %o: f16) -> tensor<4xf32, #layout> {
  // expected-error @below {{expects other to be 'f32', got 'f16'}}
  %0 = tile.load %x affine_map<(d0) -> (d0)> other %o : f16 : memref<?xf32> -> tensor<4xf32, #layout>
  return %0 : tensor<4xf32, #layout>
}

// -----

func.func @prefetch_layout(%x: memref<?xf32>) {
  // expected-error @below {{expects a layout of registers, lanes and warps, got #tile.layout<{offset = }}
  tile.prefetch %x affine_map<(d0) -> (d0)> : memref<?xf32> as #tile.layout<{offset = [[1]]}>
  return
}

// -----

func.func @copy_layout(%x: memref<?xf32>, %s: !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>>) {
  // expected-error @below {{expects a layout of registers, lanes and warps, got #tile.layout<{offset = }}
  tile.async_copy %x affine_map<(d0) -> (d0)> -> %s : memref<?xf32> -> !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>> as #tile.layout<{offset = [[1]]}>
  return
}

// -----

func.func @slice_of_tile(%s: !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>>, %i: index) {
  // expected-error @below {{expects a dimension in front of the layout's, got '!tile.shared<2xf32,}}
  %0 = tile.slice %s[%i] : !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>> -> !tile.shared<2xf32, #tile.layout<{offset = [[1]]}>>
  return
}

// -----

#shared = #tile.layout<{offset = [[1]]}>
func.func @slice_type(%s: !tile.shared<3x2xf32, #shared>, %i: index) {
  // expected-error @below {{expects a result of '!tile.shared<2xf32,}}
  %0 = tile.slice %s[%i] : !tile.shared<3x2xf32, #shared> -> !tile.shared<2xf16, #shared>
  return
}

// -----

#shared = #tile.layout<{offset = [[1]]}>
func.func @shared_element(%s: !tile.shared<2xf32, #shared>) {
  // expected-error @below {{expects a tile of 2 'f32', got 2 'f16'}}
  %0 = tile.shared_load %s : !tile.shared<2xf32, #shared> -> tensor<2xf16, #tile.layout<{register = [[1]], lane = [], warp = []}>>
  return
}

// -----

#shared = #tile.layout<{offset = [[1]]}>
func.func @whole_slices(%s: !tile.shared<2x2xf32, #shared>, %t: tensor<2x2xf32, #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>>) {
  // expected-error @below {{expects one slice of shared memory, got '!tile.shared<2x2xf32,}}
  tile.shared_store %t, %s : tensor<2x2xf32, #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>> -> !tile.shared<2x2xf32, #shared>
  return
}

// -----

func.func @pending() {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint}}
  tile.async_wait pending -1
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @scalar_of_many(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a tile of rank 0, got 'tensor<4xf32,}}
  %0 = tile.to_scalar %t : tensor<4xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @reduce_axis(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects an axis of 'tensor<4xf32,}}
  %0 = tile.reduce (%t) axis 1 : (tensor<4xf32, #layout>) -> tensor<4xf32, #layout> {
  ^bb0(%a: f32, %b: f32):
    tile.yield %a : f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#one = #tile.layout<{register = [], lane = [[]], warp = []}>
func.func @reduce_results(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a result for each of one or more tiles, got 1 tiles and 2 results}}
  %0:2 = tile.reduce (%t) axis 0 : (tensor<4xf32, #layout>) -> (tensor<f32, #one>, tensor<f32, #one>) {
  ^bb0(%a: f32, %b: f32):
    tile.yield %a : f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#other = #tile.layout<{register = [[2]], lane = [[1]], warp = []}>
#one = #tile.layout<{register = [], lane = [[]], warp = []}>
func.func @reduce_layouts(%t: tensor<4xf32, #layout>, %u: tensor<4xf32, #other>) {
  // expected-error @below {{expects tiles of one layout, got 'tensor<4xf32,}}
  %0:2 = tile.reduce (%t, %u) axis 0 : (tensor<4xf32, #layout>, tensor<4xf32, #other>) -> (tensor<f32, #one>, tensor<f32, #one>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
    tile.yield %a, %b : f32, f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @reduce_type(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a result of 'tensor<f32,}}
  %0 = tile.reduce (%t) axis 0 : (tensor<4xf32, #layout>) -> tensor<4xf32, #layout> {
  ^bb0(%a: f32, %b: f32):
    tile.yield %a : f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[0, 1]], lane = [[1, 1]], warp = []}>
#rows = #tile.layout<{register = [], lane = [[1]], warp = []}>
func.func @reduce_slanted(%t: tensor<2x2xf32, #layout>) {
  // expected-error @below {{expects bases along axis 1 or across it, got [1, 1]}}
  %0 = tile.reduce (%t) axis 1 : (tensor<2x2xf32, #layout>) -> tensor<2xf32, #rows> {
  ^bb0(%a: f32, %b: f32):
    tile.yield %a : f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#one = #tile.layout<{register = [], lane = [[]], warp = []}>
func.func @combiner_arguments(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a combiner of 'f32', 'f32', got 'f32'}}
  %0 = tile.reduce (%t) axis 0 : (tensor<4xf32, #layout>) -> tensor<f32, #one> {
  ^bb0(%a: f32):
    tile.yield %a : f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#one = #tile.layout<{register = [], lane = [[]], warp = []}>
func.func @combiner_yield(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a combiner that yields 'f32', got 'f32', 'f32'}}
  %0 = tile.reduce (%t) axis 0 : (tensor<4xf32, #layout>) -> tensor<f32, #one> {
  ^bb0(%a: f32, %b: f32):
    tile.yield %a, %b : f32, f32
  }
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @expand_axis(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects an axis of the result, got 2}}
  %0 = tile.expand_dims %t axis 2 : tensor<4xf32, #layout> -> tensor<4xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @expand_type(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a result of 'tensor<4x1xf32,}}
  %0 = tile.expand_dims %t axis 1 : tensor<4xf32, #layout> -> tensor<4xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[0, 1]], lane = [[1, 0]], warp = []}>
func.func @transpose_order(%t: tensor<2x2xf32, #layout>) {
  // expected-error @below {{expects each of the 2 dimensions once, got [0, 0]}}
  %0 = tile.transpose %t order [0, 0] : tensor<2x2xf32, #layout> -> tensor<2x2xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#small = #tile.layout<{register = [[1]], lane = [[0]], warp = []}>
func.func @reshape_elements(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects as many elements as 'tensor<4xf32,}}
  %0 = tile.reshape %t : tensor<4xf32, #layout> -> tensor<2xf32, #small>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#longer = #tile.layout<{register = [[0, 1]], lane = [[1, 0]], warp = []}>
func.func @broadcast_like(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a result like 'tensor<4xf32,}}
  %0 = tile.broadcast %t : tensor<4xf32, #layout> -> tensor<2x2xf32, #longer>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[0]], warp = []}>
#longer = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @broadcast_sizes(%t: tensor<2xf32, #layout>) {
  // expected-error @below {{expects size 1 or 4 in dimension 0, got 2}}
  %0 = tile.broadcast %t : tensor<2xf32, #layout> -> tensor<4xf32, #longer>
  return
}

// -----

#column = #tile.layout<{register = [[1, 0]], lane = [[0, 0], [0, 0]], warp = []}>
#layout = #tile.layout<{register = [[0, 1]], lane = [[0, 2], [1, 0]], warp = []}>
func.func @broadcast_selects(%t: tensor<2x1xf32, #column>) {
  // expected-error @below {{expects every thread to hold what it repeats, got elements that move within a thread}}
  %0 = tile.broadcast %t : tensor<2x1xf32, #column> -> tensor<2x4xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
#more = #tile.layout<{register = [[1]], lane = [[2]], warp = [[0]]}>
func.func @other_threads(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects layouts for the same threads, got 1 warps of 2 lanes and 2 of 2}}
  %0 = tile.convert_layout %t : tensor<4xf32, #layout> -> tensor<4xf32, #more>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @convert_type(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a result like 'tensor<4xf32,}}
  %0 = tile.convert_layout %t : tensor<4xf32, #layout> -> tensor<4xf16, #layout>
  return
}

// -----

#v = #tile.layout<{register = [[1]], lane = [], warp = []}>
#m = #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>
func.func @dot_rank(%a: tensor<2xf32, #v>, %b: tensor<2x2xf32, #m>) {
  // expected-error @below {{expects tiles of rank 2, got 1, 2 and 2}}
  %0 = tile.dot %a, %b, %b instruction "fma" : tensor<2xf32, #v>, tensor<2x2xf32, #m> -> tensor<2x2xf32, #m>
  return
}

// -----

#wide = #tile.layout<{register = [[0, 1], [0, 2], [1, 0]], lane = [], warp = []}>
#m = #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>
func.func @dot_depth(%a: tensor<2x4xf32, #wide>, %b: tensor<2x2xf32, #m>) {
  // expected-error @below {{expects lhs and rhs to share k, got 4 and 2}}
  %0 = tile.dot %a, %b, %b instruction "fma" : tensor<2x4xf32, #wide>, tensor<2x2xf32, #m> -> tensor<2x2xf32, #m>
  return
}

// -----

#wide = #tile.layout<{register = [[0, 1], [0, 2], [1, 0]], lane = [], warp = []}>
#m = #tile.layout<{register = [[0, 1], [1, 0]], lane = [], warp = []}>
func.func @dot_accumulator(%a: tensor<2x2xf32, #m>, %b: tensor<2x4xf32, #wide>) {
  // expected-error @below {{expects an accumulator of 2x4, got 2x2}}
  %0 = tile.dot %a, %b, %a instruction "fma" : tensor<2x2xf32, #m>, tensor<2x4xf32, #wide> -> tensor<2x2xf32, #m>
  return
}

// -----

#acc = #tile.layout<{register = [], lane = [[0, 1], [1, 0]], warp = []}>
#lhs = #tile.layout<{register = [[0, 1]], lane = [[1, 0], [0, 0]], warp = []}>
#rhs = #tile.layout<{register = [[1, 0]], lane = [[0, 1], [0, 0]], warp = []}>
func.func @dot_rows(%a: tensor<2x2xf32, #lhs>, %b: tensor<2x2xf32, #rhs>, %c: tensor<2x2xf32, #acc>) {
  // expected-error @below {{expects every thread to hold the elements of lhs that its accumulators need, got elements that move within a warp}}
  %0 = tile.dot %a, %b, %c instruction "fma" : tensor<2x2xf32, #lhs>, tensor<2x2xf32, #rhs> -> tensor<2x2xf32, #acc>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @exchange_axis(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects an axis of 'tensor<4xf32,}}
  %0 = tile.exchange %t axis 1 distance 1 : tensor<4xf32, #layout>
  return
}

// -----

#layout = #tile.layout<{register = [[1]], lane = [[2]], warp = []}>
func.func @exchange_distance(%t: tensor<4xf32, #layout>) {
  // expected-error @below {{expects a power of two below 4 as the distance, got 3}}
  %0 = tile.exchange %t axis 0 distance 3 : tensor<4xf32, #layout>
  return
}
