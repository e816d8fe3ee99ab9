"""Wrong files: each is refused in one sentence that says which file, row or column, and what to do."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from latent_lasso.training import headless  # noqa: F401 - a person without rights could not import it later
from latent_lasso.training.cli import main
from latent_lasso.training.datasets import DatasetRef, open_dataset

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]
from bad_data import ODD, WRONG  # noqa: E402

SECONDS, WAIT = 10, 60
"""Of this process's own work, and by the clock for a child, which a busy machine may keep waiting (as tools/fuzz has it)."""
NOBODY = 65_534


@pytest.fixture
def folder():
    """One that a person without rights can look into."""
    made = Path(tempfile.mkdtemp(prefix="latent-lasso-bad-"))
    made.chmod(0o755)
    yield made
    for inner in made.rglob("*"):
        if inner.is_dir() and not inner.is_symlink():
            inner.chmod(0o755)
    shutil.rmtree(made)


def hangs(number, frame):
    raise AssertionError(f"worked longer than {SECONDS} s" if number == signal.SIGPROF else f"waited longer than {WAIT} s")


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_in_one_sentence_and_leaves_nothing(folder, tmp_path, capsys, case):
    make, kind, words = WRONG[case]
    path, run = make(folder), tmp_path / "run"
    before = {number: signal.signal(number, hangs) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(WAIT)
    if "permission" in case and os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        code = main(["train", str(path), "--kind", kind, "-o", str(run), "--steps", "1"])
    finally:
        if os.geteuid() == NOBODY:
            os.seteuid(0)
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
    said = [
        line
        for line in capsys.readouterr().err.splitlines()
        if not line.lstrip().startswith(("0%", "60%", "100%", "["))
    ]
    assert code == 1 and not run.exists(), said
    assert len(said) == 1 and said[0].startswith("latent-lasso: "), said
    sentence = said[0]
    assert words in sentence
    inside = [file.name[:40] for file in folder.rglob("*") if case not in ("no permission for a folder",)]
    named = [folder.name, path.name[:40], *inside]
    assert not path.name.isprintable() or any(name in sentence for name in named), sentence
    assert sentence.isprintable() and len(sentence) < 300 and sentence[-1] in ".?", sentence


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_but_not_wrong_opens_and_is_noted(folder, case):
    make, words = ODD[case]
    notes = "; ".join(open_dataset(DatasetRef("auto", str(make(folder)))).description.notes)
    for part in words:
        assert part in notes, notes


def test_no_small_wrong_file_takes_a_gigabyte(tmp_path):
    """All of them in one process, whose highest memory is then asked for."""
    script = (
        "import sys, pathlib\n"
        f"sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).resolve().parents[1])!r}]\n"
        "from bad_data import WRONG\n"
        "from latent_lasso.core.errors import DataError\n"
        "from latent_lasso.training.datasets import DatasetRef, open_dataset\n"
        "for number, (case, (make, kind, _)) in enumerate(WRONG.items()):\n"
        "    if 'parquet bomb' == case: continue\n"  # making it takes more than reading it
        "    folder = pathlib.Path(sys.argv[1], str(number)); folder.mkdir()\n"
        "    try: open_dataset(DatasetRef(kind, str(make(folder))))\n"
        "    except DataError: pass\n"
        "print(pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert int(answer.stdout.split()[-1]) < 1_000_000, "kilobytes"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--option", "limit=-1"], "limit is -1; it must be a number from 0 up"),
        (["--option", "limt=1"], "'limt=1' is no data option; write KEY=VALUE"),
        (["--option", "seed=x"], "seed is 'x'; it must be a number"),
        (["--option", "label=species"], "has no column 'species' for the label; it has name, a, b, label"),
        (["--option", "separator=ab"], "separator is 'ab'; it is one character"),
        (["--option", "encoding=klingon"], "encoding is 'klingon'; try utf-8"),
        (["--option", "coordinates=a"], "coordinates are two or three columns"),
        (["--kind", "text"], "which column holds the text? It has name, a, b, label"),
        (["--kind", "images"], "is a file; choose the folder"),
        (["--steps=-1"], "--steps is -1"),
        (["--option", "separator=;"], "none of its 1 columns can be used"),
        (["--option", "separator=;"], "are separator and kind right?"),
    ],
)
def test_a_wrong_setting_is_named(folder, tmp_path, capsys, arguments, words):
    from bad_makers import GOOD

    (folder / "good.csv").write_text(GOOD)
    assert (
        main(["train", str(folder / "good.csv"), "-o", str(tmp_path / "run"), "--steps=1", *arguments]) == 1
    )
    assert words in capsys.readouterr().err


def test_names_of_any_length_and_with_escapes_are_shown_short_and_harmless_and_ids_stay_whole(folder):
    long, evil = "n" * 300, "\x1b[31mred\x07"
    rows = [f"{long}{n},{evil}{n},{n},{'x' * 300 if n % 2 else evil}" for n in range(9)]
    (folder / "names.csv").write_text("id,name,a,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    data = open_dataset(DatasetRef("auto", str(folder / "names.csv")))
    assert data.ids == [f"{long}{n}" for n in range(9)], "an id that is cut would no longer be one"
    shown = [*data.names, *data.description.classes, *data.description.notes]
    assert all(text.isprintable() and len(text) <= 120 for text in shown)
    assert data.names[3] == "\\x1b[31mred\\x073"
