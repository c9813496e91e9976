#include "sgd.h"
#include "sum.h"

#include <torch/csrc/utils/pybind.h>

namespace py = pybind11;
using skipscope::Sum;

namespace {

void add_gradient_of(const std::shared_ptr<Sum>& sum, const py::object& x) {
  if (!sum->add_gradient_of(x.cast<at::Tensor>())) {
    // a hook of C++ on a leaf is lost when one of Python is put there after it
    x.attr("register_hook")(py::cast(sum).attr("add"));
  }
}

py::list sgd_step(
    const std::vector<at::Tensor>& weights,
    const std::vector<at::Tensor>& gradients,
    const std::vector<at::Tensor>& buffers,
    const std::vector<bool>& fresh,
    double lr,
    double momentum,
    double dampening,
    double weight_decay,
    bool nesterov) {
  py::list moved;
  const skipscope::Rates rates{lr, momentum, dampening, weight_decay, nesterov};
  for (const auto& [weight, update] : skipscope::sgd_step(weights, gradients, buffers, fresh, rates)) {
    moved.append(py::make_tuple(weight, update));
  }
  return moved;
}

} // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  py::class_<Sum, std::shared_ptr<Sum>>(module, "Sum")
      .def(py::init<bool>(), py::kw_only(), py::arg("zeros") = false)
      .def("reset", &Sum::reset)
      .def("add", &Sum::add)
      .def("add_gradient_of", &add_gradient_of)
      .def("rms", &Sum::rms)
      .def("norm", &Sum::norm)
      .def("zero_fraction", &Sum::zero_fraction)
      .def_readonly("counts_zeros", &Sum::counts_zeros)
      .def_readonly("squares", &Sum::squares)
      .def_readonly("nonzero", &Sum::nonzero)
      .def_readonly("nonfinite", &Sum::nonfinite)
      .def_readonly("elements", &Sum::elements)
      .def_readonly("calls", &Sum::calls);
  module.def(
      "sgd_step", &sgd_step, py::arg("weights"), py::arg("gradients"), py::arg("buffers"), py::arg("fresh"), py::kw_only(),
      py::arg("lr"), py::arg("momentum"), py::arg("dampening"), py::arg("weight_decay"), py::arg("nesterov"));
  module.def("sum_of_squares", [](const at::Tensor& x) { return skipscope::sums_of(x, false).squares; });
  module.def("sums_of_squares", [](const std::vector<at::Tensor>& tensors) {
    std::vector<double> sums;
    sums.reserve(tensors.size());
    for (const auto& x : tensors) {
      sums.push_back(skipscope::sums_of(x, false).squares);
    }
    return sums;
  });
}
