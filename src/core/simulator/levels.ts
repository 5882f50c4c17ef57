import type { Random } from '../tensor/Random'
import type { SimulatorParams } from './params'

/** What a photo is taken with. */
export const resolutions = {
  '720p': { title: '1280x720', width: 1280, height: 720 },
  '1080p': { title: '1920x1080', width: 1920, height: 1080 },
  '12MP': { title: '4032x3024', width: 4032, height: 3024 },
} as const
export type Resolution = keyof typeof resolutions

type Range = readonly [number, number]
interface Level {
  readonly title: string
  readonly help: string
  /** Tilt of the sheet against the camera, degrees, in a random direction. */
  readonly tilt: Range
  /** Free: any turn in the picture. Otherwise the sheet stands along the picture within this many degrees. */
  readonly roll: number | 'free'
  readonly fill: Range
  readonly shift: number
  readonly curl: number
  readonly radial: Range
  readonly focal: Range
  readonly wobble: Range
  readonly gradient: Range
  readonly vignetting: Range
  readonly balance: number
  readonly exposure: Range
  readonly glare: { readonly chance: number; readonly strength: Range }
  readonly defocus: Range
  readonly motion: Range
  readonly bayer: boolean
  readonly fullWell: Range
  readonly toneCurve: Range
  readonly sharpening: Range
  readonly jpegQuality: Range
  readonly dotGain: Range
}

/**
 * How roughly the photo is taken. Careful, hurried and hostile are the levels careful, casual and severe on which the
 * capture is judged: tilt, curl, distortion, blur and motion stay within those levels' bounds.
 */
export const levels = {
  scanner: {
    title: 'scanner',
    help: 'A flatbed: square on, evenly lit, no mosaic, hardly any noise',
    tilt: [0, 0],
    roll: 0.6,
    fill: [0.96, 0.98],
    shift: 0.002,
    curl: 0,
    radial: [0, 0],
    focal: [60, 60],
    wobble: [0.01, 0.03],
    gradient: [0, 0.01],
    vignetting: [0, 0],
    balance: 0.01,
    exposure: [0.95, 1],
    glare: { chance: 0, strength: [0, 0] },
    defocus: [0.35, 0.45],
    motion: [0, 0],
    bayer: false,
    fullWell: [30000, 40000],
    toneCurve: [0, 0],
    sharpening: [0, 0.2],
    jpegQuality: [95, 98],
    dotGain: [0.14, 0.2],
  },
  'careful hand': {
    title: 'careful hand',
    help: 'A phone held over the sheet in good light (careful)',
    tilt: [0, 10],
    roll: 4,
    fill: [0.9, 0.97],
    shift: 0.01,
    curl: 0.7,
    radial: [-0.05, 0.03],
    focal: [0.7, 0.85],
    wobble: [0.01, 0.04],
    gradient: [0.03, 0.2],
    vignetting: [0.03, 0.18],
    balance: 0.04,
    exposure: [0.8, 0.95],
    glare: { chance: 0, strength: [0, 0] },
    defocus: [0.45, 0.75],
    motion: [0, 0.5],
    bayer: true,
    fullWell: [3000, 5000],
    toneCurve: [0.05, 0.25],
    sharpening: [0.3, 0.8],
    jpegQuality: [90, 95],
    dotGain: [0.14, 0.22],
  },
  'hurried hand': {
    title: 'hurried hand',
    help: 'A quick photo at an angle, any turn, the sheet a little bent (casual)',
    tilt: [0, 25],
    roll: 'free',
    fill: [0.84, 0.96],
    shift: 0.02,
    curl: 2.5,
    radial: [-0.1, 0.05],
    focal: [0.65, 0.85],
    wobble: [0.02, 0.06],
    gradient: [0.1, 0.4],
    vignetting: [0.08, 0.3],
    balance: 0.1,
    exposure: [0.65, 1],
    glare: { chance: 0.2, strength: [0.02, 0.12] },
    defocus: [0.6, 1.1],
    motion: [0, 1.5],
    bayer: true,
    fullWell: [1000, 2500],
    toneCurve: [0.05, 0.4],
    sharpening: [0.3, 1.2],
    jpegQuality: [84, 93],
    dotGain: [0.12, 0.25],
  },
  hostile: {
    title: 'hostile',
    help: 'Steep, blurred, dark and uneven: what one would take again (severe)',
    tilt: [20, 45],
    roll: 'free',
    fill: [0.8, 0.95],
    shift: 0.03,
    curl: 4,
    radial: [-0.1, 0.05],
    focal: [0.65, 0.85],
    wobble: [0.03, 0.08],
    gradient: [0.3, 0.65],
    vignetting: [0.15, 0.4],
    balance: 0.18,
    exposure: [0.45, 0.95],
    glare: { chance: 0.4, strength: [0.05, 0.3] },
    defocus: [0.9, 1.9],
    motion: [0.5, 4],
    bayer: true,
    fullWell: [250, 800],
    toneCurve: [0.1, 0.5],
    sharpening: [0.3, 1.6],
    jpegQuality: [72, 90],
    dotGain: [0.1, 0.3],
  },
} as const satisfies Record<string, Level>
export type StrengthLevel = keyof typeof levels

export const defaultLevel: StrengthLevel = 'careful hand'
export const defaultResolution: Resolution = '12MP'

/** Draws one photo's parameters: the same seed gives the same photo. Spread the result to override any of them. */
export function drawParams(name: StrengthLevel, resolution: Resolution, random: Random): SimulatorParams {
  const level: Level = levels[name]
  const between = ([low, high]: Range): number => random.uniform(low, high)
  const about = (spread: number): number => random.uniform(-spread, spread)
  // Tilt up to some angle in any direction, split over the two axes.
  const tilt = between(level.tilt)
  const tiltDirection = random.uniform(0, 2 * Math.PI)
  const quarter = random.pick([90, 270])
  const roll = level.roll === 'free' ? random.uniform(0, 360) : quarter + about(level.roll)
  // Small cameras sit behind coarser pixels' equal optics; only the field of view differs, so nothing else changes.
  const webcam = resolution === '720p'
  return {
    // Below about 9 px/mm a 150 lpi screen lies beyond the sensor's Nyquist limit: continuous tone is the same picture.
    halftone: resolution === '12MP' ? 'screen' : 'none',
    screenLpi: 150,
    dotGain: between(level.dotGain),
    dotGainCompensated: 0.16,
    inkPurity: random.uniform(0.15, 0.4),
    blackLevel: random.uniform(0.025, 0.05),
    paperRed: random.uniform(0.84, 0.88),
    paperGreen: random.uniform(0.84, 0.88),
    paperBlue: random.uniform(0.84, 0.9),
    paperTexture: random.uniform(0.004, 0.009),
    printBlur: random.uniform(0.022, 0.04),
    feedWobble: between(level.wobble),
    feedPeriod: random.uniform(70, 130),
    printScaleX: about(0.003),
    printScaleY: about(0.003),
    focal: webcam && level.focal[1] < 2 ? between([0.75, 0.95]) : between(level.focal),
    yaw: tilt * Math.cos(tiltDirection),
    pitch: tilt * Math.sin(tiltDirection),
    roll,
    fill: between(level.fill),
    shiftX: about(level.shift),
    shiftY: about(level.shift),
    curl: about(level.curl),
    curlAngle: random.uniform(0, 180),
    curlSkew: about(0.4),
    k1: between(level.radial),
    k2: level.radial[0] === 0 ? 0 : about(0.008),
    p1: level.radial[0] === 0 ? 0 : about(0.0008),
    p2: level.radial[0] === 0 ? 0 : about(0.0008),
    exposure: between(level.exposure),
    gradient: between(level.gradient),
    gradientAngle: random.uniform(0, 360),
    vignetting: between(level.vignetting),
    redGain: 1 + about(level.balance),
    blueGain: 1 + about(level.balance),
    glare: random.chance(level.glare.chance) ? between(level.glare.strength) : 0,
    glareX: random.uniform(0.1, 0.9),
    glareY: random.uniform(0.1, 0.9),
    glareSize: random.uniform(0.05, 0.15),
    defocus: between(level.defocus),
    motion: between(level.motion),
    motionAngle: random.uniform(0, 180),
    bayer: level.bayer,
    fullWell: between(level.fullWell),
    readNoise: random.uniform(2, 4),
    toneCurve: between(level.toneCurve),
    sharpening: between(level.sharpening),
    jpegQuality: Math.round(between(level.jpegQuality)),
    tableLevel: random.uniform(0.06, 0.4),
    tableTexture: random.uniform(0.1, 0.5),
    tableWarmth: random.uniform(0, 1),
  }
}
