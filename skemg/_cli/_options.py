"""What the commands share: options, the model, and reading a file."""

import argparse
import ast
import inspect
import math
import os
import re

from ._messages import CommandError, caught_warnings, reason, say
from ._table import suffix_of

_READING = ("format", "channels", "sfreq", "unit", "on_mismatch")


def add_options(parser):
    """Add the model, and what a file may not say of itself."""
    parser.add_argument(
        "--model", required=True, help="file that skemg.persistence.save wrote"
    )
    reading = parser.add_argument_group("what files do not say of themselves")
    reading.add_argument("--sfreq", type=_rate, metavar="HZ", help="sampling rate")
    reading.add_argument(
        "--unit", choices=["uV", "mV", "V", "uncalibrated"], help="unit of the samples"
    )
    reading.add_argument(
        "--channels",
        type=_channels,
        metavar="A,B",
        help="channels to read, by name, or by number from 0",
    )
    reading.add_argument("--format", help="format, as skemg.io.read names it")
    reading.add_argument(
        "--on-mismatch",
        choices=["raise", "warn"],
        default="raise",
        help="where a file contradicts itself: refuse it, or read it and warn",
    )
    reading.add_argument(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="further parameter of the reader of the format, such as time=0 of a text "
        "with a column of times; may be repeated",
    )


def _rate(text):
    try:
        sfreq = float(text)
    except ValueError:
        sfreq = math.nan
    if not (math.isfinite(sfreq) and sfreq > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive number of Hz")
    return sfreq


def _channels(text):
    names = [name.strip() for name in text.split(",")]
    return [int(name) if name.isdecimal() else name for name in names]


def _option(text):
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals) or name in _READING:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name=value of a reader; {', '.join(_READING)} are options "
            "of their own"
        )
    return name, _literal(value)


def _literal(text):
    """Return a number, a list, True or False as Python writes them, else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def reading_options(args):
    """Return the options of `read_file`."""
    return dict(args.option) | {name: getattr(args, name) for name in _READING}


def read_file(path, **how):
    """Return the recordings of a file; errors name parameters as options."""
    from skemg.io import read

    try:
        return read(path, **how)
    except ValueError as error:
        texts = map(_as_options, str(error).split(path))
        raise ValueError(path.join(texts)) from error


def _as_options(text):
    """Write parameters of readers, as in `unit="mV"`, as the command line has them."""
    from skemg.io._read import READERS

    readers = [read for _, read in READERS.values()]
    known = {name for read in readers for name in inspect.signature(read).parameters}

    def option(match):
        name, value = match.groups()
        if name in _READING:
            return f"--{name.replace('_', '-')}{value and ' '}{value}"
        return f"--option {match[0]}" if name in known else match[0]

    return re.sub(r"\b([a-z_]+)=([^\s,;)]*)", option, text)


def load_model(path):
    """Return the model; warnings go to stderr, errors end the command."""
    from skemg.persistence import load

    try:
        with caught_warnings() as texts:
            model = load(path)
    except (ValueError, OSError, ImportError) as error:
        raise CommandError(f"--model: {reason(error)}") from error
    for text in texts:
        say(f"skemg: warning: {text}")
    if not hasattr(model.estimator, "predict_proba"):
        raise CommandError(
            f"--model: {path} gives no probabilities; fit it with "
            "CalibratedClassifierCV around its classifier and save it again"
        )
    return model


def check_output(output, suffixes, inputs, option="--output"):
    """End the command before it computes what cannot be written."""
    folder = os.path.dirname(output) or "."
    if suffix_of(output) not in suffixes:
        raise CommandError(f"{option}: {output} must end in {' or '.join(suffixes)}")
    if not os.path.isdir(folder):
        raise CommandError(f"{option}: No such file or directory: {folder!r}")
    for path in inputs:
        there = os.path.exists(output) and os.path.exists(path)
        if there and os.path.samefile(output, path):
            raise CommandError(f"{option}: {output} would replace what is read")
