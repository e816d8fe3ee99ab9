"""The set-up from nothing: which Python it takes, what it says when one is missing, how it heals."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tools.setup import environments, interpreters, stamps, system_libraries
from tools.setup.problem import SetupProblem

ROOT = Path(__file__).resolve().parents[2]
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
VARIABLE = "LATENT_LASSO_PYTHON" + HERE.replace(".", "")


def program(path: Path, script: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python_that_says(path: Path, version: str, makes_environments: bool = True) -> Path:
    return program(path, f"printf '%s\\n' {version} {path} {int(makes_environments)}")


def only_here(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing but this folder can be found."""
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "shims" / "python3.99", "exit 127")
    good = python_that_says(tmp_path / "bin" / "python3.99", "3.99")
    environ = {"PATH": f"{tmp_path / 'shims'}:{tmp_path / 'bin'}", "HOME": str(tmp_path)}
    assert interpreters.find("3.99", environ).path == str(good)


def test_a_python_of_another_version_is_passed_over_whatever_its_name(tmp_path: Path) -> None:
    python_that_says(tmp_path / "bin" / "python3.99", "3.98")
    with pytest.raises(SetupProblem):
        interpreters.find("3.99", only_here(tmp_path))


def test_the_newest_patch_of_pyenv_is_taken(tmp_path: Path) -> None:
    for patch in ("2", "10", "9"):
        python_that_says(tmp_path / ".pyenv" / "versions" / f"3.99.{patch}" / "bin" / "python", "3.99")
    assert "3.99.10" in interpreters.find("3.99", only_here(tmp_path)).path


def test_a_python_that_uv_keeps_is_found(tmp_path: Path) -> None:
    kept = python_that_says(tmp_path / "uv" / "python3.99", "3.99")
    program(tmp_path / "bin" / "uv", f'[ "$1 $2 $3" = "python find 3.99" ] && echo {kept}')
    assert interpreters.find("3.99", only_here(tmp_path)).path == str(kept)


def test_uv_is_asked_to_fetch_a_python_that_is_nowhere(tmp_path: Path) -> None:
    kept = tmp_path / "uv" / "python3.99"
    python_that_says(tmp_path / "prepared", "3.99")
    program(
        tmp_path / "bin" / "uv",
        f'if [ "$2" = install ]; then /bin/mkdir -p {kept.parent}; /bin/cp {tmp_path}/prepared {kept}; fi\n'
        f'if [ "$2" = find ]; then [ -e {kept} ] && echo {kept}; fi',
    )
    assert interpreters.find("3.99", only_here(tmp_path)).version == "3.99"


def test_the_python_that_the_user_names_comes_first(tmp_path: Path) -> None:
    python_that_says(tmp_path / "bin" / "python3.99", "3.99")
    named = python_that_says(tmp_path / "mine" / "python", "3.99")
    environ = dict(only_here(tmp_path), LATENT_LASSO_PYTHON399=str(named))
    assert interpreters.find("3.99", environ).path == str(named)


def test_a_missing_python_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match=r"Python 3\.99 .*uv python install 3\.99"):
        interpreters.find("3.99", only_here(tmp_path))
    program(tmp_path / "bin" / "pyenv", "exit 0")
    with pytest.raises(SetupProblem, match=r"run: pyenv install 3\.99"):
        interpreters.find("3.99", only_here(tmp_path))


def test_a_python_without_venv_is_named_with_the_package_that_it_lacks(tmp_path: Path) -> None:
    python_that_says(tmp_path / "bin" / "python3.99", "3.99", makes_environments=False)
    with pytest.raises(SetupProblem, match=r"apt-get install -y python3\.99-venv"):
        interpreters.find("3.99", only_here(tmp_path))


def test_only_finished_work_with_the_same_inputs_counts(tmp_path: Path) -> None:
    requirements = tmp_path / "some.txt"
    requirements.write_text("numpy==2.4.6\n", encoding="ascii")
    first = stamps.fingerprint([requirements], "3.11")
    stamps.begin(tmp_path / "env", "some")
    assert not stamps.is_finished(tmp_path / "env", "some", first) and stamps.is_interrupted(tmp_path / "env")
    stamps.finish(tmp_path / "env", "some", first)
    assert stamps.is_finished(tmp_path / "env", "some", first) and not stamps.is_interrupted(tmp_path / "env")
    requirements.write_text("numpy==2.4.7\n", encoding="ascii")
    assert not stamps.is_finished(tmp_path / "env", "some", stamps.fingerprint([requirements], "3.11"))
    assert not stamps.is_finished(tmp_path / "env", "some", stamps.fingerprint([requirements], "3.13"))


def test_an_interrupted_set_up_heals_itself_and_a_finished_one_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "none.txt").write_text("# nothing\n", encoding="ascii")
    monkeypatch.setattr(environments, "REQUIREMENTS", tmp_path / "requirements")
    wanted = environments.Environment("tiny", HERE, (environments.Layer("none"),))
    real = getattr(sys, "_base_executable", sys.executable)
    cut_short = program(
        tmp_path / "python",
        f'[ "$2" = venv ] || exec {real} "$@"\nmkdir -p "$3/bin"; echo junk > "$3/bin/python"; exit 1',
    )
    # The first line of an answer names the real interpreter, so only a wrapper that answers itself is run again.
    answer = program(
        tmp_path / "wrapper",
        f'[ "$1" = -I ] && printf "%s\\n" {HERE} {cut_short} 1 || exec {cut_short} "$@"',
    )
    monkeypatch.setenv(VARIABLE, str(answer))
    with pytest.raises(SetupProblem, match="could not make"):
        environments.ensure(wanted, root=tmp_path)
    assert stamps.is_interrupted(tmp_path / "tiny")

    monkeypatch.setenv(VARIABLE, real)
    python = environments.ensure(wanted, root=tmp_path)
    assert interpreters.ask(str(python)) is not None

    def nothing_to_do(command: list[str], failure: str) -> None:
        raise AssertionError(f"a finished set-up ran {command}")

    monkeypatch.setattr(environments, "_run", nothing_to_do)
    assert environments.ensure(wanted, root=tmp_path) == python
    (tmp_path / "tiny").rename(tmp_path / "moved")
    assert not environments.is_ready(wanted, 1, tmp_path / "moved")


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian machine that has every library but libEGL, where apt-get must not be run."""
    there = [library for library in system_libraries.LIBRARIES if library != "libEGL.so.1"]
    lines = "\\n".join(f"\\t{library} (libc6,x86-64) => /usr/lib/{library}" for library in there)
    program(tmp_path / "bin" / "ldconfig", f'printf "%s libs found\\n{lines}\\n" {len(there)}')
    program(tmp_path / "bin" / "dpkg-query", "printf 'ii '")
    program(tmp_path / "bin" / "apt-get", f"echo ran > {tmp_path}/apt-ran; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_a_missing_system_library_is_named_by_its_package(debian: Path) -> None:
    assert system_libraries.missing_packages() == ["libegl1"]


def test_without_root_the_exact_line_is_given_and_nothing_is_run(
    debian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    line = "sudo apt-get install -y --no-install-recommends libegl1"
    with pytest.raises(SetupProblem, match=f"run: {line}$"):
        system_libraries.ensure()
    assert not (debian / "apt-ran").exists()


def test_where_every_library_is_there_nothing_is_installed(debian: Path) -> None:
    program(debian / "bin" / "ldconfig", "printf 'n libs found\\n'; printf '\\t%s x\\n' " + " ".join(
        system_libraries.LIBRARIES
    ))  # fmt: skip
    system_libraries.ensure()
    assert not (debian / "apt-ran").exists()


def test_every_version_is_pinned() -> None:
    loose = [
        f"{path.name}: {line}"
        for path in (ROOT / "tools" / "requirements").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and not re.fullmatch(r"[\w.-]+==[\w.]+", line)
    ]
    assert not loose


def test_nothing_says_where_packages_come_from() -> None:
    """pip's own settings do; an address here would overrule a mirror or a firewall that the user lives with."""
    address = re.compile(r"--(extra-)?index-url|--find-links|pypi\.org|files\.pythonhosted|download\.pytorch")
    files = [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".ci" / "run"]
    files += [path for path in (ROOT / "tools").rglob("*") if path.suffix in (".py", ".txt", ".sh")]
    assert not [str(path) for path in files if address.search(path.read_text(encoding="utf-8"))]
