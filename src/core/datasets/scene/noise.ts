import { Random } from '#core/tensor/Random'

/** Adds smooth value noise to one plane: random levels on a lattice of `cells` by `cells`, bilinear between them. */
export function addValueNoise(
  plane: Float32Array,
  width: number,
  height: number,
  random: Random,
  cells: number,
  amplitude: number,
): void {
  const stride = cells + 2
  const lattice = new Float32Array(stride * stride)
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.uniform(-amplitude, amplitude)
  const fx = cells / width
  const fy = cells / height
  const line = new Float32Array(stride)
  for (let y = 0; y < height; y++) {
    const v = y * fy
    const row = Math.floor(v)
    const ty = v - row
    const top = row * stride
    for (let i = 0; i < stride; i++) {
      line[i] = lattice[top + i]! + (lattice[top + stride + i]! - lattice[top + i]!) * ty
    }
    const out = y * width
    for (let x = 0; x < width; x++) {
      const u = x * fx
      const column = u | 0
      const left = line[column]!
      plane[out + x]! += left + (line[column + 1]! - left) * (u - column)
    }
  }
}

/** Fractal noise about 0: octaves of halving amplitude, from `cells` upwards. The plane is overwritten. */
export function fractalNoise(
  plane: Float32Array,
  width: number,
  height: number,
  random: Random,
  cells: number,
  octaves: number,
  persistence = 0.5,
): void {
  plane.fill(0)
  let amplitude = 1
  for (let octave = 0; octave < octaves; octave++) {
    addValueNoise(plane, width, height, random, cells << octave, amplitude)
    amplitude *= persistence
  }
}

const tableSize = 1 << 14

/** Standard normal values to draw noise from at the price of a look-up. Constant: read from different places each time. */
export const normals: Float32Array = (() => {
  const random = new Random('halftone sensor noise')
  return Float32Array.from({ length: tableSize }, () => random.normal())
})()

export const normalsMask = tableSize - 1
