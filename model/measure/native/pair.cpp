#include "pair.h"

#include "blocks.h"
#include "plain.h"

#include <array>
#include <cmath>
#include <cstring>

namespace skipscope {
namespace {

// As in sums.cpp: one adds up 128 squares at most.
constexpr int64_t LANES = 64;
constexpr double SMALLEST = 1e-30, LARGEST = 1e36;

struct BlockSums {
  float first, second, joined;
};

template <bool subtracts>
[[gnu::always_inline]] inline BlockSums sum_block(const float* a, const float* b, int64_t size) {
  std::array<float, LANES> first{}, second{}, joined{};
  const auto add = [&](int64_t i, int64_t lane) {
    const float one = a[i], other = b[i];
    const float both = subtracts ? one - other : one + other;
    first[lane] += one * one;
    second[lane] += other * other;
    joined[lane] += both * both;
  };
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    for (int64_t lane = 0; lane < LANES; ++lane) {
      add(i + lane, lane);
    }
  }
  for (int64_t lane = 0; i < size; ++i, ++lane) {
    add(i, lane);
  }
  for (int64_t half = LANES / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) {
      first[lane] += first[lane + half];
      second[lane] += second[lane + half];
      joined[lane] += joined[lane + half];
    }
  }
  return {first[0], second[0], joined[0]};
}

FOR_EACH_PROCESSOR BlockSums sums_with(const float* a, const float* b, int64_t size) {
  return sum_block<false>(a, b, size);
}

FOR_EACH_PROCESSOR BlockSums sums_without(const float* a, const float* b, int64_t size) {
  return sum_block<true>(a, b, size);
}

PairSums sums_in_float64(const float* a, const float* b, int64_t size, bool subtracts) {
  PairSums sums;
  for (int64_t i = 0; i < size; ++i) {
    const double one = a[i], other = b[i];
    const double both = subtracts ? a[i] - b[i] : a[i] + b[i];
    sums.first += one * one;
    sums.second += other * other;
    sums.joined += both * both;
  }
  return sums;
}

template <typename Part, typename Work>
PairSums add_up(int64_t size, const Work& work) {
  PairSums sums;
  for (const auto& block : in_blocks<Part>(size, work)) {
    sums.first += block.first;
    sums.second += block.second;
    sums.joined += block.joined;
  }
  return sums;
}

template <typename Test>
bool all_of(const PairSums& sums, const Test& test) {
  return test(sums.first) && test(sums.second) && test(sums.joined);
}

bool is_float(const at::Tensor& x) {
  const bool is_freed = x.numel() > 0 && x.storage().nbytes() == 0;
  return !is_freed && x.scalar_type() == at::kFloat && x.is_non_overlapping_and_dense();
}

} // namespace

std::optional<PairSums> sums_of_pair(const at::Tensor& first, const at::Tensor& second, bool subtracts) {
  if (!is_plain(first) || !is_plain(second) || !is_float(first) || !is_float(second) ||
      first.sizes() != second.sizes() ||
      first.strides() != second.strides()) {
    return std::nullopt;
  }
  const auto* a = first.const_data_ptr<float>();
  const auto* b = second.const_data_ptr<float>();
  const int64_t size = first.numel();
  auto sums = add_up<BlockSums>(size, [&](int64_t start, int64_t length) {
    return subtracts ? sums_without(a + start, b + start, length) : sums_with(a + start, b + start, length);
  });
  if (!all_of(sums, [](double squares) { return squares > SMALLEST && squares < LARGEST; })) {
    sums = add_up<PairSums>(size, [&](int64_t start, int64_t length) {
      return sums_in_float64(a + start, b + start, length, subtracts);
    });
  }
  const bool is_finite = all_of(sums, [](double squares) { return std::isfinite(squares); });
  return is_finite ? std::make_optional(sums) : std::nullopt;
}

bool add_pair(const at::Tensor& first, const at::Tensor& second, bool subtracts, Sum& one, Sum& other, Sum& joined) {
  const auto sums = sums_of_pair(first, second, subtracts);
  if (!sums) {
    return false;
  }
  one.add_squares(sums->first, first.numel());
  other.add_squares(sums->second, first.numel());
  joined.add_squares(sums->joined, first.numel());
  return true;
}

std::vector<Updated> updates_of(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& copies) {
  TORCH_CHECK_VALUE(weights.size() == copies.size(), "each weight needs its copy");
  std::vector<Updated> updates;
  updates.reserve(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const auto sums = sums_of_pair(weights[i], copies[i], true);
    updates.push_back(sums ? std::make_optional(std::make_pair(sums->second, sums->joined)) : std::nullopt);
    if (sums) {
      std::memcpy(copies[i].mutable_data_ptr<float>(), weights[i].const_data_ptr<float>(), weights[i].nbytes());
    }
  }
  return updates;
}

} // namespace skipscope
