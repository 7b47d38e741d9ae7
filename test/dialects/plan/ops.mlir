// RUN: xcc-opt %s | xcc-opt | FileCheck %s

func.func private @k(%x: tensor<?x4xf32>, %n: index) -> tensor<?x4xf32> attributes {plan.kernel}

// CHECK-LABEL: @launch
// CHECK: plan.launch @k(%{{.*}}) [%{{.*}}] {places = [#plan.arena<()[s0] -> (0, s0 * 64)>]} : (tensor<?x4xf32>) -> tensor<?x4xf32>
func.func @launch(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {fx.symbols = [{name = "n"}]} {
  %n = fx.sym 0 : index
  %y = plan.launch @k(%x)[%n] {places = [#plan.arena<()[s0] -> (0, s0 * 64)>]} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: @copy
// CHECK: plan.copy %{{.*}} {places = [#plan.output<0>]} : tensor<2xi1>
func.func @copy(%x: tensor<2xi1>) -> tensor<2xi1> {
  %y = plan.copy %x {places = [#plan.output<0>]} : tensor<2xi1>
  return %y : tensor<2xi1>
}
