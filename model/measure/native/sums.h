#pragma once
// One tensor to its sum of squares and to counts of its elements.

#include <ATen/core/Tensor.h>

namespace skipscope {

struct Sums {
  double squares = 0;
  int64_t nonzero = 0;
  int64_t nonfinite = 0;
};

// Sum the squares of x; count what is not exactly zero, NaN included, where `zeros` asks for it, and what is not finite.
// Float32 and bfloat16 in this machine's memory are read once, by all threads, in blocks whose sums add up in float64
// in their order: the same numbers for any number of threads. Where float32 under- or overflows the sum is taken again
// in float64, so that 0 is an exact zero. Everything else is left to torch.
Sums sums_of(const at::Tensor& x, bool zeros);

} // namespace skipscope
