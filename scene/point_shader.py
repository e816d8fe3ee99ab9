"""The shader that draws a point as a round disc in its own colour, or as its picture, lit up where it is selected."""

from __future__ import annotations

from typing import Any

from ..core import glyphs
from . import nodes

BEYOND = 0.85
"""How grey a point is that lies nearer or farther than the range that a loop reaches."""
SMALLEST = 7.0
"""Pixels across below which a shape cannot be told: such a point is a disc."""
VERTEX = """
/* what the selection is, or will be once the loop is closed: core/selection.py, combine() */
bool is_lit(vec4 clip, bool within)
{
    bool was = selected > 0.5;
    if (loop < 0.5) {
        return was;
    }
    vec2 place = clip.w > 0.0 ? clip.xy / clip.w * 0.5 + 0.5 : vec2(-1.0);
    bool inside = within && all(greaterThanEqual(place, vec2(0.0))) && all(lessThan(place, vec2(1.0)));
    inside = inside && texelFetch(picture, ivec2(place * vec2(textureSize(picture, 0))), 0).r > 0.5;
    return loop < 1.5 ? inside : loop < 2.5 ? was || inside : loop < 3.5 ? was && !inside : was != inside;
}

void main()
{
    if (colour.a <= 0.0) {  /* hidden: beyond the far plane */
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        gl_PointSize = 1.0;
        shown = vec4(0.0);
        return;
    }
    vec4 seen = viewMatrix * modelMatrix * vec4(pos, 1.0);
    vec4 clip = projection * seen;
    float depth = parallel > 0.0 ? (clip.z + 1.0) * parallel : clip.w;
    bool within = depth >= nearest && depth <= farthest;
    bool lit = is_lit(clip, within);
    float size = radius * colour.a * (lit ? GROWTH : 1.0);
    float grey = within ? greyed : BEYOND;
    vec3 tint = lit ? mix(colour.rgb, vec3(1.0), LIGHT) : mix(colour.rgb, vec3(GREY), grey);
    /* nearer by its radius and more, so that it lies before the instance of the same point, a cube's corners too:
       they reach the square root of 3 from its middle, and a picture's size is 1.45 of the cube's */
    vec4 front = seen + vec4(0.0, 0.0, 1.2 * size, 0.0);
    gl_Position = projection * front;
    gl_PointSize = max(2.0, 2.0 * size * scale * pixels / max(abs(clip.w), 1e-4));
    shown = vec4(tint, tile);
}
"""
FRAGMENT = """
/* core/glyphs.py, inside(); x to the right, y up, -1 to 1 */
bool in_shape(int shape, vec2 at)
{
    vec2 away = abs(at);
    if (shape == 2) {
        return max(away.x, away.y) <= 0.84;
    }
    if (shape == 3 || shape == 7) {
        float up = shape == 3 ? at.y : -at.y;
        return up >= -0.72 && away.x <= (1.0 - up) * 0.58;
    }
    if (shape == 4) {
        return away.x + away.y <= 1.0;
    }
    if (shape == 5) {
        return min(away.x, away.y) <= CROSS && max(away.x, away.y) <= 0.95;
    }
    float r2 = dot(at, at);
    return r2 <= 1.0 && (shape != 6 || r2 >= RING * RING);
}

void main()
{
    vec2 place = gl_PointCoord;
    float across = 1.0 / max(abs(dFdx(place.x)), 1e-6);
    if (pictures > 0.5 && shown.a > -0.5) {
        vec2 inner = (place - frame) / (1.0 - 2.0 * frame);
        bool inside = all(greaterThan(inner, vec2(0.0))) && all(lessThan(inner, vec2(1.0)));
        float line = floor((shown.a + 0.5) / columns);
        vec2 corner = vec2(shown.a - line * columns, line) * (tile_px + 2.0 * gutter) + gutter;
        vec2 texel = (corner + clamp(inner * tile_px, 0.5, tile_px - 0.5)) / vec2(textureSize(atlas, 0));
        vec3 seen = texture(atlas, vec2(texel.x, 1.0 - texel.y)).rgb;
        vec3 lit = shown.rgb * 0.10 + seen * mix(shown.rgb, vec3(1.0), 0.45);
        result = vec4(inside ? lit : shown.rgb, 1.0);
        return;
    }
    vec2 from_centre = vec2(place.x, 1.0 - place.y) * 2.0 - 1.0;
    int shape = pictures < 0.5 && across >= SMALLEST ? int(shown.a + 0.5) : 0;
    if (!in_shape(shape, from_centre)) {
        discard;
    }
    float light = 0.60 + 0.40 * sqrt(max(0.0, 1.0 - dot(from_centre, from_centre)));
    result = vec4(shown.rgb * light, 1.0);
}
"""
EYE = (
    "radius", "scale", "pixels", "pictures", "columns", "tile_px", "gutter", "frame",
    "loop", "nearest", "farthest", "parallel", "greyed", "spare1", "spare2", "spare3",
)
"""What the shader is told besides the projection; a multiple of four numbers."""


def make_shader() -> Any:
    """The disc shader."""
    import gpu

    interface = gpu.types.GPUStageInterfaceInfo("latent_disc")
    interface.smooth("VEC4", "shown")
    info = gpu.types.GPUShaderCreateInfo()
    for kind, name in (("MAT4", "modelMatrix"), ("MAT4", "viewMatrix")):
        info.push_constant(kind, name)
    members = " ".join(f"float {name};" for name in EYE)
    info.typedef_source(f"struct Eye {{ mat4 projection; {members} }};")
    info.uniform_buf(0, "Eye", "eye")
    info.vertex_in(0, "VEC3", "pos")
    info.vertex_in(1, "VEC4", "colour")
    info.vertex_in(2, "FLOAT", "tile")
    info.vertex_in(3, "FLOAT", "selected")
    info.sampler(0, "FLOAT_2D", "atlas")
    info.sampler(1, "FLOAT_2D", "picture")
    info.vertex_out(interface)
    info.fragment_out(0, "VEC4", "result")
    prefix = "".join(f"#define {name} eye.{name}\n" for name in ("projection", *EYE))
    looks = {"LIGHT": nodes.SELECTED_LIGHT, "GROWTH": 1.0 + nodes.SELECTED_GROWTH, "GREY": nodes.GREY, "BEYOND": BEYOND}
    prefix += "".join(f"#define {name} {value:f}\n" for name, value in looks.items())
    shapes = {"CROSS": glyphs.CROSS, "RING": glyphs.RING, "SMALLEST": SMALLEST}
    prefix += "".join(f"#define {name} {value:f}\n" for name, value in shapes.items())
    info.vertex_source(prefix + VERTEX)
    info.fragment_source(prefix + FRAGMENT)
    return gpu.shader.create_from_info(info)
