#pragma once
// A row of elements in blocks: by all threads, with results that do not depend on how many there are.

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace skipscope {

constexpr int64_t BLOCK = 1 << 13;
// A thread is not worth waking for less.
constexpr int64_t BLOCKS_A_THREAD = 4;

// Return what `work(start, length)` gives for each block, in their order.
template <typename Part, typename Work>
std::vector<Part> in_blocks(int64_t size, const Work& work) {
  const int64_t num_blocks = (size + BLOCK - 1) / BLOCK;
  std::vector<Part> parts(num_blocks);
  at::parallel_for(0, num_blocks, BLOCKS_A_THREAD, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t start = block * BLOCK;
      parts[block] = work(start, std::min(BLOCK, size - start));
    }
  });
  return parts;
}

} // namespace skipscope
