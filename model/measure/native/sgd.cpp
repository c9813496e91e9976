#include "sgd.h"

#include "blocks.h"
#include "plain.h"

#include <torch/csrc/autograd/variable.h>

#include <array>

namespace skipscope {
namespace {

constexpr int64_t LANES = 32;

struct Factors {
  float minus_lr, momentum, undampened, weight_decay;
};

// The order of operations is torch's: it rounds where torch rounds, and fuses what torch fuses.
template <bool momentum, bool nesterov, bool fresh>
[[gnu::always_inline]] inline float step_one(float weight, float gradient, float& buffer, const Factors& by) {
  if (by.weight_decay != 0) {
    gradient = __builtin_fmaf(weight, by.weight_decay, gradient);
  }
  if constexpr (momentum) {
    const float kept = buffer * by.momentum;
    buffer = fresh ? gradient : __builtin_fmaf(gradient, by.undampened, kept);
    gradient = nesterov ? __builtin_fmaf(buffer, by.momentum, gradient) : buffer;
  }
  return __builtin_fmaf(gradient, by.minus_lr, weight);
}

template <bool momentum, bool nesterov, bool fresh>
[[gnu::always_inline]] inline Moved step_block(
    float* weight, const float* gradient, float* buffer, int64_t size, const Factors& by) {
  std::array<double, LANES> weights{}, updates{};
  const auto step_lane = [&](int64_t i, int64_t lane) {
    const float before = weight[i];
    float none = 0;
    const float after = step_one<momentum, nesterov, fresh>(before, gradient[i], momentum ? buffer[i] : none, by);
    weight[i] = after;
    const double value = before, update = after - before;
    weights[lane] += value * value;
    updates[lane] += update * update;
  };
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
#pragma GCC ivdep
    for (int64_t lane = 0; lane < LANES; ++lane) {
      step_lane(i + lane, lane);
    }
  }
  for (int64_t lane = 0; i < size; ++i, ++lane) {
    step_lane(i, lane);
  }
  Moved moved;
  for (int64_t lane = 0; lane < LANES; ++lane) {
    moved.weight += weights[lane];
    moved.update += updates[lane];
  }
  return moved;
}

using StepBlock = Moved (*)(float*, const float*, float*, int64_t, const Factors&);

FOR_EACH_PROCESSOR Moved plain_step(float* w, const float* g, float* b, int64_t size, const Factors& by) {
  return step_block<false, false, false>(w, g, b, size, by);
}

FOR_EACH_PROCESSOR Moved first_step(float* w, const float* g, float* b, int64_t size, const Factors& by) {
  return step_block<true, false, true>(w, g, b, size, by);
}

FOR_EACH_PROCESSOR Moved first_nesterov_step(float* w, const float* g, float* b, int64_t size, const Factors& by) {
  return step_block<true, true, true>(w, g, b, size, by);
}

FOR_EACH_PROCESSOR Moved momentum_step(float* w, const float* g, float* b, int64_t size, const Factors& by) {
  return step_block<true, false, false>(w, g, b, size, by);
}

FOR_EACH_PROCESSOR Moved nesterov_step(float* w, const float* g, float* b, int64_t size, const Factors& by) {
  return step_block<true, true, false>(w, g, b, size, by);
}

StepBlock kind_of(const Rates& rates, bool fresh) {
  if (rates.momentum == 0) {
    return plain_step;
  }
  if (fresh) {
    return rates.nesterov ? first_nesterov_step : first_step;
  }
  return rates.nesterov ? nesterov_step : momentum_step;
}

// A stride along a single element says nothing.
bool lies_like(const at::Tensor& x, const at::Tensor& weight) {
  if (!is_plain(x) || x.scalar_type() != at::kFloat || x.sizes() != weight.sizes()) {
    return false;
  }
  for (int64_t dim = 0; dim < x.dim(); ++dim) {
    if (x.size(dim) > 1 && x.stride(dim) != weight.stride(dim)) {
      return false;
    }
  }
  return true;
}

Moved step_weight(
    const at::Tensor& weight, const at::Tensor& gradient, const at::Tensor& buffer, StepBlock step, const Factors& by) {
  auto* w = weight.mutable_data_ptr<float>();
  const auto* g = gradient.const_data_ptr<float>();
  auto* b = step == plain_step ? nullptr : buffer.mutable_data_ptr<float>();
  const auto blocks = in_blocks<Moved>(weight.numel(), [&](int64_t start, int64_t length) {
    return step(w + start, g + start, b == nullptr ? b : b + start, length, by);
  });
  torch::autograd::impl::bump_version(weight);
  Moved moved;
  for (const auto& block : blocks) {
    moved.weight += block.weight;
    moved.update += block.update;
  }
  return moved;
}

} // namespace

std::vector<Moved> sgd_step(
    const std::vector<at::Tensor>& weights,
    const std::vector<at::Tensor>& gradients,
    const std::vector<at::Tensor>& buffers,
    const std::vector<bool>& fresh,
    const Rates& rates) {
  const size_t kept = rates.momentum == 0 ? 0 : weights.size();
  TORCH_CHECK_VALUE(
      gradients.size() == weights.size() && buffers.size() == kept && fresh.size() == kept,
      "each weight needs a gradient and, with momentum, a buffer that is fresh or not");
  for (size_t i = 0; i < weights.size(); ++i) {
    const bool fits = lies_like(weights[i], weights[i]) && weights[i].is_non_overlapping_and_dense() &&
        lies_like(gradients[i], weights[i]) && (rates.momentum == 0 || lies_like(buffers[i], weights[i]));
    if (!fits) {
      return {};
    }
  }
  const Factors by{
      static_cast<float>(-rates.lr),
      static_cast<float>(rates.momentum),
      static_cast<float>(1 - rates.dampening),
      static_cast<float>(rates.weight_decay)};
  std::vector<Moved> moved;
  moved.reserve(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    const auto& buffer = rates.momentum == 0 ? weights[i] : buffers[i];
    moved.push_back(step_weight(weights[i], gradients[i], buffer, kind_of(rates, rates.momentum != 0 && fresh[i]), by));
  }
  return moved;
}

} // namespace skipscope
