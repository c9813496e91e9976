#pragma once
// Two tensors to the products of their images, one after the other.

#include <ATen/core/Tensor.h>

#include <vector>

namespace skipscope {

// Of one image of x: its product with that of another tensor, and with itself.
struct Product {
  double dot = 0;
  double squares = 0;
};

// Return the products of each image, the first dimension, of two tensors of one shape, and of the first also with itself
// if `squares`, its own, are not known yet. Float32 and bfloat16 that lie alike in this machine's memory are read once, an
// image by one thread. Where float32 under- or overflows, and for all other numbers, products are taken in float64.
std::vector<Product> products_of(const at::Tensor& other, const std::vector<double>& squares, const at::Tensor& x);

} // namespace skipscope
