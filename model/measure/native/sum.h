#pragma once
// The sum over all tensors of one kind that pass within a step.

#include "plain.h"
#include "sums.h"
#include "units.h"

#include <memory>
#include <mutex>
#include <optional>

namespace skipscope {

// What model/measure/sums.py says of its sum holds for this one.
class Sum {
 public:
  explicit Sum(bool zeros) : counts_zeros(zeros) {}

  void reset();
  bool add(const at::Tensor& x);
  void add_part(const at::Tensor& x);
  void count_parts();
  void lose(const std::string& reason);
  void merge(Sum& other);
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
  // A leaf whose gradient is added already, and the hook that does so, which goes away with its node.
  const void* leaf = nullptr;
  std::weak_ptr<void> leaf_hook;

 private:
  // gradients of one network may come by several threads
  std::mutex adding_;
};

} // namespace skipscope
