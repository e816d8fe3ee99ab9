"""How much of sgemm's speed the encoder reaches: forward and backward of the network against its bare matrix products."""

from __future__ import annotations

import torch
from torch import nn

from bench.timing import in_turns, report, row
from latent_lasso.training.encoders import Network

BATCH = 1024


def measure(features: int) -> float:
    """Operations a second of the network over those of one large sgemm, on one thread, in one run."""
    torch.manual_seed(0)
    network = Network("mlp", (features,)).train()
    x = torch.randn(BATCH, features)
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    # a layer: forward, gradient of its weights, gradient of its input (the first layer's input needs none)
    operations = sum(
        2 * BATCH * layer.in_features * layer.out_features * (2 if number == 0 else 3)
        for number, layer in enumerate(layers)
    )
    size = 1024
    a, b, out = torch.randn(size, size), torch.randn(size, size), torch.empty(size, size)

    def train() -> None:
        _, p, z = network(x)
        (p.sum() + z.sum()).backward()

    seconds = in_turns({"network": train, "sgemm": lambda: torch.mm(a, b, out=out)}, rounds=30)
    return (operations / seconds["network"]) / (2 * size**3 / seconds["sgemm"])


def main() -> None:
    """Measure at 64 and at 784 features."""
    torch.set_num_threads(1)
    report(
        [
            row("encoder arithmetic, 784 features, of sgemm", measure(784), ">= 0.6", "x"),
            row("encoder arithmetic, 64 features, of sgemm", measure(64), "", "x"),
        ]
    )


if __name__ == "__main__":
    main()
