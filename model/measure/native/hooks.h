#pragma once
// The forward hooks of one tap and of one block: what model/measure/meters.py says of its meters holds for these.

#include "sum.h"

#include <torch/csrc/utils/pybind.h>

namespace skipscope {

class Tap;

// The tap whose tensor was made last: a block whose input is that tensor need not read it again.
class Trail {
 public:
  void leave(const at::Tensor& x, const std::shared_ptr<Tap>& tap);
  std::shared_ptr<Tap> tap_of(const at::Tensor& x) const;

 private:
  c10::weak_intrusive_ptr<c10::TensorImpl> last_{c10::intrusive_ptr<c10::TensorImpl>()};
  std::weak_ptr<Tap> tap_;
};

// The output of one module and its gradient.
class Tap : public std::enable_shared_from_this<Tap> {
 public:
  Tap(std::shared_ptr<Trail> trail, bool zeros) : activation(std::make_shared<Sum>(zeros)), trail_(std::move(trail)) {}

  void forward(py::handle module, py::handle args, py::handle output);
  std::optional<int64_t> num_nonfinite() const;
  void reset();

  const std::shared_ptr<Sum> activation;
  const std::shared_ptr<Sum> gradient = std::make_shared<Sum>(false);

 private:
  std::shared_ptr<Trail> trail_;
};

// The two paths of one block.
class Block {
 public:
  // Of the block only a weak reference is kept: its module keeps the hooks, and nothing collects a circle through here.
  Block(py::weakref block, std::shared_ptr<Trail> trail, std::shared_ptr<Tap> output)
      : block_(std::move(block)), trail_(std::move(trail)), output_(std::move(output)) {}

  py::object fork(py::handle module, py::handle args, const py::tuple& output);
  void junction(py::handle module, const py::tuple& args, py::handle output);
  void reset();

  std::shared_ptr<Sum> residual() const;
  std::shared_ptr<Sum> identity() const;
  std::shared_ptr<Sum> residual_gradient() const;
  std::shared_ptr<Sum> identity_gradient() const;
  bool dropped = false;

 private:
  py::weakref block_;
  std::shared_ptr<Trail> trail_;
  std::shared_ptr<Tap> output_, input_;
  std::shared_ptr<Sum> residual_ = std::make_shared<Sum>(false), identity_ = std::make_shared<Sum>(false);
  std::shared_ptr<Sum> residual_gradient_ = std::make_shared<Sum>(false);
  std::shared_ptr<Sum> identity_gradient_ = std::make_shared<Sum>(false);
  bool bare_shortcut_ = false;
  bool identity_is_input_ = false, residual_gradient_is_input_ = false, identity_gradient_is_output_ = false;
};

using Column = std::vector<std::optional<double>>;

// The columns of a record: RMS of activations and gradients, shares of zeros, numbers of elements that are not finite.
std::tuple<Column, Column, Column, std::vector<std::optional<int64_t>>> tap_columns(
    const std::vector<std::shared_ptr<Tap>>& taps);

// RMS of what both paths bring, norms of the gradients that both take.
std::tuple<Column, Column, Column, Column> block_columns(const std::vector<Block*>& blocks);

// Add a tensor to a sum; other threads run Python meanwhile where that takes long.
void add(Sum& sum, const at::Tensor& x);

// Add the gradient of a tensor of Python's to a sum when it is there.
void add_gradient_of(const std::shared_ptr<Sum>& sum, py::handle x);

} // namespace skipscope
