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
  for (let y = 0; y < height; y++) {
    const v = y * fy
    const row = Math.floor(v)
    const ty = v - row
    for (let x = 0; x < width; x++) {
      const u = x * fx
      const column = Math.floor(u)
      const tx = u - column
      const at = row * stride + column
      const top = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * tx
      const low = lattice[at + stride]! + (lattice[at + stride + 1]! - lattice[at + stride]!) * tx
      plane[y * width + x]! += top + (low - top) * ty
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
