#pragma once
// Which units of an activation were other than zero for any image, at any position.

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

namespace skipscope {

// What model/measure/units.py says of its units holds for these. A unit is looked at until it is found to be alive.
class Units {
 public:
  void reset();
  void add(const at::Tensor& x);
  void merge(Units& other);
  std::optional<int64_t> num_dead() const;

 private:
  std::vector<uint8_t> alive_;
  bool is_unknown_ = false;
};

} // namespace skipscope
