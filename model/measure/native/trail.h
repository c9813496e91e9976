#pragma once
// The way through the network within a step, and gradients that are not final yet: what model/measure/trail.py,
// gradient.py, views.py and weight_gradient.py say of theirs holds for these.

#include "sum.h"

#include <torch/csrc/autograd/function.h>

#include <deque>
#include <unordered_map>
#include <vector>

namespace skipscope {

class Place;
class Trail;

// The gradient of one tensor, which may come in several backward passes over one forward pass.
class Gradient : public std::enable_shared_from_this<Gradient> {
 public:
  Gradient(const std::shared_ptr<Trail>& trail, std::shared_ptr<Sum> sum)
      : trail_(trail), sum_(std::move(sum)), epoch_(sum_->epoch) {}

  void take(const at::Tensor& gradient, bool by_view);
  void settle();

 private:
  void take_now(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool by_view);
  void add(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool whole, bool keeps);

  // the trail holds what is kept
  std::weak_ptr<Trail> trail_;
  std::shared_ptr<Sum> sum_;
  int64_t epoch_;
  at::Tensor whole_, part_;
  bool came_ = false, came_by_view_ = false, is_kept_ = false;
};

// The gradient that a backward pass leaves in a weight; `take` is the hook.
class WeightGradient : public std::enable_shared_from_this<WeightGradient> {
 public:
  explicit WeightGradient(std::shared_ptr<Trail> trail) : trail_(std::move(trail)) {}

  void reset();
  void take(const at::Tensor& weight);
  void confirm();

  Sum total{false};

 private:
  void read(const at::Tensor& gradient);

  std::shared_ptr<Trail> trail_;
  at::Tensor weight_;
  const void* seen_ = nullptr;
  uint32_t version_ = 0;
};

// Torch counts references to nodes in one way or another, by its version.
using NodePointer = std::decay_t<decltype(std::declval<const at::Tensor&>().grad_fn())>;

// A view that was measured, with the node that its base had then.
struct ChangedView {
  c10::weak_intrusive_ptr<c10::TensorImpl> x;
  std::shared_ptr<Gradient> gradient;
  uint32_t version;
  NodePointer node;

  bool is_over() const;
};

class Trail : public std::enable_shared_from_this<Trail> {
 public:
  void reset();
  void begin();
  void end();
  bool is_recomputed_later() const;
  int64_t enter();
  void leave(const at::Tensor& x, const std::shared_ptr<Place>& place);
  std::shared_ptr<Place> place_of(const at::Tensor& x) const;
  void watch(const at::Tensor& x, const std::shared_ptr<Gradient>& gradient);
  void look_at_views();
  void go_back();
  bool is_whole();
  bool keep(const std::shared_ptr<Gradient>& gradient, size_t num_bytes);
  void settle();
  void arrive(const std::shared_ptr<WeightGradient>& arrival);

  std::vector<int64_t> order;
  bool came_again = false;

 private:
  void confirm(int task);

  int64_t num_passes_ = 0;
  bool open_ = false, has_gradients_ = false, went_back_ = false;
  c10::weak_intrusive_ptr<c10::TensorImpl> last_{c10::intrusive_ptr<c10::TensorImpl>()};
  std::weak_ptr<Place> place_;
  std::deque<ChangedView> views_;
  // gradients of one network may come by several threads
  std::mutex coming_;
  std::vector<std::shared_ptr<Gradient>> kept_;
  size_t bytes_ = 0;
  std::unordered_map<int, bool> wholes_;
  std::unordered_map<int, std::vector<std::weak_ptr<WeightGradient>>> arrived_;
};

// Whether a backward pass is at work in this thread.
bool goes_back();

// Add the whole gradient of x to a sum when it is there.
std::shared_ptr<Gradient> add_gradient_of(
    const at::Tensor& x, const std::shared_ptr<Trail>& trail, const std::shared_ptr<Sum>& sum);

} // namespace skipscope
