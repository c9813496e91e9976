#include "sums.h"

#include "blocks.h"
#include "plain.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/sum.h>

#include <array>
#include <bit>
#include <cmath>

namespace skipscope {
namespace {

// Sums that do not wait for each other, whatever the width of a register: one adds up 128 squares at most.
constexpr int64_t LANES = 64;
// Float32 sums of squares in between lost nothing that matters to underflow or overflow.
constexpr double SMALLEST = 1e-30, LARGEST = 1e36;

inline float widen(float x) {
  return x;
}

inline float widen(uint16_t bfloat16) {
  return std::bit_cast<float>(static_cast<uint32_t>(bfloat16) << 16);
}

struct BlockSums {
  float squares;
  int32_t nonzero;
};

template <bool zeros, typename T>
[[gnu::always_inline]] inline BlockSums sum_block(const T* x, int64_t size) {
  std::array<float, LANES> squares{};
  std::array<int32_t, LANES> nonzero{};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    for (int64_t lane = 0; lane < LANES; ++lane) {
      const float value = widen(x[i + lane]);
      squares[lane] += value * value;
      if constexpr (zeros) {
        nonzero[lane] += value != 0 ? 1 : 0;
      }
    }
  }
  for (int64_t lane = 0; i < size; ++i, ++lane) {
    const float value = widen(x[i]);
    squares[lane] += value * value;
    if constexpr (zeros) {
      nonzero[lane] += value != 0 ? 1 : 0;
    }
  }
  for (int64_t half = LANES / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) {
      squares[lane] += squares[lane + half];
      nonzero[lane] += nonzero[lane + half];
    }
  }
  return {squares[0], nonzero[0]};
}

FOR_EACH_PROCESSOR BlockSums squares_of(const float* x, int64_t size) {
  return sum_block<false>(x, size);
}

FOR_EACH_PROCESSOR BlockSums squares_of(const uint16_t* x, int64_t size) {
  return sum_block<false>(x, size);
}

FOR_EACH_PROCESSOR BlockSums squares_and_zeros_of(const float* x, int64_t size) {
  return sum_block<true>(x, size);
}

FOR_EACH_PROCESSOR BlockSums squares_and_zeros_of(const uint16_t* x, int64_t size) {
  return sum_block<true>(x, size);
}

template <typename T>
Sums sum_in_float64(const T* x, int64_t size, int64_t nonzero) {
  Sums sums{0, nonzero, 0};
  for (int64_t i = 0; i < size; ++i) {
    const double value = widen(x[i]);
    sums.squares += value * value;
    sums.nonfinite += std::isfinite(value) ? 0 : 1;
  }
  return sums;
}

template <typename T>
Sums sum_all(const T* x, int64_t size, bool zeros) {
  const auto blocks = in_blocks<BlockSums>(size, [&](int64_t start, int64_t length) {
    return zeros ? squares_and_zeros_of(x + start, length) : squares_of(x + start, length);
  });
  Sums sums;
  for (const auto& block : blocks) {
    sums.squares += block.squares;
    sums.nonzero += block.nonzero;
  }
  const bool exact = sums.squares > SMALLEST && sums.squares < LARGEST;
  return exact ? sums : sum_in_float64(x, size, sums.nonzero);
}

Sums sum_by_torch(const at::Tensor& x, bool zeros) {
  const at::NoGradGuard no_grad;
  Sums sums;
  if (x.numel() == 0) {
    return sums;
  }
  if (x.is_complex() || x.element_size() == 1) {
    // eight-bit floats are stored and not reduced
    return sum_by_torch(x.is_complex() ? dense(x) : x.to(at::kFloat), zeros);
  }
  const double norm = at::linalg_vector_norm(x, 2, std::nullopt, false, at::kDouble).item<double>();
  sums.squares = norm * norm;
  if (zeros) {
    sums.nonzero = at::count_nonzero(x).item<int64_t>();
  }
  if (!std::isfinite(sums.squares)) {
    sums.nonfinite = x.numel() - at::sum(at::isfinite(x)).item<int64_t>();
  }
  return sums;
}

} // namespace

Sums sums_of(const at::Tensor& x, bool zeros) {
  const auto type = x.scalar_type();
  if (!is_plain(x) || (type != at::kFloat && type != at::kBFloat16)) {
    return sum_by_torch(x, zeros);
  }
  if (!x.is_non_overlapping_and_dense()) {
    const at::NoGradGuard no_grad;
    return sums_of(x.contiguous(), zeros);
  }
  if (type == at::kFloat) {
    return sum_all(x.const_data_ptr<float>(), x.numel(), zeros);
  }
  return sum_all(reinterpret_cast<const uint16_t*>(x.const_data_ptr<at::BFloat16>()), x.numel(), zeros);
}

} // namespace skipscope
