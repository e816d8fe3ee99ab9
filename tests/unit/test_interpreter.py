"""What is wrong with the trainer's Python, in a sentence with the command that mends it."""

import json
import os
import platform
import stat
import sys

import pytest

from latent_lasso.core.errors import InterpreterError
from latent_lasso.training import interpreter

GOOD = {"version": [3, 11, 4], "machine": platform.machine(), "bits": 64, "numpy": True, "torch": True}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for Pythons with shell scripts")


@pytest.fixture
def python(tmp_path):
    """A maker of programs that answer as a Python would: isolated, not isolated, and importing torch."""

    def make(isolated, outside=None, imports="""echo 'LATENT["2.13.0", ""]'"""):
        path = tmp_path / "python"
        path.write_text(
            "#!/bin/sh\n"
            f"""case "$*" in *"import torch;"*) {imports} ;; -I*) echo 'LATENT{json.dumps(isolated)}' ;;"""
            f""" *) echo 'LATENT{json.dumps(outside or isolated)}' ;; esac\n"""
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def refused(path):
    with pytest.raises(InterpreterError) as caught:
        interpreter.check_python(path)
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


def test_this_python_can_train():
    report = interpreter.check_python(sys.executable)
    assert report.version[:2] == sys.version_info[:2] and report.torch.startswith("2.")


def test_not_chosen_not_there_not_a_python(tmp_path, python):
    assert "preferences" in refused("")
    assert "There is no Python at" in refused(tmp_path / "gone")
    assert "not a working Python" in refused("/bin/false")
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x7fNOTELF" + bytes(200))
    garbage.chmod(0o755)
    assert "not a program for this computer" in refused(garbage)
    locked = tmp_path / "locked"
    locked.write_text("#!/bin/sh\n")
    locked.chmod(0o644)
    assert "could not be started" in refused(locked)


def test_too_old_too_narrow_and_of_another_machine(python):
    assert "is Python 3.9; the trainer needs 3.11" in refused(python({**GOOD, "version": [3, 9, 1]}))
    assert "32-bit" in refused(python({**GOOD, "bits": 32}))
    assert "made for pdp11" in refused(python({**GOOD, "machine": "pdp11"}))


def test_what_is_not_installed_comes_with_the_command_that_installs_it(python):
    assert "-m pip install numpy" in refused(python({**GOOD, "numpy": False}))
    assert f"-m pip install {interpreter.TORCH}" in refused(python({**GOOD, "torch": False}))
    only_user = refused(python({**GOOD, "torch": False}, outside=GOOD))
    assert "only in your user folder" in only_user and "-m venv" in only_user


def test_a_torch_that_does_not_import_says_why(python):
    sentence = refused(python(GOOD, imports='echo "ImportError: libgomp.so.1 is missing" >&2; exit 1'))
    assert "libgomp.so.1 is missing" in sentence and "--force-reinstall" in sentence


def test_the_child_sees_nothing_of_blenders_python(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("LD_PRELOAD", "/lib.so")
    monkeypatch.setenv("HOME", "/home/someone")
    environment = interpreter.child_environment()
    assert "PYTHONPATH" not in environment and "LD_PRELOAD" not in environment
    assert environment["HOME"] == "/home/someone" and environment["PYTHONUTF8"] == "1"
