#pragma once
// Tensors that loops may read as they are, tensors that nobody may, and loops for the processor that is there.

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

// Compiled for several processors; the fastest that this one can run is taken when the module is loaded.
#if defined(__x86_64__) && (defined(__clang__) || __GNUC__ < 12)
#error "GCC 12 or newer is needed: it compiles loops for each level of x86-64"
#elif defined(__x86_64__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace skipscope {

using Reason = std::optional<std::string>;

// Whether the numbers lie in this machine's memory as they are, and nowhere behind another tensor.
inline bool is_plain(const at::Tensor& x) {
  constexpr c10::DispatchKeySet behind{
      c10::DispatchKey::Python,
      c10::DispatchKey::Negative,
      c10::DispatchKey::ZeroTensor,
      c10::DispatchKey::Functionalize,
      c10::DispatchKey::Batched,
      c10::DispatchKey::FuncTorchBatched,
      c10::DispatchKey::FuncTorchGradWrapper};
  return x.device().is_cpu() && x.layout() == at::kStrided && !x.key_set().has_any(behind);
}

// Why nothing is measured at present, whatever the tensor; and why the numbers of a tensor cannot be. As model/measure/plain.py.
Reason in_transform();
Reason why_not(const at::Tensor& x);

// A dense tensor of real numbers with the same sum of squares: the values of a sparse or complex one.
at::Tensor dense(const at::Tensor& x);

// An exception in words, as Python writes it.
std::string in_words(const std::exception& error);

} // namespace skipscope
