// Products large enough for operands packed once for all work items: the right one, the left one, both; computed, 16 bits wide, across, long; steps
// that no block divides.
module {
  func.func @main(%x: tensor<301x270xf32>, %y: tensor<270x290xf32>, %u: tensor<270x301xf32>, %v: tensor<290x270xf32>, %h: tensor<301x270xbf16>, %g: tensor<290x270xbf16>, %b: tensor<290xf32>, %a: tensor<260x1037xf32>, %c: tensor<1037x259xf32>, %l: tensor<130x777xf32>, %o: tensor<777x515xf32>) -> (tensor<301x290xf32>, tensor<301x290xf32>, tensor<301x290xf32>, tensor<301x290xbf16>, tensor<301x290xf32>, tensor<260x259xf32>, tensor<130x515xf32>) {
    %ut = fx.permute %u {dims = array<i64: 1, 0>} : (tensor<270x301xf32>) -> tensor<301x270xf32>
    %vt = fx.permute %v {dims = array<i64: 1, 0>} : (tensor<290x270xf32>) -> tensor<270x290xf32>
    %gt = fx.permute %g {dims = array<i64: 1, 0>} : (tensor<290x270xbf16>) -> tensor<270x290xbf16>
    %r0 = fx.mm %x, %y : (tensor<301x270xf32>, tensor<270x290xf32>) -> tensor<301x290xf32>
    %r1 = fx.mm %ut, %y : (tensor<301x270xf32>, tensor<270x290xf32>) -> tensor<301x290xf32>
    %m2 = fx.mm %ut, %vt : (tensor<301x270xf32>, tensor<270x290xf32>) -> tensor<301x290xf32>
    %r2 = fx.add %m2, %b : (tensor<301x290xf32>, tensor<290xf32>) -> tensor<301x290xf32>
    %r3 = fx.mm %h, %gt : (tensor<301x270xbf16>, tensor<270x290xbf16>) -> tensor<301x290xbf16>
    %xr = fx.relu %x : (tensor<301x270xf32>) -> tensor<301x270xf32>
    %yr = fx.relu %y : (tensor<270x290xf32>) -> tensor<270x290xf32>
    %r4 = fx.mm %xr, %yr : (tensor<301x270xf32>, tensor<270x290xf32>) -> tensor<301x290xf32>
    %r5 = fx.mm %a, %c : (tensor<260x1037xf32>, tensor<1037x259xf32>) -> tensor<260x259xf32>
    %r6 = fx.mm %l, %o : (tensor<130x777xf32>, tensor<777x515xf32>) -> tensor<130x515xf32>
    return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : tensor<301x290xf32>, tensor<301x290xf32>, tensor<301x290xf32>, tensor<301x290xbf16>, tensor<301x290xf32>, tensor<260x259xf32>, tensor<130x515xf32>
  }
}
