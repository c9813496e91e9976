#include "sum.h"

#include <cmath>

namespace skipscope {

void Sum::reset() {
  squares = 0;
  nonzero = nonfinite = elements = calls = 0;
  problem = std::nullopt;
  is_lost = false;
  part.reset();
  units.reset();
  leaf_hook.reset();
  ++epoch;
}

bool Sum::add(const at::Tensor& x) {
  try {
    if (auto reason = why_not(x)) {
      const std::lock_guard<std::mutex> guard(adding_);
      problem = std::move(reason);
      return false;
    }
    const auto sums = sums_of(x, counts_zeros);
    const std::lock_guard<std::mutex> guard(adding_);
    squares += sums.squares;
    nonzero += sums.nonzero;
    nonfinite += sums.nonfinite;
    if (counts_zeros) {
      units.add(x);
    }
    elements += x.numel();
    ++calls;
    return true;
  } catch (const std::exception& error) {
    // whatever torch throws here must not end the user's training
    lose(in_words(error));
    return false;
  }
}

void Sum::take_part(const at::Tensor& x) {
  {
    const std::lock_guard<std::mutex> guard(adding_);
    if (!part) {
      part = std::make_unique<Sum>(false);
    }
  }
  part->add(x);
}

void Sum::count_parts() {
  if (part) {
    merge(*part);
  }
}

void Sum::lose(const std::string& reason) {
  const std::lock_guard<std::mutex> guard(adding_);
  problem = reason;
  is_lost = true;
}

void Sum::add_squares(double sum, int64_t size) {
  const std::lock_guard<std::mutex> guard(adding_);
  squares += sum;
  elements += size;
  ++calls;
}

void Sum::go_back_to(const Mark& mark) {
  const std::lock_guard<std::mutex> guard(adding_);
  std::tie(squares, nonfinite, elements, calls) = mark;
}

void Sum::merge(Sum& other) {
  squares += other.squares;
  nonzero += other.nonzero;
  nonfinite += other.nonfinite;
  elements += other.elements;
  calls += other.calls;
  is_lost = is_lost || other.is_lost;
  if (!problem) {
    problem = other.problem;
  }
  units.merge(other.units);
  other.squares = 0;
  other.nonzero = other.nonfinite = other.elements = other.calls = 0;
}

std::optional<double> Sum::rms() const {
  const bool is_known = elements != 0 && !is_lost;
  return is_known ? std::make_optional(std::sqrt(squares / static_cast<double>(elements))) : std::nullopt;
}

std::optional<double> Sum::norm() const {
  return calls != 0 && !is_lost ? std::make_optional(std::sqrt(squares)) : std::nullopt;
}

std::optional<int64_t> Sum::dead_units() const {
  return !counts_zeros || elements == 0 || is_lost ? std::nullopt : units.num_dead();
}

std::optional<double> Sum::zero_fraction() const {
  if (!counts_zeros || elements == 0 || is_lost) {
    return std::nullopt;
  }
  return 1 - static_cast<double>(nonzero) / static_cast<double>(elements);
}

} // namespace skipscope
