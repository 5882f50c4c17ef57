import { pixelsPerImage } from '#core/tensor/Images'
import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { epsilon } from './kurakin'

const params = { epsilon }

/**
 * The control: every pixel value moved by plus or minus epsilon at random. As large as fast gradient sign in every norm,
 * but blind, so what it destroys is what noise of that size destroys.
 */
export const uniformNoise: Attack<typeof params> = {
  id: 'uniformNoise',
  title: 'Random noise (control)',
  paper: 'Control without a model: random signs of the same size as fast gradient sign',
  norm: 'linf',
  access: 'none',
  targets: 'none',
  params,
  bound: ({ epsilon }) => ({ norm: norms.linf, radius: epsilon }),
  async *run({ params, images, random }) {
    const data = images.data.slice()
    const size = pixelsPerImage(images)
    const change = params.epsilon / 255
    for (let i = 0; i < data.length; i++) {
      data[i]! += random[Math.floor(i / size)]!.chance(0.5) ? change : -change
    }
    yield await Promise.resolve({ step: 1, steps: 1 })
    return { ...images, data }
  },
}
