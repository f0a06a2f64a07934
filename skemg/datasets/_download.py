"""Registered files, from their server into a folder, or one kind of error."""

import contextlib
import functools
import http.client
import ssl
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from skemg.exceptions import SignalError

from ._whole_folder import whole_folder

_CHUNK = 1 << 16
_CURE = "try again later, or get the files in another way and pass data_home"


def download(files, folder, *, scheme="https", timeout=30.0, deadline=600.0):
    """Download registered files into a folder that is whole or absent.

    Parameters
    ----------
    files : dict of {str: RemoteFile}
        Names in the folder, and where the files come from.
    folder : pathlib.Path
        The folder to make.
    scheme : str, default="https"
        The one kind of address that is asked or followed; tests use "http".
    timeout : float, default=30.0
        Longest silence of the server, in seconds (our choice).
    deadline : float, default=600.0
        Longest time for one file, in seconds (our choice).

    Raises
    ------
    SignalError
        If a server gives anything else than the registered file. Nothing is left then.
    OSError
        If the server cannot be reached, or the folder cannot be written.
    """
    pooch = import_pooch()
    with whole_folder(folder) as temporary:
        for name, file in files.items():
            receive = functools.partial(
                _receive,
                max_bytes=file.max_bytes,
                scheme=scheme,
                timeout=timeout,
                deadline=deadline,
            )
            try:
                pooch.retrieve(
                    file.url,
                    known_hash=f"sha256:{file.sha256}",
                    fname=name,
                    path=temporary,
                    downloader=receive,
                )
            except SignalError:
                raise
            except ValueError as error:  # that is how pooch reports another checksum
                raise SignalError(
                    f"{file.url} gave another file than the registered one (sha256 "
                    f"{file.sha256}); {_CURE}"
                ) from error


def import_pooch():
    """Return pooch, or say how to get it."""
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "downloads need pooch: pip install skemg[io], or pass data_home"
        ) from error
    return pooch


def _receive(url, path, _, *, max_bytes, scheme, timeout, deadline):
    """Write what the server sends, as long as it can be the registered file."""
    if urlsplit(url).scheme != scheme:
        raise SignalError(f"{url} is no {scheme} address")
    end = time.monotonic() + deadline
    n_bytes = 0
    body = _body(url, max_bytes, scheme, timeout)
    with open(path, "wb") as file, contextlib.closing(body):
        for chunk in body:
            n_bytes += len(chunk)
            if n_bytes > max_bytes:
                raise SignalError(f"{url} sent more than {max_bytes} bytes; {_CURE}")
            if time.monotonic() > end:
                raise SignalError(f"{url} took more than {deadline:g} s; {_CURE}")
            file.write(chunk)


def _body(url, max_bytes, scheme, timeout):
    """Yield the body as it comes, in pieces that do not wait for each other."""
    try:
        with _opener(scheme).open(url, timeout=timeout) as answer:
            left = _stated_length(answer)
            if answer.status != 200 or (left is not None and left > max_bytes):
                raise SignalError(
                    f"{url} answered {answer.status} with {left} bytes, expected at "
                    f"most {max_bytes}; {_CURE}"
                )
            while left != 0 and (chunk := answer.read1(_CHUNK)):
                left = None if left is None else max(left - len(chunk), 0)
                yield chunk
        if left:
            raise SignalError(f"{url} ended {left} bytes early; {_CURE}")
    except urllib.error.HTTPError as error:
        error.close()
        raise SignalError(f"{url} answered {error.code}; {_CURE}") from error
    except TimeoutError as error:
        raise SignalError(f"{url} was silent for {timeout:g} s; {_CURE}") from error
    except http.client.HTTPException as error:
        raise SignalError(f"{url} sent no valid answer ({error!r}); {_CURE}") from error
    except OSError as error:
        raise ConnectionError(f"{url} cannot be reached ({error}); {_CURE}") from error


def _stated_length(answer):
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _opener(scheme):
    """Return what opens addresses, with the certificates of system and certifi."""
    from requests.certs import where  # pooch brings requests, and that certifi

    context = ssl.create_default_context()
    context.load_verify_locations(where())
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), _Redirects(scheme)
    )
    opener.addheaders = [("User-Agent", "skemg")]
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow to addresses of one scheme only; the checksum watches the rest."""

    def __init__(self, scheme):
        self.scheme = scheme

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        """Return the next request, or refuse."""
        if urlsplit(newurl).scheme != self.scheme:
            fp.close()
            raise SignalError(
                f"{req.full_url} sends on to {newurl[:40]!r}, which is no "
                f"{self.scheme} address; {_CURE}"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)
