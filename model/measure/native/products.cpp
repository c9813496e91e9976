#include "products.h"

#include "blocks.h"
#include "plain.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <bit>

namespace skipscope {
namespace {

// As in sums.cpp.
constexpr int64_t LANES = 64;
constexpr double SMALLEST = 1e-30, LARGEST = 1e36;

inline float widen(float x) {
  return x;
}

inline double widen(double x) {
  return x;
}

inline float widen(uint16_t bfloat16) {
  return std::bit_cast<float>(static_cast<uint32_t>(bfloat16) << 16);
}

struct BlockProduct {
  float dot, squares;
};

template <typename T>
[[gnu::always_inline]] inline BlockProduct multiply_block(const T* other, const T* x, int64_t size) {
  std::array<float, LANES> dots{}, squares{};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    for (int64_t lane = 0; lane < LANES; ++lane) {
      const float value = widen(x[i + lane]);
      dots[lane] += widen(other[i + lane]) * value;
      squares[lane] += value * value;
    }
  }
  for (int64_t lane = 0; i < size; ++i, ++lane) {
    const float value = widen(x[i]);
    dots[lane] += widen(other[i]) * value;
    squares[lane] += value * value;
  }
  for (int64_t half = LANES / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) {
      dots[lane] += dots[lane + half];
      squares[lane] += squares[lane + half];
    }
  }
  return {dots[0], squares[0]};
}

FOR_EACH_PROCESSOR BlockProduct multiply(const float* other, const float* x, int64_t size) {
  return multiply_block(other, x, size);
}

FOR_EACH_PROCESSOR BlockProduct multiply(const uint16_t* other, const uint16_t* x, int64_t size) {
  return multiply_block(other, x, size);
}

template <typename T>
Product multiply_in_float64(const T* other, const T* x, int64_t size) {
  Product product;
  for (int64_t i = 0; i < size; ++i) {
    const double value = widen(x[i]);
    product.dot += widen(other[i]) * value;
    product.squares += value * value;
  }
  return product;
}

bool is_exact(double squares) {
  return squares > SMALLEST && squares < LARGEST;
}

template <typename T>
Product multiply_image(const T* other, double squares, const T* x, int64_t size) {
  Product product;
  for (int64_t start = 0; start < size; start += BLOCK) {
    const auto [dot, own] = multiply(other + start, x + start, std::min(BLOCK, size - start));
    product.dot += dot;
    product.squares += own;
  }
  return is_exact(product.squares) && is_exact(squares) ? product : multiply_in_float64(other, x, size);
}

Product multiply_image(const double* other, double, const double* x, int64_t size) {
  return multiply_in_float64(other, x, size);
}

template <typename T>
std::vector<Product> multiply_all(const T* other, const std::vector<double>& squares, const T* x, int64_t images, int64_t size) {
  std::vector<Product> products(images);
  const int64_t together = std::max<int64_t>(1, BLOCKS_A_THREAD * BLOCK / std::max<int64_t>(1, size));
  at::parallel_for(0, images, together, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      // its own square is in range where that of the other is, which is the same
      const double known = squares.empty() ? 1 : squares[i];
      products[i] = multiply_image(other + i * size, known, x + i * size, size);
    }
  });
  return products;
}

// Whether images lie one behind the other, and their numbers without a gap.
bool is_in_rows(const at::Tensor& x) {
  return x.is_non_overlapping_and_dense() && (x.size(0) <= 1 || x.stride(0) == x.numel() / x.size(0));
}

} // namespace

std::vector<Product> products_of(const at::Tensor& other, const std::vector<double>& squares, const at::Tensor& x) {
  const int64_t images = x.size(0);
  if (x.numel() == 0) {
    return std::vector<Product>(images);
  }
  const int64_t size = x.numel() / images;
  const auto type = x.scalar_type();
  const bool is_alike = type == other.scalar_type() && is_plain(x) && is_plain(other) && is_in_rows(x) &&
      is_in_rows(other) && x.strides() == other.strides();
  if (is_alike && type == at::kFloat) {
    return multiply_all(other.const_data_ptr<float>(), squares, x.const_data_ptr<float>(), images, size);
  }
  if (is_alike && type == at::kBFloat16) {
    const auto* numbers = reinterpret_cast<const uint16_t*>(x.const_data_ptr<at::BFloat16>());
    const auto* others = reinterpret_cast<const uint16_t*>(other.const_data_ptr<at::BFloat16>());
    return multiply_all(others, squares, numbers, images, size);
  }
  const at::NoGradGuard no_grad;
  const bool is_same_type = type == other.scalar_type() && (type == at::kFloat || type == at::kBFloat16);
  if (is_same_type && is_plain(x) && is_plain(other) && !(x.is_contiguous() && other.is_contiguous())) {
    return products_of(other.contiguous(), squares, x.contiguous());
  }
  const auto a = other.to(at::kCPU, at::kDouble).resolve_neg().contiguous();
  const auto b = x.to(at::kCPU, at::kDouble).resolve_neg().contiguous();
  return multiply_all(a.const_data_ptr<double>(), squares, b.const_data_ptr<double>(), images, size);
}

} // namespace skipscope
