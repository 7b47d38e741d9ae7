// RUN: xcc-tile-opt %s --lower-tile-test | FileCheck %s
// RUN: xcc-tile-opt %s --lower-tile-test=exp2 | FileCheck %s --check-prefix=EXP2

#row = #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>
#far = #tile.layout<{register = [[8], [16]], lane = [[1], [2]], warp = [[4]]}>
#square = #tile.layout<{register = [[0, 1], [2, 0]], lane = [[0, 2], [0, 4]], warp = [[1, 0]]}>
#copies = #tile.layout<{register = [[1]], lane = [[0], [2]], warp = [[0]]}>

// Four neighbours a thread are one access. What depends on the block alone is
// one offset, what depends on the thread another.
// CHECK-LABEL: llvm.func @vectors(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME: %[[Y:.*]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias}
// CHECK: %[[ID:.*]] = llvm.call @thread_id()
// CHECK: %[[START:.*]] = arith.muli %{{.*}}, %c32
// CHECK: %[[FIRST:.*]] = arith.shli %[[ID]], %c2
// CHECK: %[[BLOCK:.*]] = llvm.getelementptr %[[X]][%[[START]]]
// CHECK: %[[OFFSET:.*]] = arith.extui %[[FIRST]]
// CHECK: %[[PLACE:.*]] = llvm.getelementptr %[[BLOCK]][%[[OFFSET]]]
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32(%[[PLACE]])
// CHECK-COUNT-4: vector.extract %[[FOUR]]
// CHECK-COUNT-4: arith.addf
// CHECK: %[[SUMS:.*]] = vector.from_elements
// CHECK: llvm.call @store_4xf32(%[[SUMS]],
func.func @vectors(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %b = tile.block_id x
  %c32 = arith.constant 32 : index
  %start = arith.muli %b, %c32 : index
  %t = tile.load %x[%start] affine_map<(d0)[s0] -> (d0 + s0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = arith.addf %t, %t : tensor<32xf32, #row>
  tile.store %u, %y[%start] affine_map<(d0)[s0] -> (d0 + s0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// What was loaded as a vector and not touched is stored as that vector.
// CHECK-LABEL: llvm.func @copies_vectors
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32
// CHECK: llvm.call @store_4xf32(%[[FOUR]],
func.func @copies_vectors(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  tile.store %t, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// A place that may be odd, registers that are no neighbours, rows that are no
// multiple of the vector: single elements.
// CHECK-LABEL: llvm.func @single_elements
// CHECK-COUNT-12: llvm.call @load_f32
func.func @single_elements(%x: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x[%n] affine_map<(d0)[s0] -> (d0 + s0)> : memref<?xf32> -> tensor<32xf32, #row>
  %b = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #far>
  %c = tile.load %x affine_map<(d0, d1) -> (d0 * 7 + d1)> : memref<?xf32> -> tensor<4x8xf32, #square>
  return
}

// Pairs in each row; the second row is a constant away from the first.
// CHECK-LABEL: llvm.func @rows
// CHECK: %[[PLACE:.*]] = llvm.getelementptr %{{[a-z0-9]+}}[%{{[0-9]+}}]
// CHECK: %[[NEXT:.*]] = llvm.getelementptr %[[PLACE]][%c192
// CHECK: llvm.call @load_2xf32(%[[PLACE]])
// CHECK: llvm.call @load_2xf32(%[[NEXT]])
func.func @rows(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %c = tile.load %x affine_map<(d0, d1) -> (d0 * 96 + d1)> : memref<?xf32> -> tensor<4x8xf32, #square>
  return
}

// A bound that a vector cannot straddle is one comparison in 32 bits; the size
// is brought into 32 bits once.
// CHECK-LABEL: llvm.func @bounds_between_vectors
// CHECK: arith.minsi
// CHECK: arith.maxsi
// CHECK: %[[LIMIT:.*]] = arith.trunci
// CHECK: %[[INSIDE:.*]] = arith.cmpi sge, %[[LIMIT]], %{{.*}} : i32
// CHECK: llvm.call @load_if_4xf32(%{{.*}}, %[[INSIDE]], %{{.*}})
func.func @bounds_between_vectors(%x: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x[%n] affine_map<(d0)[s0] -> (d0)> bounds affine_set<(d0)[s0] : (s0 * 4 - d0 - 1 >= 0)>
    : memref<?xf32> -> tensor<32xf32, #row>
  return
}

// Any other bound is one comparison an element.
// CHECK-LABEL: llvm.func @bounds_anywhere
// CHECK-COUNT-4: llvm.call @load_if_f32
func.func @bounds_anywhere(%x: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x[%n] affine_map<(d0)[s0] -> (d0)> bounds affine_set<(d0)[s0] : (s0 - d0 - 1 >= 0)>
    : memref<?xf32> -> tensor<32xf32, #row>
  return
}

// A bound that always holds is no bound.
// CHECK-LABEL: llvm.func @bounds_known
// CHECK: llvm.call @load_4xf32(%{{[0-9]+}})
func.func @bounds_known(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.grid = affine_map<() -> (4, 1, 1)>} {
  %b = tile.block_id x
  %a = tile.load %x[%b] affine_map<(d0)[s0] -> (d0 + s0 * 32)> bounds affine_set<(d0)[s0] : (127 - s0 * 32 - d0 >= 0)>
    : memref<?xf32> -> tensor<32xf32, #row>
  return
}

// A run may lie within one line of a reshaped buffer.
// CHECK-LABEL: llvm.func @within_lines
// CHECK: llvm.call @load_4xf32
// CHECK-LABEL: llvm.func @across_lines
// CHECK-COUNT-2: llvm.call @load_2xf32
func.func @within_lines(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x affine_map<(d0) -> ((d0 floordiv 12) * 100 + d0 mod 12)> : memref<?xf32> -> tensor<32xf32, #row>
  return
}
func.func @across_lines(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x affine_map<(d0) -> ((d0 floordiv 6) * 100 + d0 mod 6)> : memref<?xf32> -> tensor<32xf32, #row>
  return
}

// Lane 1 of each pair and the second warp hold copies: they do not store.
// CHECK-LABEL: llvm.func @stores_once
// CHECK: %[[BITS:.*]] = arith.andi %{{.*}}, %c5
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[BITS]], %c0
// CHECK: llvm.call @store_if_2xf32(%{{.*}}, %{{.*}}, %[[IS_FIRST]])
func.func @stores_once(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %c = arith.constant dense<1.0> : tensor<4xf32, #copies>
  tile.store %c, %x affine_map<(d0) -> (d0)> : tensor<4xf32, #copies> -> memref<?xf32>
  return
}

// Booleans are bytes in memory.
// CHECK-LABEL: llvm.func @booleans
// CHECK: llvm.call @load_4xi8
// CHECK: arith.cmpi ne, %{{.*}} : i8
// CHECK: arith.extui %{{.*}} : i1 to i8
// CHECK: llvm.call @store_4xi8
func.func @booleans(%x: memref<?xi1>, %y: memref<?xi1>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xi1> -> tensor<32xi1, #row>
  tile.store %t, %y affine_map<(d0) -> (d0)> : tensor<32xi1, #row> -> memref<?xi1>
  return
}

// Rows named by a tile of numbers; neighbours in a row share their number.
// CHECK-LABEL: llvm.func @gathers
// CHECK: %[[ID:.*]] = llvm.call @load_i64
// CHECK: arith.muli %{{.*}}, %c64
// CHECK: llvm.call @load_4xf32
func.func @gathers(%ids: memref<?xi64>, %x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %i = tile.load %ids affine_map<(d0) -> (d0)>
    : memref<?xi64> -> tensor<2xi64, #tile.layout<{register = [], lane = [[0], [0]], warp = [[1]]}>>
  %e = tile.expand_dims %i axis 1 : tensor<2xi64, #tile.layout<{register = [], lane = [[0], [0]], warp = [[1]]}>>
    -> tensor<2x1xi64, #tile.layout<{register = [], lane = [[0, 0], [0, 0]], warp = [[1, 0]]}>>
  %b = tile.broadcast %e : tensor<2x1xi64, #tile.layout<{register = [], lane = [[0, 0], [0, 0]], warp = [[1, 0]]}>>
    -> tensor<2x16xi64, #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 4], [0, 8]], warp = [[1, 0]]}>>
  %t = tile.load %x affine_map<(d0, d1, d2) -> (d2 * 64 + d1)>
    indices (%b : tensor<2x16xi64, #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 4], [0, 8]], warp = [[1, 0]]}>>)
    : memref<?xf32> -> tensor<2x16xf32, #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 4], [0, 8]], warp = [[1, 0]]}>>
  return
}

// Coordinates as numbers, and what is known of them at compile time.
// CHECK-LABEL: llvm.func @numbers
// CHECK: %[[ID:.*]] = llvm.call @thread_id
// CHECK: %[[FIRST:.*]] = arith.shli %[[ID]], %c2
// CHECK: arith.addi %[[FIRST]], %c1
// CHECK: arith.addi %[[FIRST]], %c2
// CHECK: arith.addi %[[FIRST]], %c3
// CHECK: llvm.call @store_4xi32
func.func @numbers(%y: memref<?xi32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.index affine_map<(d0) -> (d0)> : tensor<32xi32, #row>
  tile.store %t, %y affine_map<(d0) -> (d0)> : tensor<32xi32, #row> -> memref<?xi32>
  return
}

// A number for all is computed once.
// CHECK-LABEL: llvm.func @uniform
// CHECK-COUNT-1: math.exp
// CHECK-NOT: math.exp
// EXP2-LABEL: llvm.func @uniform
// EXP2-COUNT-2: math.fma
// EXP2: llvm.call @exp2
// EXP2: math.fma
// EXP2-NOT: math.exp
func.func @uniform(%y: memref<?xf32>, %z: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %c = arith.constant dense<2.0> : tensor<32xf32, #row>
  %e = math.exp %c : tensor<32xf32, #row>
  tile.store %e, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// erf where there is 2^x: two polynomials and a choice. Without, expand-math's.
// CHECK-LABEL: llvm.func @error_function
// CHECK: math.erf
// EXP2-LABEL: llvm.func @error_function
// EXP2: %[[SIZE:.*]] = math.absf %[[X:.*]] : f32
// EXP2-COUNT-7: math.fma
// EXP2: %[[TAIL:.*]] = llvm.call @exp2
// EXP2: %[[FAR:.*]] = arith.subf %{{.*}}, %[[TAIL]]
// EXP2: %[[SIGNED:.*]] = math.copysign %[[FAR]], %[[X]]
// EXP2-COUNT-6: math.fma
// EXP2: %[[IS_NEAR:.*]] = arith.cmpf olt, %[[SIZE]]
// EXP2: arith.select %[[IS_NEAR]], %{{.*}}, %[[SIGNED]]
// EXP2-NOT: math.erf
func.func @error_function(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %e = math.erf %t : tensor<32xf32, #row>
  tile.store %e, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// Tiles travel through loops and branches register by register.
// CHECK-LABEL: llvm.func @loops
// CHECK: %[[SUM:.*]]:4 = scf.for
// CHECK: %[[CHOICE:.*]]:4 = scf.if
// CHECK: scf.yield %[[CHOICE]]#0, %[[CHOICE]]#1, %[[CHOICE]]#2, %[[CHOICE]]#3
// CHECK: vector.from_elements %[[SUM]]#0, %[[SUM]]#1, %[[SUM]]#2, %[[SUM]]#3
func.func @loops(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<32xf32, #row>
  %sum = scf.for %i = %c0 to %n step %c32 iter_args(%acc = %zero) -> tensor<32xf32, #row> {
    %t = tile.load %x[%i] affine_map<(d0)[s0] -> (d0 + s0)> : memref<?xf32> -> tensor<32xf32, #row>
    %is = arith.cmpi eq, %i, %c0 : index
    %u = scf.if %is -> tensor<32xf32, #row> {
      scf.yield %t : tensor<32xf32, #row>
    } else {
      %v = arith.addf %acc, %t : tensor<32xf32, #row>
      scf.yield %v : tensor<32xf32, #row>
    }
    scf.yield %u : tensor<32xf32, #row>
  }
  tile.store %sum, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// CHECK-LABEL: llvm.func @atomics
// CHECK: scf.if
// CHECK-COUNT-2: llvm.atomicrmw fadd
func.func @atomics(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %c = arith.constant dense<1.0> : tensor<4xf32, #copies>
  tile.atomic_add %c, %x affine_map<(d0) -> (d0)> : tensor<4xf32, #copies> -> memref<?xf32>
  return
}

// Floats of 8 bits are bytes in memory.
// CHECK-LABEL: llvm.func @narrow_floats
// CHECK: llvm.call @load_4xi8
// CHECK: arith.bitcast %{{.*}} : i8 to f8E5M2
// CHECK: arith.extf %{{.*}} : f8E5M2 to f32
// CHECK: llvm.call @store_4xf32
func.func @narrow_floats(%x: memref<?xf8E5M2>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf8E5M2> -> tensor<32xf8E5M2, #row>
  %u = arith.extf %t : tensor<32xf8E5M2, #row> to tensor<32xf32, #row>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}
