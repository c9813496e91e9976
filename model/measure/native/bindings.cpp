#include "hooks.h"
#include "sgd.h"

#include <algorithm>

using namespace skipscope;

namespace {

std::vector<double> sums_of_squares(const std::vector<at::Tensor>& tensors) {
  const py::gil_scoped_release without;
  std::vector<double> sums;
  sums.reserve(tensors.size());
  for (const auto& x : tensors) {
    sums.push_back(sums_of(x, false).squares);
  }
  return sums;
}

py::list sgd_step_of_python(
    const std::vector<at::Tensor>& weights,
    const std::vector<at::Tensor>& gradients,
    const std::vector<at::Tensor>& buffers,
    const std::vector<bool>& fresh,
    double lr,
    double momentum,
    double dampening,
    double weight_decay,
    bool nesterov) {
  const Rates rates{lr, momentum, dampening, weight_decay, nesterov};
  std::vector<Moved> steps;
  {
    const py::gil_scoped_release without;
    steps = sgd_step(weights, gradients, buffers, fresh, rates);
  }
  py::list moved;
  for (const auto& [weight, update] : steps) {
    moved.append(py::make_tuple(weight, update));
  }
  return moved;
}

} // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  py::class_<Sum, std::shared_ptr<Sum>>(module, "Sum")
      .def(py::init<bool>(), py::kw_only(), py::arg("zeros") = false)
      .def("reset", &Sum::reset)
      .def("add", &add)
      .def("add_gradient_of", &add_gradient_of)
      .def("take_gradient_in", &Sum::take_gradient_in)
      .def("rms", &Sum::rms)
      .def("norm", &Sum::norm)
      .def("zero_fraction", &Sum::zero_fraction)
      .def_readonly("nonfinite", &Sum::nonfinite)
      .def_readonly("elements", &Sum::elements)
      .def_readonly("calls", &Sum::calls);
  py::class_<Trail, std::shared_ptr<Trail>>(module, "Trail").def(py::init<>());
  py::class_<Tap, std::shared_ptr<Tap>>(module, "Tap")
      .def(py::init<std::shared_ptr<Trail>, bool>(), py::arg("trail"), py::kw_only(), py::arg("zeros"))
      .def("forward", &Tap::forward)
      .def("reset", &Tap::reset)
      .def("num_nonfinite", &Tap::num_nonfinite)
      .def_readonly("activation", &Tap::activation)
      .def_readonly("gradient", &Tap::gradient);
  py::class_<Block>(module, "Block")
      .def(py::init<py::weakref, std::shared_ptr<Trail>, std::shared_ptr<Tap>>())
      .def("fork", &Block::fork)
      .def("junction", &Block::junction)
      .def("reset", &Block::reset)
      .def_property_readonly("residual", &Block::residual)
      .def_property_readonly("identity", &Block::identity)
      .def_property_readonly("residual_gradient", &Block::residual_gradient)
      .def_property_readonly("identity_gradient", &Block::identity_gradient)
      .def_readonly("dropped", &Block::dropped);
  module.def("are_idle", [](const std::vector<std::shared_ptr<Tap>>& taps) {
    return std::all_of(taps.begin(), taps.end(), [](const auto& tap) { return tap->activation->elements == 0; });
  });
  module.def("tap_columns", &tap_columns);
  module.def("block_columns", &block_columns);
  module.def(
      "sum_of_squares", [](const at::Tensor& x) { return sums_of(x, false).squares; },
      py::call_guard<py::gil_scoped_release>());
  module.def("sums_of_squares", &sums_of_squares);
  module.def(
      "sgd_step", &sgd_step_of_python, py::arg("weights"), py::arg("gradients"), py::arg("buffers"), py::arg("fresh"),
      py::kw_only(), py::arg("lr"), py::arg("momentum"), py::arg("dampening"), py::arg("weight_decay"),
      py::arg("nesterov"));
}
