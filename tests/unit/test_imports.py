"""The house rules that a machine can hold: who imports whom, how long a file is, and that versions agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "live", "operators", "panels", "properties", "scene", "training", "xr")
SHIPPED = sorted(
    [*ROOT.glob("*.py"), *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))]
)
EVERYTHING = sorted(
    [
        *SHIPPED,
        *(path for folder in ("tools", "tests", "bench", "demo") for path in (ROOT / folder).rglob("*.py")),
    ]
)

ALLOWED: dict[str, tuple[str, ...]] = {
    "core": (),
    "properties": (),
    "addon_preferences": (),
    "training": ("core",),
    "scene": ("core", "properties.words"),
    "live": (
        "core",
        "scene",
        "properties",
        "training.cells",
        "training.client",
        "training.curves",
        "training.filesystem",
        "training.protocol",
        "training.history",
        "training.interpreter",
        "training.datasets.reference",
        "training.label_files",
        "training.run_view",
        "training.runlock",
        "training.thinning",
        "training.undoing",
    ),
    "xr": ("core", "scene", "live", "properties"),
    "operators": (
        "core",
        "scene",
        "live",
        "xr",
        "properties",
        "training.protocol",
        "training.datasets.reference",
        "panels.wrapping",
    ),
    "panels": ("properties",),
}
"""What each part may import of ours, besides itself. The two modules that wire the rest may import all."""

TORCH_FREE = (
    "__main__",
    "cells",
    "cli",
    "client",
    "config",
    "curves",
    "datasets",
    "frames",
    "history",
    "interpreter",
    "label_files",
    "measured",
    "protocol",
    "run_view",
    "segments",
    "server",
    "store",
)
"""Parts of `training` that must work, or at least start, in a Python without torch."""


class Import(NamedTuple):
    """One import: the file and line it stands in, the module it names, absolute, and whether it runs on import."""

    path: Path
    line: int
    module: str
    at_import: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file; ours come out as `latent_lasso.…` whichever way they are written."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ["latent_lasso", *path.relative_to(ROOT).parent.parts]
    inside = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = [*base, *([node.module] if node.module else [])]
            names = [".".join([*whole, alias.name]) for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(path, node.lineno, name, node not in inside)


def part_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0].removesuffix(".py")


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("part", ALLOWED)
def test_a_part_imports_only_what_its_place_allows(part: str) -> None:
    wrong = []
    for path in SHIPPED:
        if part_of(path) != part:
            continue
        for found in imports(path):
            ours = found.module.removeprefix("latent_lasso.")
            if not is_within(found.module, "latent_lasso") or is_within(ours, part):
                continue
            if not any(is_within(ours, allowed) for allowed in ALLOWED[part]):
                wrong.append(str(found))
    assert not wrong, "\n".join(wrong)


def test_the_package_imports_itself_only_relatively() -> None:
    """Inside Blender it is called bl_ext.user_default.latent_lasso, so its short name leads nowhere there."""
    wrong = []
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            wrong += [f"{path.name}: {name}" for name in names if is_within(name, "latent_lasso")]
    assert not wrong, "\n".join(wrong)


def test_blender_is_not_imported_by_core_and_training() -> None:
    foreign = ("bpy", "bmesh", "gpu", "mathutils", "blf", "bl_ext", "addon_utils")
    wrong = [
        str(found)
        for path in SHIPPED
        if part_of(path) in ("core", "training", "__init__")
        for found in imports(path)
        if found.module.split(".")[0] in foreign
    ]
    assert not wrong, "\n".join(wrong)


def test_torch_is_imported_only_by_training() -> None:
    wrong = [
        str(found)
        for path in [*SHIPPED, *(ROOT / "demo").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
        if part_of(path) != "training"
        for found in imports(path)
        if is_within(found.module, "torch")
    ]
    assert not wrong, "\n".join(wrong)


def test_core_needs_only_numpy_and_the_standard_library() -> None:
    known = {*sys.stdlib_module_names, "numpy", "latent_lasso"}
    wrong = [
        str(found)
        for path in SHIPPED
        if part_of(path) == "core"
        for found in imports(path)
        if found.module.split(".")[0] not in known
    ]
    assert not wrong, "\n".join(wrong)


def test_what_blender_imports_of_training_never_leads_to_torch() -> None:
    wrong = []
    for path in SHIPPED:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] != "training" or len(parts) < 2 or parts[1] not in TORCH_FREE:
            continue
        wrong += [
            str(found) for found in imports(path) if is_within(found.module, "torch") and found.at_import
        ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_ever_unpickled() -> None:
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    wrong = [str(i) for path in EVERYTHING for i in imports(path) if i.module.split(".")[0] in forbidden]
    for path in EVERYTHING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
                unsafe = (node.arg, node.value.value) in (("allow_pickle", True), ("weights_only", False))
                if unsafe and "tests" not in path.relative_to(ROOT).parts:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.value.lineno} sets {node.arg}")
    assert not wrong, "\n".join(wrong)


def test_importing_the_package_needs_no_blender() -> None:
    question = (
        "import sys; sys.modules['bpy'] = None\n"
        "import latent_lasso\n"
        "assert callable(latent_lasso.register) and callable(latent_lasso.unregister)\n"
        "heavy = [name for name in ('torch', 'numpy') if name in sys.modules]\n"
        "assert not heavy, heavy"
    )
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_the_installed_package_is_tested_and_not_the_tree() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-c", "import latent_lasso; print(latent_lasso.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "site-packages" in Path(answer.stdout.strip()).parts


def test_every_file_can_be_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    long = [f"{path.relative_to(ROOT)}: {lines}" for path, lines in lengths.items() if lines > 300]
    assert not long, "split by noun: " + ", ".join(long)


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SHIPPED
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert not silent, ", ".join(silent)


def test_manifest_project_and_code_carry_the_same_version() -> None:
    from latent_lasso.core.version import VERSION

    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = re.search(
        r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert changelog is not None
    assert {manifest["version"], project["version"], changelog.group(1)} == {VERSION}


def test_every_package_folder_is_named_in_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.parent.relative_to(ROOT) for path in SHIPPED if path.name == "__init__.py"}
    modules = {".".join(["latent_lasso", *folder.parts]) for folder in folders}
    assert set(project["tool"]["setuptools"]["packages"]) == modules


def test_the_manifest_keeps_to_the_platform_s_limits() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    sentences = [manifest["tagline"], *manifest["permissions"].values()]
    assert set(manifest["permissions"]) == {"files", "network"}
    assert all(len(sentence) <= 64 and re.search(r"[\w)\]]$", sentence) for sentence in sentences)
    assert manifest["blender_version_min"] == "4.5.0" and "blender_version_max" not in manifest
