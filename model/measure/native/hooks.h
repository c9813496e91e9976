#pragma once
// The forward hooks of one tap and of one block: what model/measure/tap_meter.py and block_meter.py say of theirs holds
// for these.

#include "angles.h"
#include "trail.h"

#include <torch/csrc/utils/pybind.h>

#include <array>

namespace skipscope {

// Summing up so many elements takes long enough for other threads to run Python meanwhile.
constexpr int64_t LONG = 1 << 18;
// Keys of places count the calls of a tap in steps of this.
constexpr int64_t MOST_CALLS = 64;

// The outputs of one module at one of its calls within a forward pass, and their gradients.
class Place : public std::enable_shared_from_this<Place> {
 public:
  Place(int64_t number, bool zeros) : key(number), activation(std::make_shared<Sum>(zeros)) {}

  void reset();
  void merge(Place& other);

  const int64_t key;
  const std::shared_ptr<Sum> activation;
  const std::shared_ptr<Sum> gradient = std::make_shared<Sum>(false);
  bool is_known = false;
  bool is_recomputed = false;
  // Of a part, and of the whole network.
  std::array<int64_t, 2> num_waiting{};
};

using Places = std::vector<std::shared_ptr<Place>>;

// The outputs of one module.
class Tap {
 public:
  Tap(std::shared_ptr<Trail> trail, int64_t number, py::object find, bool zeros, int64_t calls);

  void forward(py::handle module, py::handle args, py::handle output);
  void reset();

  Places places;
  int64_t limit;
  bool is_shared = false;

 private:
  void run(py::handle output);
  const std::shared_ptr<Place>& next_place();
  void recompute(py::handle output);
  void measure(const std::shared_ptr<Place>& place, py::handle output);

  std::shared_ptr<Trail> trail_;
  int64_t number_;
  py::object find_;
  bool zeros_;
  int64_t pass_ = 0, num_calls_ = 0;
};

// The two paths of one block.
class Block {
 public:
  // Of the block only a weak reference is kept: its module keeps the hooks, and nothing collects a circle through here.
  Block(py::weakref block, std::shared_ptr<Trail> trail, const Tap* output, const Block* before)
      : block_(std::move(block)), trail_(std::move(trail)), output_(output == nullptr ? nullptr : output->places[0]) {
    if (before != nullptr) {
      direction_->follow(before->direction_, direction_);
    }
  }

  py::object fork(py::handle module, py::handle args, const py::tuple& output);
  void junction(py::handle module, const py::tuple& args, py::handle output);
  void reset();

  std::shared_ptr<Sum> residual() const;
  std::shared_ptr<Sum> identity() const;
  std::shared_ptr<Sum> residual_gradient() const;
  std::shared_ptr<Sum> identity_gradient() const;
  const Direction& direction() const {
    return *direction_;
  }
  bool dropped = false;

 private:
  bool is_measured(const at::Tensor& x);

  py::weakref block_;
  std::shared_ptr<Trail> trail_;
  std::shared_ptr<Place> output_, input_;
  std::shared_ptr<Sum> residual_ = std::make_shared<Sum>(false), identity_ = std::make_shared<Sum>(false);
  std::shared_ptr<Sum> residual_gradient_ = std::make_shared<Sum>(false);
  std::shared_ptr<Sum> identity_gradient_ = std::make_shared<Sum>(false);
  std::shared_ptr<Direction> direction_ = std::make_shared<Direction>();
  bool bare_shortcut_ = false, measures_ = false;
  std::array<int64_t, 2> num_waiting_{};
  bool identity_is_input_ = false, residual_gradient_is_input_ = false, identity_gradient_is_output_ = false;
};

using Column = std::vector<std::optional<double>>;

using Counts = std::vector<std::optional<int64_t>>;

// The columns of a record: RMS of activations and gradients, shares of zeros, numbers of elements that are not finite
// and of units that are zero throughout.
std::tuple<Column, Column, Column, Counts, Counts> tap_columns(const Places& places);

// RMS of what both paths bring, norms of the gradients that both take, cosines of the branches with the negative gradient
// and with the next branch.
std::tuple<Column, Column, Column, Column, Column, Column> block_columns(const std::vector<Block*>& blocks);

// Places, by their index, that could not be measured, and why.
std::vector<std::pair<size_t, std::string>> problems(const Places& places);

// Add a tensor to a sum; other threads run Python meanwhile where that takes long.
bool add(Sum& sum, const at::Tensor& x);

} // namespace skipscope
