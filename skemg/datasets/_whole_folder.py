"""A folder that appears when it is whole."""

import contextlib
import shutil
import tempfile
from pathlib import Path


@contextlib.contextmanager
def whole_folder(folder):
    """Fill a folder that gets its name when it is whole, and never before.

    What is written goes into a hidden folder beside it, which is renamed at the end and
    removed after an error. Whoever is killed in the middle leaves the hidden folder and
    nothing that could be taken for the data set. New folders are for their owner only.

    Parameters
    ----------
    folder : pathlib.Path
        The folder to make. Where another process was first, its folder stays.

    Yields
    ------
    temporary : pathlib.Path
        Where to write.
    """
    parents = [folder.parent, *folder.parent.parents]
    missing = [parent for parent in parents if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(0o700, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".skemg-", dir=folder.parent))
    try:
        yield temporary
        _rename(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        with contextlib.suppress(OSError):
            for parent in missing:
                parent.rmdir()
        raise


def _rename(temporary, folder):
    try:
        temporary.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(temporary)
