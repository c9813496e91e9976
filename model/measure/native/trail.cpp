#include "trail.h"

#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>

namespace skipscope {
namespace {

// Bytes of gradients that may be kept where a graph is retained for another backward pass.
constexpr size_t MOST_KEPT = size_t{1} << 28;
constexpr size_t MOST_VIEWS = 4;

} // namespace

bool goes_back() {
  return torch::autograd::get_current_graph_task_id() != -1;
}

void Trail::reset() {
  ++num_passes_;
  open_ = went_back_ = is_whole_without = came_again = awaits_gradients = false;
  last_ = c10::weak_intrusive_ptr<c10::TensorImpl>(c10::intrusive_ptr<c10::TensorImpl>());
  place_.reset();
  views_.clear();
  order.clear();
  const std::lock_guard<std::mutex> guard(coming_);
  kept_.clear();
  parts_.clear();
  leaves_.clear();
  bytes_ = 0;
  wholes_.clear();
  arrived_.clear();
  queued_.clear();
}

void Trail::begin() {
  if (!goes_back()) {
    ++num_passes_;
    open_ = true;
    is_whole_without = !c10::GradMode::is_enabled();
  } else if (c10::GradMode::is_enabled()) {
    is_whole_without = true;
  }
}

void Trail::end() {
  if (!goes_back()) {
    open_ = false;
    look_at_views();
  }
  is_whole_without = false;
}

int64_t Trail::enter() {
  if (went_back_ && !open_) {
    ++num_passes_;
  }
  went_back_ = false;
  return num_passes_;
}

void Trail::leave(const at::Tensor& x, const std::shared_ptr<Place>& place) {
  last_ = c10::weak_intrusive_ptr<c10::TensorImpl>(x.getIntrusivePtr());
  place_ = place;
  awaits_gradients = true;
}

std::shared_ptr<Place> Trail::place_of(const at::Tensor& x) const {
  return !last_.expired() && last_._unsafe_get_target() == x.unsafeGetTensorImpl() ? place_.lock() : nullptr;
}

void Trail::watch(const at::Tensor& x, const std::shared_ptr<Gradient>& gradient) {
  if (views_.size() == MOST_VIEWS) {
    views_.pop_front();
  }
  views_.emplace_back(x, at::Tensor(x._base()), gradient);
}

void Trail::look_at_views() {
  if (!views_.empty()) {
    std::erase_if(views_, [](const auto& view) { return view.is_over(); });
  }
}

void Trail::go_back() {
  went_back_ = true;
  const int task = torch::autograd::get_current_graph_task_id();
  {
    const std::lock_guard<std::mutex> guard(coming_);
    if (task == -1 || !queued_.insert(task).second) {
      return;
    }
  }
  auto& engine = torch::autograd::Engine::get_default_engine();
  try {
    // DistributedDataParallel queues its own when the last gradient has come, and writes means over the gradients there:
    // so this is queued once more, from within
    engine.queue_callback([&engine, trail = weak_from_this()] {
      engine.queue_callback([trail] {
        if (const auto self = trail.lock()) {
          self->confirm();
        }
      });
    });
  } catch (const std::exception&) {
    // as under compiled autograd: gradients stand as they were read
    return;
  }
}

void Trail::hold(const NodePointer& leaf) {
  leaves_.push_back(leaf);
}

bool Trail::is_whole() {
  const int task = torch::autograd::get_current_graph_task_id();
  const std::lock_guard<std::mutex> guard(coming_);
  const auto known = wholes_.find(task);
  if (known != wholes_.end()) {
    return known->second;
  }
  const auto* info = torch::autograd::get_current_graph_task_exec_info();
  const bool whole = info == nullptr ||
      std::none_of(info->begin(), info->end(), [](const auto& pair) { return pair.second.captures_ != nullptr; });
  wholes_[task] = whole;
  return whole;
}

bool Trail::keep(const std::shared_ptr<Gradient>& gradient, size_t num_bytes) {
  const std::lock_guard<std::mutex> guard(coming_);
  if (bytes_ + num_bytes > MOST_KEPT) {
    return false;
  }
  bytes_ += num_bytes;
  kept_.push_back(gradient);
  return true;
}

void Trail::settle() {
  for (const auto& gradient : kept_) {
    gradient->settle();
  }
  kept_.clear();
  const bool has_whole = std::any_of(wholes_.begin(), wholes_.end(), [](const auto& pair) { return pair.second; });
  for (const auto& total : parts_) {
    if (!has_whole) {
      total->count_parts();
    }
  }
  parts_.clear();
}

void Trail::have_part(const std::shared_ptr<Total>& total) {
  const std::lock_guard<std::mutex> guard(coming_);
  parts_.push_back(total);
}

void Trail::arrive(const std::shared_ptr<WeightGradient>& arrival) {
  if (!std::exchange(arrival->has_arrived, true)) {
    const std::lock_guard<std::mutex> guard(coming_);
    arrived_.push_back(arrival);
  }
  go_back();
}

void Trail::confirm() {
  const auto arrived = [this] {
    const std::lock_guard<std::mutex> guard(coming_);
    return arrived_;
  }();
  for (const auto& one : arrived) {
    if (const auto arrival = one.lock()) {
      arrival->confirm();
    }
  }
}

} // namespace skipscope
