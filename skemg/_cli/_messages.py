"""What is said on stderr, and how it is made harmless."""

import sys
import warnings
from contextlib import contextmanager


class CommandError(Exception):
    """What ends a command, in one line."""

    def __init__(self, text, code=2):
        super().__init__(text)
        self.code = code


def plain(text):
    """Return text in one line, without characters that steer a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))


def reason(error):
    """Return what an exception says, in one line."""
    text = plain(error) or "no reason is known"
    meant = isinstance(error, ValueError | OSError)  # written for users
    return text if meant else f"{type(error).__name__}: {text}"


def placed(text, path):
    """Name the file, where the text does not."""
    return text if plain(path) in text else f"{plain(path)}: {text}"


@contextmanager
def caught_warnings():
    """Collect the warnings of a block, each once, in a list of str."""
    texts = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield texts
        finally:
            texts += dict.fromkeys(plain(warning.message) for warning in caught)


def say(text):
    """Print a line on stderr, above a progress bar if there is one."""
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)
