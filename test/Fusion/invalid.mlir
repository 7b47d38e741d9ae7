// RUN: xcc-opt %s --fuse-kernels --plan-buffers --split-input-file --verify-diagnostics

// expected-error @below {{expects a function @main, found none}}
module {
  func.func @other() {
    return
  }
}

// -----

func.func @main(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %e = tensor.empty(%n) : tensor<?xf32>
  // expected-error @below {{expects sizes that are expressions of the size symbols, got 'tensor<?xf32>'}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%i: f32, %o: f32):
    linalg.yield %i : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @main(%x: tensor<4xf32>, %w: tensor<4xi64>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %p = tensor.extract %w[%c0] : tensor<4xi64>
  %n = arith.index_cast %p : i64 to index
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @below {{expects sizes that are expressions of the size symbols}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = tensor.extract %x[%n] : tensor<4xf32>
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}
