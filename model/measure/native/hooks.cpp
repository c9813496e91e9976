#include "hooks.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/python_variable.h>

namespace skipscope {
namespace {

constexpr int64_t LONG = 1 << 18;

const at::Tensor& tensor_in(py::handle x) {
  return THPVariable_Unpack(x.ptr());
}

// The output itself or the first of several; null where it is no tensor of real numbers.
py::handle measured(py::handle output) {
  PyObject* x = output.ptr();
  if ((PyTuple_Check(x) || PyList_Check(x)) && PySequence_Fast_GET_SIZE(x) > 0) {
    x = PySequence_Fast_GET_ITEM(x, 0);
  }
  return THPVariable_Check(x) && at::isFloatingType(THPVariable_Unpack(x).scalar_type()) ? x : nullptr;
}

} // namespace

void add(Sum& sum, const at::Tensor& x) {
  std::optional<py::gil_scoped_release> without;
  if (x.numel() > LONG) {
    without.emplace();
  }
  sum.add(x);
}

void add_gradient_of(const std::shared_ptr<Sum>& sum, py::handle x) {
  if (!sum->add_gradient_of(tensor_in(x))) {
    // a hook of C++ on a leaf is lost when one of Python is put there after it
    x.attr("register_hook")(py::cast(sum).attr("add"));
  }
}

void Trail::leave(const at::Tensor& x, const std::shared_ptr<Tap>& tap) {
  last_ = c10::weak_intrusive_ptr<c10::TensorImpl>(x.getIntrusivePtr());
  tap_ = tap;
}

std::shared_ptr<Tap> Trail::tap_of(const at::Tensor& x) const {
  return !last_.expired() && last_._unsafe_get_target() == x.unsafeGetTensorImpl() ? tap_.lock() : nullptr;
}

void Tap::forward(py::handle, py::handle, py::handle output) {
  const auto object = measured(output);
  if (!object || !c10::GradMode::is_enabled()) {
    return;
  }
  const auto& x = tensor_in(object);
  add(*activation, x);
  if (x.requires_grad()) {
    add_gradient_of(gradient, object);
    trail_->leave(x, shared_from_this());
  }
}

std::optional<int64_t> Tap::num_nonfinite() const {
  return activation->elements == 0 ? std::nullopt : std::make_optional(activation->nonfinite + gradient->nonfinite);
}

void Tap::reset() {
  activation->reset();
  gradient->reset();
}

py::object Block::fork(py::handle, py::handle, const py::tuple& output) {
  const auto& x = tensor_in(output[0]);
  if (!c10::GradMode::is_enabled() || !x.requires_grad()) {
    return py::none();
  }
  input_ = trail_->tap_of(x);
  if (output[1].is_none()) {
    residual_gradient_is_input_ = input_ != nullptr;
    if (!input_) {
      add_gradient_of(residual_gradient_, output[0]);
    }
    return py::none();
  }
  bare_shortcut_ = block_().attr("has_bare_shortcut").cast<bool>();
  const auto residual = x.view_as(x);
  residual_gradient_->add_gradient_of(residual);
  if (bare_shortcut_) {
    return py::make_tuple(residual, output[1]);
  }
  const auto identity = x.view_as(x);
  identity_gradient_->add_gradient_of(identity);
  return py::make_tuple(residual, identity);
}

void Block::junction(py::handle, const py::tuple& args, py::handle output) {
  if (!c10::GradMode::is_enabled()) {
    return;
  }
  const py::object residual = args[0], identity = args[1];
  if (residual.is_none()) {
    dropped = true;
  } else {
    add(*residual_, tensor_in(residual));
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
      add_gradient_of(identity_gradient_, output);
    }
  }
}

void Block::reset() {
  input_ = nullptr;
  dropped = bare_shortcut_ = false;
  identity_is_input_ = residual_gradient_is_input_ = identity_gradient_is_output_ = false;
  for (const auto& sum : {residual_, identity_, residual_gradient_, identity_gradient_}) {
    sum->reset();
  }
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

std::tuple<Column, Column, Column, std::vector<std::optional<int64_t>>> tap_columns(
    const std::vector<std::shared_ptr<Tap>>& taps) {
  Column activations, gradients, zeros;
  std::vector<std::optional<int64_t>> nonfinite;
  for (const auto& tap : taps) {
    activations.push_back(tap->activation->rms());
    gradients.push_back(tap->gradient->rms());
    zeros.push_back(tap->activation->zero_fraction());
    nonfinite.push_back(tap->num_nonfinite());
  }
  return {activations, gradients, zeros, nonfinite};
}

std::tuple<Column, Column, Column, Column> block_columns(const std::vector<Block*>& blocks) {
  Column residual, identity, residual_gradient, identity_gradient;
  for (const auto* block : blocks) {
    residual.push_back(block->residual()->rms());
    identity.push_back(block->identity()->rms());
    residual_gradient.push_back(block->residual_gradient()->norm());
    identity_gradient.push_back(block->identity_gradient()->norm());
  }
  return {residual, identity, residual_gradient, identity_gradient};
}

} // namespace skipscope
