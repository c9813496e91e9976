#include "trail.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/add.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/variable.h>

namespace skipscope {
namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;
using torch::dynamo::autograd::CompiledNodeArgs;

constexpr int LONGEST = 64;

// A hook on the node that made a tensor sees the tensor's whole gradient.
struct NodeHook final : torch::autograd::FunctionPreHook {
  NodeHook(std::shared_ptr<Gradient> gradient, int64_t place) : gradient_(std::move(gradient)), place_(place) {}

  variable_list operator()(const variable_list& gradients) override {
    if (const auto& gradient = gradients[place_]; gradient.defined()) {
      gradient_->take(gradient);
    }
    return gradients;
  }

  // compiled autograd runs no hook of C++, and would refuse to run at all for one that does not say so
  void compiled_args(CompiledNodeArgs&) const override {}

 private:
  std::shared_ptr<Gradient> gradient_;
  int64_t place_;
};

// A hook on the change that was made in place to a view sees the gradient of what was there before.
struct ChangeHook final : torch::autograd::FunctionPostHook {
  ChangeHook(const ChangedView& view, const at::Tensor& base)
      : gradient_(view.gradient),
        size_(view.size),
        strides_(view.strides),
        lies_(base.strides().vec()),
        offset_(view.offset),
        is_all_(view.is_all) {}

  variable_list operator()(const variable_list& found, const variable_list&) override {
    if (!found.empty() && found[0].defined()) {
      if (found[0].strides() == lies_) {
        gradient_->take(found[0].as_strided(size_, strides_, offset_));
      } else if (is_all_) {
        gradient_->take(found[0]);
      }
    }
    return found;
  }

  void compiled_args(CompiledNodeArgs&) const override {}

 private:
  std::shared_ptr<Gradient> gradient_;
  std::vector<int64_t> size_, strides_, lies_;
  int64_t offset_;
  bool is_all_;
};

// The first change that was made to a tensor after it had its old node.
Node* change_after(Node* node, const Node* old) {
  for (int i = 0; i < LONGEST && node != nullptr && node != old && node->num_outputs() > 0; ++i) {
    Node* before = node->next_edge(0).function.get();
    if (before == old) {
      return node;
    }
    node = before;
  }
  return nullptr;
}

} // namespace

std::shared_ptr<Gradient> add_gradient_of(
    const at::Tensor& x, const std::shared_ptr<Trail>& trail, const std::shared_ptr<Total>& total) {
  auto gradient = std::make_shared<Gradient>(trail, total);
  const auto node = torch::autograd::impl::gradient_edge(x).function;
  if (!x.grad_fn()) {
    // the node of a leaf is one for all that it is used for
    if (total->leaf == x.unsafeGetTensorImpl() && !total->leaf_hook.expired()) {
      return gradient;
    }
    total->leaf = x.unsafeGetTensorImpl();
    total->leaf_hook = gradient;
    // it goes away, with its hooks, unless something uses the leaf or holds it
    trail->hold(node);
  }
  node->add_pre_hook(std::make_unique<NodeHook>(gradient, x.output_nr()));
  return gradient;
}

ChangedView::ChangedView(const at::Tensor& x, const at::Tensor& base, std::shared_ptr<Gradient> own)
    : there(base.getIntrusivePtr()),
      gradient(std::move(own)),
      version(base._version()),
      node(base.grad_fn()),
      size(x.sizes().vec()),
      strides(x.strides().vec()),
      offset(x.storage_offset() - base.storage_offset()),
      is_all(x.numel() == base.numel()) {}

bool ChangedView::is_over() const {
  auto now = there.lock();
  if (!now) {
    return true;
  }
  const at::Tensor base(std::move(now));
  if (base._version() == version) {
    return false;
  }
  if (Node* changed = change_after(base.grad_fn().get(), node.get())) {
    gradient->comes_in_parts = true;
    changed->add_post_hook(std::make_unique<ChangeHook>(*this, base));
  }
  return true;
}

void Gradient::take(const at::Tensor& gradient) {
  const auto trail = trail_.lock();
  if (!trail || epoch_ != total_->now()) {
    return;
  }
  try {
    const at::NoGradGuard no_grad;
    take_now(trail, gradient);
  } catch (const std::exception& error) {
    // the user's backward pass goes on
    total_->lose(in_words(error));
  }
}

void Gradient::take_now(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient) {
  trail->go_back();
  const bool again = came_;
  came_ = true;
  const bool keeps = comes_in_parts || torch::autograd::get_current_graph_task_keep_graph();
  const bool whole = trail->is_whole();
  if (!keeps && !again) {
    count(trail, gradient, whole);
  } else if (again && !is_kept_) {
    total_->lose("its gradient came in several backward passes over one forward pass and was too large to be kept");
  } else {
    add(trail, total_->seen_of(gradient.detach()), whole, keeps);
  }
}

void Gradient::add(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool whole, bool keeps) {
  if (!is_kept_) {
    is_kept_ = trail->keep(shared_from_this(), gradient.nbytes());
    if (!is_kept_) {
      count(trail, gradient, whole);
      return;
    }
  }
  auto& kept = whole ? whole_ : part_;
  const bool is_last = whole && !keeps;
  at::Tensor total = gradient;
  if (kept.defined()) {
    total = at::add(kept, gradient);
    trail->came_again = trail->came_again || whole;
  } else if (!is_last) {
    total = gradient.clone();
  }
  if (is_last) {
    total_->take(total);
    whole_ = part_ = at::Tensor();
    is_kept_ = false;
  } else {
    kept = total;
  }
}

void Gradient::count(const std::shared_ptr<Trail>& trail, const at::Tensor& gradient, bool whole) {
  if (whole) {
    total_->take(gradient);
  } else {
    total_->take_part(gradient);
    trail->have_part(total_);
  }
}

void Gradient::settle() {
  const auto trail = trail_.lock();
  const auto& kept = whole_.defined() ? whole_ : part_;
  if (trail && kept.defined()) {
    count(trail, kept, whole_.defined());
  }
  whole_ = part_ = at::Tensor();
}

void WeightGradient::reset() {
  weight_ = at::Tensor();
  has_arrived = false;
  passes = 0;
  total.reset();
}

void WeightGradient::take(const at::Tensor& weight) {
  weight_ = weight;
  ++passes;
  read(weight.grad());
  trail_->arrive(shared_from_this());
}

void WeightGradient::confirm() {
  if (!weight_.defined()) {
    return;
  }
  const auto& gradient = weight_.grad();
  if (gradient.defined() && (gradient.unsafeGetTensorImpl() != seen_ || gradient._version() != version_)) {
    read(gradient);
  }
}

bool WeightGradient::is_other(const at::Tensor& weight) const {
  const auto& gradient = weight.grad();
  return total.calls > 0 && gradient.defined() &&
      (gradient.unsafeGetTensorImpl() != seen_ || gradient._version() != version_);
}

void WeightGradient::read(const at::Tensor& gradient) {
  total.reset();
  if (!gradient.defined()) {
    return;
  }
  try {
    const at::NoGradGuard no_grad;
    seen_ = gradient.unsafeGetTensorImpl();
    version_ = gradient._version();
    total.add(dense(gradient.detach()));
  } catch (const std::exception& error) {
    total.lose(in_words(error));
  }
}

} // namespace skipscope
