"""GLSL of the renderer.

A person's colours are painted once into a texture (PAINT), then drawn in every frame with light from the vertices
(PERSON). The room is drawn once (ROOM); the people's shadow on its floor is multiplied in (FLOOR_SHADOW).
"""

_NOISE = """
uniform sampler2D noise_map;
float noise(vec2 p) { return texture(noise_map, p).r - 0.5; }
float noise3(vec3 p) { return (noise(p.xy) + noise(p.yz * 1.13 + 0.37) + noise(p.zx * 0.91 + 0.71)) / 1.5; }
"""

_LIGHT = """
uniform vec3 light_direction;
uniform vec3 light_colour;
uniform vec3 sky;
uniform vec3 bounce;
uniform mat4 light_matrix;
uniform sampler2DShadow shadow_map;
float shadow(vec3 p) {
    vec3 s = (light_matrix * vec4(p, 1.0)).xyz * 0.5 + 0.5;
    if (any(lessThan(s, vec3(0.0))) || any(greaterThan(s, vec3(1.0)))) return 1.0;
    float lit = 0.0;
    for (int i = 0; i < 4; i++) {
        vec2 o = vec2(float(i % 2) - 0.5, float(i / 2) - 0.5) * 0.0035;
        lit += textureLod(shadow_map, vec3(s.xy + o, s.z - 0.004), 0.0);
    }
    return lit / 4.0;
}
vec3 lighting(vec3 n, vec3 p, float wrap) {
    float direct = clamp((dot(n, light_direction) + wrap) / (1.0 + wrap), 0.0, 1.0) * mix(0.25, 1.0, shadow(p));
    return mix(bounce, sky, 0.5 + 0.5 * n.z) + light_colour * direct;
}
"""

_ENCODE = """
uniform float exposure;
vec3 encode(vec3 c) { return sqrt(clamp(c * exposure, 0.0, 1.0)); }
"""

PAINT_VERTEX = """
#version 330
in vec3 in_surface; in vec3 in_template; in vec3 in_colour; in vec3 in_second; in vec2 in_paint;
out vec3 place; out vec3 colour; out vec3 second; out vec2 paint;
void main() {
    place = in_template; colour = in_colour; second = in_second; paint = in_paint;
    gl_Position = vec4(in_surface.xy * 2.0 - 1.0, 0.0, 1.0);
}
"""

PAINT_FRAGMENT = (
    "#version 330\n"
    + _NOISE
    + """
uniform float beard;
in vec3 place; in vec3 colour; in vec3 second; in vec2 paint;
out vec4 pixel;

float brow(vec2 p) {
    float x = abs(p.x);
    float middle = 0.7465 + 0.0045 * smoothstep(0.012, 0.040, x) - 0.008 * smoothstep(0.044, 0.06, x);
    float thick = mix(0.0042, 0.0020, smoothstep(0.02, 0.058, x));
    float along = smoothstep(0.010, 0.016, x) * (1.0 - smoothstep(0.054, 0.061, x));
    return along * (1.0 - smoothstep(thick * 0.5, thick * 1.15, abs(p.y - middle)));
}

vec3 skin(vec3 base, float lips) {
    vec3 tint = base * (1.0 + 0.10 * noise3(place * 9.0) + 0.10 * noise3(place * 47.0));
    float face = step(place.y, -0.05) * step(0.6, place.z);
    vec2 from_cheek = vec2(abs(place.x) - 0.045, place.z - 0.695);
    float cheek = exp(-dot(from_cheek, from_cheek) / 0.0006);
    tint = mix(tint, tint * vec3(1.12, 0.86, 0.84), 0.5 * cheek * face);
    tint = mix(tint, base * vec3(0.86, 0.50, 0.50), 0.75 * smoothstep(0.25, 0.7, lips));
    float socket = exp(-(pow((abs(place.x) - 0.031) / 0.024, 2.0) + pow((place.z - 0.727) / 0.013, 2.0)));
    tint *= 1.0 - 0.22 * socket * face;
    float lash = exp(-(pow((abs(place.x) - 0.031) / 0.017, 2.0) + pow((place.z - 0.7265) / 0.0062, 2.0)));
    tint *= 1.0 - 0.40 * smoothstep(0.35, 0.9, lash) * face * step(place.y, -0.105);
    float hairs = 0.86 + 0.25 * noise(place.xz * vec2(60.0, 15.0));
    tint = mix(tint, min(second * 0.75, base * 0.45), face * brow(place.xz) * hairs);
    float jaw = face * smoothstep(0.690, 0.665, place.z) * (1.0 - smoothstep(0.25, 0.7, lips))
        + face * (1.0 - smoothstep(0.004, 0.012, abs(place.z - 0.682))) * (1.0 - smoothstep(0.02, 0.035, abs(place.x)));
    return mix(tint, second, beard * clamp(jaw, 0.0, 1.0) * (0.75 + 0.5 * noise(place.xz * 31.0)));
}

vec3 cloth(float pattern) {
    vec3 c = colour;
    if (pattern > 0.5 && pattern < 1.5) c = mix(colour, second, step(0.5, fract(place.z * 22.0)));
    else if (pattern > 1.5 && pattern < 2.5) {
        vec2 line = step(0.5, fract(place.zx * 13.0));
        c = mix(colour, second, 0.5 * line.x + 0.5 * line.y);
    }
    else if (pattern > 2.5) c = mix(colour, second, clamp(0.5 + 2.0 * noise3(place * 31.0), 0.0, 1.0));
    return c * (1.0 + 0.25 * noise3(place * 5.0) + 0.08 * noise3(place * 61.0));
}

vec3 eye() {
    float r = length(place.xz);
    vec3 white = vec3(0.60, 0.56, 0.54) * (1.0 - 0.35 * smoothstep(0.002, 0.010, place.z));
    vec3 c = mix(colour, white, smoothstep(0.0056, 0.0062, r));
    c = mix(c * 0.35, c, smoothstep(0.0, 0.0010, abs(r - 0.0058)));
    c = mix(vec3(0.01), c, smoothstep(0.0024, 0.0030, r));
    return c;
}

vec3 hair() {
    return colour * (1.0 + 0.9 * noise(vec2(place.x * 70.0 + place.y * 50.0, place.z * 7.0)));
}

void main() {
    float material = paint.x, mask = paint.y;
    vec3 c = colour;
    if (material < 0.5) c = skin(colour, mask);
    else if (material < 1.5) c = cloth(mask);
    else if (material < 2.5) c = hair();
    else if (material < 3.5) c = eye();
    pixel = vec4(sqrt(clamp(c, 0.0, 1.0)), 1.0);
}
"""
)

PERSON_VERTEX = (
    "#version 330\n"
    + _LIGHT
    + """
uniform mat4 clip;
in vec3 in_position; in vec3 in_normal; in vec4 in_surface;
out vec3 light; out vec4 surface;
void main() {
    light = lighting(normalize(in_normal), in_position, 0.25);
    surface = in_surface;
    gl_Position = clip * vec4(in_position, 1.0);
}
"""
)

PERSON_FRAGMENT = (
    "#version 330\n"
    + _ENCODE
    + """
uniform sampler2DArray skin_map;
in vec3 light; in vec4 surface;
out vec4 pixel;
void main() {
    if (surface.w < 0.0) discard;
    vec3 c = texture(skin_map, surface.xyz).rgb;
    pixel = vec4(encode(c * c * light), 1.0);
}
"""
)

FLOOR_SHADOW_FRAGMENT = (
    "#version 330\n"
    + _LIGHT
    + """
in vec3 position;
out vec4 pixel;
void main() {
    vec3 open = mix(bounce, sky, 1.0);
    vec3 full = open + light_colour * clamp(light_direction.z, 0.0, 1.0);
    vec3 here = open + light_colour * clamp(light_direction.z, 0.0, 1.0) * mix(0.25, 1.0, shadow(position));
    pixel = vec4(sqrt(here / full), 1.0);
}
"""
)

FLOOR_SHADOW_VERTEX = """
#version 330
uniform mat4 clip;
in vec3 in_position;
out vec3 position;
void main() { position = in_position; gl_Position = clip * vec4(in_position, 1.0); }
"""

ROOM_VERTEX = """
#version 330
uniform mat4 clip;
in vec3 in_position; in vec3 in_normal; in vec3 in_colour; in vec3 in_second; in vec3 in_surface;
out vec3 position; out vec3 normal; out vec3 colour; out vec3 second; out vec3 surface;
void main() {
    position = in_position; normal = in_normal; colour = in_colour; second = in_second; surface = in_surface;
    gl_Position = clip * vec4(in_position, 1.0);
}
"""

ROOM_FRAGMENT = (
    "#version 330\n"
    + _NOISE
    + _LIGHT
    + _ENCODE
    + """
in vec3 position; in vec3 normal; in vec3 colour; in vec3 second; in vec3 surface;
out vec4 pixel;
vec3 pattern(vec2 uv, float kind) {
    if (kind < 0.5) return colour * (1.0 + 0.06 * noise(uv * 0.31));
    if (kind < 1.5) {
        float row = floor(uv.x / 0.14);
        float grain = noise(vec2(uv.x * 3.0 + row * 0.37, uv.y * 0.25 + row * 0.71));
        float gap = step(0.03, fract(uv.x / 0.14)) * step(0.006, fract(uv.y / 1.3 + row * 0.43));
        return colour * (0.85 + 0.5 * grain + 0.3 * noise(vec2(row * 0.17, 0.3))) * mix(0.55, 1.0, gap);
    }
    if (kind < 2.5) {
        vec2 cell = abs(fract(uv / 0.42) - 0.5);
        return mix(colour * (0.95 + 0.2 * noise(floor(uv / 0.42) * 0.13)), second, step(0.487, max(cell.x, cell.y)));
    }
    if (kind < 3.5) return mix(colour, second, clamp(0.5 + 0.9 * noise(uv * 1.7) + 0.8 * noise(uv * 9.0), 0.0, 1.0));
    if (kind < 4.5) return mix(colour, second, step(0.5, fract(uv.x / 0.24)));
    vec2 blob = uv * 1.7;
    return mix(colour, second, smoothstep(-0.1, 0.1, noise(blob * 0.11) + 0.4 * noise(blob * 0.37 + 0.2)));
}
void main() {
    vec3 n = normalize(normal);
    vec3 c = pattern(surface.xy, surface.z);
    if (surface.z > 8.5) { pixel = vec4(encode(colour * 2.2), 1.0); return; }
    pixel = vec4(encode(c * lighting(n, position, 0.0)), 1.0);
}
"""
)

DEPTH_VERTEX = """
#version 330
uniform mat4 clip;
in vec3 in_position;
void main() { gl_Position = clip * vec4(in_position, 1.0); }
"""

DEPTH_FRAGMENT = """
#version 330
void main() {}
"""
