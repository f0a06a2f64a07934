"""Training and prediction of the nets beside a bare loop of torch on the same tensors.

    python benchmarks/bench_nets.py [--device cuda]

The bare loop starts from the same weights and the same generator, takes the same
batches, and must end with the same losses. The second table compares settings of ours.
"""

import argparse
import copy

import numpy as np
import torch
from _compare import compare
from numpy.testing import assert_allclose
from sklearn.base import clone
from skorch.callbacks import Callback

from skemg.nn import CNNGRUClassifier, LightCNNClassifier, ResidualCNNClassifier

N_TIMES = 940
SETTINGS = {"batch_size": 64, "random_state": 0}
# estimator without dropout, windows of a fit, windows of a prediction
NETS = {
    "light CNN": (LightCNNClassifier(**SETTINGS), 4096, 16384),
    "11-layer CNN": (ResidualCNNClassifier(**SETTINGS), 512, 2048),
    "CNN-GRU, conv_stride=4": (
        CNNGRUClassifier(conv_stride=4, dropout=0.0, **SETTINGS),
        192,
        512,
    ),
}


class Start(Callback):
    """Keep the module and the generator as they are before the first step."""

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        Start.module = copy.deepcopy(net.module_)
        Start.state = torch.get_rng_state()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    device = parser.parse_args().device
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {device}")
    for name, (net, n_fit, n_predict) in NETS.items():
        net.set_params(device=device, max_epochs=2)
        beside_bare_loop(name, net, *needle_windows(n_fit), device)
        predict_beside_bare_loop(name, net, *needle_windows(n_predict), device)
        settings(name, net, *needle_windows(n_fit))


def needle_windows(n_windows):
    """Return float32 windows of three classes."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_windows, N_TIMES), dtype=np.float32)
    y = np.arange(n_windows) % 3
    X[:, ::7] *= 1 + y[:, np.newaxis]
    return X, y


def beside_bare_loop(name, net, X, y, device):
    clone(net).set_params(callbacks=[Start()]).fit(X, y)
    module, state = Start.module, Start.state
    data = torch.from_numpy(X[:, np.newaxis]).to(device)
    codes = torch.from_numpy(y).to(device)

    def ours():
        return clone(net).fit(X, y).history_[:, "train_loss"]

    def bare():
        return train(copy.deepcopy(module), state, data, codes, net)

    compare(
        f"training: {name}",
        {"fit": ours},
        {"bare loop": bare},
        lambda a, b: assert_allclose(a, b, rtol=1e-2),
        n_items=net.max_epochs * len(X),
    )


def train(module, state, data, codes, net):
    """Train by the book and return the mean loss of each epoch."""
    optimizer = torch.optim.Adam(module.parameters(), lr=net.lr)
    clip = getattr(net, "clip", None)
    losses = []
    with torch.random.fork_rng():
        torch.set_rng_state(state)
        for _ in range(net.max_epochs):
            module.train()
            total = torch.zeros((), device=data.device)
            for batch in torch.randperm(len(data)).to(data.device).split(64):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(
                    module(data[batch]), codes[batch]
                )
                loss.backward()
                if clip is not None:
                    torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
                optimizer.step()
                total += loss.detach() * len(batch)
            losses.append(float(total) / len(data))
    return losses


def predict_beside_bare_loop(name, net, X, y, device):
    fitted = clone(net).set_params(max_epochs=1).fit(X[:64], y[:64])
    module = fitted.net_.module_.eval()
    data = torch.from_numpy(X[:, np.newaxis]).to(device)

    def bare():
        with torch.no_grad():
            logits = [module(batch) for batch in data.split(64)]
            return torch.cat(logits).softmax(1).cpu().numpy()

    compare(
        f"prediction: {name}",
        {"predict_proba": lambda: fitted.predict_proba(X)},
        {"bare loop": bare},
        lambda a, b: assert_allclose(a, b, atol=1e-5),
        n_items=len(X),
    )


def settings(name, net, X, y):
    def fit(**params):
        return lambda: clone(net).set_params(max_epochs=1, **params).fit(X, y)

    others = {'precision="bf16"': fit(precision="bf16")}
    if hasattr(net, "conv_stride"):
        stride = 1 if net.conv_stride == 4 else 4
        others[f"conv_stride={stride}"] = fit(conv_stride=stride)
    compare(
        f"settings: {name}",
        {"as above": fit()},
        others,
        lambda a, b: None,  # other settings are other results
        n_items=len(X),
    )


if __name__ == "__main__":
    main()
