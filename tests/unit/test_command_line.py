"""The command line as a person and as a script use it: help, progress, JSON, exit codes, Ctrl-C, replay."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from latent_lasso.training.cli import main
from latent_lasso.training.run_view import RunView

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kinds import arrays, csv_table

PROGRAM = [sys.executable, "-c", "import sys; from latent_lasso.training.cli import main; sys.exit(main())"]


def train(folder, *arguments, steps=12, data=arrays):
    assert (
        main(
            [
                "train",
                str(data(folder)),
                "-o",
                str(folder / "run"),
                f"--steps={steps}",
                "--threads=1",
                *arguments,
            ]
        )
        == 0
    )
    return folder / "run"


def program(*arguments, **options):
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize("command", ["", "train", "predict", "export", "info", "replay", "branch", "describe"])
def test_each_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*([command] if command else []), "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and "usage: latent-lasso" in said and len(said.splitlines()) > 5


def test_misuse_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["train"])
    assert ended.value.code == 2


def test_in_a_pipe_there_are_plain_lines_and_json_is_json(tmp_path):
    done = program("train", arrays(tmp_path), "-o", tmp_path / "run", "--steps=10", "--threads=1", "--json")
    assert done.returncode == 0 and "\x1b" not in done.stderr and "\r" not in done.stderr
    facts = json.loads(done.stdout)
    assert (facts["samples"], facts["labelled"], facts["steps"]) == (36, 18, 10)
    about = json.loads(program("info", tmp_path / "run", "--json").stdout)
    assert about["categories"] == {"fern": 6, "oak": 6, "pine": 6} and about["steps"] == 10


def test_on_a_terminal_progress_is_one_line_that_is_drawn_over(tmp_path):
    master, slave = pty.openpty()
    command = [
        *PROGRAM,
        "train",
        str(arrays(tmp_path)),
        "-o",
        str(tmp_path / "run"),
        "--steps=400",
        "--threads=1",
    ]
    child = subprocess.Popen(command, stderr=slave, stdout=subprocess.DEVNULL)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert child.wait() == 0
    text = shown.decode()
    assert (
        "█" in text and "Step" in text and text.count("\r\x1b[K") > 2 and "\n" not in text.replace("\r\n", "")
    )


def test_without_an_output_the_run_is_named_after_the_data_and_lies_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", str(csv_table(tmp_path)), "--steps=0"]) == 0
    assert (tmp_path / "trees.latent" / "run.sqlite").is_file()


def test_a_run_goes_on_where_it_was(tmp_path):
    run = train(tmp_path)
    assert main(["train", str(run), "--steps=8"]) == 0
    assert RunView(run).history.records[-1].step == 20


def test_ctrl_c_ends_with_a_checkpoint_and_the_run_goes_on_from_it(tmp_path):
    command = [
        *PROGRAM,
        "train",
        str(arrays(tmp_path)),
        "-o",
        str(tmp_path / "run"),
        "--steps=1000000",
        "--threads=1",
    ]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    end, recorded, first = time.monotonic() + 600, tmp_path / "run" / "segment-0001.pc2", 32 + 12 * 36
    while not recorded.exists() or recorded.stat().st_size <= first:  # the epoch before the first step, and one more
        assert time.monotonic() < end and child.poll() is None
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=300)
    assert child.returncode == 130
    view = RunView(tmp_path / "run")
    steps = view.history.records[-1].step
    assert steps > 0 and list((tmp_path / "run").glob("checkpoint-*.pt"))
    assert main(["train", str(tmp_path / "run"), "--steps=4"]) == 0
    assert RunView(tmp_path / "run").history.records[-1].step == steps + 4


def test_predictions_are_those_of_the_room_and_what_is_far_from_everything_is_novel(tmp_path):
    run = train(tmp_path, steps=120)
    x = np.load(tmp_path / "trees.npz")["x"]
    rng = np.random.default_rng(3)
    strange = np.sign(rng.normal(size=(12, 6))) * 60
    np.savez(tmp_path / "new.npz", x=np.concatenate([x + rng.normal(0, 0.2, x.shape), strange]))
    assert main(["predict", str(run), str(tmp_path / "new.npz"), "-o", str(tmp_path / "p.npz")]) == 0
    with np.load(tmp_path / "p.npz") as found:
        truth = np.array(["oak", "pine", "fern"])[np.arange(36) % 3]
        assert (found["y"][:36] == truth).mean() > 0.9
        assert np.abs(found["x"][:36] - RunView(run).newest()[0]).mean() < 1.5, (
            "new points lie where their likes lie"
        )
        assert np.median(found["novelty"][36:]) > np.median(found["novelty"][:36])


def test_one_new_sample_can_be_judged(tmp_path):
    run = train(tmp_path)
    np.save(tmp_path / "one.npy", np.zeros((1, 6)))
    assert main(["predict", str(run), str(tmp_path / "one.npy"), "-o", str(tmp_path / "p.json")]) == 0
    assert len(json.loads((tmp_path / "p.json").read_text())) == 1


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"x": np.zeros((4, 5))}, "has 5 columns, the run was trained on 6"),
        ({"x": np.zeros((4, 8, 8))}, "holds pictures, but the run was trained on another kind"),
    ],
)
def test_new_data_of_another_kind_is_told(tmp_path, capsys, new, words):
    run = train(tmp_path, steps=2)
    np.savez(tmp_path / "new.npz", **new)
    assert main(["predict", str(run), str(tmp_path / "new.npz"), "-o", str(tmp_path / "p.csv")]) == 1
    said = capsys.readouterr().err
    assert any(part in said for part in words.split("|")), said


def test_a_column_that_is_missing_in_new_data_is_named(tmp_path, capsys):
    run = train(tmp_path, steps=2, data=csv_table)
    lines = (tmp_path / "trees.csv").read_text().splitlines()
    (tmp_path / "new.csv").write_text(
        "\n".join(line.rsplit(",", 6)[0] + "," + line.split(",", 2)[2] for line in lines)
    )
    assert main(["predict", str(run), str(tmp_path / "new.csv"), "-o", str(tmp_path / "p.csv")]) == 1
    assert "has no column 'height', which the run was trained on" in capsys.readouterr().err


def test_a_run_with_labels_forces_and_a_restart_replays_bit_for_bit(tmp_path, capsys):
    run = train(tmp_path, "--option=label=-", steps=10)
    for number in range(2):
        labels = tmp_path / f"labels{number}.csv"
        labels.write_text("id,category\n" + "".join(f"t{n},{'ab'[n % 2]}\n" for n in range(6 + 6 * number)))
        assert main(["train", str(run), "--steps=9", "--labels", str(labels)]) == 0
    with sqlite3.connect(run / "run.sqlite") as database:
        database.execute("INSERT INTO forces VALUES (28, 2.0, 1.0, 0.5, 1.0, 0)")
    assert main(["train", str(run), "--steps=7"]) == 0
    capsys.readouterr()
    assert main(["replay", str(run), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["same"] and facts["records"] == facts["equal"] >= 8 and facts["steps"] == 35


def test_a_replay_that_cannot_be_the_same_says_where_and_what_differs(tmp_path, capsys):
    run = train(tmp_path)
    with sqlite3.connect(run / "run.sqlite") as database:
        database.execute("UPDATE meta SET value = json_set(value, '$.torch', '1.0.0') WHERE key = 'versions'")
        database.execute("UPDATE meta SET value = json_set(value, '$.seed', 99) WHERE key = 'configuration'")
    assert main(["replay", str(run)]) == 3
    said = capsys.readouterr().out
    assert (
        "torch 1.0.0 then, 2.13.0" in said and "the first that did not is of step 0" in said and "off" in said
    )


def test_a_replay_of_other_data_is_refused(tmp_path, capsys):
    run = train(tmp_path)
    np.savez(tmp_path / "trees.npz", x=np.ones((36, 6)))
    assert main(["replay", str(run)]) == 1
    assert "holds other data than this run began with" in capsys.readouterr().err


def test_a_run_of_the_version_before_still_opens_and_says_what_it_lacks(tmp_path, capsys):
    run = train(tmp_path)
    with sqlite3.connect(run / "run.sqlite") as database:
        database.executescript(
            "DROP TABLE engine_log; DROP TABLE media; DROP TABLE labels; ALTER TABLE edits DROP COLUMN points; "
            "ALTER TABLE edits DROP COLUMN crc; ALTER TABLE edits DROP COLUMN epoch; PRAGMA user_version = 1;"
        )
    assert main(["replay", str(run)]) == 1
    assert "kept no log of its engine" in capsys.readouterr().err
    assert main(["train", str(run), "--steps=2"]) == 0
    assert RunView(run).history.records[-1].step == 14
