"""Downloads are tested against a local server that behaves well, or badly in one of five ways."""
import gzip
import hashlib
import http.server
import struct
import threading

import numpy as np
import pytest

from dlf.datasets import download, fashion_mnist, mnist
from dlf.datasets.images import read_idx

FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
         "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")


def idx(array):
    """An array of bytes as a gzipped IDX file."""
    magic = {3: 2051, 1: 2049}[array.ndim]
    return gzip.compress(struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes())


def tiny(seed):
    """Twelve images to train on and five to test on, under the names of the real files."""
    draw = np.random.default_rng(seed).integers
    arrays = [draw(0, 256, (12, 28, 28)), draw(0, 10, 12),
              draw(0, 256, (5, 28, 28)), draw(0, 10, 5)]
    return {file: array.astype(np.uint8) for file, array in zip(FILES, arrays)}


class Mirror(http.server.BaseHTTPRequestHandler):
    """The first folder of the address says how it behaves: /good/mnist/file, /stall/mnist/file."""

    def do_GET(self):
        _, manner, name = self.path.split("/", 2)
        self.server.asked.append(self.path)
        self.server.encodings.add(self.headers["Accept-Encoding"])
        body = self.server.files.get(name)
        if manner == "flaky" and self.server.asked.count(self.path) > 1:
            manner = "good"
        getattr(self, manner)(body) if body is not None else self.send_error(404)

    def reply(self, body, length):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def good(self, body):
        self.reply(body, len(body))

    def truncate(self, body):
        self.reply(body[: len(body) // 2], len(body))

    def short(self, body):                              # cut short, and honest about its length
        self.reply(body[: len(body) // 2], len(body) // 2)

    def corrupt(self, body):
        self.reply(body[:20] + bytes([body[20] ^ 1]) + body[21:], len(body))

    def busy(self, body):
        self.send_error(503)

    flaky = busy

    def stall(self, body):
        self.reply(body[:10], len(body))
        self.wfile.flush()
        self.server.over.wait(30)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A mirror with tiny files; their checksums stand in the table, the cache is a fresh folder."""
    arrays = {"mnist": tiny(1), "fashion_mnist": tiny(2)}
    files  = {f"{name}/{file}": idx(a) for name in arrays for file, a in arrays[name].items()}
    for name, table in arrays.items():
        monkeypatch.setitem(download.SHA256, name, {
            file: hashlib.sha256(files[f"{name}/{file}"]).hexdigest() for file in table})
    monkeypatch.setattr(download, "PAUSE", 0)
    monkeypatch.setenv("DLF_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as http_server:
        http_server.daemon_threads = True
        http_server.files, http_server.arrays, http_server.asked = files, arrays, []
        http_server.encodings = set()
        http_server.over = threading.Event()
        http_server.cache = tmp_path / "cache" / "mnist"
        http_server.at = lambda manner, name="mnist": (
            f"http://127.0.0.1:{http_server.server_port}/{manner}/{name}/")
        thread = threading.Thread(target=http_server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield http_server
        http_server.over.set()
        http_server.shutdown()
        thread.join(5)


def test_mnist_comes_as_two_data_sets_of_float32_rows_from_0_to_1(server):
    train, test = mnist(mirrors=[server.at("good")])
    assert train.x.shape == (12, 784) and test.x.shape == (5, 784) and train.x.dtype == np.float32
    pixels = server.arrays["mnist"][FILES[0]].reshape(12, 784)
    assert np.allclose(train.x, pixels / 255) and train.x.max() <= 1
    assert np.array_equal(test.y, server.arrays["mnist"][FILES[3]]) and test.y.dtype == np.int64
    assert train.classes == tuple("0123456789") and "LeCun" in train.card.source


def test_fashion_mnist_has_ten_kinds_of_clothes_and_a_cache_of_its_own(server):
    train, _ = fashion_mnist(mirrors=[server.at("good", "fashion_mnist")])
    pixels = server.arrays["fashion_mnist"][FILES[0]].reshape(12, 784)
    assert np.allclose(train.x, pixels / 255) and train.classes[9] == "ankle boot"
    assert (server.cache.parent / "fashion_mnist").is_dir() and not server.cache.exists()


def test_a_file_is_downloaded_once(server):
    mnist(mirrors=[server.at("good")])
    mnist(mirrors=[server.at("good")])
    assert len(server.asked) == 4


def test_a_mirror_is_asked_not_to_unzip_the_file_on_the_way(server):
    mnist(mirrors=[server.at("good")])
    assert server.encodings == {"identity"}


def test_a_cached_file_needs_no_mirror(server):
    mnist(mirrors=[server.at("good")])
    assert len(mnist(mirrors=["http://127.0.0.1:9/"])[0]) == 12


@pytest.mark.parametrize("manner", ["truncate", "short", "corrupt", "stall", "busy"])
def test_when_a_mirror_fails_the_next_one_is_asked(manner, server):
    train, _ = mnist(mirrors=[server.at(manner), server.at("good")], timeout=0.5)
    assert len(train) == 12 and any(path.startswith(f"/{manner}/") for path in server.asked)


def test_the_mirror_that_had_one_file_is_asked_first_for_the_next(server):
    mnist(mirrors=[server.at("busy"), server.at("good")])
    assert [path.split("/")[1] for path in server.asked] == ["busy", "good", "good", "good", "good"]


def test_a_mirror_that_recovers_is_asked_a_second_time(server):
    assert len(mnist(mirrors=[server.at("flaky")])[0]) == 12
    assert len(server.asked) == 8


@pytest.mark.parametrize("manner, answer", [
    ("truncate", "broke off before the file was whole"),
    ("short", "sent a file with another SHA-256"),
    ("corrupt", "sent a file with another SHA-256"),
    ("stall", "was silent for 0.5 seconds"),
    ("busy", "answered 503")])
def test_when_all_fail_the_error_says_what_each_answered_and_nothing_broken_stays(manner, answer,
                                                                                 server):
    with pytest.raises(ConnectionError) as caught:
        mnist(mirrors=[server.at(manner), "http://127.0.0.1:9/"], timeout=0.5)
    message = str(caught.value)
    assert f"{server.at(manner)}{FILES[0]}\n    {answer}" in message
    assert f"http://127.0.0.1:9/{FILES[0]}\n    could not be reached" in message
    assert str(server.cache) in message and "Are you online?" in message
    assert list(server.cache.iterdir()) == []


def test_a_mirror_without_the_file_answers_404(server):
    with pytest.raises(ConnectionError, match="answered 404"):
        mnist(mirrors=[server.at("good") + "elsewhere"])


def test_a_damaged_file_in_the_cache_is_downloaded_again(server):
    mnist(mirrors=[server.at("good")])
    (server.cache / FILES[0]).write_bytes(b"damaged")
    assert len(mnist(mirrors=[server.at("good")])[0]) == 12
    assert len(server.asked) == 5


def test_a_damaged_file_in_the_cache_is_mentioned_when_no_mirror_helps(server):
    server.cache.mkdir(parents=True)
    (server.cache / FILES[0]).write_bytes(b"damaged")
    with pytest.raises(ConnectionError, match=f"The {FILES[0]} that is there now is damaged"):
        mnist(mirrors=[server.at("busy")])


def test_a_local_folder_can_be_a_mirror(server, tmp_path):
    school = tmp_path / "school"
    school.mkdir()
    for file in FILES:
        (school / file).write_bytes(server.files[f"mnist/{file}"])
    assert len(mnist(mirrors=school)[1]) == 5 and server.asked == []


def test_a_local_folder_without_the_file_says_so(server, tmp_path):
    with pytest.raises(ConnectionError, match="no such file"):
        mnist(mirrors=[str(tmp_path)])


def test_files_put_into_the_cache_by_hand_are_used(server):
    server.cache.mkdir(parents=True)
    for file in FILES:
        (server.cache / file).write_bytes(server.files[f"mnist/{file}"])
    assert len(mnist(mirrors=["http://127.0.0.1:9/"])[0]) == 12


def test_a_cache_that_cannot_be_made_names_the_variable_that_moves_it(server, monkeypatch, write):
    monkeypatch.setenv("DLF_DATA", str(write("a file, not a folder", "occupied")))
    with pytest.raises(PermissionError, match="DLF_DATA"):
        mnist(mirrors=[server.at("good")])


def test_without_dlf_data_the_cache_is_the_one_of_the_system(monkeypatch):
    monkeypatch.delenv("DLF_DATA", raising=False)
    assert download.cache_folder().name == "dlf"
    monkeypatch.setenv("DLF_DATA", "~/elsewhere")
    assert download.cache_folder().name == "elsewhere" and "~" not in str(download.cache_folder())


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_every_data_set_has_two_mirrors_and_four_checksums(name):
    assert len(download.MIRRORS[name]) == 2 and set(download.SHA256[name]) == set(FILES)
    assert all(len(sha256) == 64 for sha256 in download.SHA256[name].values())


# --- the file format ---------------------------------------------------------------------------

def test_an_idx_file_is_read_as_it_was_written(write, rng):
    for shape in [(3, 4, 5), (7,)]:
        array = rng.integers(0, 256, shape).astype(np.uint8)
        assert np.array_equal(read_idx(write(idx(array), "x.gz")), array)


@pytest.mark.parametrize("raw, complaint", [
    (struct.pack(">II", 2050, 3) + bytes(3), "begins with the bytes 00 00 08 02"),
    (b"\x00", "is no IDX file"),
    (b"", "begins with the bytes of nothing"),
    (struct.pack(">II", 2049, 9) + bytes(3), r"announces an array of shape \(9,\) and has 3 bytes"),
    (struct.pack(">II", 2049, 2) + bytes(3), r"announces an array of shape \(2,\) and has 3 bytes"),
    (struct.pack(">I", 2051) + bytes(3), "has 0 bytes"),
    (struct.pack(">IIII", 2051, 2**31, 2**31, 2**31), "has 0 bytes")])
def test_a_file_that_does_not_hold_what_it_announces_is_refused(raw, complaint, write):
    with pytest.raises(ValueError, match=complaint):
        read_idx(write(gzip.compress(raw), "x.gz"))


@pytest.mark.parametrize("raw", [b"not gzip", gzip.compress(bytes(500), mtime=0)[:-9]],
                         ids=["no gzip at all", "cut short"])
def test_a_broken_gzip_file_is_refused(raw, write):
    with pytest.raises(ValueError, match="is not a whole gzip file"):
        read_idx(write(raw, "x.gz"))


@pytest.mark.parametrize("labels, complaint", [
    (np.zeros(3, np.uint8), "a label for every image was wanted"),
    (np.full(12, 10, np.uint8), "holds the label 10, and there are 10 classes")])
def test_labels_that_do_not_fit_the_images_are_refused(labels, complaint, server, monkeypatch):
    raw = idx(labels)
    server.files[f"mnist/{FILES[1]}"] = raw
    monkeypatch.setitem(download.SHA256["mnist"], FILES[1], hashlib.sha256(raw).hexdigest())
    with pytest.raises(ValueError, match=complaint):
        mnist(mirrors=[server.at("good")])
