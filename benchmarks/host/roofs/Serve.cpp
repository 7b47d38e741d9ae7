//===- Serve.cpp - Roofs measured between the calls of others -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <iostream>
#include <sstream>
#include <string>

using namespace roofs;

// About a millisecond a round: as long as what is measured beside it.
static constexpr int64_t kSteps = 500'000;

/// The fastest instruction for factors of this type; bf16 may be widened.
static std::vector<double> bestProducts(const std::string &type, int threads) {
  std::vector<double> best;
  for (const Product &product :
       {fmaOfAvx2(), fmaOfAvx512(), dotOfAvx512(), dotOfTiles()}) {
    if (!product.isSupported || (type != product.type && type != "bf16"))
      continue;
    std::vector<double> rates = productRates(product, threads, kSteps);
    if (best.empty() || largest(rates) > largest(best))
      best = rates;
  }
  return best;
}

/// The rates that a request asks for; none if it is no request.
static std::vector<double> answer(std::istream &request) {
  std::string kind, type;
  size_t bytes = 0;
  int threads = 0;
  request >> kind;
  if (kind == "products")
    request >> type >> threads;
  else
    request >> bytes >> threads;
  if (!request || threads < 1)
    return {};
  if (kind == "products")
    return bestProducts(type, threads);
  if (kind == "read")
    return readRates(threads, bytes);
  return kind == "triad" ? triadRates(threads, bytes) : std::vector<double>();
}

/// Requests are lines: "products TYPE THREADS", "read BYTES THREADS" or "triad
/// BYTES THREADS". The answer is the rate of each round.
int roofs::serve() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream request(line);
    std::vector<double> rates = answer(request);
    if (rates.empty()) {
      std::cerr << "xcc-roofs: expected products, read or triad, what of and "
                   "threads, got '"
                << line << "'\n";
      return 2;
    }
    for (double rate : rates)
      std::cout << rate << ' ';
    std::cout << std::endl;
  }
  return 0;
}
