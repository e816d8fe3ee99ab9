"""An environment for the trainer, made by a real venv and a real pip from wheels in a folder."""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

import pytest

from latent_lasso.core.errors import InterpreterError, TrainerError
from latent_lasso.live import environment

CARD = """
class cuda:
    is_available = staticmethod(lambda: True)
    get_device_name = staticmethod(lambda: "A Card")
"""


def wheel(folder: Path, name: str, version: str, code: str = "") -> None:
    """A wheel of one module."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f'__version__ = "{version}"\n{code}',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with a torch and a numpy that only say their version, and of what card they make use."""
    folder = tmp_path / "wheels"
    wheel(folder, "torch", "2.13.0", CARD)
    wheel(folder, "numpy", "2.1.0")
    return folder


def options(wheels: Path) -> list[str]:
    return ["--no-index", "--find-links", str(wheels)]


def base() -> str:
    return environment.base_of(sys.executable).path


def test_an_environment_is_made_and_tried(tmp_path: Path, wheels: Path) -> None:
    folder = tmp_path / "with spaces" / "trainer-1"
    making = environment.Making(base(), folder, ["torch==2.13.0", "numpy"], options(wheels))
    said: list[tuple[float, str]] = []
    facts = making.wait(lambda share, text: said.append((share, text)))
    python = str(environment.python_in(folder))
    assert facts == {"python": python, "version": sys.version_info[:3], "torch": "2.13.0", "device": "A Card"}
    shares = [share for share, _ in said]
    assert shares == sorted(shares) and making.share == 1.0
    assert {"Making an environment", "Looking for torch"} & {text for _, text in said}
    log = making.log_path.read_text(encoding="utf-8")
    assert "-m venv" in log and "--only-binary=:all:" in log and "Successfully installed" in log
    assert environment.Checking(facts["python"]).wait(lambda *_: None)["torch"] == "2.13.0"


def test_a_package_that_cannot_be_had_is_named_and_nothing_is_left(tmp_path: Path, wheels: Path) -> None:
    folder = tmp_path / "trainer-1"
    making = environment.Making(base(), folder, ["torch==2.13.0", "numpy", "reader-of-nothing>=4"], options(wheels))
    with pytest.raises(TrainerError, match=r"no reader-of-nothing>=4 for this Python and computer; choose another"):
        making.wait(lambda *_: None)
    assert not folder.exists() and "reader-of-nothing" in making.log_path.read_text(encoding="utf-8")


def test_a_torch_that_does_not_import_is_told_and_nothing_is_left(tmp_path: Path, wheels: Path) -> None:
    wheel(wheels, "torch", "2.13.0", "raise ImportError('libsomething is missing')")
    folder = tmp_path / "trainer-1"
    making = environment.Making(base(), folder, ["torch==2.13.0", "numpy"], options(wheels))
    with pytest.raises(InterpreterError, match="libsomething is missing"):
        making.wait(lambda *_: None)
    assert not folder.exists()


def test_cancelling_ends_the_child_and_takes_half_an_environment_away(tmp_path: Path, wheels: Path) -> None:
    folder = tmp_path / "trainer-1"
    making = environment.Making(base(), folder, ["torch==2.13.0", "numpy"], options(wheels))
    deadline = time.monotonic() + 600
    while not folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    making.cancel()
    assert making.finished and not folder.exists()
    with pytest.raises(TrainerError, match="cancelled"):
        making.result()


def test_a_full_disk_is_told_before_anything_is_fetched(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "LEAST_FREE", 2**60)
    with pytest.raises(TrainerError, match="GiB free and torch needs"):
        environment.Making(base(), tmp_path / "trainer-1", ["torch"], options(wheels))
    with pytest.raises(TrainerError, match="cannot be written"):
        environment.Making(base(), wheels / "torch-2.13.0-py3-none-any.whl" / "trainer-1", ["torch"], options(wheels))


def test_pythons_are_found_once_each_and_say_what_they_are() -> None:
    found = environment.bases()
    assert found and len({Path(base.path).resolve() for base in found}) == len(found)
    assert all((3, 11) <= base.version[:2] <= environment.NEWEST for base in found)
    with pytest.raises(InterpreterError, match="There is no Python"):
        environment.base_of("/nowhere/python3")


def test_the_packages_are_those_of_the_project() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    assert set(environment.NEEDED) == set(extras["trainer"])
    assert set(environment.READERS) == {*extras["tables"], *extras["audio"], *extras["anndata"]}


def test_what_is_fetched_is_said_for_the_computer_at_hand() -> None:
    said = {
        (platform, nvidia): environment.what_is_fetched(platform, nvidia)
        for platform in ("linux", "win32")
        for nvidia in (False, True)
    }
    assert "3 GB" in said["linux", 1][0] and "NVIDIA card" in said["linux", 1][1]
    assert "an index for CPUs" in said["linux", 0][1]
    assert "200 MB" in said["win32", 0][0] and "give an index with torch for CUDA" in said["win32", 1][1]
    assert "Apple" in environment.what_is_fetched("darwin", False)[1]
