#include "angles.h"

#include "products.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace skipscope {
namespace {

at::Tensor first_images(const at::Tensor& x) {
  return x.size(0) > IMAGES ? x.narrow(0, 0, IMAGES) : x;
}

// A part of a tensor would keep the whole.
at::Tensor kept_of(const at::Tensor& branch) {
  const auto x = branch.detach();
  return x.size(0) > IMAGES ? first_images(x).clone() : x;
}

} // namespace

void Angle::reset() {
  whole_ = part_ = {};
  is_lost_ = false;
  ++epoch;
}

void Angle::add(double dot, double squares, double others, bool whole) {
  const double length = std::sqrt(squares) * std::sqrt(others);
  if (length == 0) {
    return;
  }
  const std::lock_guard<std::mutex> guard(adding_);
  auto& mean = whole ? whole_ : part_;
  mean.sum += dot / length;
  ++mean.images;
}

void Angle::count_parts() {
  const auto part = std::exchange(part_, {});
  whole_.sum += part.sum;
  whole_.images += part.images;
}

void Angle::lose() {
  const std::lock_guard<std::mutex> guard(adding_);
  is_lost_ = true;
}

std::optional<double> Angle::mean() const {
  const bool is_known = whole_.images != 0 && !is_lost_;
  return is_known ? std::make_optional(whole_.sum / static_cast<double>(whole_.images)) : std::nullopt;
}

Branch::Branch(const at::Tensor& branch, int64_t number)
    : pass(number), images(kept_of(branch)), shape(branch.sizes().vec()), version_(images._version()) {}

std::vector<double> Branch::meet(const at::Tensor& x, Angle& angle, double sign, bool whole) const {
  if (images._version() != version_) {
    angle.lose();
    return {};
  }
  std::vector<double> found;
  const auto products = products_of(images, squares, x);
  for (size_t i = 0; i < products.size(); ++i) {
    angle.add(sign * products[i].dot, products[i].squares, squares[i], whole);
    found.push_back(products[i].squares);
  }
  return found;
}

int64_t Descent::now() const {
  return angle_->epoch;
}

at::Tensor Descent::seen_of(const at::Tensor& gradient) const {
  return gradient.dim() == 0 ? gradient : first_images(gradient);
}

void Descent::take(const at::Tensor& gradient) {
  meet(gradient, true);
}

void Descent::take_part(const at::Tensor& gradient) {
  meet(gradient, false);
}

void Descent::count_parts() {
  angle_->count_parts();
}

void Descent::lose(const std::string&) {
  angle_->lose();
}

void Descent::await(const std::shared_ptr<Branch>& branch) {
  if (branch->shape == shape_) {
    branch_ = branch;
  }
}

void Descent::meet(const at::Tensor& gradient, bool whole) {
  const auto branch = std::exchange(branch_, nullptr);
  if (branch && !why_not(gradient)) {
    branch->meet(seen_of(gradient), *angle_, -1, whole);
  }
}

void Direction::follow(const std::shared_ptr<Direction>& before, const std::shared_ptr<Direction>& self) {
  before_ = before;
  before->next_ = self;
}

void Direction::reset() {
  descent->reset();
  successive->reset();
  branch_ = nullptr;
  descent_ = nullptr;
}

std::shared_ptr<Descent> Direction::enter(const at::Tensor& x) {
  descent_ = std::make_shared<Descent>(descent, x);
  return descent_;
}

void Direction::leave(const at::Tensor& branch, int64_t pass) {
  const auto awaited = std::exchange(descent_, nullptr);
  branch_ = nullptr;
  if (!branch.defined() || branch.dim() < 2 || why_not(branch)) {
    return;
  }
  const at::NoGradGuard no_grad;
  branch_ = std::make_shared<Branch>(branch, pass);
  meet_neighbours();
  if (awaited) {
    awaited->await(branch_);
  }
  if (branch_->met_before && branch_->met_next) {
    branch_ = nullptr;
  }
}

void Direction::meet_neighbours() {
  const auto before = before_.lock(), next = next_.lock();
  auto& own = *branch_;
  own.met_before = !before;
  own.met_next = !next;
  if (before && before->branch_ && before->branch_->pass == own.pass && !before->branch_->met_next) {
    auto& other = *before->branch_;
    if (other.shape == own.shape) {
      own.squares = other.meet(own.images, *before->successive, 1, true);
    }
    own.met_before = other.met_next = true;
    if (other.met_before) {
      before->branch_ = nullptr;
    }
  }
  if (own.squares.empty()) {
    for (const auto& product : products_of(own.images, {}, own.images)) {
      own.squares.push_back(product.squares);
    }
  }
  // checkpointing makes a later block again before an earlier one
  if (next && next->branch_ && next->branch_->pass == own.pass && !next->branch_->met_before) {
    auto& other = *next->branch_;
    if (other.shape == own.shape) {
      own.meet(other.images, *successive, 1, true);
    }
    own.met_next = other.met_before = true;
    if (other.met_next) {
      next->branch_ = nullptr;
    }
  }
}

} // namespace skipscope
