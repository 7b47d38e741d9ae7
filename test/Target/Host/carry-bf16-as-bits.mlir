// RUN: xcc-opt %s --host-carry-bf16-as-bits | FileCheck %s

// CHECK-LABEL: @choose
// CHECK-SAME: (%[[C:.*]]: i1, %[[A:.*]]: memref<4xi16>, %[[I:.*]]: index)
func.func @choose(%c: i1, %a: memref<4xbf16>, %i: index) {
  // CHECK: %[[ONE:.*]] = arith.constant 16256 : i16
  %one = arith.constant 1.0 : bf16
  // CHECK: %[[X:.*]] = memref.load %[[A]][%[[I]]] : memref<4xi16>
  %x = memref.load %a[%i] : memref<4xbf16>
  // CHECK: %[[Y:.*]] = arith.select %[[C]], %[[X]], %[[ONE]] : i16
  %y = arith.select %c, %x, %one : bf16
  // CHECK: memref.store %[[Y]], %[[A]][%[[I]]] : memref<4xi16>
  memref.store %y, %a[%i] : memref<4xbf16>
  return
}

// CHECK-LABEL: @reinterpret
// CHECK-SAME: (%[[X:.*]]: vector<8xi16>) -> vector<8xi16>
func.func @reinterpret(%x: vector<8xbf16>) -> vector<8xi16> {
  // CHECK: %[[ZERO:.*]] = arith.constant dense<-32768> : vector<8xi16>
  %zero = arith.constant dense<-0.0> : vector<8xbf16>
  // CHECK: %[[BITS:.*]] = arith.ori %[[X]], %[[ZERO]]
  %a = arith.bitcast %x : vector<8xbf16> to vector<8xi16>
  %b = arith.bitcast %zero : vector<8xbf16> to vector<8xi16>
  %0 = arith.ori %a, %b : vector<8xi16>
  // CHECK: return %[[BITS]]
  return %0 : vector<8xi16>
}

// CHECK-LABEL: @leaves_others
// CHECK-SAME: memref<4xf16>, %{{.*}}: f32
func.func @leaves_others(%a: memref<4xf16>, %b: f32) {
  return
}
