"""Transformers and other networks of linear layers as others write them; each tells what it adds."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.model.measure.junctions.telling import LISTENING, tell


class Attention(nn.Module):
    """Self-attention as nanoGPT writes it, with heads by hand."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.num_heads = num_heads

    def forward(self, x: Tensor) -> Tensor:
        count, length, width = x.shape
        shape = count, length, self.num_heads, width // self.num_heads
        q, k, v = (part.view(shape).transpose(1, 2) for part in self.qkv(x).split(width, 2))
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(y.transpose(1, 2).reshape(count, length, width))


class Gpt(nn.Module):
    """A block of GPT: pre-norm or post-norm."""

    def __init__(self, width: int = 8, *, post: bool = False) -> None:
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(width), Attention(width, 2)
        self.ln_2, self.mlp = nn.LayerNorm(width), nn.Sequential(nn.Linear(width, 16), nn.GELU(), nn.Linear(16, width))
        self.post = post

    def forward(self, x: Tensor) -> Tensor:
        if self.post:
            a = self.attn(x)
            x = self.ln_1(tell(x, x, a, x + a))
            m = self.mlp(x)
            return self.ln_2(tell(x, x, m, x + m))
        a = self.attn(self.ln_1(x))
        x = tell(x, x, a, x + a)
        m = self.mlp(self.ln_2(x))
        return tell(x, x, m, x + m)


class Language(nn.Module):
    """Token and position embeddings, which are added, two blocks of GPT, and a head."""

    def __init__(self, *, post: bool = False) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.h = nn.ModuleList([Gpt(post=post) for _ in range(2)])
        self.head = nn.Linear(8, 11)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.h:
            x = block(x)
        return self.head(x)


class Vit(nn.Module):
    """Patches, a class token, a learned position that is added, and blocks with learned scales."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 4, 4)
        self.cls, self.position = nn.Parameter(torch.zeros(1, 1, 8)), nn.Parameter(torch.randn(1, 5, 8))
        self.blocks = nn.ModuleList([Gpt() for _ in range(2)])
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1)
        x = x + self.position.expand_as(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x[:, 0])


class Parallel(nn.Module):
    """x + attention + MLP as GPT-J and ViT-22B add them; with one norm for both, or one for each."""

    def __init__(self, *, shares: bool) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attn, self.mlp = Attention(8, 2), nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.shares = shares

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm1(x)
        a, m = self.attn(h), self.mlp(h if self.shares else self.norm2(x))
        return tell(x, x, a + m, x + a + m) if LISTENING else x + a + m


def parallel() -> nn.Module:
    """Return two blocks behind an embedding."""
    blocks = [Parallel(shares=True), Parallel(shares=False)]
    return nn.Sequential(nn.Embedding(11, 8), *blocks, nn.Linear(8, 11))


class Shared(nn.Module):
    """One block that runs twice, then a loop within one forward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.block = nn.Linear(6, 8), Mlp(8)
        self.layers = nn.ModuleList([nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(2)])

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(self.block(self.stem(x)))
        for layer in self.layers:
            f = layer(x)
            x = tell(x, x, f, x + f)
        return x


class Mlp(nn.Module):
    """A residual layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        f = self.fc2(functional.gelu(self.fc1(x)))
        return tell(x, x, f, f + x)
