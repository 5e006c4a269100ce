import {
  type DataTexture,
  DataTexture as Texture,
  DoubleSide,
  GLSL3,
  RGBAFormat,
  ShaderMaterial,
  UnsignedByteType,
  Vector2,
} from "three";

import { type Limits, scaled, type ScaleName } from "./contrast";
import type { Sampler } from "./texture";

/** What pixels that mean nothing look like, as in the pictures of `beamio show`. */
export const INVALID_COLOUR = [234, 88, 12] as const;

const VERTEX = `
out vec2 place;
void main() {
  place = uv;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.);
}`;

const SCALED: Readonly<Record<ScaleName, string>> = {
  linear: "value",
  log: "log(value) * 0.43429448190325176",
  symlog: "sign(value) * log(1. + abs(value)) * 0.43429448190325176",
  sqrt: "sqrt(value)",
};
const HAS_COLOUR: Readonly<Record<ScaleName, string>> = {
  linear: "true",
  log: "value > 0.",
  symlog: "true",
  sqrt: "value >= 0.",
};

/**
 * Where a point of the screen covers several pixels, the mean of some of them is shown,
 * without those that mean nothing.
 */
function fragment(sampler: Sampler, scale: ScaleName): string {
  const isFloat = sampler === "sampler2D";
  return `
precision highp ${sampler};
uniform ${sampler} data;
uniform sampler2D colours;
uniform vec2 size;
uniform float low;
uniform float width;
uniform ${isFloat ? "float" : sampler === "usampler2D" ? "uint" : "int"} invalid;
uniform bool hasInvalid;
uniform int most;
uniform vec3 invalidColour;
in vec2 place;
out highp vec4 colour;

const int MOST = ${MOST_AT_REST};

void main() {
  vec2 middle = place * size;
  vec2 covered = clamp(fwidth(middle), 0., 8.);
  ivec2 number = clamp(ivec2(ceil(covered - 0.05)), 1, most);
  if (number == ivec2(1)) covered = vec2(0.);
  ivec2 last = ivec2(size) - 1;
  float sum = 0.;
  float valid = 0.;
  for (int i = 0; i < MOST; i++) {
    if (i >= number.y) break;
    for (int j = 0; j < MOST; j++) {
      if (j >= number.x) break;
      vec2 aside = (vec2(j, i) + 0.5) / vec2(number) - 0.5;
      ivec2 pixel = clamp(ivec2(floor(middle + aside * covered)), ivec2(0), last);
      ${isFloat ? "float" : sampler === "usampler2D" ? "uint" : "int"} raw =
        texelFetch(data, pixel, 0).r;
      bool isValid = ${
        isFloat ? "!isnan(raw) && !isinf(raw)" : "!(hasInvalid && raw == invalid)"
      };
      if (isValid) {
        sum += float(raw);
        valid += 1.;
      }
    }
  }
  float value = sum / max(valid, 1.);
  if (valid == 0. || !(${HAS_COLOUR[scale]})) {
    colour = vec4(invalidColour, 1.);
    return;
  }
  float share = clamp((${SCALED[scale]} - low) / width, 0., 1.);
  colour = texelFetch(colours, ivec2(int(share * 255. + 0.5), 0), 0);
}`;
}

/** How values become colours. */
export interface Look {
  readonly limits: Limits;
  readonly scale: ScaleName;
  readonly colours: DataTexture;
  /** The integer that is drawn as meaning nothing. */
  readonly invalid: number | null;
  /** Pixels along each axis that the mean of a point of the screen is taken of. */
  readonly most: number;
}

/** Of a frame that is looked at, and of one that is soon followed by the next. */
export const [MOST_AT_REST, MOST_IN_MOTION] = [4, 2];

/** The 256 colours of a map as a texture. */
export function colourTexture(table: Uint8Array<ArrayBuffer>): DataTexture {
  const texture = new Texture(table, table.length / 4, 1, RGBAFormat, UnsignedByteType);
  texture.needsUpdate = true;
  return texture;
}

/** A material that draws the values of a texture in colours, on the graphics card. */
export function materialOf(sampler: Sampler, scale: ScaleName): ShaderMaterial {
  const [red, green, blue] = INVALID_COLOUR;
  return new ShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: VERTEX,
    fragmentShader: fragment(sampler, scale),
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
    uniforms: {
      data: { value: null },
      colours: { value: null },
      size: { value: new Vector2(1, 1) },
      low: { value: 0 },
      width: { value: 1 },
      invalid: { value: 0 },
      hasInvalid: { value: false },
      most: { value: MOST_AT_REST },
      invalidColour: { value: [red / 255, green / 255, blue / 255] },
    },
  });
}

/** Sets what a material draws. */
export function dress(
  material: ShaderMaterial,
  data: DataTexture,
  { limits, scale, colours, invalid, most }: Look,
): void {
  const { uniforms } = material;
  const [low, high] = limits.map((limit) => scaled(limit, scale));
  const set = (name: string, value: unknown) => {
    const uniform = uniforms[name];
    if (uniform) uniform.value = value;
  };
  set("data", data);
  set("colours", colours);
  set("size", new Vector2(data.image.width, data.image.height));
  set("low", low);
  set("width", (high ?? 1) - (low ?? 0));
  set("invalid", invalid ?? 0);
  set("hasInvalid", invalid !== null);
  set("most", most);
}
