"""Fetch a file once from the first mirror that has it whole, and trust its SHA-256, not the mirror.

Each mirror is asked in turn, and all of them a second time, since many troubles pass. A file gets
its name in the cache only after its checksum was right, so a broken download leaves nothing behind.
The downloading itself is the work of pooch.
"""
import importlib.util
import os
import shutil
import time
from pathlib import Path

PAUSE = 1.0                                             # seconds before all mirrors are asked again

MIRRORS = {
    "mnist": ("https://ossci-datasets.s3.amazonaws.com/mnist/",
              "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    "fashion_mnist": ("https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
                      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
}
SHA256 = {
    "mnist": {
        "train-images-idx3-ubyte.gz":
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz":
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz":
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz":
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    "fashion_mnist": {
        "train-images-idx3-ubyte.gz":
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz":
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz":
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz":
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
}


def cache_folder():
    """Where downloads are kept: the folder DLF_DATA names, else the cache folder of the system."""
    if os.environ.get("DLF_DATA"):
        return Path(os.environ["DLF_DATA"]).expanduser()
    return Path(_pooch().os_cache("dlf"))


def fetch(name, mirrors=None, timeout=30.0):
    """The paths {file name: path} of the files of a data set, downloaded if they are not there yet.

    `mirrors` are addresses that begin with http:// or https://, or local folders. Raises
    ConnectionError that lists what each of them answered, PermissionError for a closed cache.
    """
    folder  = _writable(cache_folder() / name)
    mirrors = (mirrors,) if isinstance(mirrors, (str, os.PathLike)) else mirrors or MIRRORS[name]
    paths   = {}
    for file, sha256 in SHA256[name].items():
        paths[file], giver = _fetch_file(file, sha256, folder, mirrors, timeout)
        mirrors = [giver, *(m for m in mirrors if m != giver)]     # ask it first for the next file
    return paths


def _fetch_file(file, sha256, folder, mirrors, timeout):
    pooch, answers = _pooch(), {}
    for turn in range(2):
        for mirror in mirrors:
            source, downloader = _source(mirror, file, timeout)
            try:
                path = pooch.retrieve(source, f"sha256:{sha256}", file, folder,
                                      downloader=downloader)
                return Path(path), mirror
            except (OSError, ValueError) as error:
                answers[source] = _in_words(error, timeout)
        time.sleep(PAUSE * (turn == 0))
    raise ConnectionError(_no_mirror(file, folder, answers))


def _source(mirror, file, timeout):
    """Where a mirror keeps a file, and how to get it from there."""
    if str(mirror).startswith(("http://", "https://")):
        # "identity": a mirror must not unzip a .gz file on the way, or its checksum would change.
        return f"{str(mirror).rstrip('/')}/{file}", _pooch().HTTPDownloader(
            progressbar=_has_tqdm(), timeout=timeout, chunk_size=65536,
            headers={"Accept-Encoding": "identity"})
    return str(Path(mirror).expanduser() / file), _copy


def _copy(source, target, pooch):
    shutil.copyfile(source, target)


def _in_words(error, timeout):
    """What went wrong, without the names of the libraries in between."""
    import requests
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code} {response.reason}"
    if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
        return f"was silent for {timeout:g} seconds"
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, ValueError) and "hash" in str(error):
        return "sent a file with another SHA-256: damaged, cut short, or not this file"
    if "IncompleteRead" in str(error):
        return "broke off before the file was whole"
    if isinstance(error, requests.ConnectionError):
        return "could not be reached, or hung up"
    return f"failed: {error}"


def _no_mirror(file, folder, answers):
    listed  = "\n".join(f"  {source}\n    {answer}" for source, answer in answers.items())
    damaged = f"\nThe {file} that is there now is damaged." if (folder / file).exists() else ""
    return (f"could not get {file}:\n{listed}\nAre you online? You can also put the file into\n"
            f"  {folder}\nby hand, wherever you get it from: its checksum tells whether it is the "
            f"right one.{damaged}\nAnother address or a local folder works too: "
            f"mirrors=['https://...'] or mirrors=['/path/to/folder'].")


def _writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    except OSError as error:
        raise PermissionError(
            f"cannot make the folder {folder} to keep downloads in ({error}). "
            "Set the environment variable DLF_DATA to a folder of yours.") from None


def _pooch():
    try:
        import pooch
    except ModuleNotFoundError:
        raise ModuleNotFoundError("downloading needs the package pooch (and tqdm shows progress): "
                                  "pip install pooch tqdm") from None
    pooch.get_logger().setLevel("WARNING")              # the progress bar says enough
    return pooch


def _has_tqdm():
    return importlib.util.find_spec("tqdm") is not None
