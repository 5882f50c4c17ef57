import type { Transform } from './Transform'

/** Adds independent normal numbers to every value. */
export const gaussianNoise: Transform = {
  title: 'Gaussian noise',
  axis: 'standard deviation (levels of 255)',
  help: 'Standard deviation of the noise on every value; results are rounded and clipped',
  min: 0,
  max: 255,
  strengths: [3, 6, 9, 12, 15, 18],
  apply(images, strength, { random }) {
    const data = new Uint8ClampedArray(images.data.length)
    images.data.forEach((level, i) => {
      data[i] = random.normal(level, strength)
    })
    return Promise.resolve({ ...images, data: new Uint8Array(data.buffer) })
  },
}
