//===- Versions.cpp - When packed copies of a parameter hold --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "python/extension/Versions.h"

#include <algorithm>
#include <cstring>

namespace xcc::python {

/// Grows with each forgetVersions(). Guarded by the interpreter's lock.
static uint64_t generation = 0;

void forgetVersions() { ++generation; }

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

static size_t sizeInBytes(const xrt_tensor_t &tensor) {
  size_t bytes = xrt_dtype_size(tensor.dtype);
  for (int32_t i = 0; i < tensor.rank; ++i)
    bytes *= tensor.dims[i];
  return bytes;
}

/// A hash of 64 words spread evenly from the first byte to the last; of all
/// bytes when they are no more.
static uint64_t sampleOf(const xrt_tensor_t &tensor) {
  constexpr size_t kWords = 64;
  size_t bytes = sizeInBytes(tensor);
  const char *data = static_cast<const char *>(tensor.data);
  uint64_t hash = bytes, word = 0;
  if (!data || !bytes)
    return hash;
  if (bytes <= sizeof(word)) {
    std::memcpy(&word, data, bytes);
    return mix(hash, word);
  }
  size_t end = bytes - sizeof(word); // where the last word begins
  size_t count = std::min(kWords, (bytes + sizeof(word) - 1) / sizeof(word));
  for (size_t i = 0; i < count; ++i) {
    // end * i / (count - 1), which would overflow for large tensors.
    size_t place = end / (count - 1) * i + end % (count - 1) * i / (count - 1);
    std::memcpy(&word, data + place, sizeof(word));
    hash = mix(hash, word);
  }
  return hash;
}

Versions::~Versions() {
  for (auto &[object, entry] : entries)
    Py_XDECREF(entry.reference);
}

/// Asking again would raise an error again, which takes longer than a run of a
/// small model.
uint64_t Versions::noteUncounted(PyObject *parameter) {
  if (PyObject *reference = PyWeakref_NewRef(parameter, nullptr)) {
    Entry &entry = entries[parameter];
    Py_XDECREF(entry.reference);
    entry = {};
    entry.reference = reference;
  }
  PyErr_Clear();
  return 0;
}

uint64_t Versions::of(PyObject *parameter, const xrt_tensor_t &tensor) {
  auto known = entries.find(parameter);
  if (known != entries.end() && known->second.number == 0 &&
      PyWeakref_GetObject(known->second.reference) == parameter)
    return 0;
  PyObject *counter = PyObject_GetAttrString(parameter, "_version");
  long long writes = counter ? PyLong_AsLongLong(counter) : -1;
  Py_XDECREF(counter);
  // Tensors of inference mode count nothing, other frameworks neither.
  if (PyErr_Occurred() || writes < 0) {
    PyErr_Clear();
    return noteUncounted(parameter);
  }
  const void *data = tensor.data;
  uint64_t sample = sampleOf(tensor);
  Entry &entry = entries[parameter];
  bool isSame = entry.reference &&
                PyWeakref_GetObject(entry.reference) == parameter &&
                entry.data == data && entry.writes == writes &&
                entry.sample == sample && entry.generation == generation;
  if (isSame)
    return entry.number;

  PyObject *reference = PyWeakref_NewRef(parameter, nullptr);
  if (!reference) {
    PyErr_Clear();
    return 0;
  }
  Py_XDECREF(entry.reference);
  entry = {reference, data, writes, sample, generation, ++last};
  return entry.number;
}

} // namespace xcc::python
