"""Prints a function of N GELUs in a row."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import sys

count = int(sys.argv[1])
print("func.func @main(%v0: tensor<4xf32>) -> tensor<4xf32> {")
for i in range(count):
    print(f"  %v{i + 1} = fx.gelu %v{i} : (tensor<4xf32>) -> tensor<4xf32>")
print(f"  return %v{count} : tensor<4xf32>\n}}")
