// RUN: xcc-opt %s --fuse-kernels --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>

// Bias and activation join the product; the kernel says where they come from.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.family = "contract"
// CHECK-SAME: plan.fused = ["linear (model.py:3) in one piece: {{[^"]*}}", "gelu (model.py:4) as epilogue of linear (model.py:3): 2048 B stay out of memory"]
// CHECK-SAME: plan.lines = ["model.py:3", "model.py:4"]
// CHECK-SAME: plan.ops = ["linear", "gelu"]
// CHECK-SAME: plan.sources = ["model.py:3", "model.py:4"]
// CHECK-COUNT-3: linalg.generic
// CHECK-LABEL: func.func @main
// CHECK-NOT: linalg
// CHECK: %[[R:.*]] = plan.launch @kernel(%arg0, %arg1, %arg2)
// CHECK-NEXT: return %[[R]]
func.func @main(%x: tensor<8x16xf32>, %w: tensor<64x16xf32>, %b: tensor<64xf32>) -> tensor<8x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  %p = linalg.generic {indexing_maps = [#lhs, #rhs, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x16xf32>, tensor<64x16xf32>) outs(%z : tensor<8x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.mulf %l, %r : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8x64xf32> loc(fused<"fx.linear">["model.py":3:1])
  %a = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %b : tensor<8x64xf32>, tensor<64xf32>) outs(%e : tensor<8x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.addf %l, %r : f32
    linalg.yield %0 : f32
  } -> tensor<8x64xf32> loc(fused<"fx.linear">["model.py":3:1])
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %0 = math.erf %l : f32
    %1 = arith.mulf %0, %l : f32
    linalg.yield %1 : f32
  } -> tensor<8x64xf32> loc(fused<"fx.gelu">["model.py":4:1])
  return %g : tensor<8x64xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>

// What comes before the activation is needed too: a second result.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: -> (tensor<8x64xf32> {{.*}}, tensor<8x64xf32>
// CHECK-LABEL: func.func @main
// CHECK: %[[R:.*]]:2 = plan.launch @kernel
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @main(%x: tensor<8x16xf32>, %w: tensor<64x16xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  %p = linalg.generic {indexing_maps = [#lhs, #rhs, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x16xf32>, tensor<64x16xf32>) outs(%z : tensor<8x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.mulf %l, %r : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8x64xf32>
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) {
  ^bb0(%l: f32, %o: f32):
    %0 = math.tanh %l : f32
    linalg.yield %0 : f32
  } -> tensor<8x64xf32>
  return %p, %g : tensor<8x64xf32>, tensor<8x64xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>

// A cheap, only read operand is made while it is read; exp is not repeated.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.family = "map"
// CHECK: math.exp
// CHECK-LABEL: func.func private @kernel_0(
// CHECK-SAME: plan.family = "contract"
// CHECK-SAME: plan.fused = ["to (model.py:1) as prologue of mm (model.py:3): 4096 B stay out of memory"]
// CHECK-SAME: plan.refused = ["exp (model.py:2) with mm (model.py:3): too expensive to do each time the operand is read"]
// CHECK: arith.extf
// CHECK-NOT: math.exp
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<8x16xf32>, %w: tensor<16x64xf16>) -> tensor<8x64xf32> {
  %zero = arith.constant 0.0 : f32
  %we = tensor.empty() : tensor<64x16xf32>
  %wt = linalg.generic {indexing_maps = [#t, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<16x64xf16>) outs(%we : tensor<64x16xf32>) {
  ^bb0(%l: f16, %o: f32):
    %0 = arith.extf %l : f16 to f32
    linalg.yield %0 : f32
  } -> tensor<64x16xf32> loc(fused<"fx.to">["model.py":1:1])
  %xe = tensor.empty() : tensor<8x16xf32>
  %xx = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x16xf32>) outs(%xe : tensor<8x16xf32>) {
  ^bb0(%l: f32, %o: f32):
    %0 = math.exp %l : f32
    linalg.yield %0 : f32
  } -> tensor<8x16xf32> loc(fused<"fx.exp">["model.py":2:1])
  %e = tensor.empty() : tensor<8x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  %p = linalg.generic {indexing_maps = [#lhs, #rhs, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%xx, %wt : tensor<8x16xf32>, tensor<64x16xf32>) outs(%z : tensor<8x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.mulf %l, %r : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8x64xf32> loc(fused<"fx.mm">["model.py":3:1])
  return %p : tensor<8x64xf32>
}
