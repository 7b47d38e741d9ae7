// RUN: not xcc-opt %s --verify-intel=target=none 2>&1 | FileCheck %s
// RUN: not xcc-opt %s --lower-tile-intel=target=none 2>&1 | FileCheck %s
// CHECK: expects a chip of this vendor, got 'none'
module {}
