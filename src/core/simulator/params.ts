import type { ParamSpec } from '../params'

const number = (
  title: string,
  help: string,
  fallback: number,
  min: number,
  max: number,
  unit?: string,
): Extract<ParamSpec, { kind: 'number' | 'integer' }> => ({
  kind: 'number',
  title,
  help,
  default: fallback,
  min,
  max,
  ...(unit === undefined ? {} : { unit }),
})

/**
 * Everything that can be set about one simulated print and photo. Defaults are the middle of the level "careful hand"
 * at 12 MP; {@link drawParams} draws a set for a level, and any of them can then be overridden.
 */
export const simulatorSpecs = {
  // Print
  halftone: {
    kind: 'choice',
    title: 'Halftone',
    help: 'screen: clustered dots, one angle per ink (office laser printers); none: continuous tone',
    default: 'screen',
    choices: ['screen', 'none'],
  },
  screenLpi: number('Screen ruling', 'Lines of halftone dots per inch', 150, 60, 300, 'lpi'),
  dotGain: number(
    'Dot gain',
    'Growth of a 50 % dot on paper; 15 to 20 % is usual for laser printers and for offset (ISO 12647-2)',
    0.18,
    0,
    0.35,
  ),
  dotGainCompensated: number(
    'Dot gain the driver expects',
    'The driver makes dots smaller by this much; what is left shows as a tone error',
    0.16,
    0,
    0.35,
  ),
  inkPurity: number(
    'Ink purity',
    '1: each ink absorbs one primary only; 0: unwanted absorptions of real toner',
    0.25,
    0,
    1,
  ),
  blackLevel: number('Black level', 'Reflectance of full ink relative to the paper', 0.035, 0.005, 0.2),
  paperRed: number('Paper red', 'Reflectance of bare paper, red', 0.86, 0.5, 1),
  paperGreen: number('Paper green', 'Reflectance of bare paper, green', 0.86, 0.5, 1),
  paperBlue: number('Paper blue', 'Reflectance of bare paper, blue', 0.88, 0.5, 1),
  paperTexture: number(
    'Paper texture',
    'Standard deviation of the reflectance over the paper',
    0.006,
    0,
    0.1,
  ),
  printBlur: number(
    'Print blur',
    'Spread of toner and of light in the paper, Gaussian sigma',
    0.03,
    0,
    0.3,
    'mm',
  ),
  feedWobble: number(
    'Feed wobble',
    'Amplitude of the line displacement of the paper feed',
    0.03,
    0,
    0.5,
    'mm',
  ),
  feedPeriod: number('Feed wobble period', 'Longest period of the line displacement', 90, 30, 300, 'mm'),
  printScaleX: number('Print scale across', 'Printed width over nominal width, less 1', 0.001, -0.05, 0.05),
  printScaleY: number('Print scale along', 'Printed height over nominal height, less 1', -0.001, -0.05, 0.05),
  // Pose and lens
  focal: number('Focal length', 'In widths of the picture: 0.72 is a 26 mm phone lens', 0.75, 0.4, 100),
  yaw: number('Yaw', 'Turn of the sheet about its vertical axis', 3, -60, 60, '°'),
  pitch: number('Pitch', 'Turn of the sheet about its horizontal axis', -4, -60, 60, '°'),
  roll: number('Roll', 'Turn of the sheet in the picture, clockwise', 90, -360, 360, '°'),
  fill: number('Framing', 'Share of the picture that the sheet spans in the tighter direction', 0.95, 0.2, 2),
  shiftX: number('Shift right', 'Offset of the sheet from the middle, in picture widths', 0, -1, 1),
  shiftY: number('Shift down', 'Offset of the sheet from the middle, in picture heights', 0, -1, 1),
  curl: number('Curl', 'Height of the middle of the sheet over its ends', 0.3, -20, 20, 'mm'),
  curlAngle: number('Curl direction', 'Direction along which the sheet bends', 90, -180, 180, '°'),
  curlSkew: number('Curl skew', 'Change of the curvature from end to end', 0, -1, 1),
  k1: number(
    'Radial distortion',
    'Displacement at the corner of the picture, over the radius',
    -0.02,
    -0.2,
    0.2,
  ),
  k2: number('Radial distortion, 4th order', 'Second coefficient at the corner', 0, -0.1, 0.1),
  p1: number('Decentering', 'First tangential coefficient at the corner', 0, -0.02, 0.02),
  p2: number('Decentering', 'Second tangential coefficient at the corner', 0, -0.02, 0.02),
  // Light
  exposure: number('Exposure', 'Linear level of a perfect white at the brightest place', 0.85, 0.1, 2),
  gradient: number('Light gradient', 'Fall of the light across the picture', 0.12, 0, 0.95),
  gradientAngle: number('Light gradient direction', 'Direction in which the light falls', 40, -360, 360, '°'),
  vignetting: number('Vignetting', 'Fall of the light at the corner', 0.12, 0, 0.9),
  redGain: number('Red gain', 'Error of the white balance', 1.02, 0.4, 2),
  blueGain: number('Blue gain', 'Error of the white balance', 0.98, 0.4, 2),
  glare: number('Glare', 'Light mirrored by the paper at the middle of the spot', 0, 0, 1),
  glareX: number('Glare x', 'Place of the glare in picture widths', 0.5, -0.5, 1.5),
  glareY: number('Glare y', 'Place of the glare in picture heights', 0.5, -0.5, 1.5),
  glareSize: number('Glare size', 'Gaussian sigma in picture heights', 0.1, 0.01, 1),
  // Optics and sensor
  defocus: number('Blur', 'Lens and focus, Gaussian sigma', 0.65, 0, 8, 'px'),
  motion: number('Motion blur', 'Length of the path during the exposure', 0.3, 0, 20, 'px'),
  motionAngle: number('Motion direction', 'Direction of the path', 20, -360, 360, '°'),
  bayer: {
    kind: 'boolean',
    title: 'Colour filter array',
    help: 'One colour per photosite, the rest interpolated; off for scanners',
    default: true,
  },
  fullWell: number(
    'Full well',
    'Electrons of a saturated photosite at this gain: phones hold about 5,000 at base gain and 600 at ISO 800',
    4000,
    50,
    200000,
    'e-',
  ),
  readNoise: number('Read noise', 'Noise of the readout', 2.5, 0, 100, 'e-'),
  toneCurve: number('Tone curve', 'Contrast that the camera adds to the sRGB curve', 0.15, 0, 1),
  sharpening: number('Sharpening', 'Unsharp mask of the camera, share of the 3x3 detail', 0.5, 0, 3),
  jpegQuality: {
    ...number('JPEG quality', 'Quality of the file, colours at half size', 92, 5, 100),
    kind: 'integer',
  },
  // Surroundings
  tableLevel: number('Table brightness', 'Mean reflectance of what the sheet lies on', 0.18, 0, 1),
  tableTexture: number('Table texture', 'Contrast of its grain', 0.35, 0, 1),
  tableWarmth: number('Table colour', '0 grey, 1 brown', 0.6, 0, 1),
} as const satisfies Record<string, ParamSpec>

type Specs = typeof simulatorSpecs
type ValueOf<S> = S extends { readonly kind: 'boolean' }
  ? boolean
  : S extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : number

/** One complete set of values: see {@link simulatorSpecs} for units. */
export type SimulatorParams = { readonly [K in keyof Specs]: ValueOf<Specs[K]> }
