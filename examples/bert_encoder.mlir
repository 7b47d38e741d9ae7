// BertEncoder of small_models.py, which made this file.
module {
  fx.weight @words.weight : tensor<1000x256xf32> {seed = 1 : i64}
  fx.weight @positions.weight : tensor<64x256xf32> {scale = 0.99599999999999999 : f64, seed = 2 : i64}
  fx.weight @norm.weight : tensor<256xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-02 : f64, seed = 3 : i64}
  fx.weight @norm.bias : tensor<256xf32> {scale = 5.000000e-02 : f64, seed = 4 : i64}
  fx.weight @layers.0.query.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 5 : i64}
  fx.weight @layers.0.query.bias : tensor<256xf32> {scale = 3.600000e-02 : f64, seed = 6 : i64}
  fx.weight @layers.0.key.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 7 : i64}
  fx.weight @layers.0.key.bias : tensor<256xf32> {scale = 3.800000e-02 : f64, seed = 8 : i64}
  fx.weight @layers.0.value.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 9 : i64}
  fx.weight @layers.0.value.bias : tensor<256xf32> {scale = 3.500000e-02 : f64, seed = 10 : i64}
  fx.weight @layers.0.project.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 11 : i64}
  fx.weight @layers.0.project.bias : tensor<256xf32> {scale = 3.600000e-02 : f64, seed = 12 : i64}
  fx.weight @layers.0.attention_norm.weight : tensor<256xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-02 : f64, seed = 13 : i64}
  fx.weight @layers.0.attention_norm.bias : tensor<256xf32> {scale = 5.000000e-02 : f64, seed = 14 : i64}
  fx.weight @layers.0.up.weight : tensor<1024x256xf32> {scale = 3.600000e-02 : f64, seed = 15 : i64}
  fx.weight @layers.0.up.bias : tensor<1024xf32> {scale = 3.600000e-02 : f64, seed = 16 : i64}
  fx.weight @layers.0.down.weight : tensor<256x1024xf32> {scale = 1.800000e-02 : f64, seed = 17 : i64}
  fx.weight @layers.0.down.bias : tensor<256xf32> {scale = 1.800000e-02 : f64, seed = 18 : i64}
  fx.weight @layers.0.norm.weight : tensor<256xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-02 : f64, seed = 19 : i64}
  fx.weight @layers.0.norm.bias : tensor<256xf32> {scale = 5.000000e-02 : f64, seed = 20 : i64}
  fx.weight @layers.1.query.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 21 : i64}
  fx.weight @layers.1.query.bias : tensor<256xf32> {scale = 3.700000e-02 : f64, seed = 22 : i64}
  fx.weight @layers.1.key.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 23 : i64}
  fx.weight @layers.1.key.bias : tensor<256xf32> {scale = 3.600000e-02 : f64, seed = 24 : i64}
  fx.weight @layers.1.value.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 25 : i64}
  fx.weight @layers.1.value.bias : tensor<256xf32> {scale = 3.700000e-02 : f64, seed = 26 : i64}
  fx.weight @layers.1.project.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 27 : i64}
  fx.weight @layers.1.project.bias : tensor<256xf32> {scale = 3.600000e-02 : f64, seed = 28 : i64}
  fx.weight @layers.1.attention_norm.weight : tensor<256xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-02 : f64, seed = 29 : i64}
  fx.weight @layers.1.attention_norm.bias : tensor<256xf32> {scale = 5.000000e-02 : f64, seed = 30 : i64}
  fx.weight @layers.1.up.weight : tensor<1024x256xf32> {scale = 3.600000e-02 : f64, seed = 31 : i64}
  fx.weight @layers.1.up.bias : tensor<1024xf32> {scale = 3.600000e-02 : f64, seed = 32 : i64}
  fx.weight @layers.1.down.weight : tensor<256x1024xf32> {scale = 1.800000e-02 : f64, seed = 33 : i64}
  fx.weight @layers.1.down.bias : tensor<256xf32> {scale = 1.700000e-02 : f64, seed = 34 : i64}
  fx.weight @layers.1.norm.weight : tensor<256xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-02 : f64, seed = 35 : i64}
  fx.weight @layers.1.norm.bias : tensor<256xf32> {scale = 5.000000e-02 : f64, seed = 36 : i64}
  fx.weight @pool.weight : tensor<256x256xf32> {scale = 3.600000e-02 : f64, seed = 37 : i64}
  fx.weight @pool.bias : tensor<256xf32> {scale = 3.700000e-02 : f64, seed = 38 : i64}
  func.func @main(%arg0: tensor<1x64xi64> {fx.name = "tokens"} loc("tokens")) -> (tensor<1x64x256xf32> {fx.name = "output0"}, tensor<1x256xf32> {fx.name = "output1"}) {
    %0 = fx.get_weight @words.weight : tensor<1000x256xf32> loc("p_words_weight")
    %1 = fx.get_weight @positions.weight : tensor<64x256xf32> loc("p_positions_weight")
    %2 = fx.get_weight @norm.weight : tensor<256xf32> loc("p_norm_weight")
    %3 = fx.get_weight @norm.bias : tensor<256xf32> loc("p_norm_bias")
    %4 = fx.get_weight @layers.0.query.weight : tensor<256x256xf32> loc("p_layers_0_query_weight")
    %5 = fx.get_weight @layers.0.query.bias : tensor<256xf32> loc("p_layers_0_query_bias")
    %6 = fx.get_weight @layers.0.key.weight : tensor<256x256xf32> loc("p_layers_0_key_weight")
    %7 = fx.get_weight @layers.0.key.bias : tensor<256xf32> loc("p_layers_0_key_bias")
    %8 = fx.get_weight @layers.0.value.weight : tensor<256x256xf32> loc("p_layers_0_value_weight")
    %9 = fx.get_weight @layers.0.value.bias : tensor<256xf32> loc("p_layers_0_value_bias")
    %10 = fx.get_weight @layers.0.project.weight : tensor<256x256xf32> loc("p_layers_0_project_weight")
    %11 = fx.get_weight @layers.0.project.bias : tensor<256xf32> loc("p_layers_0_project_bias")
    %12 = fx.get_weight @layers.0.attention_norm.weight : tensor<256xf32> loc("p_layers_0_attention_norm_weight")
    %13 = fx.get_weight @layers.0.attention_norm.bias : tensor<256xf32> loc("p_layers_0_attention_norm_bias")
    %14 = fx.get_weight @layers.0.up.weight : tensor<1024x256xf32> loc("p_layers_0_up_weight")
    %15 = fx.get_weight @layers.0.up.bias : tensor<1024xf32> loc("p_layers_0_up_bias")
    %16 = fx.get_weight @layers.0.down.weight : tensor<256x1024xf32> loc("p_layers_0_down_weight")
    %17 = fx.get_weight @layers.0.down.bias : tensor<256xf32> loc("p_layers_0_down_bias")
    %18 = fx.get_weight @layers.0.norm.weight : tensor<256xf32> loc("p_layers_0_norm_weight")
    %19 = fx.get_weight @layers.0.norm.bias : tensor<256xf32> loc("p_layers_0_norm_bias")
    %20 = fx.get_weight @layers.1.query.weight : tensor<256x256xf32> loc("p_layers_1_query_weight")
    %21 = fx.get_weight @layers.1.query.bias : tensor<256xf32> loc("p_layers_1_query_bias")
    %22 = fx.get_weight @layers.1.key.weight : tensor<256x256xf32> loc("p_layers_1_key_weight")
    %23 = fx.get_weight @layers.1.key.bias : tensor<256xf32> loc("p_layers_1_key_bias")
    %24 = fx.get_weight @layers.1.value.weight : tensor<256x256xf32> loc("p_layers_1_value_weight")
    %25 = fx.get_weight @layers.1.value.bias : tensor<256xf32> loc("p_layers_1_value_bias")
    %26 = fx.get_weight @layers.1.project.weight : tensor<256x256xf32> loc("p_layers_1_project_weight")
    %27 = fx.get_weight @layers.1.project.bias : tensor<256xf32> loc("p_layers_1_project_bias")
    %28 = fx.get_weight @layers.1.attention_norm.weight : tensor<256xf32> loc("p_layers_1_attention_norm_weight")
    %29 = fx.get_weight @layers.1.attention_norm.bias : tensor<256xf32> loc("p_layers_1_attention_norm_bias")
    %30 = fx.get_weight @layers.1.up.weight : tensor<1024x256xf32> loc("p_layers_1_up_weight")
    %31 = fx.get_weight @layers.1.up.bias : tensor<1024xf32> loc("p_layers_1_up_bias")
    %32 = fx.get_weight @layers.1.down.weight : tensor<256x1024xf32> loc("p_layers_1_down_weight")
    %33 = fx.get_weight @layers.1.down.bias : tensor<256xf32> loc("p_layers_1_down_bias")
    %34 = fx.get_weight @layers.1.norm.weight : tensor<256xf32> loc("p_layers_1_norm_weight")
    %35 = fx.get_weight @layers.1.norm.bias : tensor<256xf32> loc("p_layers_1_norm_bias")
    %36 = fx.get_weight @pool.weight : tensor<256x256xf32> loc("p_pool_weight")
    %37 = fx.get_weight @pool.bias : tensor<256xf32> loc("p_pool_bias")
    %38 = fx.iota  {shape = affine_map<() -> (64)>} : () -> tensor<64xi64> loc("arange"("examples/small_models.py":43:1))
    %39 = fx.embedding %0, %arg0 : (tensor<1000x256xf32>, tensor<1x64xi64>) -> tensor<1x64x256xf32> loc("embedding"("examples/small_models.py":44:1))
    %40 = fx.embedding %1, %38 : (tensor<64x256xf32>, tensor<64xi64>) -> tensor<64x256xf32> loc("embedding_1"("examples/small_models.py":44:1))
    %41 = fx.add %39, %40 : (tensor<1x64x256xf32>, tensor<64x256xf32>) -> tensor<1x64x256xf32> loc("add"("examples/small_models.py":44:1))
    %42 = fx.layer_norm %41 weight %2 bias %3 {eps = 9.9999999999999998E-13 : f64, normalized_rank = 1 : i64} : (tensor<1x64x256xf32>, tensor<256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("layer_norm"("examples/small_models.py":44:1))
    %43 = fx.linear %42, %4, %5 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear"("examples/bert_layer.py":30:1))
    %44 = fx.view %43 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view"("examples/bert_layer.py":30:1))
    %45 = fx.permute %44 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose"("examples/bert_layer.py":30:1))
    %46 = fx.linear %42, %6, %7 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_1"("examples/bert_layer.py":30:1))
    %47 = fx.view %46 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view_1"("examples/bert_layer.py":30:1))
    %48 = fx.permute %47 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose_1"("examples/bert_layer.py":30:1))
    %49 = fx.linear %42, %8, %9 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_2"("examples/bert_layer.py":30:1))
    %50 = fx.view %49 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view_2"("examples/bert_layer.py":30:1))
    %51 = fx.permute %50 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose_2"("examples/bert_layer.py":30:1))
    %52 = fx.scaled_dot_product_attention %45, %48, %51 : (tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>) -> tensor<1x4x64x64xf32> loc("scaled_dot_product_attention"("examples/bert_layer.py":31:1))
    %53 = fx.permute %52 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x4x64x64xf32>) -> tensor<1x64x4x64xf32> loc("transpose_3"("examples/bert_layer.py":32:1))
    %54 = fx.view %53 {shape = affine_map<() -> (1, 64, 256)>} : (tensor<1x64x4x64xf32>) -> tensor<1x64x256xf32> loc("view_3"("examples/bert_layer.py":32:1))
    %55 = fx.linear %54, %10, %11 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_3"("examples/bert_layer.py":32:1))
    %56 = fx.add %42, %55 : (tensor<1x64x256xf32>, tensor<1x64x256xf32>) -> tensor<1x64x256xf32> loc("add_1"("examples/bert_layer.py":32:1))
    %57 = fx.layer_norm %56 weight %12 bias %13 {eps = 9.9999999999999998E-13 : f64, normalized_rank = 1 : i64} : (tensor<1x64x256xf32>, tensor<256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("layer_norm_1"("examples/bert_layer.py":32:1))
    %58 = fx.linear %57, %14, %15 : (tensor<1x64x256xf32>, tensor<1024x256xf32>, tensor<1024xf32>) -> tensor<1x64x1024xf32> loc("linear_4"("examples/bert_layer.py":33:1))
    %59 = fx.gelu %58 : (tensor<1x64x1024xf32>) -> tensor<1x64x1024xf32> loc("gelu"("examples/bert_layer.py":33:1))
    %60 = fx.linear %59, %16, %17 : (tensor<1x64x1024xf32>, tensor<256x1024xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_5"("examples/bert_layer.py":33:1))
    %61 = fx.add %57, %60 : (tensor<1x64x256xf32>, tensor<1x64x256xf32>) -> tensor<1x64x256xf32> loc("add_2"("examples/bert_layer.py":33:1))
    %62 = fx.layer_norm %61 weight %18 bias %19 {eps = 9.9999999999999998E-13 : f64, normalized_rank = 1 : i64} : (tensor<1x64x256xf32>, tensor<256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("layer_norm_2"("examples/bert_layer.py":33:1))
    %63 = fx.linear %62, %20, %21 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_6"("examples/bert_layer.py":30:1))
    %64 = fx.view %63 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view_4"("examples/bert_layer.py":30:1))
    %65 = fx.permute %64 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose_4"("examples/bert_layer.py":30:1))
    %66 = fx.linear %62, %22, %23 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_7"("examples/bert_layer.py":30:1))
    %67 = fx.view %66 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view_5"("examples/bert_layer.py":30:1))
    %68 = fx.permute %67 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose_5"("examples/bert_layer.py":30:1))
    %69 = fx.linear %62, %24, %25 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_8"("examples/bert_layer.py":30:1))
    %70 = fx.view %69 {shape = affine_map<() -> (1, 64, 4, 64)>} : (tensor<1x64x256xf32>) -> tensor<1x64x4x64xf32> loc("view_6"("examples/bert_layer.py":30:1))
    %71 = fx.permute %70 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x64x4x64xf32>) -> tensor<1x4x64x64xf32> loc("transpose_6"("examples/bert_layer.py":30:1))
    %72 = fx.scaled_dot_product_attention %65, %68, %71 : (tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>) -> tensor<1x4x64x64xf32> loc("scaled_dot_product_attention_1"("examples/bert_layer.py":31:1))
    %73 = fx.permute %72 {dims = array<i64: 0, 2, 1, 3>} : (tensor<1x4x64x64xf32>) -> tensor<1x64x4x64xf32> loc("transpose_7"("examples/bert_layer.py":32:1))
    %74 = fx.view %73 {shape = affine_map<() -> (1, 64, 256)>} : (tensor<1x64x4x64xf32>) -> tensor<1x64x256xf32> loc("view_7"("examples/bert_layer.py":32:1))
    %75 = fx.linear %74, %26, %27 : (tensor<1x64x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_9"("examples/bert_layer.py":32:1))
    %76 = fx.add %62, %75 : (tensor<1x64x256xf32>, tensor<1x64x256xf32>) -> tensor<1x64x256xf32> loc("add_3"("examples/bert_layer.py":32:1))
    %77 = fx.layer_norm %76 weight %28 bias %29 {eps = 9.9999999999999998E-13 : f64, normalized_rank = 1 : i64} : (tensor<1x64x256xf32>, tensor<256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("layer_norm_3"("examples/bert_layer.py":32:1))
    %78 = fx.linear %77, %30, %31 : (tensor<1x64x256xf32>, tensor<1024x256xf32>, tensor<1024xf32>) -> tensor<1x64x1024xf32> loc("linear_10"("examples/bert_layer.py":33:1))
    %79 = fx.gelu %78 : (tensor<1x64x1024xf32>) -> tensor<1x64x1024xf32> loc("gelu_1"("examples/bert_layer.py":33:1))
    %80 = fx.linear %79, %32, %33 : (tensor<1x64x1024xf32>, tensor<256x1024xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("linear_11"("examples/bert_layer.py":33:1))
    %81 = fx.add %77, %80 : (tensor<1x64x256xf32>, tensor<1x64x256xf32>) -> tensor<1x64x256xf32> loc("add_4"("examples/bert_layer.py":33:1))
    %82 = fx.layer_norm %81 weight %34 bias %35 {eps = 9.9999999999999998E-13 : f64, normalized_rank = 1 : i64} : (tensor<1x64x256xf32>, tensor<256xf32>, tensor<256xf32>) -> tensor<1x64x256xf32> loc("layer_norm_4"("examples/bert_layer.py":33:1))
    %83 = fx.select %82 {dim = 1 : i64, index = affine_map<() -> (0)>} : (tensor<1x64x256xf32>) -> tensor<1x256xf32> loc("select"("examples/small_models.py":45:1))
    %84 = fx.linear %83, %36, %37 : (tensor<1x256xf32>, tensor<256x256xf32>, tensor<256xf32>) -> tensor<1x256xf32> loc("linear_12"("examples/small_models.py":45:1))
    %85 = fx.tanh %84 : (tensor<1x256xf32>) -> tensor<1x256xf32> loc("tanh"("examples/small_models.py":45:1))
    return %82, %85 : tensor<1x64x256xf32>, tensor<1x256xf32> loc(unknown)
  } loc(unknown)
} loc(unknown)
