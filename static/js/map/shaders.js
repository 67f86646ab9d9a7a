/** The two shaders of the WebGL2 renderer. A point is a square of pixels; the fragment shader cuts its shape out. */

export const VERTEX_SHADER = `#version 300 es
precision highp float;
in vec3 from_position;
in vec3 to_position;
in vec4 colour;
in float size;
in float shape;
in float focus;
uniform mat4 clip_from_world;
uniform float progress;
uniform float pixel_scale;
uniform float max_size;
uniform int hovered;
uniform float fog;
out vec4 v_colour;
flat out float v_shape;
flat out float v_radius;
flat out float v_outline;
out float v_fog;

void main() {
  vec4 clip = clip_from_world * vec4(mix(from_position, to_position, progress), 1.0);
  bool is_hovered = gl_VertexID == hovered;
  float diameter = size * pixel_scale / clip.w * (is_hovered ? 1.5 : 1.0);
  // A little more than the shape: room for its soft edge, and for the outline of the hovered point.
  float box = min(diameter + (is_hovered ? 8.0 : 2.0), max_size);
  gl_Position = is_hovered ? vec4(clip.xy, -0.99 * clip.w, clip.w) : clip;
  gl_PointSize = box;
  v_radius = diameter / box;
  v_outline = is_hovered ? 4.0 / box : 0.0;
  v_shape = shape;
  v_colour = vec4(colour.rgb, is_hovered ? 1.0 : colour.a * mix(0.15, 1.0, focus));
  // Only what lies behind the middle sinks into the film.
  v_fog = is_hovered ? 0.0 : fog * smoothstep(-0.1, 0.5, clip.z);
}
`;

export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec4 v_colour;
flat in float v_shape;
flat in float v_radius;
flat in float v_outline;
in float v_fog;
uniform vec3 film;
uniform vec3 ink;
uniform bool opaque;
uniform float stripe;
out vec4 fragment;

float box(vec2 p, vec2 half_size) {
  vec2 d = abs(p) - half_size;
  return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0);
}

float triangle(vec2 p) {
  float side = dot(vec2(abs(p.x), p.y - 1.0), normalize(vec2(1.75, 0.95)));
  return max(side, -p.y - 0.75);
}

// Signed distance to the edge, in units of the radius; p has y upwards.
float distance_to(float shape, vec2 p) {
  if (shape < 0.5) return length(p) - 1.0;
  if (shape < 1.5) return box(p, vec2(0.85));
  if (shape < 2.5) return triangle(p);
  if (shape < 3.5) return (abs(p.x) + abs(p.y) - 1.05) * 0.7071;
  if (shape < 4.5) return min(box(p, vec2(0.35, 1.0)), box(p, vec2(1.0, 0.35)));
  if (shape < 5.5) return triangle(vec2(p.x, -p.y));
  return abs(length(p) - 0.79) - 0.21;
}

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * vec2(1.0, -1.0) / v_radius;
  bool hatched = v_shape > 7.5;
  float d = distance_to(hatched ? v_shape - 8.0 : v_shape, p);
  float soft = max(fwidth(p.x), 1e-4);
  float inside = 1.0 - smoothstep(-0.5 * soft, 0.5 * soft, d);
  float outline = v_outline / v_radius;
  float ring = outline > 0.0 ? 1.0 - smoothstep(-0.5 * soft, 0.5 * soft, abs(d - 1.1 * outline) - 0.5 * outline) : 0.0;
  // Stripes of three points' width on the screen, so that they are as wide on small marks as on large ones.
  float gap = hatched ? step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / stripe)) : 0.0;
  vec3 colour = mix(mix(v_colour.rgb, film, max(v_fog, 0.85 * gap)), ink, ring);
  float alpha = max(inside * v_colour.a, ring);
  if (alpha < 0.01) discard;
  if (opaque) {
    // Depth-tested points cannot be blended in any order: what is translucent is mixed with the film instead. The soft
    // edge that this leaves in front of another point parts the two.
    if (alpha < 0.1) discard;
    fragment = vec4(mix(film, colour, alpha), 1.0);
  } else {
    fragment = vec4(colour * alpha, alpha);
  }
}
`;
