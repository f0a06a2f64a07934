"""The table of networks of Tatlidil 2025."""

from typing import NamedTuple


class Model(NamedTuple):
    """A row of the table: what the source gives, and the settings that stand for it.

    Parameters
    ----------
    number : int
        Number of the row.
    name : str
        Name of the network.
    epochs : int
        Passes over the training data.
    accuracy, spread : float
        Published accuracy in percent, mean and standard deviation over ten folds of
        windows.
    net : str
        Class in `skemg.nn`.
    settings : dict
        Its parameters.
    """

    number: int
    name: str
    epochs: int
    accuracy: float
    spread: float
    net: str
    settings: dict


_WIDTHS = (245, 128, 64, 32)


def _cnn(**settings):
    return "ResidualCNNClassifier", settings


def _rnn(n_conv, n_layers, cell, *, pool=True, bidirectional=False):
    settings = {
        "n_conv": n_conv,
        "pool": pool,
        "rnn_units": _WIDTHS[:n_layers],
        "cell": cell,
        "bidirectional": bidirectional,
    }
    return "CNNGRUClassifier", settings


_ROWS = [
    ("5-layer CNN", 50, 96.55, 1.60, _cnn(n_blocks=0)),
    ("11-layer CNN, no residual", 50, 95.71, 2.23, _cnn(residual=False)),
    ("11-layer CNN, 3 residual layers", 50, 97.10, 1.05, _cnn()),
    ("4 uni LSTM", 70, 95.23, 1.23, _rnn(0, 4, "lstm")),
    ("4 bi LSTM", 90, 94.64, 1.87, _rnn(0, 4, "lstm", bidirectional=True)),
    ("4 uni GRU", 30, 96.13, 1.82, _rnn(0, 4, "gru")),
    ("4 bi GRU", 35, 97.04, 2.18, _rnn(0, 4, "gru", bidirectional=True)),
    ("1 conv + 4 uni GRU, pool", 90, 97.77, 1.08, _rnn(1, 4, "gru")),
    ("1 conv + 4 uni GRU, no pool", 90, 98.13, 1.05, _rnn(1, 4, "gru", pool=False)),
    ("1 conv + 4 uni LSTM, no pool", 250, 95.52, 3.46, _rnn(1, 4, "lstm", pool=False)),
    (
        "1 conv + 4 bi GRU, no pool",
        90,
        97.81,
        0.96,
        _rnn(1, 4, "gru", pool=False, bidirectional=True),
    ),
    ("1 conv + 3 uni GRU", 80, 96.47, 2.54, _rnn(1, 3, "gru")),
    ("2 conv + 2 uni GRU", 70, 97.82, 0.59, _rnn(2, 2, "gru")),
    ("2 conv + 3 uni GRU", 90, 97.77, 1.45, _rnn(2, 3, "gru")),
    ("3 conv + 3 uni GRU", 70, 96.98, 1.87, _rnn(3, 3, "gru")),
    ("3 conv + 2 uni GRU", 90, 97.02, 0.92, _rnn(3, 2, "gru")),
    ("1 conv + 2 uni GRU", 70, 96.50, 1.16, _rnn(1, 2, "gru")),
    ("2 conv + 1 uni GRU", 70, 97.92, 0.82, _rnn(2, 1, "gru")),
    ("2 conv + 1 bi GRU", 70, 96.27, 1.60, _rnn(2, 1, "gru", bidirectional=True)),
    ("2 conv + 1 uni LSTM", 90, 96.03, 1.08, _rnn(2, 1, "lstm")),
]
MODELS = [
    Model(number, name, epochs, accuracy, spread, *net)
    for number, (name, epochs, accuracy, spread, net) in enumerate(_ROWS, start=1)
]


def find_model(model):
    """Return a row of the table.

    Parameters
    ----------
    model : int or str
        Its number or its name.

    Returns
    -------
    row : Model
        The row.
    """
    if not isinstance(model, bool):  # to Python, True is 1
        for row in MODELS:
            if model in (row.number, row.name):
                return row
    known = "; ".join(f"{row.number} {row.name!r}" for row in MODELS)
    raise ValueError(
        f"model must be a number from 1 to {len(MODELS)} or a name of the table, got "
        f"{model!r}. The table: {known}"
    )
