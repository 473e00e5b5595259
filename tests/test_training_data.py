"""Official formats on tiny generated files, partitions, and features of single precision."""

from __future__ import annotations

import gzip
import os
import pickle
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.dpfl.training.formats.cifar import BATCHES, PIXELS, python_batch
from mechproof.dpfl.training.formats.idx import EMNIST_CLASSES, idx_array
from mechproof.dpfl.training.formats.named import read_path
from mechproof.dpfl.training.own_data import read_dataset
from mechproof.dpfl.training.skew import skewed

RANDOM = np.random.default_rng(0)


def idx(array: np.ndarray) -> bytes:
    """The format as its authors state it: magic number, lengths, numbers."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def images(count: int, side: int = 4) -> np.ndarray:
    return RANDOM.integers(256, size=(count, side, side), dtype=np.uint8)


def write_idx(folder: Path, prefix: str = "", packed: bool = True, classes: int = 10, least: int = 0) -> dict:
    word = "t10k" if not prefix else "test"
    written = {}
    for split, count in (("train", 6), (word, 3)):
        x, y = images(count), RANDOM.integers(classes, size=count).astype(np.uint8)
        written[split] = x, y
        for kind, array in (("images-idx3", x), ("labels-idx1", y + np.uint8(least))):
            content = idx(array)
            path = folder / f"{prefix}{split}-{kind}-ubyte{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(content) if packed else content)
    return {"train": written["train"], "test": written[word]}


@pytest.mark.parametrize("packed", [True, False])
def test_a_folder_of_idx_files_keeps_its_official_test_split(tmp_path: Path, packed: bool) -> None:
    written = write_idx(tmp_path, packed=packed)
    read = read_path(tmp_path)
    x = np.concatenate([written["train"][0], written["test"][0]])
    assert np.array_equal(read.features, (x.reshape(9, 16) / np.float32(255)).astype(np.float32))
    assert read.features.dtype == np.float32
    assert read.labels.tolist() == [*written["train"][1], *written["test"][1]]
    assert (read.classes, read.shape, read.held_out) == (10, (1, 4, 4), 3)
    assert read.name == f"{tmp_path.name}/IDX files"  # a stand-in is never called by a data set's name


@pytest.mark.parametrize("split", ["balanced", "letters"])
def test_emnist_is_turned_upright_and_letters_count_from_zero(tmp_path: Path, split: str) -> None:
    written = write_idx(tmp_path, f"emnist-{split}-", classes=EMNIST_CLASSES[split], least=split == "letters")
    write_idx(tmp_path, "emnist-digits-")
    with pytest.raises(mp.InputError, match=f"data = .*holds several sets .name one of .*emnist-{split}"):
        read_path(tmp_path)
    read = read_path(tmp_path / f"emnist-{split}")
    assert read.classes == EMNIST_CLASSES[split]
    assert read.labels[:6].tolist() == written["train"][1].tolist()
    upright = written["train"][0][0].T / np.float32(255)
    assert np.array_equal(read.features[0].reshape(4, 4), upright.astype(np.float32))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x01abcd", "is no IDX file of bytes"),
        (b"\x00\x00\x08\x03\x00\x00", "ends within its header"),
        (idx(images(2))[:-1], r"must be 48 bytes long"),
        (idx(images(2)) + b"x", r"must be 48 bytes long"),
        (b"\x00\x00\x08\x03" + b"\xff" * 12, "bytes long"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        idx_array(content, "images")


def test_a_spoilt_set_names_the_file_and_the_remedy(tmp_path: Path) -> None:
    write_idx(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(mp.InputError, match=r"train-images.*is no whole gzip file .fetch it again"):
        read_path(tmp_path)
    path.write_bytes(gzip.compress(idx(images(5))))
    with pytest.raises(mp.InputError, match=r"train-labels.*one label for each of 5 images"):
        read_path(tmp_path)
    path.write_bytes(whole)
    labels = tmp_path / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(idx(np.full(6, 10, dtype=np.uint8))))
    with pytest.raises(mp.InputError, match=r"train-labels.*'10 to 10': must be 10 classes"):
        read_path(tmp_path)
    labels.unlink()
    with pytest.raises(mp.InputError, match=r"without data in a format that is known .name an \.npz"):
        read_path(tmp_path)


def cifar_like(folder: Path, python: bool) -> list[tuple[np.ndarray, list[int]]]:
    written = []
    for name in BATCHES:
        x, y = RANDOM.integers(256, size=(4, PIXELS), dtype=np.uint8), RANDOM.integers(10, size=4).tolist()
        written.append((x, y))
        if python:  # the official files are of protocol 2
            (folder / name).write_bytes(pickle.dumps({b"data": x, b"labels": y, b"batch_label": b"b"}, protocol=2))
        else:
            rows = np.column_stack([np.array(y, dtype=np.uint8), x])
            (folder / f"{name}.bin").write_bytes(rows.tobytes())
    return written


@pytest.mark.parametrize("python", [True, False])
def test_both_versions_of_cifar_10_are_read(tmp_path: Path, python: bool) -> None:
    written = cifar_like(tmp_path, python)
    read = read_path(tmp_path)
    pixels = np.concatenate([x for x, _ in written])
    assert np.array_equal(read.features, (pixels / np.float32(255)).astype(np.float32))
    assert read.labels.tolist() == [label for _, y in written for label in y]
    assert (read.classes, read.shape, read.held_out) == (10, (3, 32, 32), 4)
    assert "CIFAR" not in read.name


class Evil:
    def __reduce__(self) -> tuple:
        return (os.system, ("touch /tmp/mechproof-was-here",))


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (
            {b"data": Evil(), b"labels": []},
            "names the Python object posix.system.*it could run anything.*binary version",
        ),
        ({b"data": np.array([Evil()]), b"labels": [0]}, "names the Python object"),
        ([1, 2], "list.*is no batch"),
        ({b"data": np.zeros((2, PIXELS), np.uint8)}, "is no batch"),
        ({b"data": np.zeros((2, PIXELS), np.uint8), b"labels": [0]}, "1 labels.*must be 2"),
        ({b"data": np.zeros((1, PIXELS), np.uint8), b"labels": [10**30]}, "labels must be 0 to 9"),
        ({b"data": np.zeros((1, PIXELS), np.float32), b"labels": [0]}, "must be rows of 3072 bytes"),
        ({b"data": np.zeros((1, 9), np.uint8), b"labels": [0]}, "must be rows of 3072 bytes"),
    ],
)
def test_a_python_batch_of_anything_else_is_refused_and_nothing_is_run(batch: object, words: str) -> None:
    with pytest.raises(mp.InputError, match=f"batch.*{words}"):
        python_batch(pickle.dumps(batch, protocol=2), "batch")
    assert not Path("/tmp/mechproof-was-here").exists()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.binary(max_size=4))
def test_a_damaged_batch_is_refused_or_read_and_nothing_else(place: int, given_bytes: bytes) -> None:
    content = pickle.dumps({b"data": np.zeros((1, PIXELS), np.uint8), b"labels": [0]}, protocol=2)
    place %= len(content)
    with suppress(mp.InputError):
        python_batch(content[:place] + given_bytes + content[place + len(given_bytes) :], "batch")


def test_a_specification_names_official_sets_and_test_splits(tmp_path: Path) -> None:
    write_idx(tmp_path)
    read, digest = read_dataset({"file": tmp_path.name}, "dataset", tmp_path.parent)
    assert read.held_out == 3
    assert len(digest) == 64
    with pytest.raises(mp.InputError, match=r"dataset\.scale = 255: is for the arrays of an \.npz file"):
        read_dataset({"file": tmp_path.name, "scale": 255}, "dataset", tmp_path.parent)
    np.savez(tmp_path / "own.npz", features=np.eye(4, dtype=np.float32), labels=[0, 1, 0, 1], x=np.eye(4)[:2], y=[1, 0])
    table = {"file": "own.npz", "test_features": "x", "test_labels": "y"}
    own, _ = read_dataset(table, "dataset", tmp_path)
    assert (own.held_out, len(own.labels)) == (2, 6)
    np.savez(tmp_path / "own.npz", features=np.eye(4), labels=[0, 1, 0, 1], x=np.eye(3), y=[1, 0, 1])
    with pytest.raises(mp.InputError, match=r"dataset\.test_features.*must have the shape \(4,\)"):
        read_dataset(table, "dataset", tmp_path)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8).filter(any),
    st.sampled_from([1e-8, 0.1, 1.0, 1e6]),
    st.integers(0, 5),
    st.integers(0, 99),
)
def test_a_skewed_partition_deals_every_record_once(
    records: list[int], concentration: float, held_out: int, seed: int
) -> None:
    labels = np.random.default_rng(seed).integers(3, size=sum(records) + 10 + held_out)
    split = skewed(labels, concentration, len(records), seed, 0.001, records, held_out)
    dealt = np.concatenate([split.training, split.test])
    assert len(set(dealt.tolist())) == len(dealt)
    assert np.bincount(split.owner, minlength=len(records)).tolist() == records
    if held_out:
        assert split.test.tolist() == list(range(len(labels) - held_out, len(labels)))


def test_a_small_concentration_is_uneven_and_a_large_one_is_not() -> None:
    labels = np.arange(10_000) % 10

    def largest_share(concentration: float) -> float:
        split = skewed(labels, concentration, 20, seed=0, records=[100] * 20)
        held = [np.bincount(labels[split.training[split.owner == client]], minlength=10) for client in range(20)]
        return float(np.mean(np.max(held, axis=1))) / 100

    assert largest_share(0.05) > 0.7 > 0.25 > largest_share(1000.0)
    with pytest.raises(mp.InputError, match="concentration = 0: must be a positive number"):
        skewed(labels, 0, 20, seed=0)


def test_features_of_single_precision_train_like_those_of_double() -> None:
    pytest.importorskip("torch")
    labels = np.arange(120) % 3
    features = np.clip(np.eye(3)[labels] + RANDOM.normal(0, 0.2, (120, 3)), 0, 1).astype(np.float32)
    quick = mp.Protocol(rounds=5, repetitions=2, pilot_repetitions=1)

    def accuracies(dtype: type) -> np.ndarray:
        own = mp.Dataset("blobs", "generated", "CC0-1.0", features.astype(dtype), labels, 3)
        return np.array([arm.accuracy for arm in mp.train([5.0] * 6, quick, dataset=own).arms])

    assert np.abs(accuracies(np.float32) - accuracies(np.float64)).max() <= 1 / 24 + 1e-12
