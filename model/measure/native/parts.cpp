#include "parts.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/add.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <limits>

namespace skipscope {
namespace {

using torch::autograd::Edge;
using torch::autograd::Node;
using torch::autograd::variable_list;
using torch::dynamo::autograd::CompiledNodeArgs;

// A hook on a user sees what it hands back.
struct UserHook final : torch::autograd::FunctionPostHook {
  UserHook(std::shared_ptr<Parts> parts, uint32_t place) : parts_(std::move(parts)), place_(place) {}

  variable_list operator()(const variable_list& found, const variable_list&) override {
    if (place_ < found.size() && found[place_].defined()) {
      parts_->take(found[place_]);
    }
    return found;
  }

  // as of the hooks in gradient.cpp
  void compiled_args(CompiledNodeArgs&) const override {}

 private:
  std::shared_ptr<Parts> parts_;
  uint32_t place_;
};

// The user at the end of a way; without a node where the way does not go on.
User follow_way(NodePointer node, const Way& way) {
  for (size_t i = 0; node && i + 1 < way.size(); ++i) {
    node = way[i] < node->num_outputs() ? NodePointer(node->next_edge(way[i]).function) : NodePointer();
  }
  const uint32_t place = way.back();
  return node && place < node->num_outputs() ? User{node, place} : User{};
}

bool append(std::vector<User>& users, const NodePointer& end, const std::vector<Way>& ways) {
  for (const auto& way : ways) {
    auto user = follow_way(end, way);
    if (!user.node) {
      return false;
    }
    users.push_back(std::move(user));
  }
  return true;
}

// The ends of the graph have the largest number, and are the oldest.
uint64_t age_of(const NodePointer& node) {
  return node->num_outputs() == 0 ? 0 : node->sequence_nr();
}

} // namespace

std::shared_ptr<Users> Recipe::follow(
    const at::Tensor& first, const at::Tensor& second, std::optional<int64_t> num_nodes) const {
  const Edge one = torch::autograd::impl::gradient_edge(first), other = torch::autograd::impl::gradient_edge(second);
  if (!one.function || !other.function) {
    return nullptr;
  }
  const Edge& own = first_is_shortcut_ ? one : other;
  const Edge& branch = first_is_shortcut_ ? other : one;
  auto users = std::make_shared<Users>();
  if (!append(users->residual, branch.function, residual_) || !append(users->shortcut, own.function, shortcut_)) {
    return nullptr;
  }
  const auto origin = [](const User& user) { return user.node->next_edge(user.place); };
  const Edge at = is_bare_ || users->residual.empty() ? own : origin(users->residual.front());
  const auto is_at = [&](const User& user) { return origin(user) == at; };
  if (!std::all_of(users->residual.begin(), users->residual.end(), is_at) ||
      !std::all_of(users->shortcut.begin(), users->shortcut.end(), is_at)) {
    return nullptr;
  }
  if (num_nodes) {
    uint64_t oldest = std::numeric_limits<uint64_t>::max();
    for (const auto& user : users->residual) {
      oldest = std::min(oldest, user.node->sequence_nr());
    }
    const uint64_t newest = std::max(age_of(one.function), age_of(other.function));
    if (static_cast<int64_t>(newest - oldest) != *num_nodes) {
      return nullptr;
    }
  }
  return users;
}

void Parts::watch(const std::vector<User>& users) {
  for (const auto& [node, place] : users) {
    if (known_.emplace(node.get(), place).second) {
      ++num_users_;
      node->add_post_hook(std::make_unique<UserHook>(shared_from_this(), place));
    }
  }
}

void Parts::take(const at::Tensor& gradient) {
  if (epoch_ != total_->now()) {
    return;
  }
  if (num_users_ == 1) {
    gradient_->take(gradient);
    return;
  }
  try {
    const at::NoGradGuard no_grad;
    const int task = torch::autograd::get_current_graph_task_id();
    if (task != task_) {
      settle();
      task_ = task;
    }
    const auto found = gradient.detach();
    sum_ = sum_.defined() ? at::add(sum_, found) : found;
    if (++num_come_ == num_users_) {
      settle();
    }
  } catch (const std::exception& error) {
    // the user's backward pass goes on
    total_->lose(in_words(error));
  }
}

void Parts::settle() {
  const auto whole = std::exchange(sum_, at::Tensor());
  num_come_ = 0;
  if (whole.defined()) {
    gradient_->take(whole);
  }
}

void Parts::finish() {
  if (const auto rest = std::exchange(sum_, at::Tensor()); rest.defined()) {
    total_->add(rest);
  }
}

} // namespace skipscope
