"""What make fuzz found, and names that a shell would take for commands: each a sentence, none of them run."""

import ast
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

import latent_lasso
from latent_lasso.core.errors import DataError
from latent_lasso.training import label_files
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.exports.card import escaped
from latent_lasso.training.exports.folders import file_name

ROOT = Path(latent_lasso.__file__).parent
FOLDERS = ("core", "training", "scene", "live", "operators", "panels", "properties", "xr")
SHELLS = {
    "system",
    "popen",
    "getoutput",
    "getstatusoutput",
    "spawnl",
    "spawnlp",
    "spawnv",
    "spawnvp",
    "startfile",
}
NAMES = (
    "$(touch x)",
    "; rm -rf y",
    "`id`",
    "a'b\"c",
    "two\nlines",
    "-rf",
    "%PATH%",
    "\x1b[31mred",
    "gnp\u202ecod",
    "a|b&c",
)


def idx_cut(folder):
    """Its data is as long as promised less the header."""
    (folder / "t.idx").write_bytes(b"\0\0\x08\x02" + struct.pack(">2I", 10, 3) + bytes(20))
    return folder / "t.idx"


def archive(folder, arrays, packed=None):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    raw = bytearray(stream.getvalue())
    if packed is not None:  # how the first member says it is packed, in both of its headers
        raw[8:10] = packed
        at = raw.find(b"PK\x01\x02")
        raw[at + 10 : at + 12] = packed
    (folder / "t.npz").write_bytes(raw)
    return folder / "t.npz"


def odd_packing(folder):
    return archive(folder, {"x": np.zeros((4, 2))}, b"\x63\0")


def encrypted(folder):
    path = archive(folder, {"x": np.zeros((4, 2))})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    return path


def no_characters(folder):
    names = np.array(["a", "b", "c", "d"])
    names.view(np.uint32)[2] = 0x7FFFFFFF
    return archive(folder, {"x": np.arange(8.0).reshape(4, 2), "names": names})


def npy(folder, header):
    raw = header.encode().ljust(117) + b"\n"
    (folder / "t.npy").write_bytes(b"\x93NUMPY\x01\0" + len(raw).to_bytes(2, "little") + raw + bytes(64))
    return folder / "t.npy"


FOUND = {
    "an NPY of less than no rows": (
        lambda p: npy(p, "{'descr': '<f4', 'fortran_order': False, 'shape': (-4, 2), }"),
        "header of x",
    ),
    "an NPY whose header's keys are of two kinds": (
        lambda p: npy(p, "{'descr': '<f4', b'fortran_order': False, 'shape': (4, 2), }"),
        "header of x",
    ),
    "an IDX that is cut off by its header's length": (idx_cut, "cut off"),
    "an archive packed in a way nobody unpacks": (odd_packing, "damaged or cannot be read"),
    "an encrypted archive": (encrypted, "damaged or cannot be read"),
    "text of numbers that are no characters": (no_characters, "text that is damaged"),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_the_fuzzer_found_is_a_sentence(tmp_path, case):
    make, words = FOUND[case]
    with pytest.raises(DataError, match=words) as raised:
        open_dataset(DatasetRef("auto", str(make(tmp_path))))
    assert raised.value.sentence.isprintable() and raised.value.sentence.endswith(".")


def test_labels_to_import_that_nest_without_end_are_refused(tmp_path):
    (tmp_path / "labels.json").write_text("[" * 100_000)
    with pytest.raises(DataError, match="cannot be read as labels"):
        label_files.read(tmp_path / "labels.json")


def test_no_code_of_ours_asks_a_shell():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "shell":
                    raise AssertionError(f"{path} line {node.value.lineno} asks a shell")
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id in ("os", "subprocess")
                ):
                    assert node.attr not in SHELLS, f"{path} line {node.lineno}"


def test_no_code_of_ours_unpickles_and_only_a_trusted_encoder_is_run():
    runs = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                    assert not {"pickle", "marshal", "shelve", "dill"} & set(names), path
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in ("exec", "eval")
                ):
                    runs.add(path.name)
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                    assert any(
                        k.arg == "weights_only" and ast.unparse(k.value) == "True" for k in node.keywords
                    ), path
    assert runs == {"own.py"}


def test_names_that_a_shell_would_run_open_as_data(tmp_path):
    for number, name in enumerate(NAMES):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / f"{name}.csv"
        path.write_text(
            "name,a,b\n"
            + "".join(f"{name.splitlines()[0]}{n},{n},{n % 3}\n" for n in range(6)).replace('"', "")
        )
        opened = open_dataset(DatasetRef("auto", str(path)))
        assert opened.size == 6 and all(text.isprintable() for text in opened.names)
    assert {path.name for path in tmp_path.iterdir()} == {str(n) for n in range(len(NAMES))}


@pytest.mark.parametrize("name", [*NAMES, "../../etc/passwd", "..", "/abs", "C:\\x", "CON", "a" * 400])
def test_a_name_becomes_one_file_in_its_folder_and_no_markup_in_a_card(tmp_path, name):
    made = file_name(name)
    assert (
        (tmp_path / made).resolve().parent == tmp_path.resolve()
        and made not in ("", ".", "..")
        and len(made) <= 120
    )
    for text in (escaped(name), escaped(f"<script>{name}</script>")):
        assert "<" not in text and "`" not in text and "|" not in text and text.isprintable()


def test_members_of_an_archive_that_are_not_asked_for_are_not_unpacked(tmp_path):
    path = archive(tmp_path, {"x": np.arange(8.0).reshape(4, 2)})
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("../../evil.npy", b"x")
        more.writestr("objects.npy", b"\x93NUMPY broken")
    assert (
        open_dataset(DatasetRef("auto", str(path))).size == 4 and not (tmp_path.parent / "evil.npy").exists()
    )
