// RUN: xcc-opt %s --expand-math --cse | FileCheck %s
// RUN: xcc-opt %s --expand-math=has-f64=false --cse | FileCheck %s --check-prefix=WITHOUT
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors are measured by expand-math-ulp.test.

// CHECK-LABEL: @exp_of_a_vector
// CHECK-NOT: math.exp
// CHECK: math.fma %{{.*}} : vector<8xf32>
// CHECK: arith.bitcast %{{.*}} : vector<8xi32> to vector<8xf32>
func.func @exp_of_a_vector(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.exp %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// Without f64 the angle is reduced in integers.
// WITHOUT-LABEL: @sin_of_f32_is_computed_in_f64
// WITHOUT-NOT: f64
// WITHOUT: arith.muli %{{.*}} : i64
// WITHOUT-NOT: f64
// WITHOUT: return
// CHECK-LABEL: @sin_of_f32_is_computed_in_f64
// CHECK: arith.extf %{{.*}} : f32 to f64
// CHECK-NOT: math.sin
// CHECK: arith.truncf %{{.*}} : f64 to f32
func.func @sin_of_f32_is_computed_in_f64(%x: f32) -> f32 {
  %0 = math.sin %x : f32
  return %0 : f32
}

// CHECK-LABEL: @rounds_to_bf16_by_bits
// CHECK-NOT: arith.truncf
// CHECK: arith.cmpf uno
// CHECK: arith.trunci %{{.*}} : i32 to i16
func.func @rounds_to_bf16_by_bits(%x: f32) -> bf16 {
  %0 = arith.truncf %x : f32 to bf16
  return %0 : bf16
}

// CHECK-LABEL: @tanh_of_bf16_rounds_once
// CHECK-NOT: math.tanh
// CHECK-NOT: arith.extf
// CHECK: arith.shli
// CHECK: arith.divf
// CHECK: arith.trunci
// CHECK-NOT: arith.trunci
func.func @tanh_of_bf16_rounds_once(%x: bf16) -> bf16 {
  %0 = math.tanh %x : bf16
  return %0 : bf16
}

// CHECK-LABEL: @float8_without_a_library
// CHECK-NOT: f8E4M3FN to f32
// CHECK: arith.bitcast %{{.*}} : f8E4M3FN to i8
// CHECK: arith.bitcast %{{.*}} : i8 to f8E5M2
func.func @float8_without_a_library(%x: f8E4M3FN) -> f8E5M2 {
  %0 = arith.extf %x : f8E4M3FN to f32
  %1 = arith.truncf %0 : f32 to f8E5M2
  return %1 : f8E5M2
}

// What has an instruction stays.
// CHECK-LABEL: @left_alone
// CHECK: math.sqrt
// CHECK: math.floor
// CHECK: math.roundeven
// CHECK: arith.maximumf
func.func @left_alone(%x: f32, %y: f32) -> f32 {
  %0 = math.sqrt %x : f32
  %1 = math.floor %0 : f32
  %2 = math.roundeven %1 : f32
  %3 = arith.maximumf %2, %y : f32
  return %3 : f32
}
