import errno
import functools
import hashlib
import http.server
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from skemg.datasets import _registry, fetch_emgdb
from skemg.datasets._download import _Redirects, download
from skemg.datasets._home import find_folder
from skemg.datasets._registry import RemoteFile
from skemg.exceptions import SignalError

CONTENT = bytes(range(256)) * 1000
REGISTERED = [
    (name, file)
    for registry in vars(_registry).values()
    if isinstance(registry, dict)
    for name, file in registry.items()
    if isinstance(file, RemoteFile)
]


class Server(http.server.BaseHTTPRequestHandler):
    """Answers each address with its own fault."""

    asked = ()

    def do_GET(self):
        type(self).asked += (self.path,)
        getattr(self, "answer_" + self.path[1:])()

    def log_message(self, *args):
        pass

    def head(self, code=200, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def answer_whole(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT)

    def answer_of_unstated_length(self):
        self.head()
        self.wfile.write(CONTENT)

    def answer_other(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[::-1])

    def answer_short(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:-1])

    def answer_short_of_unstated_length(self):
        self.head()
        self.wfile.write(CONTENT[:-1])

    def answer_long(self):
        self.head(Content_Length=10**10)
        self.endless()

    def answer_long_of_unstated_length(self):
        self.head()
        self.endless()

    def endless(self):
        try:
            for _ in range(10_000):  # 2.5 GB, if anybody takes it
                self.wfile.write(CONTENT)
        except OSError:
            type(self).asked += ("hung up",)

    def answer_error(self):
        self.head(500)

    def answer_missing(self):
        self.head(404)

    def answer_part(self):
        self.head(206, Content_Length=len(CONTENT))
        self.wfile.write(CONTENT)

    def answer_to_whole(self):
        self.head(302, Location="/whole")

    def answer_to_file(self):
        self.head(302, Location=Path(__file__).as_uri())

    def answer_to_other_scheme(self):
        self.head(302, Location="https://127.0.0.1:1/whole")

    def answer_to_ftp(self):
        self.head(302, Location="ftp://127.0.0.1:1/whole")

    def answer_in_circles(self):
        self.head(302, Location="/in_circles")

    def answer_silence(self):
        time.sleep(0.6)

    def answer_half_and_silence(self):
        self.head(Content_Length=len(CONTENT))
        self.wfile.write(CONTENT[:1000])
        self.wfile.flush()
        time.sleep(0.6)

    def answer_drops(self):
        self.head(Content_Length=len(CONTENT))
        try:
            for i in range(100):
                self.wfile.write(CONTENT[i : i + 1])
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    def answer_nonsense(self):
        self.wfile.write(b"\x00\xff no HTTP\r\n\r\n")


@pytest.fixture(scope="module")
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Server.asked = ()


def registered(url):
    return RemoteFile(url, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


def get(url, folder, **limits):
    limits = {"scheme": "http", "timeout": 0.3, "deadline": 60.0} | limits
    download({"file.bin": registered(url)}, folder, **limits)


@pytest.mark.parametrize("path", ["whole", "of_unstated_length", "to_whole"])
def test_the_registered_file_arrives(address, tmp_path, path):
    get(address + path, tmp_path / "home" / "set")
    assert (tmp_path / "home" / "set" / "file.bin").read_bytes() == CONTENT
    assert os.listdir(tmp_path / "home" / "set") == ["file.bin"]
    for folder in (tmp_path / "home", tmp_path / "home" / "set"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert os.listdir(tmp_path / "home") == ["set"]


@pytest.mark.parametrize(
    "path, message",
    [
        ("other", "gave another file than the registered one"),
        ("short", "ended 1 bytes early"),
        ("short_of_unstated_length", "gave another file"),
        ("long", "answered 200 with 10000000000 bytes, expected at most 256000"),
        ("long_of_unstated_length", "sent more than 256000 bytes"),
        ("error", "answered 500"),
        ("missing", "answered 404"),
        ("part", "answered 206"),
        ("to_file", "answered 302"),
        ("to_other_scheme", "no http address"),
        ("to_ftp", "no http address"),
        ("in_circles", "answered 302"),
        ("silence", r"silent for 0\.3 s"),
        ("half_and_silence", r"silent for 0\.3 s"),
        ("nonsense", "no valid answer"),
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(address, tmp_path, path, message):
    with pytest.raises(SignalError, match=f"{address}{path} .*{message}.*data_home"):
        get(address + path, tmp_path / "home" / "set")
    assert os.listdir(tmp_path) == []


def test_a_body_without_end_is_not_read_to_its_end(address, tmp_path):
    with pytest.raises(SignalError, match="sent more than 256000 bytes"):
        get(address + "long_of_unstated_length", tmp_path / "set")
    end = time.monotonic() + 10
    while "hung up" not in Server.asked and time.monotonic() < end:
        time.sleep(0.01)
    assert "hung up" in Server.asked


def test_a_server_that_drips_meets_the_deadline(address, tmp_path):
    start = time.monotonic()
    with pytest.raises(SignalError, match=r"took more than 0\.2 s"):
        get(address + "drops", tmp_path / "set", deadline=0.2)
    assert time.monotonic() - start < 1.5
    assert os.listdir(tmp_path) == []


def test_http_is_refused_before_anybody_is_asked(address, tmp_path):
    with pytest.raises(SignalError, match="is no https address"):
        download({"file.bin": registered(address + "whole")}, tmp_path / "set")
    assert Server.asked == () and os.listdir(tmp_path) == []


def test_a_redirect_from_https_to_http_is_refused():
    request, answer = urllib.request.Request("https://example.org/a"), io.BytesIO()
    with pytest.raises(SignalError, match=r"'http://example\.org/a', .* no https"):
        _Redirects("https").redirect_request(
            request, answer, 302, "Found", {}, "http://example.org/a"
        )
    assert answer.closed


def test_a_server_that_is_not_there_is_an_os_error_with_the_cure(tmp_path):
    with pytest.raises(ConnectionError, match=r"cannot be reached .*data_home"):
        get("http://127.0.0.1:1/whole", tmp_path / "home" / "set")
    assert os.listdir(tmp_path) == []


def test_one_wrong_file_of_several_leaves_none(address, tmp_path):
    files = {name: registered(address + name) for name in ("whole", "other")}
    with pytest.raises(SignalError, match="other gave another file"):
        download(files, tmp_path / "set", scheme="http")
    assert Server.asked == ("/whole", "/other") and os.listdir(tmp_path) == []


def test_a_full_disk_stays_an_os_error(address, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.move", full)
    with pytest.raises(OSError, match="No space left"):
        get(address + "whole", tmp_path / "set")
    assert os.listdir(tmp_path) == []


def test_a_folder_that_another_process_made_first_stays(address, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "first").touch()
    get(address + "whole", tmp_path / "set")
    assert os.listdir(tmp_path) == ["set"]
    assert os.listdir(tmp_path / "set") == ["first"]


@pytest.mark.parametrize("missing", [None, "", "0" * 64])
def test_a_file_without_its_checksum_is_never_taken(address, tmp_path, missing):
    files = {"file.bin": RemoteFile(address + "whole", missing, len(CONTENT))}
    with pytest.raises(SignalError, match="gave another file"):
        download(files, tmp_path / "set", scheme="http")
    assert os.listdir(tmp_path) == []


def test_killed_in_the_middle_leaves_nothing_under_the_name_of_the_set(
    address, tmp_path
):
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from skemg.datasets._download import download\n"
        "from skemg.datasets._registry import RemoteFile\n"
        "files = {n: RemoteFile(sys.argv[1] + n, sys.argv[2], 256_000)"
        " for n in ('whole', 'drops')}\n"
        "download(files, Path(sys.argv[3]), scheme='http')"
    )
    checksum = hashlib.sha256(CONTENT).hexdigest()
    command = [sys.executable, "-c", script, address, checksum, str(tmp_path / "set")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while "/drops" not in Server.asked and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "set").exists()
    get(address + "whole", tmp_path / "set")
    assert os.listdir(tmp_path / "set") == ["file.bin"]


def find(data_home, address, **options):
    return find_folder(
        data_home,
        name="set",
        marks=("whole",),
        source="the set",
        files={"whole": registered(address + "whole")},
        **options,
    )


def test_a_copy_that_is_there_needs_no_network(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "whole").touch()
    folder = find(tmp_path, "https://127.0.0.1:1/", download=True)
    assert folder == tmp_path / "set"


def test_nobody_is_asked_without_permission(address, tmp_path):
    with pytest.raises(FileNotFoundError, match="Pass download=True, or download the"):
        find(tmp_path, address, download=False)
    assert Server.asked == ()


def test_without_a_folder_the_cache_of_the_user_is_taken(
    address, tmp_path, monkeypatch
):
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("SKEMG_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / name)
    (tmp_path / "skemg" / "set").mkdir(parents=True)
    (tmp_path / "skemg" / "set" / "whole").touch()
    assert find(None, address, download=False) == tmp_path / "skemg" / "set"


def test_a_folder_in_the_way_is_told(tmp_path, address, monkeypatch):
    monkeypatch.setattr("skemg.datasets._home.download_files", lambda *args: None)
    with pytest.raises(SignalError, match="is in the way: it holds none of"):
        find(tmp_path, address, download=True)


def test_emgdb_is_downloaded_once(tmp_path, skemg_data, monkeypatch):
    source = skemg_data / "physionet-emgdb"
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=source)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        files = {
            path.name: RemoteFile(
                f"http://127.0.0.1:{server.server_port}/{path.name}",
                hashlib.sha256(path.read_bytes()).hexdigest(),
                path.stat().st_size,
            )
            for path in source.glob("emg_*")
        }
        monkeypatch.setattr("skemg.datasets._emgdb.EMGDB", files)
        monkeypatch.setattr(
            "skemg.datasets._home.download_files",
            functools.partial(download, scheme="http"),
        )
        X = fetch_emgdb(tmp_path, return_X_y=True)[0]
        server.shutdown()
        thread.join()
    assert os.listdir(tmp_path) == ["physionet-emgdb"]
    assert fetch_emgdb(tmp_path).data == X == fetch_emgdb(source).data


def test_downloads_without_pooch_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install skemg\[io\]"):
        fetch_emgdb(tmp_path)


def test_two_sets_are_registered():
    assert len(_registry.EMGDB) == 9 and len(_registry.EMG4) == 4
    assert len(REGISTERED) == 13


@pytest.mark.parametrize("name, file", REGISTERED)
def test_registered_files_have_address_checksum_and_length(name, file):
    assert re.fullmatch(r"https://[a-z.]+(/[\w.-]+)+", file.url)
    assert file.url.endswith("/" + name)
    assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
    assert isinstance(file.max_bytes, int) and 0 < file.max_bytes < 1 << 30


def test_registered_checksums_and_lengths_are_those_of_the_real_files(skemg_data):
    checked = 0
    for folder, registry in (
        ("physionet-emgdb", _registry.EMGDB),
        ("kaggle-emg4", _registry.EMG4),
    ):
        for name, file in registry.items():
            path = skemg_data / folder / name
            if path.exists() and path.suffix != ".txt":  # those are no original copies
                content = path.read_bytes()
                assert hashlib.sha256(content).hexdigest() == file.sha256
                assert len(content) == file.max_bytes
                checked += 1
    assert checked == 10


def test_registered_checksums_are_those_that_physionet_publishes(skemg_data):
    published = (skemg_data / "physionet-emgdb" / "SHA256SUMS.txt").read_text()
    for name, file in _registry.EMGDB.items():
        assert f"{file.sha256} {name}\n" in published
