#pragma once
// Two tensors, and their sum or difference, to three sums of squares in one pass.

#include "sum.h"

#include <optional>
#include <utility>
#include <vector>

namespace skipscope {

struct PairSums {
  double first = 0, second = 0, joined = 0;
};

// Sum the squares of two tensors and of first + second (first - second where `subtracts`), as torch would round it. Null
// where they are not float32 in this machine's memory that lies alike, or have elements that are not finite.
std::optional<PairSums> sums_of_pair(const at::Tensor& first, const at::Tensor& second, bool subtracts);

// Add both tensors and what is made of them to sums; nothing, and false, where that is left to torch.
bool add_pair(const at::Tensor& first, const at::Tensor& second, bool subtracts, Sum& one, Sum& other, Sum& joined);

// The sum of squares of a weight's copy and of its update since; null where that is left to torch.
using Updated = std::optional<std::pair<double, double>>;

// Measure weights against their copies, which are brought up to date.
std::vector<Updated> updates_of(const std::vector<at::Tensor>& weights, const std::vector<at::Tensor>& copies);

} // namespace skipscope
