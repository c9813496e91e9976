#pragma once
// The way through the network within a step, and gradients that are not final yet: what model/measure/trail.py,
// gradient.py, views.py and weight_gradient.py say of theirs holds for these.

#include "sum.h"

#include <torch/csrc/autograd/function.h>

#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace skipscope {

class Place;
class Trail;

// Torch counts references to nodes in one way or another, by its version.
using NodePointer = std::decay_t<decltype(std::declval<const at::Tensor&>().grad_fn())>;

// The gradient of one tensor, which may come in several backward passes over one forward pass.
class Gradient : public std::enable_shared_from_this<Gradient> {
 public:
  Gradient(const std::shared_ptr<Trail>& trail, std::shared_ptr<Total> total)
      : trail_(trail), total_(std::move(total)), epoch_(total_->now()) {}

  void take(const at::Tensor& gradient);
  void settle();

  // Whether one pass may bring it in two parts, since a view was changed in place and may have been used before.
  bool comes_in_parts = false;

 private:
  void take_now(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient);
  void add(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool whole, bool keeps);
  void count(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool whole);

  // the trail holds what is kept
  std::weak_ptr<Trail> trail_;
  std::shared_ptr<Total> total_;
  int64_t epoch_;
  at::Tensor whole_, part_;
  bool came_ = false, is_kept_ = false;
};

// The gradient that a backward pass leaves in a weight; `take` is the hook.
class WeightGradient : public std::enable_shared_from_this<WeightGradient> {
 public:
  explicit WeightGradient(std::shared_ptr<Trail> trail) : trail_(std::move(trail)) {}

  void reset();
  void take(const at::Tensor& weight);
  void confirm();
  // Whether a weight has another gradient now, or another in it, than was read when the backward pass was over.
  bool is_other(const at::Tensor& weight) const;

  Sum total{false};
  bool has_arrived = false;
  // Backward passes that left or added a gradient.
  int64_t passes = 0;

 private:
  void read(const at::Tensor& gradient);

  std::shared_ptr<Trail> trail_;
  at::Tensor weight_;
  const void* seen_ = nullptr;
  uint32_t version_ = 0;
};

// A view that was measured: how it lies in its base, and the node that its base had then.
struct ChangedView {
  ChangedView(const at::Tensor& x, const at::Tensor& base, std::shared_ptr<Gradient> own);

  bool is_over() const;

  // the view itself may be gone when another view of the same base is changed
  c10::weak_intrusive_ptr<c10::TensorImpl> there;
  std::shared_ptr<Gradient> gradient;
  int64_t version;
  NodePointer node;
  std::vector<int64_t> size, strides;
  int64_t offset;
  bool is_all;
};

class Trail : public std::enable_shared_from_this<Trail> {
 public:
  void reset();
  void begin();
  void end();
  int64_t enter();
  // The number of the forward pass at work.
  int64_t pass() const {
    return num_passes_;
  }
  void leave(const at::Tensor& x, const std::shared_ptr<Place>& place);
  std::shared_ptr<Place> place_of(const at::Tensor& x) const;
  void watch(const at::Tensor& x, const std::shared_ptr<Gradient>& gradient);
  void look_at_views();
  void go_back();
  void have_part(const std::shared_ptr<Total>& total);
  void hold(const NodePointer& leaf);
  bool is_whole();
  bool keep(const std::shared_ptr<Gradient>& gradient, size_t num_bytes);
  void settle();
  void arrive(const std::shared_ptr<WeightGradient>& arrival);

  std::vector<int64_t> order;
  bool came_again = false;
  // Whether the whole network runs without gradients, or again, with them, in the backward pass.
  bool is_whole_without = false;
  bool awaits_gradients = false;

 private:
  void confirm();

  int64_t num_passes_ = 0;
  bool open_ = false, went_back_ = false;
  c10::weak_intrusive_ptr<c10::TensorImpl> last_{c10::intrusive_ptr<c10::TensorImpl>()};
  std::weak_ptr<Place> place_;
  std::deque<ChangedView> views_;
  // gradients of one network may come by several threads
  std::mutex coming_;
  std::vector<std::shared_ptr<Gradient>> kept_;
  std::vector<std::shared_ptr<Total>> parts_;
  std::vector<NodePointer> leaves_;
  size_t bytes_ = 0;
  std::unordered_map<int, bool> wholes_;
  std::unordered_set<int> queued_;
  std::vector<std::weak_ptr<WeightGradient>> arrived_;
};

// Whether a backward pass is at work in this thread.
bool goes_back();

// Have the whole gradient of x taken when it is there.
std::shared_ptr<Gradient> add_gradient_of(
    const at::Tensor& x, const std::shared_ptr<Trail>& trail, const std::shared_ptr<Total>& total);

} // namespace skipscope
