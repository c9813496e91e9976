#include "hooks.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/python_variable.h>

#include <algorithm>

namespace skipscope {
namespace {

const at::Tensor& tensor_in(py::handle x) {
  return THPVariable_Unpack(x.ptr());
}

bool is_real(py::handle x) {
  return THPVariable_Check(x.ptr()) && at::isFloatingType(tensor_in(x).scalar_type());
}

// The output itself, or the first of several where it is a tensor of real numbers; null where it has to be looked for.
py::handle near(py::handle output) {
  PyObject* x = output.ptr();
  if (THPVariable_Check(x)) {
    return output;
  }
  if ((PyTuple_CheckExact(x) || PyList_CheckExact(x)) && PySequence_Fast_GET_SIZE(x) > 0) {
    const py::handle first = PySequence_Fast_GET_ITEM(x, 0);
    return is_real(first) ? first : py::handle();
  }
  return {};
}

std::optional<int64_t> num_nonfinite(const Place& place) {
  const auto& activation = *place.activation;
  return activation.elements == 0 ? std::nullopt
                                  : std::make_optional(activation.nonfinite + place.gradient->nonfinite);
}

} // namespace

bool add(Sum& sum, const at::Tensor& x) {
  std::optional<py::gil_scoped_release> without;
  if (x.numel() > LONG) {
    without.emplace();
  }
  return sum.add(x);
}

void Place::reset() {
  activation->reset();
  gradient->reset();
  is_known = is_recomputed = false;
  num_waiting = {};
}

void Place::merge(Place& other) {
  activation->merge(*other.activation);
  gradient->merge(*other.gradient);
  is_recomputed = is_recomputed || other.is_recomputed;
}

Tap::Tap(std::shared_ptr<Trail> trail, int64_t number, py::object find, bool zeros, int64_t calls)
    : places{std::make_shared<Place>(number * MOST_CALLS, zeros)},
      limit(calls),
      trail_(std::move(trail)),
      number_(number),
      find_(std::move(find)),
      zeros_(zeros) {}

void Tap::reset() {
  is_shared = false;
  for (const auto& place : places) {
    place->reset();
  }
}

void Tap::forward(py::handle, py::handle, py::handle output) {
  try {
    run(output);
  } catch (const std::exception& error) {
    // the user's forward pass goes on
    places[0]->activation->lose(in_words(error));
  }
}

void Tap::run(py::handle output) {
  if (auto reason = in_transform()) {
    places[0]->activation->problem = std::move(reason);
    return;
  }
  if (goes_back()) {
    recompute(output);
    return;
  }
  trail_->look_at_views();
  const auto place = next_place();
  if (!place->is_known) {
    place->is_known = true;
    trail_->order.push_back(place->key);
  }
  if (c10::GradMode::is_enabled()) {
    place->num_waiting = {};
    measure(place, output);
  } else {
    ++place->num_waiting[trail_->is_whole_without];
  }
}

const std::shared_ptr<Place>& Tap::next_place() {
  const int64_t current = trail_->enter();
  if (current != pass_) {
    pass_ = current;
    num_calls_ = 0;
  }
  ++num_calls_;
  if (num_calls_ > limit) {
    is_shared = is_shared || limit > 1;
    return places[limit - 1];
  }
  const auto there = static_cast<int64_t>(places.size());
  if (num_calls_ > there) {
    places.push_back(std::make_shared<Place>(number_ * MOST_CALLS + there, zeros_));
  }
  return places[num_calls_ - 1];
}

void Tap::recompute(py::handle output) {
  const size_t kind = trail_->is_whole_without ? 1 : 0;
  const auto waits = [kind](const auto& place) { return place->num_waiting[kind] > 0; };
  const auto first = std::find_if(places.begin(), places.end(), waits);
  if (!c10::GradMode::is_enabled() || first == places.end()) {
    return;
  }
  // which of several is made again cannot be told: segments come in the order of the backward pass
  is_shared = is_shared || std::count_if(places.begin(), places.end(), waits) > 1;
  --(*first)->num_waiting[kind];
  (*first)->is_recomputed = true;
  measure(*first, output);
}

void Tap::measure(const std::shared_ptr<Place>& place, py::handle output) {
  py::object found;
  py::handle object = near(output);
  if (!object) {
    found = find_(output);
    if (found.is_none()) {
      return;
    }
    object = found;
  }
  const auto& x = tensor_in(object);
  if (!add(*place->activation, x) || !x.requires_grad()) {
    return;
  }
  const auto gradient = add_gradient_of(x, trail_, place->gradient);
  trail_->leave(x, place);
  if (x.is_view()) {
    trail_->watch(x, gradient);
  }
}

bool Block::is_measured(const at::Tensor& x) {
  if (in_transform() || why_not(x)) {
    return false;
  }
  const bool has_gradients = c10::GradMode::is_enabled();
  const size_t kind = trail_->is_whole_without ? 1 : 0;
  if (!goes_back()) {
    if (has_gradients) {
      num_waiting_ = {};
    } else {
      ++num_waiting_[kind];
    }
    return has_gradients;
  }
  if (!has_gradients || num_waiting_[kind] == 0) {
    return false;
  }
  --num_waiting_[kind];
  return true;
}

py::object Block::fork(py::handle, py::handle, const py::tuple& output) {
  const auto& x = tensor_in(output[0]);
  measures_ = is_measured(x);
  if (!c10::GradMode::is_enabled() || !x.requires_grad()) {
    return py::none();
  }
  const bool has_shortcut = !output[1].is_none();
  if (!measures_) {
    // made again by checkpointing: the same operations, so that the same tensors are kept for the backward pass
    if (!has_shortcut || !goes_back()) {
      return py::none();
    }
    return py::make_tuple(x.view_as(x), bare_shortcut_ ? x : x.view_as(x));
  }
  input_ = trail_->place_of(x);
  add_gradient_of(x, trail_, direction_->enter(x));
  if (!has_shortcut) {
    residual_gradient_is_input_ = input_ != nullptr;
    if (!input_) {
      add_gradient_of(x, trail_, residual_gradient_);
    }
    return py::none();
  }
  bare_shortcut_ = block_().attr("has_bare_shortcut").cast<bool>();
  const auto residual = x.view_as(x);
  add_gradient_of(residual, trail_, residual_gradient_);
  if (bare_shortcut_) {
    return py::make_tuple(residual, output[1]);
  }
  const auto identity = x.view_as(x);
  add_gradient_of(identity, trail_, identity_gradient_);
  return py::make_tuple(residual, identity);
}

void Block::junction(py::handle, const py::tuple& args, py::handle output) {
  if (!measures_) {
    return;
  }
  const py::object residual = args[0], identity = args[1];
  if (residual.is_none()) {
    dropped = true;
    direction_->leave(at::Tensor(), trail_->pass());
  } else {
    add(*residual_, tensor_in(residual));
    std::optional<py::gil_scoped_release> without;
    if (tensor_in(residual).numel() > LONG) {
      without.emplace();
    }
    direction_->leave(tensor_in(residual), trail_->pass());
  }
  if (identity.is_none()) {
    return;
  }
  if (bare_shortcut_ && input_) {
    identity_is_input_ = true;
  } else {
    add(*identity_, tensor_in(identity));
  }
  if (bare_shortcut_ && tensor_in(output).requires_grad()) {
    if (output_ && py::len(block_().attr("after")) == 0) {
      identity_gradient_is_output_ = true;
    } else {
      add_gradient_of(tensor_in(output), trail_, identity_gradient_);
    }
  }
}

void Block::reset() {
  input_ = nullptr;
  dropped = bare_shortcut_ = measures_ = false;
  num_waiting_ = {};
  identity_is_input_ = residual_gradient_is_input_ = identity_gradient_is_output_ = false;
  for (const auto& sum : {residual_, identity_, residual_gradient_, identity_gradient_}) {
    sum->reset();
  }
  direction_->reset();
}

std::shared_ptr<Sum> Block::residual() const {
  return residual_;
}

std::shared_ptr<Sum> Block::identity() const {
  return identity_is_input_ ? input_->activation : identity_;
}

std::shared_ptr<Sum> Block::residual_gradient() const {
  return residual_gradient_is_input_ ? input_->gradient : residual_gradient_;
}

std::shared_ptr<Sum> Block::identity_gradient() const {
  return identity_gradient_is_output_ ? output_->gradient : identity_gradient_;
}

std::tuple<Column, Column, Column, Counts, Counts> tap_columns(const Places& places) {
  Column activations, gradients, zeros;
  Counts nonfinite, dead;
  for (const auto& place : places) {
    activations.push_back(place->activation->rms());
    gradients.push_back(place->gradient->rms());
    zeros.push_back(place->activation->zero_fraction());
    nonfinite.push_back(num_nonfinite(*place));
    dead.push_back(place->activation->dead_units());
  }
  return {activations, gradients, zeros, nonfinite, dead};
}

std::tuple<Column, Column, Column, Column, Column, Column> block_columns(const std::vector<Block*>& blocks) {
  Column residual, identity, residual_gradient, identity_gradient, descent, successive;
  for (const auto* block : blocks) {
    residual.push_back(block->residual()->rms());
    identity.push_back(block->identity()->rms());
    residual_gradient.push_back(block->residual_gradient()->norm());
    identity_gradient.push_back(block->identity_gradient()->norm());
    descent.push_back(block->direction().descent->mean());
    successive.push_back(block->direction().successive->mean());
  }
  return {residual, identity, residual_gradient, identity_gradient, descent, successive};
}

std::vector<std::pair<size_t, std::string>> problems(const Places& places) {
  std::vector<std::pair<size_t, std::string>> found;
  for (size_t i = 0; i < places.size(); ++i) {
    for (const auto& sum : {places[i]->activation, places[i]->gradient}) {
      if (sum->problem) {
        found.emplace_back(i, *sum->problem);
      }
    }
  }
  return found;
}

} // namespace skipscope
