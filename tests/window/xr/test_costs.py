"""What a frame of the headset costs beside what Blender draws itself: counted, for seconds say little on a busy machine."""

from __future__ import annotations

from tests.window.test_window import play


def test_nothing_an_xr_frame_grows_with_the_points_and_the_nodes_and_the_desk_draw_only_where_they_must() -> None:
    facts, _work = play("xr/costs", vr=True, seconds=3600)
    small, large = facts["1000"], facts["100000"]
    for name in ("wrist", "palette", "card"):
        few, many = small[name], large[name]
        assert few["calls"] > 20, "drawing was heard"
        assert many["calls"] <= 1.1 * few["calls"], (name, few, many)
        # the smallest array of all points, one byte each, would take 100,000
        assert many["bytes"] < few["bytes"] + 50_000, (name, few, many)
        assert few["filled"] == many["filled"] == 0, "a cloud that stands still is not sent to the graphics card again"
    assert small["writes"] == large["writes"] == 3, "positions are sent once a write, not once an eye"
    assert small["drawn"] == 1000 and 20_000 <= large["drawn"] < 100_000, "software GL bears no 100,000 discs in 1/45 s"
    assert facts["redraws_ahead"] == 0 and facts["apart_ahead"] > 0, "the desk rests while the headset goes ahead"
    assert facts["redraws_in_mesh"] >= 1 and facts["apart_in_mesh"] == 0, "a write to the mesh has it drawn, which was counted"
    assert facts["settled"] == 0, "in its turn the mesh has what the headset shows"
    assert facts["alone"] == {"solid": True, "material": False, "solid again": True}
    assert not facts["alone_after_1000"] and not facts["alone_after_100000"], "the session's end leaves nothing behind"
