// RUN: not xcc-opt %s --verify-nvidia=target=sm_1 2>&1 | FileCheck %s
// RUN: not xcc-opt %s --lower-tile-nvidia=target=sm_1 2>&1 | FileCheck %s
// CHECK: expects a chip of this vendor, got 'sm_1'
module {}
