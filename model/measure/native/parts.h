#pragma once
// The gradient that a tensor gets from some of its users, and the way from an addition back to those: what
// model/measure/junctions/parts.py and recipe.py say of theirs holds for these.

#include "trail.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace skipscope {

// The place of each next node among those of the one before; the last is the place of x in its user.
using Way = std::vector<uint32_t>;

// A node that uses x, and the place of x among its parents.
struct User {
  NodePointer node;
  uint32_t place;
};

// The users of x on both paths, found in one pass.
struct Users {
  std::vector<User> residual, shortcut;
};

class Recipe {
 public:
  Recipe(std::vector<Way> residual, std::vector<Way> shortcut, bool first_is_shortcut, bool is_bare)
      : residual_(std::move(residual)),
        shortcut_(std::move(shortcut)),
        first_is_shortcut_(first_is_shortcut),
        is_bare_(is_bare) {}

  // Return the users of x, which is the shortcut itself where that is bare. Null where the ways do not lead to users of
  // one tensor, or where another number of nodes than `num_nodes` was made in between.
  std::shared_ptr<Users> follow(
      const at::Tensor& first, const at::Tensor& second, std::optional<int64_t> num_nodes) const;

 private:
  std::vector<Way> residual_, shortcut_;
  bool first_is_shortcut_, is_bare_;
};

class Parts : public std::enable_shared_from_this<Parts> {
 public:
  Parts(const std::shared_ptr<Trail>& trail, std::shared_ptr<Sum> total)
      : gradient_(std::make_shared<Gradient>(trail, total)), total_(std::move(total)), epoch_(total_->now()) {}

  // Read the gradients of users that are not read yet.
  void watch(const std::vector<User>& users);
  void take(const at::Tensor& gradient);
  // Count, at the end of the step, what came in a backward pass that went by only some of the users.
  void finish();

 private:
  void settle();

  std::shared_ptr<Gradient> gradient_;
  std::shared_ptr<Sum> total_;
  int64_t epoch_;
  std::set<std::pair<const void*, uint32_t>> known_;
  size_t num_users_ = 0, num_come_ = 0;
  int task_ = -1;
  at::Tensor sum_;
};

} // namespace skipscope
