#include "units.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/any.h>
#include <ATen/ops/ne.h>

#include <algorithm>

namespace skipscope {
namespace {

// So many rows, or numbers of a map, are read between two looks at what they had.
constexpr int64_t TOGETHER = 64;

// Numbers are read as their bits: all but the sign's are 0 in a zero, and bits of many are joined faster than compared.
template <typename Bits>
constexpr Bits MAGNITUDE = static_cast<Bits>(~(Bits{1} << (8 * sizeof(Bits) - 1)));

// [rows][units]
template <typename Bits>
void look_at_rows(const Bits* x, int64_t rows, std::vector<uint8_t>& alive) {
  const auto units = static_cast<int64_t>(alive.size());
  std::vector<Bits> joined(alive.size());
  for (int64_t start = 0; start < rows; start += TOGETHER) {
    for (int64_t row = start; row < std::min(rows, start + TOGETHER); ++row) {
      const Bits* numbers = x + row * units;
      for (int64_t unit = 0; unit < units; ++unit) {
        joined[unit] |= numbers[unit];
      }
    }
    bool is_over = true;
    for (int64_t unit = 0; unit < units; ++unit) {
      alive[unit] |= (joined[unit] & MAGNITUDE<Bits>) != 0 ? 1 : 0;
      is_over = is_over && alive[unit] != 0;
    }
    if (is_over) {
      return;
    }
  }
}

template <typename Bits>
bool has_any(const Bits* map, int64_t positions) {
  for (int64_t start = 0; start < positions; start += TOGETHER) {
    Bits joined = 0;
    for (int64_t i = start; i < std::min(positions, start + TOGETHER); ++i) {
      joined |= map[i];
    }
    if ((joined & MAGNITUDE<Bits>) != 0) {
      return true;
    }
  }
  return false;
}

// [images][units][positions]
template <typename Bits>
void look_at_maps(const Bits* x, int64_t images, int64_t positions, std::vector<uint8_t>& alive) {
  const auto units = static_cast<int64_t>(alive.size());
  for (int64_t unit = 0; unit < units; ++unit) {
    for (int64_t image = 0; image < images && alive[unit] == 0; ++image) {
      alive[unit] = has_any(x + (image * units + unit) * positions, positions) ? 1 : 0;
    }
  }
}

template <typename Bits>
bool look_at(const void* numbers, const at::Tensor& x, std::vector<uint8_t>& alive) {
  const auto* data = static_cast<const Bits*>(numbers);
  const auto units = static_cast<int64_t>(alive.size());
  const bool by_rows = x.dim() == 2 ? x.is_contiguous()
                                    : (x.dim() == 4 && x.is_contiguous(at::MemoryFormat::ChannelsLast)) ||
                                          (x.dim() == 5 && x.is_contiguous(at::MemoryFormat::ChannelsLast3d));
  if (by_rows) {
    look_at_rows(data, x.numel() / units, alive);
    return true;
  }
  if (x.is_contiguous()) {
    look_at_maps(data, x.size(0), x.numel() / units / x.size(0), alive);
    return true;
  }
  return false;
}

void look_by_torch(const at::Tensor& x, std::vector<uint8_t>& alive) {
  const at::NoGradGuard without_gradients;
  const auto units = static_cast<int64_t>(alive.size());
  const auto found = at::any(x.detach().ne(0).transpose(0, 1).reshape({units, -1}), 1).cpu().contiguous();
  const bool* flags = found.const_data_ptr<bool>();
  for (int64_t unit = 0; unit < units; ++unit) {
    alive[unit] |= flags[unit] ? 1 : 0;
  }
}

} // namespace

void Units::reset() {
  alive_.clear();
  is_unknown_ = false;
}

void Units::add(const at::Tensor& x) {
  const bool has_units = x.dim() == 2 || x.dim() == 4 || x.dim() == 5;
  is_unknown_ = is_unknown_ || !has_units || x.element_size() == 1;
  if (is_unknown_ || x.numel() == 0) {
    return;
  }
  if (alive_.empty()) {
    alive_.resize(x.size(1), 0);
  }
  if (static_cast<int64_t>(alive_.size()) != x.size(1)) {
    is_unknown_ = true;
    return;
  }
  const bool is_here = x.is_cpu() && !x.is_neg();
  const bool is_seen = is_here && x.scalar_type() == at::kFloat ? look_at<uint32_t>(x.const_data_ptr(), x, alive_)
      : is_here && x.scalar_type() == at::kBFloat16 ? look_at<uint16_t>(x.const_data_ptr(), x, alive_)
                                                    : false;
  if (!is_seen) {
    look_by_torch(x, alive_);
  }
}

void Units::merge(Units& other) {
  is_unknown_ = is_unknown_ || other.is_unknown_;
  if (alive_.empty()) {
    alive_ = other.alive_;
  } else if (!other.alive_.empty()) {
    is_unknown_ = is_unknown_ || alive_.size() != other.alive_.size();
    for (size_t unit = 0; unit < std::min(alive_.size(), other.alive_.size()); ++unit) {
      alive_[unit] |= other.alive_[unit];
    }
  }
  other.reset();
}

std::optional<int64_t> Units::num_dead() const {
  if (is_unknown_ || alive_.empty()) {
    return std::nullopt;
  }
  return std::count(alive_.begin(), alive_.end(), 0);
}

} // namespace skipscope
