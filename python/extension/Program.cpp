//===- Program.cpp - A loaded bundle as a Python object -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "python/extension/Program.h"

#include "python/extension/Versions.h"

#include <string>

namespace xcc::python {

namespace {
struct Port {
  std::string name;
  xrt_dtype_t dtype;
  bool isParameter;
};

/// The C++ part of a Program, made when it is opened.
struct Loaded {
  ~Loaded();
  xrt_bundle_t *bundle = nullptr;
  xrt_device_t *device = nullptr;
  xrt_program_t *program = nullptr;
  std::vector<Port> inputs, outputs;
  Versions versions;
};

struct ProgramObject {
  PyObject ob_base;
  Loaded *loaded;
};
} // namespace

Loaded::~Loaded() {
  if (program)
    xrt_program_destroy(program);
  if (device)
    xrt_device_close(device);
  if (bundle)
    xrt_bundle_close(bundle);
}

/// Raises xcc.RunError for a status that is not success. Takes the status.
static bool check(xrt_status_t status) {
  if (!status)
    return true;
  PyObject *errors = PyImport_ImportModule("xcc.errors");
  PyObject *type =
      errors ? PyObject_GetAttrString(errors, "RunError") : nullptr;
  if (type)
    PyErr_SetString(type, xrt_status_message(status));
  Py_XDECREF(type);
  Py_XDECREF(errors);
  xrt_status_free(status);
  return false;
}

static bool open(Loaded &loaded, const char *path, const char *device,
                 int threads) {
  if (!check(xrt_bundle_open_file(path, &loaded.bundle)))
    return false;
  if (!check(xrt_device_open(device, loaded.bundle, &loaded.device)))
    return false;
  xrt_program_options_t options = {threads, nullptr, 0};
  if (!check(xrt_program_create(loaded.bundle, loaded.device, &options,
                                &loaded.program)))
    return false;

  xrt_bundle_summary_t summary;
  if (!check(xrt_bundle_summarize(loaded.bundle, &summary)))
    return false;
  xrt_port_t port;
  for (size_t i = 0; i < summary.num_inputs; ++i) {
    if (!check(xrt_bundle_get_input(loaded.bundle, i, &port)))
      return false;
    loaded.inputs.push_back({port.name, port.dtype, port.is_parameter});
  }
  for (size_t i = 0; i < summary.num_outputs; ++i) {
    if (!check(xrt_bundle_get_output(loaded.bundle, i, &port)))
      return false;
    loaded.outputs.push_back({port.name, port.dtype, false});
  }
  return true;
}

static int initialize(PyObject *self, PyObject *args, PyObject *keywords) {
  static const char *names[] = {"path", "device", "threads", nullptr};
  PyObject *path = nullptr;
  const char *device = nullptr;
  int threads = 0;
  if (!PyArg_ParseTupleAndKeywords(
          args, keywords, "O&|zi", const_cast<char **>(names),
          PyUnicode_FSConverter, &path, &device, &threads))
    return -1;
  auto *object = reinterpret_cast<ProgramObject *>(self);
  delete object->loaded;
  object->loaded = new Loaded();
  bool isOpen = open(*object->loaded, PyBytes_AS_STRING(path), device, threads);
  Py_DECREF(path);
  return isOpen ? 0 : -1;
}

static void destroy(PyObject *self) {
  delete reinterpret_cast<ProgramObject *>(self)->loaded;
  PyTypeObject *type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

static Loaded *loadedOf(PyObject *self) {
  Loaded *loaded = reinterpret_cast<ProgramObject *>(self)->loaded;
  if (!loaded || !loaded->program) {
    PyErr_SetString(PyExc_ValueError, "expected an open program");
    return nullptr;
  }
  return loaded;
}

//===-- Running
//------------------------------------------------------------===//

/// New tensors for the outputs, viewed in |views|; null with an error set.
static PyObject *allocateOutputs(const Loaded &loaded,
                                 const dlpack::ExchangeApi *api,
                                 const std::vector<xrt_shape_t> &shapes,
                                 std::vector<TensorView> &views) {
  PyObject *outputs = PyTuple_New(shapes.size());
  for (size_t i = 0; outputs && i < shapes.size(); ++i) {
    const Port &port = loaded.outputs[i];
    PyObject *output = api ? allocateTensor(api, port.dtype, shapes[i])
                           : allocateArray(port.dtype, shapes[i]);
    if (!output || !views[i].open(output, port.name.c_str())) {
      Py_XDECREF(output);
      Py_CLEAR(outputs);
      break;
    }
    PyTuple_SET_ITEM(outputs, i, output);
  }
  return outputs;
}

static bool openInputs(Loaded &loaded, PyObject *const *objects, size_t count,
                       std::vector<TensorView> &views,
                       std::vector<xrt_tensor_t> &tensors) {
  for (size_t i = 0; i < count; ++i) {
    // Too many inputs are the runtime's to report.
    bool isKnown = i < loaded.inputs.size();
    const char *name = isKnown ? loaded.inputs[i].name.c_str() : "(unknown)";
    if (!views[i].open(objects[i], name))
      return false;
    tensors.push_back(views[i].tensor());
    if (isKnown && loaded.inputs[i].isParameter)
      tensors[i].version = loaded.versions.of(objects[i], tensors[i]);
  }
  return true;
}

/// The framework of the first input that has one; else of |fallback|.
static const dlpack::ExchangeApi *
chooseApi(const std::vector<TensorView> &inputs, PyObject *fallback) {
  for (const TensorView &view : inputs)
    if (view.api)
      return view.api;
  bool isAsked = inputs.empty() && fallback && fallback != Py_None;
  return isAsked ? findExchangeApi(fallback) : nullptr;
}

static PyObject *run(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  Loaded *loaded = loadedOf(self);
  if (!loaded)
    return nullptr;
  if (count < 1 || count > 2) {
    PyErr_Format(PyExc_TypeError, "expected inputs and a prototype, got %zd",
                 count);
    return nullptr;
  }
  PyObject *sequence = PySequence_Fast(args[0], "expected a list of inputs");
  if (!sequence)
    return nullptr;
  size_t numInputs = PySequence_Fast_GET_SIZE(sequence);
  std::vector<TensorView> inputViews(numInputs),
      outputViews(loaded->outputs.size());
  std::vector<xrt_tensor_t> inputs, outputs;
  std::vector<xrt_shape_t> shapes(loaded->outputs.size());
  PyObject *results = nullptr;
  if (openInputs(*loaded, PySequence_Fast_ITEMS(sequence), numInputs,
                 inputViews, inputs) &&
      check(xrt_program_infer_shapes(loaded->program, inputs.data(), numInputs,
                                     shapes.data(), shapes.size())))
    results = allocateOutputs(
        *loaded, chooseApi(inputViews, count > 1 ? args[1] : nullptr), shapes,
        outputViews);
  if (results) {
    for (const TensorView &view : outputViews)
      outputs.push_back(view.tensor());
    xrt_status_t status;
    Py_BEGIN_ALLOW_THREADS status =
        xrt_program_run(loaded->program, inputs.data(), numInputs,
                        outputs.data(), outputs.size());
    Py_END_ALLOW_THREADS if (!check(status)) Py_CLEAR(results);
  }
  Py_DECREF(sequence);
  return results;
}

//===-- Looking
//------------------------------------------------------------===//

static PyObject *describePorts(const std::vector<Port> &ports) {
  PyObject *list = PyList_New(ports.size());
  for (size_t i = 0; list && i < ports.size(); ++i)
    PyList_SET_ITEM(list, i,
                    Py_BuildValue("(ssO)", ports[i].name.c_str(),
                                  xrt_dtype_name(ports[i].dtype),
                                  ports[i].isParameter ? Py_True : Py_False));
  return list;
}

static PyObject *getInputs(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  return loaded ? describePorts(loaded->inputs) : nullptr;
}
static PyObject *getOutputs(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  return loaded ? describePorts(loaded->outputs) : nullptr;
}
static PyObject *getDevice(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  if (!loaded)
    return nullptr;
  return Py_BuildValue("(sss)", xrt_device_name(loaded->device),
                       xrt_device_description(loaded->device),
                       xrt_device_reason(loaded->device));
}
static PyObject *getIsa(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  return loaded ? PyUnicode_FromString(xrt_program_isa(loaded->program))
                : nullptr;
}
static PyObject *getNumKernels(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  xrt_bundle_summary_t summary;
  if (!loaded || !check(xrt_bundle_summarize(loaded->bundle, &summary)))
    return nullptr;
  return PyLong_FromSize_t(summary.num_kernels);
}

static PyObject *getNumLaunches(PyObject *self, void *) {
  Loaded *loaded = loadedOf(self);
  xrt_bundle_summary_t summary;
  if (!loaded || !check(xrt_bundle_summarize(loaded->bundle, &summary)))
    return nullptr;
  size_t launches = 0;
  xrt_step_t step;
  for (size_t i = 0; i < summary.num_steps; ++i) {
    if (!check(xrt_bundle_get_step(loaded->bundle, i, &step)))
      return nullptr;
    launches += !step.is_copy;
  }
  return PyLong_FromSize_t(launches);
}

bool addProgramType(PyObject *module) {
  static PyMethodDef methods[] = {
      {"run", reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(run)),
       METH_FASTCALL,
       "run(inputs, prototype=None) -> tuple of outputs, in the framework of "
       "the inputs or, when there are none, of the prototype"},
      {nullptr, nullptr, 0, nullptr}};
  static PyGetSetDef attributes[] = {
      {"inputs", getInputs, nullptr, "(name, dtype, is_parameter) of each",
       nullptr},
      {"outputs", getOutputs, nullptr, "(name, dtype, False) of each", nullptr},
      {"device", getDevice, nullptr, "(name, description, why this one)",
       nullptr},
      {"isa", getIsa, nullptr, "ISA level of the image in use", nullptr},
      {"num_kernels", getNumKernels, nullptr,
       "kernels in the bundle, those that pack weights too", nullptr},
      {"num_launches", getNumLaunches, nullptr, "launches of one run", nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyType_Slot slots[] = {
      {Py_tp_init, reinterpret_cast<void *>(initialize)},
      {Py_tp_dealloc, reinterpret_cast<void *>(destroy)},
      {Py_tp_new, reinterpret_cast<void *>(PyType_GenericNew)},
      {Py_tp_methods, methods},
      {Py_tp_getset, attributes},
      {Py_tp_doc, const_cast<char *>("Program(path, device=None, threads=0): "
                                     "a bundle loaded on a device")},
      {0, nullptr}};
  static PyType_Spec spec = {"xcc._runtime.Program", sizeof(ProgramObject), 0,
                             Py_TPFLAGS_DEFAULT, slots};
  PyObject *type = PyType_FromSpec(&spec);
  return type && PyModule_AddObject(module, "Program", type) == 0;
}

} // namespace xcc::python
