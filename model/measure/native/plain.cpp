#include "plain.h"

#include <ATen/ops/view_as_real.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <c10/util/Exception.h>

namespace skipscope {
namespace {

bool is_compressed(at::Layout layout) {
  return layout == at::kSparseCsr || layout == at::kSparseCsc || layout == at::kSparseBsr || layout == at::kSparseBsc;
}

} // namespace

Reason in_transform() {
  if (c10::impl::tls_is_dispatch_key_included(c10::DispatchKey::FuncTorchDynamicLayerFrontMode)) {
    return "it ran within a transform of torch.func, whose tensors have no numbers of their own";
  }
  using Modes = c10::impl::TorchDispatchModeTLS;
  using Mode = c10::impl::TorchDispatchModeKey;
  const bool has_mode = Modes::any_modes_set() &&
      (Modes::get_mode(Mode::PROXY) || Modes::get_mode(Mode::FAKE) || Modes::get_mode(Mode::FUNCTIONAL));
  if (has_mode || c10::impl::tls_is_dispatch_key_included(c10::DispatchKey::Tracer)) {
    return "it was traced, not run";
  }
  return std::nullopt;
}

Reason why_not(const at::Tensor& x) {
  constexpr c10::DispatchKeySet wrapped{
      c10::DispatchKey::Functionalize,
      c10::DispatchKey::Batched,
      c10::DispatchKey::FuncTorchBatched,
      c10::DispatchKey::FuncTorchGradWrapper};
  if (x.key_set().has_any(wrapped)) {
    return "it ran within a transform of torch.func, whose tensors have no numbers of their own";
  }
  if (x.is_nested()) {
    return "it is a nested tensor";
  }
  if (x.key_set().has(c10::DispatchKey::Python)) {
    return "it is of a class that computes in its own way, such as DTensor or FakeTensor";
  }
  if (x.is_meta()) {
    return "it lies on the meta device and has no numbers";
  }
  if (x.layout() != at::kStrided) {
    const bool is_sparse = x.layout() == at::kSparse || is_compressed(x.layout());
    return is_sparse ? "it is sparse" : "its layout is neither dense nor sparse";
  }
  if (x.is_quantized()) {
    return "it is quantized";
  }
  if (x.is_complex()) {
    return "it is complex";
  }
  if (!x.is_floating_point()) {
    return "it has no floating-point numbers";
  }
  if (x.numel() > 0 && x.storage().nbytes() == 0) {
    return "its storage has been freed";
  }
  return std::nullopt;
}

at::Tensor dense(const at::Tensor& x) {
  at::Tensor values = x;
  if (x.layout() == at::kSparse) {
    values = x.coalesce().values();
  } else if (is_compressed(x.layout())) {
    values = x.values();
  }
  return values.is_complex() ? at::view_as_real(values.resolve_conj()) : values;
}

std::string in_words(const std::exception& error) {
  const auto* known = dynamic_cast<const c10::Error*>(&error);
  return std::string("RuntimeError: ") + (known != nullptr ? known->what_without_backtrace() : error.what());
}

} // namespace skipscope
