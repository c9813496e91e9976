#include "hooks.h"
#include "pair.h"
#include "parts.h"
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
      .def("lose", &Sum::lose)
      .def("mark", &Sum::mark)
      .def("go_back_to", &Sum::go_back_to)
      .def("rms", &Sum::rms)
      .def("norm", &Sum::norm)
      .def("zero_fraction", &Sum::zero_fraction)
      .def("dead_units", &Sum::dead_units)
      .def_readonly("problem", &Sum::problem)
      .def_readonly("nonfinite", &Sum::nonfinite)
      .def_readonly("elements", &Sum::elements)
      .def_readonly("calls", &Sum::calls);
  py::class_<Trail, std::shared_ptr<Trail>>(module, "Trail")
      .def(py::init<>())
      .def("begin", [](Trail& trail, py::handle, py::handle) { trail.begin(); })
      .def("end", [](Trail& trail, py::handle, py::handle, py::handle) { trail.end(); })
      .def("reset", &Trail::reset)
      .def("settle", &Trail::settle)
      .def_readonly("order", &Trail::order)
      .def_readonly("came_again", &Trail::came_again)
      .def_readonly("awaits_gradients", &Trail::awaits_gradients);
  py::class_<Place, std::shared_ptr<Place>>(module, "Place")
      .def("merge", &Place::merge)
      .def_readonly("key", &Place::key)
      .def_readonly("is_recomputed", &Place::is_recomputed)
      .def_readonly("activation", &Place::activation)
      .def_readonly("gradient", &Place::gradient);
  py::class_<Tap>(module, "Tap")
      .def(
          py::init<std::shared_ptr<Trail>, int64_t, py::object, bool, int64_t>(), py::arg("trail"), py::arg("number"),
          py::arg("find"), py::kw_only(), py::arg("zeros"), py::arg("limit"))
      .def("forward", &Tap::forward)
      .def("reset", &Tap::reset)
      .def_readonly("places", &Tap::places)
      .def_readwrite("limit", &Tap::limit)
      .def_readonly("is_shared", &Tap::is_shared);
  py::class_<WeightGradient, std::shared_ptr<WeightGradient>>(module, "WeightGradient")
      .def(py::init<std::shared_ptr<Trail>>())
      .def(
          "take",
          [](WeightGradient& gradient, const at::Tensor& weight) {
            std::optional<py::gil_scoped_release> without;
            if (weight.numel() > LONG) {
              without.emplace();
            }
            gradient.take(weight);
          })
      .def("is_other", &WeightGradient::is_other)
      .def_readonly("passes", &WeightGradient::passes)
      .def("reset", &WeightGradient::reset)
      .def("norm", [](const WeightGradient& gradient) { return gradient.total.norm(); })
      .def_property_readonly("problem", [](const WeightGradient& gradient) { return gradient.total.problem; })
      .def_property_readonly("calls", [](const WeightGradient& gradient) { return gradient.total.calls; });
  py::class_<Users, std::shared_ptr<Users>>(module, "Users");
  py::class_<Recipe>(module, "Recipe")
      .def(
          py::init<std::vector<Way>, std::vector<Way>, bool, bool>(), py::arg("residual"), py::arg("shortcut"),
          py::kw_only(), py::arg("first_is_shortcut"), py::arg("is_bare"))
      .def("follow", &Recipe::follow, py::arg("first"), py::arg("second"), py::arg("num_nodes") = std::nullopt);
  py::class_<Parts, std::shared_ptr<Parts>>(module, "Parts")
      .def(py::init<std::shared_ptr<Trail>, std::shared_ptr<Sum>>())
      .def("watch_residual", [](Parts& parts, const Users& users) { parts.watch(users.residual); })
      .def("watch_shortcut", [](Parts& parts, const Users& users) { parts.watch(users.shortcut); })
      .def("finish", &Parts::finish);
  py::class_<Block>(module, "Block")
      .def(py::init<py::weakref, std::shared_ptr<Trail>, const Tap*, const Block*>())
      .def("fork", &Block::fork)
      .def("junction", &Block::junction)
      .def("reset", &Block::reset)
      .def_property_readonly("residual", &Block::residual)
      .def_property_readonly("identity", &Block::identity)
      .def_property_readonly("residual_gradient", &Block::residual_gradient)
      .def_property_readonly("identity_gradient", &Block::identity_gradient)
      .def_readonly("dropped", &Block::dropped);
  module.def("are_idle", [](const std::vector<const Tap*>& taps) {
    const auto is_idle = [](const auto& place) { return place->activation->calls == 0; };
    return std::all_of(taps.begin(), taps.end(), [&](const auto* tap) {
      return std::all_of(tap->places.begin(), tap->places.end(), is_idle);
    });
  });
  module.def(
      "add_gradient_of", [](const at::Tensor& x, const std::shared_ptr<Trail>& trail, const std::shared_ptr<Sum>& sum) {
        add_gradient_of(x, trail, sum);
      });
  module.def(
      "add_pair", [](const at::Tensor& first, const at::Tensor& second, bool subtracts, Sum& one, Sum& other, Sum& joined) {
        std::optional<py::gil_scoped_release> without;
        if (first.numel() > LONG) {
          without.emplace();
        }
        return add_pair(first, second, subtracts, one, other, joined);
      });
  module.def("updates_of", &updates_of, py::call_guard<py::gil_scoped_release>());
  module.def("problems", &problems);
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
