"""`skemg classify`: a table of classes and probabilities, a row a recording."""

import argparse
import os
import re
import sys
from concurrent.futures import BrokenExecutor

import numpy as np

from ._inputs import find_patients, list_inputs
from ._messages import CommandError, caught_warnings, placed, reason, say
from ._options import add_options, check_output, load_model, read_file, reading_options
from ._patients import answers_together, as_python, rows_of_patients, with_table
from ._table import TABLES, open_table, refuse_part


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
        "--patients",
        metavar="CSV",
        help="table with the columns file and patient, which fills a column patient; "
        "of muscle, side, age, sex and needle_depth the model knows",
    )
    parser.add_argument(
        "--patient-output",
        metavar="TABLE",
        help="a row a patient of --patients, the vote of its recordings; .csv or .json",
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
    paths = list_inputs(args.files)
    _check_outputs(args, paths)
    whose = find_patients(paths, args.patients)
    model = load_model(args.model)
    if args.patients is None and answers_together(model):
        raise CommandError(
            "--model: it answers for patients, not for recordings; say whose the files "
            "are with --patients"
        )
    how = reading_options(args)
    classes = model.classes_.tolist()
    columns = ["file", "sweep", *(["patient"] if args.patients else [])]
    with open_table(args.output, columns, classes) as table:
        rows = []
        for row in _rows(model, paths, whose, how, args.jobs):
            table.write(row)
            rows.append(row)
    if args.patient_output is not None:
        whose = dict(zip(paths, whose, strict=True))
        with open_table(args.patient_output, ["patient", "n_recordings"], classes) as t:
            for row in rows_of_patients(
                model,
                rows,
                lambda path: with_table(read_file(path, **how), whose[path]),
            ):
                t.write(row)
    n_failed = len({row["file"] for row in rows if row["error"]})
    if n_failed:
        raise CommandError(f"{n_failed} of {len(paths)} files failed", code=1)
    return 0


def _check_outputs(args, paths):
    if args.patient_output is not None and args.patients is None:
        raise CommandError("--patient-output needs --patients")
    read = [args.model, *paths, *filter(None, [args.patients])]
    outputs = {"--output": args.output, "--patient-output": args.patient_output}
    outputs = {o: output for o, output in outputs.items() if output is not None}
    for option, output in outputs.items():
        check_output(output, [*TABLES], read, option)
        refuse_part(output, option)
    if len({os.path.abspath(output) for output in outputs.values()}) < len(outputs):
        raise CommandError("--patient-output must be another file than --output")


def _rows(model, paths, whose, how, n_jobs):
    """Give the rows of all files as they come; say what is wrong on stderr."""
    from joblib import Parallel, delayed
    from tqdm import tqdm

    answers = Parallel(n_jobs, return_as="generator")(
        delayed(rows_of_file)(model, path, of_path, how)
        for path, of_path in zip(paths, whose, strict=True)
    )
    seen = {}
    for path in tqdm(paths, unit="file", file=sys.stderr, disable=None):
        rows, digests, texts = _next(answers, path)
        for text in texts:
            say(f"skemg: warning: {placed(text, path)}")
        for row, digest in zip(rows, digests, strict=True):
            where = path if len(rows) == 1 else f"{path}, sweep {row['sweep']}"
            if seen.setdefault(digest, where) != where:
                row |= _nothing(
                    model, f"the same samples as {seen[digest]}; leave one out"
                )
            if row["error"]:
                say(f"skemg: {placed(row['error'], where)}")
            yield row


def _next(answers, path):
    try:
        return next(answers)
    except BrokenExecutor as error:
        raise CommandError(
            f"a process died at {path} or behind, maybe for want of memory; classify "
            "the rest with fewer --jobs",
            code=1,
        ) from error


def rows_of_file(model, path, whose, how):
    """Return the rows of a file, what tells copies, and its warnings.

    Parameters
    ----------
    model : TrainedModel
        The model.
    path : str
        The file.
    whose : dict or None
        `patient` and `metadata` of the file, where they are known.
    how : dict
        Options of reading.

    Returns
    -------
    rows : list of dict
        `file`, `sweep`, `patient` where it is known, `class`, `probabilities` and
        `error`, a row a recording; one row if the file cannot be read.
    digests : list of str
        A SHA-256 of each recording, or the path.
    warnings : list of str
        Each once.
    """
    from skemg.persistence._record import digest

    row = {"file": path, "sweep": None}
    row |= {} if whose is None else {"patient": whose["patient"]}
    with caught_warnings() as texts:
        try:
            recordings = with_table(read_file(path, **how), whose)
        except Exception as error:  # whatever a file does, the others go on
            return [row | _nothing(model, reason(error))], [path], texts
        if len(recordings) == 0:
            text = "the file holds no recording"
            return [row | _nothing(model, text)], [path], texts
        each = [recordings[[i]] for i in range(len(recordings))]
        rows = [
            row | {"sweep": i} | _answer(model, one) for i, one in enumerate(each, 1)
        ]
    return rows, [digest(one) for one in each], texts


def _answer(model, recording):
    try:
        (proba,), (label,) = model.predict_proba(recording), model.predict(recording)
    except Exception as error:
        return _nothing(model, reason(error))
    if not np.isfinite(proba).all():
        return _nothing(model, "the model gives no finite probability")
    return {
        "class": as_python(label),
        "probabilities": dict(
            zip(map(str, model.classes_), proba.tolist(), strict=True)
        ),
        "error": None,
    }


def _nothing(model, error):
    return {
        "class": None,
        "probabilities": dict.fromkeys(map(str, model.classes_)),
        "error": error,
    }
