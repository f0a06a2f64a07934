"""`skemg report`: a page about one recording."""

import os
from pathlib import Path

from ._inputs import refuse_folder
from ._messages import CommandError, caught_warnings, placed, plain, reason, say
from ._options import add_options, check_output, load_model, read_file, reading_options


def add_command(commands, **how):
    """Add the command."""
    parser = commands.add_parser(
        "report",
        help="page about one recording",
        description="Write a page about one recording: probabilities of the classes, "
        "what speaks for them, the signal, its quality, and the limits of the model.",
        **how,
    )
    parser.add_argument("recording", metavar="RECORDING", help="its file")
    add_options(parser)
    parser.add_argument(
        "--output",
        metavar="PAGE",
        help=".html; default: the name of the recording, here, where no such page is",
    )
    parser.add_argument(
        "--sweep", type=int, metavar="N", help="which of several recordings, from 1"
    )
    parser.add_argument(
        "--name", help="shown in the place of the file's name, which may be a patient's"
    )
    parser.add_argument("--electrode", choices=["needle", "surface"], default="needle")
    parser.add_argument(
        "--parts",
        type=int,
        default=20,
        metavar="N",
        help="where no windows vote: parts that are cut out to see which the answer "
        "needs; 0: none (default: 20)",
    )
    parser.set_defaults(command=report)


def report(args):
    """Write the page; return the exit code."""
    path = args.recording
    refuse_folder(path)
    output = args.output or _free_name(path)
    check_output(output, [".html", ".htm"], [args.model, path])
    model = load_model(args.model)
    with caught_warnings() as texts:
        try:
            page = _page(args, model)
        except (ValueError, OSError) as error:
            raise CommandError(placed(reason(error), path), code=1) from error
        except ImportError as error:
            raise CommandError(str(error)) from error
    for text in texts:
        say(f"skemg: warning: {placed(text, path)}")
    try:
        page.save(output)
    except (OSError, ImportError) as error:
        raise CommandError(f"--output: {error}") from error
    if args.output is None:
        say(f"skemg: wrote {plain(output)}")
    return 0


def _free_name(path):
    """Return the name of the page in the current folder; it replaces nothing."""
    name = f"{Path(path).stem}.html"
    if os.path.lexists(name):
        raise CommandError(f"{plain(name)} is there already; replace it with --output")
    return name


def _page(args, model):
    from skemg.report import RecordingReport

    recordings = read_file(args.recording, **reading_options(args))
    name = args.name or os.path.basename(args.recording)
    return RecordingReport.from_recording(
        model,
        _one_of(recordings, args.sweep),
        name=name,
        electrode=args.electrode,
        n_parts=args.parts,
        progress=True,
    )


def _one_of(recordings, sweep):
    if sweep is None and len(recordings) > 1:
        raise ValueError(
            f"there are {len(recordings)} recordings; choose one, --sweep N"
        )
    number = 1 if sweep is None else sweep
    if not 1 <= number <= len(recordings):
        raise ValueError(f"there is no sweep {number} among {len(recordings)}, from 1")
    one = recordings[[number - 1]]
    return one.with_groups(["?"])  # one recording is of one patient
