"""`skemg classify`: a table of classes and probabilities, a row a recording."""

import argparse
import re
import sys
from concurrent.futures import BrokenExecutor

import numpy as np

from ._messages import CommandError, caught_warnings, placed, reason, say
from ._options import add_options, check_output, load_model, read_file, reading_options
from ._table import TABLES, open_table


def add_command(commands, **how):
    """Add the command."""
    parser = commands.add_parser(
        "classify",
        help="table of classes and probabilities of files",
        description="Classify the recordings of files: a row a recording (sweep). A "
        "file that cannot be read or is no recording for the model has its reason in "
        "the column error and does not stop the others.",
        **how,
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    add_options(parser)
    parser.add_argument(
        "--output",
        metavar="TABLE",
        help=".csv or .json; default: CSV on stdout. Rows are in TABLE.part until all "
        "are done",
    )
    parser.add_argument(
        "--jobs", type=_n_jobs, default=1, help="processes; -1: all cores (default: 1)"
    )
    parser.set_defaults(command=classify)


def _n_jobs(text):
    if not re.fullmatch(r"-1|[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither -1 nor 1 or more")
    return int(text)


def classify(args):
    """Write the table; return the exit code."""
    from joblib import Parallel, delayed
    from tqdm import tqdm

    suffix = None
    if args.output is not None:
        suffix = check_output(args.output, [*TABLES], [args.model, *args.files])
    model = load_model(args.model)
    how = reading_options(args)
    n_failed = 0
    with open_table(args.output, suffix, model.classes_.tolist()) as table:
        answers = Parallel(args.jobs, return_as="generator")(
            delayed(rows_of_file)(model, path, how) for path in args.files
        )
        for path in tqdm(args.files, unit="file", file=sys.stderr, disable=None):
            rows, texts = _next(answers, path)
            for row in rows:
                table.write(row)
            errors = [row["error"] for row in rows if row["error"]]
            for text in texts:
                say(f"skemg: warning: {placed(text, path)}")
            for error in errors:
                say(f"skemg: {placed(error, path)}")
            n_failed += bool(errors)
    if n_failed:
        raise CommandError(f"{n_failed} of {len(args.files)} files failed", code=1)
    return 0


def _next(answers, path):
    try:
        return next(answers)
    except BrokenExecutor as error:
        raise CommandError(
            f"a process died at {path} or behind, maybe for want of memory; classify "
            "the rest with fewer --jobs",
            code=1,
        ) from error


def rows_of_file(model, path, how):
    """Return the rows of a file, and its warnings.

    Parameters
    ----------
    model : TrainedModel
        The model.
    path : str
        The file.
    how : dict
        Options of reading.

    Returns
    -------
    rows : list of dict
        `file`, `sweep`, `class`, `probabilities` and `error`, a row a recording; one
        row if the file cannot be read.
    warnings : list of str
        Each once.
    """
    with caught_warnings() as texts:
        try:
            recordings = read_file(path, **how)
        except Exception as error:  # whatever a file does, the others go on
            return [_row(model, path, error=reason(error))], texts
        if len(recordings) == 0:
            return [_row(model, path, error="the file holds no recording")], texts
        sweeps = range(1, len(recordings) + 1)
        rows = [_classify_one(model, path, i, recordings[[i - 1]]) for i in sweeps]
    return rows, texts


def _classify_one(model, path, sweep, recording):
    try:
        (proba,), (label,) = model.predict_proba(recording), model.predict(recording)
    except Exception as error:
        return _row(model, path, sweep, error=reason(error))
    if not np.isfinite(proba).all():
        return _row(model, path, sweep, error="the model gives no finite probability")
    return _row(model, path, sweep, getattr(label, "item", lambda: label)(), proba)


def _row(model, path, sweep=None, label=None, proba=None, error=None):
    names = map(str, model.classes_)
    values = [None] * len(model.classes_) if proba is None else proba.tolist()
    return {
        "file": path,
        "sweep": sweep,
        "class": label,
        "probabilities": dict(zip(names, values, strict=True)),
        "error": error,
    }
