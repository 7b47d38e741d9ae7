// RUN: not xcc-opt %s --verify-amd=target=gfx9000 2>&1 | FileCheck %s
// RUN: not xcc-opt %s --lower-tile-amd=target=gfx9000 2>&1 | FileCheck %s

// CHECK: error: expects a target of this vendor, got 'gfx9000'
module {}
