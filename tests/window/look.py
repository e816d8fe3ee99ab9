"""Looking closer in Blender's own window: the legend on both themes, the card of a known point and at every corner, colours in

Solid and Material Preview, going to a sample.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from pointing import bring, hover, in_front, on_screen
from scenario import Scenario, Steps

CHOICES = ("GUESSES", "CATEGORY", "PREDICTION", "CONFIDENCE", "DISAGREEMENT", "NOVELTY", "MARGIN", "LOSS")
POINTS_SEEN = 250


def theme(name: str) -> None:
    """One of the themes that come with Blender."""
    folder = Path(bpy.utils.system_resource("SCRIPTS")) / "presets" / "interface_theme"
    found = next(path for path in folder.glob("*.xml") if name in path.stem)
    bpy.ops.script.execute_preset(filepath=str(found), menu_idname="USERPREF_MT_interface_theme_presets")


def label_some(s: Scenario) -> Steps:
    """Name four kinds by what the trainer was never told, some of them wrongly, and train until it guesses."""
    labels, cloud = s.load("live.labels"), s.cloud()
    rng = np.random.default_rng(1)
    truth = np.load(Path(s.load("training.datasets").__file__).parent / "digits.npz")
    name = next(key for key in truth.files if truth[key].ndim == 1)
    digits = truth[name]
    for digit in range(6):
        rows = rng.choice(np.flatnonzero(digits == digit), 14, replace=False)
        mask = np.zeros(len(digits), dtype=bool)
        mask[rows] = True
        if digit == 0:
            mask[np.flatnonzero(digits == 1)[:2]] = True
        labels.set_selected(cloud, mask)
        with bpy.context.temp_override(**s.view()):
            bpy.ops.latent.assign("EXEC_DEFAULT", name=f"digit {digit}")
    labels.set_selected(cloud, np.zeros(len(digits), dtype=bool))
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
    step = s.trainer().step
    yield from s.until(lambda: s.trainer().step >= step + 150, "steps")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.pause()
    yield from s.still()


def colours(s: Scenario) -> Steps:
    """Each choice in Solid and in Material Preview, with the pixels where points stand alone in front."""
    look, space = s.cloud().latent.look, s.view()["area"].spaces.active
    look.shape, look.hover = "POINTS", False
    xy, depth = on_screen(s)
    region = s.view()["region"]
    inside = s.load("scene.sheets").free(s.view()["area"], region)
    fits = (xy[:, 0] > inside.left + 230) & (xy[:, 0] < inside.right - 90) & (xy[:, 1] > inside.bottom + 20)
    fits &= xy[:, 1] < inside.top - 90
    rows = np.flatnonzero(fits)
    labelled = s.load("live.labels").read(s.cloud())[rows] > 0
    rows = np.concatenate([rows[labelled], rows[~labelled][np.argsort(depth[rows[~labelled]])][:POINTS_SEEN]])
    rows = [int(row) for row in rows if in_front(s, xy[row]) == row]
    screen = bpy.context.window_manager.windows[0].height
    s.note(points=[[round(float(xy[r, 0]) + region.x), round(screen - 1 - float(xy[r, 1]) - region.y)] for r in rows])
    s.cloud().select_set(False)  # its outline is no colour of ours
    for choice in CHOICES:
        look.colour_by = choice
        space.shading.type = "SOLID"
        yield 1.5
        s.picture(f"{choice}-SOLID")
        space.shading.type = "MATERIAL"
        yield from ready(s, choice)
    space.shading.type = "SOLID"
    look.colour_by, look.shape, look.hover = "GUESSES", "PICTURES", True


def ready(s: Scenario, choice: str) -> Steps:
    """A picture of Material Preview, once its shaders are there: they are compiled beside the window, in the machine's own time."""
    solid = at_points(s, f"{choice}-SOLID")

    def shown() -> bool:
        s.picture(f"{choice}-MATERIAL")
        return bool(np.median(np.abs(at_points(s, f"{choice}-MATERIAL") - solid).max(axis=1)) < 15)

    yield 2.0
    yield from s.until(shown, f"{choice} in Material Preview")


def at_points(s: Scenario, picture: str) -> np.ndarray:
    """(P, 3) 0..255: the pixels of a picture at which points are seen."""
    image = bpy.data.images.load(str(s.work / f"{picture}.png"))
    pixels = np.empty(image.size[0] * image.size[1] * 4, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    whole = 255 * pixels.reshape(image.size[1], image.size[0], 4)[::-1, :, :3]
    bpy.data.images.remove(image)
    return np.array([whole[y, x] for x, y in s.facts["points"]])


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    yield from s.open_digits()
    yield from s.until(lambda: s.trainer().can_train, "torch")
    s.view()["area"].spaces.active.show_region_ui = False
    yield from label_some(s)
    yield 1.0
    s.picture("legend-dark")
    s.reach("labelled")

    xy, depth = on_screen(s)
    region = s.view()["region"]
    middle = np.array((region.width / 2, region.height / 2))
    rows = np.argsort(np.hypot(*(xy - middle).T))[:200]
    known = int(rows[np.argmin(depth[rows])])
    yield from hover(s, xy[known], "card")
    s.note(known=known)
    inside = s.load("scene.sheets").free(s.view()["area"], region)
    for name in ("low-left", "low-right", "high-left", "high-right"):
        x = inside.left + 12 if name.endswith("left") else inside.right - 12
        y = inside.bottom + 12 if name.startswith("low") else inside.top - 12
        bring(s, known, (x, y))
        yield 0.6
        yield from hover(s, on_screen(s)[0][known], f"card-{name}")
    window = s.view()["window"]
    for value in ("PRESS", "RELEASE"):
        window.event_simulate(type="ESC", value=value, x=region.x + 20, y=region.y + 20)
        yield 0.4
    s.note(away=s.load("live.overlay").looked_at(s.cloud()))
    s.reach("hovered")
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    yield 1.0

    yield from s.sidebar()
    yield 1.0
    s.picture("panel")
    s.view()["area"].spaces.active.show_region_ui = False
    theme("Light")
    yield 1.5
    xy, depth = on_screen(s)
    yield from hover(s, xy[known], "card-light")
    theme("Dark")
    yield 1.0
    yield from colours(s)
    s.reach("coloured")


scenario = Scenario("look")
scenario.run(play)
