// RUN: xcc-opt %s --lower-host | FileCheck %s

// The body takes pointers that do not alias; the entry loads them.

// CHECK-LABEL: func.func private @scale.body
// CHECK-SAME: !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64)
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>
// A dynamic size comes from fx.dims over the scalars.
// CHECK: affine.apply #{{.*}}()[%{{.*}}]
// CHECK: llvm.insertvalue
// CHECK: builtin.unrealized_conversion_cast %{{.*}} : !llvm.struct<{{.*}}> to memref<?x4xf32>

// CHECK: func.func @scale(%[[BUFFERS:.*]]: !llvm.ptr, %[[SCALARS:.*]]: !llvm.ptr, %[[SCRATCH:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[Y:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[N:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK: call @scale.body(%[[X]], %[[Y]], %[[N]], %[[SCRATCH]], %[[BEGIN]], %[[END]])
func.func private @scale(%x: memref<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0 * 2, 4)>}, %y: memref<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0 * 2, 4)>}, %n: index, %scratch: memref<?xi8>, %begin: index, %end: index) attributes {plan.kernel} {
  %zero = arith.constant 0 : index
  %value = memref.load %x[%begin, %zero] : memref<?x4xf32>
  memref.store %value, %y[%begin, %zero] : memref<?x4xf32>
  return
}

// What is no kernel keeps its form and is not exported.

// CHECK-LABEL: func.func private @tile
// CHECK-SAME: memref<?xf32>
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>
func.func private @tile(%x: memref<?xf32>) {
  return
}
