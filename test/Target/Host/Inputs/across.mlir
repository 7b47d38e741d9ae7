// A left operand that lies across: its rows are packed, in whole tiles of 6 and of 14.
module {
  func.func @main(%x: tensor<512x504xf32>, %y: tensor<512x96xf32>) -> tensor<504x96xf32> {
    %t = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<512x504xf32>) -> tensor<504x512xf32>
    %m = fx.mm %t, %y : (tensor<504x512xf32>, tensor<512x96xf32>) -> tensor<504x96xf32>
    return %m : tensor<504x96xf32>
  }
}
