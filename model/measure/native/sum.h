#pragma once
// The sum over all tensors of one kind that pass within a step.

#include "sums.h"

#include <memory>
#include <mutex>
#include <optional>

namespace skipscope {

// What model/measure/sums.py says of its Sum holds for this one, which adds gradients without calling Python.
class Sum : public std::enable_shared_from_this<Sum> {
 public:
  explicit Sum(bool zeros) : counts_zeros(zeros) {}

  void reset();
  void add(const at::Tensor& x);
  // False for a leaf, which no node has made.
  bool add_gradient_of(const at::Tensor& x);
  void take_gradient_in(const at::Tensor& weight);
  std::optional<double> rms() const;
  std::optional<double> norm() const;
  std::optional<double> zero_fraction() const;

  const bool counts_zeros;
  double squares = 0;
  int64_t nonzero = 0;
  int64_t nonfinite = 0;
  int64_t elements = 0;
  int64_t calls = 0;

 private:
  // gradients of one network may come by several threads
  std::mutex adding_;
};

} // namespace skipscope
