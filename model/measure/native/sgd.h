#pragma once
// A step of stochastic gradient descent that tells how far it went, in the one pass that makes it.

#include <ATen/core/Tensor.h>

#include <vector>

namespace skipscope {

struct Rates {
  double lr, momentum, dampening, weight_decay;
  bool nesterov;
};

struct Moved {
  // Sums of squares of the weight before the step, and of its difference to the weight after it.
  double weight = 0;
  double update = 0;
};

// Make the step of torch.optim.SGD, bit for bit, on weights and their momentum buffers; a buffer that is `fresh` begins as
// the gradient. Without momentum neither is looked at. Change nothing and return nothing where one of the tensors is
// not dense float32 in this machine's memory or lies otherwise than its weight.
std::vector<Moved> sgd_step(
    const std::vector<at::Tensor>& weights,
    const std::vector<at::Tensor>& gradients,
    const std::vector<at::Tensor>& buffers,
    const std::vector<bool>& fresh,
    const Rates& rates);

} // namespace skipscope
