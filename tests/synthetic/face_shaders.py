"""GLSL of the face set: the skin is painted in the fragment itself, so that brows and lids stay sharp at any size."""

VERTEX = """
#version 330
uniform mat4 clip; uniform mat4 light_matrix;
uniform sampler2DShadow shadow_map;
uniform vec3 light_direction; uniform vec3 light_colour; uniform vec3 sky; uniform vec3 bounce; uniform vec3 eye_at;
in vec3 in_position; in vec3 in_normal;
in vec3 in_template; in vec3 in_colour; in vec3 in_material;
out vec3 light; out vec3 shine; out vec3 place; out vec3 colour; out vec3 material;
float shadow(vec3 p) {
    vec3 s = (light_matrix * vec4(p, 1.0)).xyz * 0.5 + 0.5;
    if (any(lessThan(s, vec3(0.0))) || any(greaterThan(s, vec3(1.0)))) return 1.0;
    float lit = 0.0;
    for (int i = 0; i < 4; i++) {
        vec2 o = vec2(float(i % 2) - 0.5, float(i / 2) - 0.5) * 0.012;
        lit += textureLod(shadow_map, vec3(s.xy + o, s.z - 0.012), 0.0);
    }
    return lit / 4.0;
}
void main() {
    vec3 n = normalize(in_normal);
    float open = shadow(in_position + 0.002 * n);
    float direct = clamp((dot(n, light_direction) + 0.25) / 1.25, 0.0, 1.0) * mix(0.25, 1.0, open);
    light = mix(bounce, sky, 0.5 + 0.5 * n.z) + light_colour * direct;
    vec3 half_way = normalize(light_direction + normalize(eye_at - in_position));
    shine = light_colour * open * pow(clamp(dot(n, half_way), 0.0, 1.0), 24.0);
    place = in_template; colour = in_colour; material = in_material;
    gl_Position = clip * vec4(in_position, 1.0);
}
"""

FRAGMENT = """
#version 330
uniform sampler2D noise_map;
uniform float exposure; uniform float beard; uniform float gloss; uniform float freckles;
uniform vec3 hair_colour;
uniform vec3 brow_colour; uniform vec4 brow_shape; uniform float brow_strength;
uniform vec4 lip_paint; uniform vec4 lid_paint; uniform float liner;
uniform float creases[6];
in vec3 light; in vec3 shine; in vec3 place; in vec3 colour; in vec3 material;
out vec4 pixel;
float noise(vec2 p) { return texture(noise_map, p).r - 0.5; }

float brow(vec2 p) {
    float x = abs(p.x) / brow_shape.z;
    float middle = 0.7465 + 0.0045 * smoothstep(0.012, 0.040, x) - 0.008 * smoothstep(0.044, 0.06, x)
        + brow_shape.x + brow_shape.w * smoothstep(0.02, 0.055, x);
    float thick = mix(0.0042, 0.0020, smoothstep(0.02, 0.058, x)) * brow_shape.y;
    float along = smoothstep(0.010, 0.016, x) * (1.0 - smoothstep(0.054, 0.061, x));
    return along * (1.0 - smoothstep(thick * 0.5, thick * 1.15, abs(p.y - middle)));
}

float bump(float q) { q = max(0.0, 1.0 - 0.25 * q); q *= q; return q * q; }

float line(vec2 p, vec2 a, vec2 b, float wide) {
    vec2 d = b - a;
    float along = clamp(dot(p - a, d) / dot(d, d), 0.0, 1.0);
    vec2 off = p - a - along * d;
    return bump(dot(off, off) / (wide * wide)) * (0.5 + 2.0 * along * (1.0 - along));
}

float folds(vec2 p) {
    float x = abs(p.x);
    vec2 q = vec2(x, p.y);
    float frown = line(q, vec2(0.0060, 0.742), vec2(0.0075, 0.760), 0.0013)
        + 0.5 * line(q, vec2(0.0120, 0.746), vec2(0.0135, 0.757), 0.0011);
    float brow_lines = 0.0;
    for (int i = 0; i < 4; i++) {
        float level = 0.7640 + 0.0075 * float(i) + 0.003 * cos(55.0 * p.x + float(i));
        brow_lines += bump((p.y - level) * (p.y - level) / 1.2e-6);
    }
    brow_lines *= 1.0 - smoothstep(0.028, 0.046, x);
    float nose = line(q, vec2(0.0, 0.7345), vec2(0.0075, 0.7325), 0.0009)
        + line(q, vec2(0.0, 0.7300), vec2(0.0085, 0.7275), 0.0009)
        + line(q, vec2(0.0085, 0.7240), vec2(0.0135, 0.7130), 0.0011);
    float crow = 0.0;
    for (int i = 0; i < 4; i++) {
        float slope = 0.7 - 0.42 * float(i);
        vec2 start = vec2(0.0505, 0.7275) + 0.003 * vec2(0.0, slope);
        crow += line(q, start, start + 0.012 * normalize(vec2(1.0, slope)), 0.0009);
    }
    crow += line(q, vec2(0.022, 0.7125), vec2(0.044, 0.7150), 0.0013);
    float laugh = line(q, vec2(0.0195, 0.7000), vec2(0.0275, 0.6830), 0.0020)
        + line(q, vec2(0.0275, 0.6830), vec2(0.0320, 0.6700), 0.0020);
    float chin = line(vec2(x, p.y), vec2(0.0, 0.6480), vec2(0.0120, 0.6455), 0.0016);
    return frown * creases[0] + brow_lines * creases[1] + nose * creases[2] + crow * creases[3]
        + laugh * creases[4] + chin * creases[5];
}

vec3 skin(vec3 base, float lips) {
    vec2 flat_place = place.xz + 0.4 * vec2(place.y, 0.0);
    float coarse = noise(flat_place * 4.0), fine = noise(flat_place * 19.0 + 0.3);
    vec3 tint = base * (1.0 + 0.16 * coarse + 0.10 * fine);
    float face = step(place.y, -0.05) * step(0.6, place.z);
    tint *= 1.0 - freckles * face * smoothstep(0.12, 0.3, noise(flat_place * 33.0));
    vec2 from_cheek = vec2(abs(place.x) - 0.045, place.z - 0.695);
    float cheek = exp(-dot(from_cheek, from_cheek) / 0.0006);
    tint = mix(tint, tint * vec3(1.12, 0.86, 0.84), 0.5 * cheek * face);
    vec3 mouth = mix(base * vec3(0.86, 0.50, 0.50), lip_paint.rgb, lip_paint.a);
    tint = mix(tint, mouth, 0.75 * smoothstep(0.25, 0.7, lips));
    float socket = exp(-(pow((abs(place.x) - 0.031) / 0.024, 2.0) + pow((place.z - 0.727) / 0.013, 2.0)));
    tint *= 1.0 - 0.22 * socket * face;
    float lid = exp(-(pow((abs(place.x) - 0.032) / 0.021, 2.0) + pow((place.z - 0.7345) / 0.0075, 2.0)));
    tint = mix(tint, lid_paint.rgb * 2.0 * base, lid_paint.a * lid * face);
    float lash = exp(-(pow((abs(place.x) - 0.031) / 0.017, 2.0) + pow((place.z - 0.7265) / 0.0062, 2.0)));
    tint *= 1.0 - (0.40 + 0.35 * liner) * smoothstep(0.35, 0.9, lash) * face * step(place.y, -0.105);
    if (place.y < -0.09 && face > 0.5) tint *= 1.0 - clamp(folds(place.xz), 0.0, 0.75);
    float hairs = 0.86 + 0.25 * noise(place.xz * vec2(60.0, 15.0));
    tint = mix(tint, brow_colour, face * brow(place.xz) * hairs * brow_strength);
    float jaw = face * smoothstep(0.690, 0.665, place.z) * (1.0 - smoothstep(0.25, 0.7, lips))
        + face * (1.0 - smoothstep(0.004, 0.012, abs(place.z - 0.682))) * (1.0 - smoothstep(0.02, 0.035, abs(place.x)));
    return mix(tint, hair_colour, beard * clamp(jaw, 0.0, 1.0) * (0.75 + 0.5 * noise(place.xz * 31.0)));
}

vec3 eye() {
    float r = length(place.xz);
    vec3 white = vec3(0.60, 0.56, 0.54) * (1.0 - 0.35 * smoothstep(0.002, 0.010, place.z));
    vec3 c = mix(colour, white, smoothstep(0.0056, 0.0062, r));
    c = mix(c * 0.35, c, smoothstep(0.0, 0.0010, abs(r - 0.0058)));
    c = mix(vec3(0.01), c, smoothstep(0.0024, 0.0030, r));
    return c;
}

void main() {
    if (material.z < 0.0) discard;
    float kind = material.x;
    vec3 c = colour;
    float wet = gloss;
    if (kind < 0.5) c = skin(colour, material.y);
    else if (kind < 1.5) { c = colour * (1.0 + 0.3 * noise(place.xz * 5.0)); wet = 0.0; }
    else if (kind < 2.5) {
        c = colour * (1.0 + 0.9 * noise(vec2(place.x * 70.0 + place.y * 50.0, place.z * 7.0))); wet = 0.5 * gloss;
    }
    else if (kind < 3.5) { c = eye(); wet = 0.25; }
    else if (kind > 4.5) wet = 0.3;
    pixel = vec4(sqrt(clamp((c * light + wet * shine) * exposure, 0.0, 1.0)), 1.0);
}
"""

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

BEHIND_VERTEX = """
#version 330
in vec2 in_corner;
out vec2 at;
void main() { at = in_corner * 0.5 + 0.5; gl_Position = vec4(in_corner, 0.9999, 1.0); }
"""

BEHIND_FRAGMENT = """
#version 330
uniform sampler2D noise_map;
uniform vec3 first; uniform vec3 second; uniform vec3 third; uniform vec4 cloud; uniform vec4 edges;
in vec2 at;
out vec4 pixel;
void main() {
    float blend = texture(noise_map, at * cloud.x + cloud.zw).r * cloud.y + (1.0 - cloud.y) * at.y;
    vec3 c = mix(first, second, smoothstep(0.15, 0.85, blend));
    vec2 low = edges.xz, high = edges.yw;
    vec2 side = smoothstep(low - 0.02, low + 0.02, at) * (1.0 - smoothstep(high - 0.02, high + 0.02, at));
    float inside = side.x * side.y;
    pixel = vec4(sqrt(clamp(mix(c, third, inside), 0.0, 1.0)), 1.0);
}
"""
