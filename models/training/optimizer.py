"""Muon for the weights that are matrices, AdamW for all others, as one optimizer.

Muon (K. Jordan and others, 2024, https://kellerjordan.github.io/posts/muon/) replaces the momentum of a weight matrix by the
nearest matrix with equal singular values, so that rare directions are learned as fast as common ones. A convolution is a matrix
[out, in · height · width]. Steps are scaled to the size that AdamW's have (arXiv 2502.16982), so both share one learning rate.
"""

import torch

from run import HALF

FIRST_AND_LAST = ("conv_in", "conv_out", "quant_conv", "embedding", "heads")  # by name: these stay with AdamW


def orthogonalized(matrix, steps=5):
    """A matrix with the singular vectors of `matrix` and singular values near 1, by Newton-Schulz iteration (in bfloat16 where
    the CPU has it)."""
    x = matrix.reshape(len(matrix), -1)
    x = x.bfloat16() if HALF else x
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=-4.775, alpha=2.0315), x, beta=3.4445)
    return (x.T if tall else x).reshape(matrix.shape).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Two parameter groups: matrices, and the rest."""

    def __init__(self, model, rate, weight_decay, momentum=0.95, betas=(0.9, 0.99)):
        matrices, others = [], []
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                matrix = weight.ndim >= 2 and not any(part in name for part in FIRST_AND_LAST)
                (matrices if matrix else others).append(weight)
        groups = [dict(params=matrices, matrices=True), dict(params=others, matrices=False)]
        super().__init__(groups, dict(lr=rate, weight_decay=weight_decay, momentum=momentum, betas=betas))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            for weight in weights:
                change = self.matrix_change(weight, group) if group["matrices"] else self.other_change(weight, group)
                weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(change, alpha=-group["lr"])

    def matrix_change(self, weight, group):
        average = self.state[weight].setdefault("average", torch.zeros_like(weight))
        average.lerp_(weight.grad, 1 - group["momentum"])
        ahead = weight.grad.lerp(average, group["momentum"])
        return orthogonalized(ahead) * (0.2 * max(len(weight), weight[0].numel()) ** 0.5)

    def other_change(self, weight, group):
        state, (fast, slow) = self.state[weight], group["betas"]
        average = state.setdefault("average", torch.zeros_like(weight))
        square = state.setdefault("square", torch.zeros_like(weight))
        state["step"] = state.get("step", 0) + 1
        average.lerp_(weight.grad, 1 - fast)
        square.lerp_(weight.grad.square(), 1 - slow)
        return (average / (1 - fast ** state["step"])) / ((square / (1 - slow ** state["step"])).sqrt() + 1e-8)
