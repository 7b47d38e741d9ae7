/* host_kernel.h - how the runtime calls a compiled kernel on the host.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#ifndef XRT_HOST_KERNEL_H
#define XRT_HOST_KERNEL_H

#include <stdint.h>

/* Does work items [begin, end) of the kernel; called at the same time on
 * disjoint ranges, and the results must not depend on how [0, n) is split.
 * Where a step has a first phase, its items are done before others begin, and
 * no range has items of both. |buffers|: inputs then outputs, dense row-major,
 * aligned to their element at least, then the workspace that all items share,
 * if any. |scalars|: the kernel's index arguments. |scratch|: a private,
 * 64-byte aligned block of the bytes the bundle asks for. */
typedef void (*xrt_host_kernel_fn)(void *const *buffers, const int64_t *scalars,
                                   void *scratch, int64_t begin, int64_t end);

#endif /* XRT_HOST_KERNEL_H */
