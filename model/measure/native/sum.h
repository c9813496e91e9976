#pragma once
// The sum over all tensors of one kind that pass within a step.

#include "plain.h"
#include "sums.h"
#include "units.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

namespace skipscope {

// What a gradient goes into.
class Total {
 public:
  Total() = default;
  Total(const Total&) = delete;
  Total& operator=(const Total&) = delete;
  virtual ~Total() = default;

  // Counts resets: a hook on a graph that outlives its step does nothing.
  virtual int64_t now() const = 0;
  // What of a gradient is looked at.
  virtual at::Tensor seen_of(const at::Tensor& gradient) const = 0;
  virtual void take(const at::Tensor& gradient) = 0;
  // Take the gradient of a pass that leaves none in weights.
  virtual void take_part(const at::Tensor& gradient) = 0;
  virtual void count_parts() = 0;
  virtual void lose(const std::string& reason) = 0;

  // A leaf whose gradient is added already, and the hook that does so, which goes away with its node.
  const void* leaf = nullptr;
  std::weak_ptr<void> leaf_hook;
};

// What model/measure/sums.py says of its sum holds for this one.
class Sum final : public Total {
 public:
  explicit Sum(bool zeros) : counts_zeros(zeros) {}

  void reset();
  bool add(const at::Tensor& x);
  int64_t now() const override {
    return epoch;
  }
  at::Tensor seen_of(const at::Tensor& gradient) const override {
    return gradient;
  }
  void take(const at::Tensor& gradient) override {
    add(gradient);
  }
  void take_part(const at::Tensor& gradient) override;
  void count_parts() override;
  void lose(const std::string& reason) override;
  void merge(Sum& other);
  // Add a tensor whose elements are all finite and were summed elsewhere.
  void add_squares(double sum, int64_t size);
  // The sums so far, zeros and units apart; and forget what was added since.
  using Mark = std::tuple<double, int64_t, int64_t, int64_t>;
  Mark mark() const {
    return {squares, nonfinite, elements, calls};
  }
  void go_back_to(const Mark& mark);
  std::optional<double> rms() const;
  std::optional<double> norm() const;
  std::optional<double> zero_fraction() const;
  std::optional<int64_t> dead_units() const;

  const bool counts_zeros;
  double squares = 0;
  int64_t nonzero = 0;
  int64_t nonfinite = 0;
  int64_t elements = 0;
  int64_t calls = 0;
  int64_t epoch = 0;
  // Looked at where zeros are counted.
  Units units;
  Reason problem;
  bool is_lost = false;
  // Of passes that leave no gradients in weights: it counts where there was no other.
  std::unique_ptr<Sum> part;

 private:
  // gradients of one network may come by several threads
  std::mutex adding_;
};

} // namespace skipscope
