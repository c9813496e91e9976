#pragma once
// The directions of blocks' branches: against the gradient at their input, and against the next branch. What
// model/measure/angles.py says of its classes holds for these.

#include "sum.h"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace skipscope {

// So many images of each batch are looked at.
constexpr int64_t IMAGES = 8;

// The mean of cosines, one an image.
class Angle {
 public:
  void reset();
  void add(double dot, double squares, double others, bool whole);
  void count_parts();
  void lose();
  std::optional<double> mean() const;

  int64_t epoch = 0;

 private:
  struct Mean {
    double sum = 0;
    int64_t images = 0;
  };

  // gradients of one network may come by several threads
  std::mutex adding_;
  Mean whole_, part_;
  bool is_lost_ = false;
};

// The first images of F(x) of one block in one pass.
class Branch {
 public:
  Branch(const at::Tensor& branch, int64_t number);

  // Add the cosines between these images and those of x, and return the squares of those of x; none where these were
  // changed in place since.
  std::vector<double> meet(const at::Tensor& x, Angle& angle, double sign, bool whole) const;

  const int64_t pass;
  const at::Tensor images;
  const std::vector<int64_t> shape;
  std::vector<double> squares;
  bool met_before = false, met_next = false;

 private:
  uint32_t version_;
};

// The gradient at the input of a block in one pass, which meets the branch of that pass.
class Descent final : public Total {
 public:
  Descent(std::shared_ptr<Angle> angle, const at::Tensor& x) : angle_(std::move(angle)), shape_(x.sizes().vec()) {}

  int64_t now() const override;
  at::Tensor seen_of(const at::Tensor& gradient) const override;
  void take(const at::Tensor& gradient) override;
  void take_part(const at::Tensor& gradient) override;
  void count_parts() override;
  void lose(const std::string& reason) override;
  void await(const std::shared_ptr<Branch>& branch);

 private:
  void meet(const at::Tensor& gradient, bool whole);

  std::shared_ptr<Angle> angle_;
  std::shared_ptr<Branch> branch_;
  std::vector<int64_t> shape_;
};

// The branch of one block beside the gradient at its input, and beside its neighbours.
class Direction {
 public:
  void follow(const std::shared_ptr<Direction>& before, const std::shared_ptr<Direction>& self);
  void reset();
  // Return the expected gradient at the block's input.
  std::shared_ptr<Descent> enter(const at::Tensor& x);
  // Look at F(x), undefined where the block is dropped.
  void leave(const at::Tensor& branch, int64_t pass);

  const std::shared_ptr<Angle> descent = std::make_shared<Angle>(), successive = std::make_shared<Angle>();

 private:
  void meet_neighbours();

  std::weak_ptr<Direction> before_, next_;
  std::shared_ptr<Branch> branch_;
  std::shared_ptr<Descent> descent_;
};

} // namespace skipscope
