//===- FxOps.td - All operations of the fx dialect ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_OPS_TD
#define XCC_FX_OPS_TD

include "dialects/fx/FxContraction.td"
include "dialects/fx/FxElementwise.td"
include "dialects/fx/FxMovement.td"
include "dialects/fx/FxReduction.td"

#endif // XCC_FX_OPS_TD
