#include "sum.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <cmath>

namespace skipscope {
namespace {

using torch::autograd::variable_list;

// A hook on the node that made a tensor sees the tensor's whole gradient.
struct GradientHook final : torch::autograd::FunctionPreHook {
  GradientHook(std::shared_ptr<Sum> sum, int64_t place) : sum_(std::move(sum)), place_(place) {}

  variable_list operator()(const variable_list& gradients) override {
    if (const auto& gradient = gradients[place_]; gradient.defined()) {
      sum_->add(gradient);
    }
    return gradients;
  }

 private:
  std::shared_ptr<Sum> sum_;
  int64_t place_;
};

} // namespace

void Sum::reset() {
  squares = 0;
  nonzero = nonfinite = elements = calls = 0;
}

void Sum::add(const at::Tensor& x) {
  const auto sums = sums_of(x, counts_zeros);
  const std::lock_guard<std::mutex> guard(adding_);
  squares += sums.squares;
  nonzero += sums.nonzero;
  nonfinite += sums.nonfinite;
  elements += x.numel();
  ++calls;
}

bool Sum::add_gradient_of(const at::Tensor& x) {
  const auto& node = x.grad_fn();
  if (!node) {
    return false;
  }
  node->add_pre_hook(std::make_unique<GradientHook>(shared_from_this(), x.output_nr()));
  return true;
}

void Sum::take_gradient_in(const at::Tensor& weight) {
  reset();
  if (const auto& gradient = weight.grad(); gradient.defined()) {
    add(gradient);
  }
}

std::optional<double> Sum::rms() const {
  return elements == 0 ? std::nullopt : std::make_optional(std::sqrt(squares / static_cast<double>(elements)));
}

std::optional<double> Sum::norm() const {
  return calls == 0 ? std::nullopt : std::make_optional(std::sqrt(squares));
}

std::optional<double> Sum::zero_fraction() const {
  if (!counts_zeros || elements == 0) {
    return std::nullopt;
  }
  return 1 - static_cast<double>(nonzero) / static_cast<double>(elements);
}

} // namespace skipscope
