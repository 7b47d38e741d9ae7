//===- Main.cpp - xcc-roofs: the limits of this processor, as JSON --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace roofs;

// From the first-level cache to main memory, far beyond any cache.
static constexpr size_t kSizes[] = {24u << 10, 192u << 10, 1u << 20,
                                    4u << 20,  16u << 20,  256u << 20};

// 2 to 20 ms a round, as fast as the instruction is.
static constexpr int64_t kSteps = 4'000'000;

static void printProducts(const std::vector<int> &threads) {
  bool isFirst = true;
  std::printf("  \"products\": [");
  for (const Product &product :
       {fmaOfAvx2(), fmaOfAvx512(), dotOfAvx512(), dotOfTiles()}) {
    if (!product.isSupported)
      continue;
    for (int count : threads) {
      std::printf("%s\n    {\"instruction\": \"%s\", \"type\": \"%s\", "
                  "\"threads\": %d, \"gflops\": %.2f}",
                  isFirst ? "" : ",", product.name, product.type, count,
                  largest(productRates(product, count, kSteps)));
      isFirst = false;
    }
  }
  std::printf("\n  ],\n");
}

static void printBandwidths(const std::vector<int> &threads) {
  bool isFirst = true;
  std::printf("  \"bandwidths\": [");
  for (int count : threads) {
    for (size_t bytes : kSizes) {
      std::printf("%s\n    {\"threads\": %d, \"bytes\": %zu, "
                  "\"read_gbs\": %.2f, \"triad_gbs\": %.2f}",
                  isFirst ? "" : ",", count, bytes,
                  largest(readRates(count, bytes)),
                  largest(triadRates(count, bytes)));
      isFirst = false;
    }
  }
  std::printf("\n  ]\n");
}

int main(int argc, char **argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--serve")
    return serve();
  std::vector<int> threads;
  for (int i = 1; i < argc; ++i) {
    char *end = nullptr;
    long count = std::strtol(argv[i], &end, 10);
    if (*end || count < 1 || count > 1024) {
      std::fprintf(stderr, "xcc-roofs: expected 1 to 1024 threads, got '%s'\n",
                   argv[i]);
      return 2;
    }
    threads.push_back(static_cast<int>(count));
  }
  if (threads.empty())
    threads = {1, 2};
  std::printf("{\n");
  printProducts(threads);
  printBandwidths(threads);
  std::printf("}\n");
  return 0;
}
