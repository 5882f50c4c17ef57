import type { Workroom } from '#core/simd/Workroom'
import { sliceImages, type ByteImages, type Images } from '#core/tensor/Images'
import type { AttackTask, Bound } from './Attack'
import { isBall, roundInside, wholeRadius, type Region } from './bounds'
import type { LevelKernels } from './levelKernels'

/** Rounds as `roundImages` does, to floats, into the same arrays again and again: searches ask at nearly every step. */
export function quantizer(
  levels: ByteImages,
  bound: Bound | undefined,
  region: Region,
  kernels: LevelKernels,
  workroom: Workroom,
): AttackTask<unknown>['quantize'] {
  const { length } = levels.data
  let floats: Float32Array | undefined
  let ball: { readonly inside: Images; readonly bytes: Uint8Array } | undefined
  const squaresOf = (row: number, data: Uint8Array): number => {
    const [now, before] = [{ ...levels, data }, levels].map((batch) => sliceImages(batch, row, row + 1).data)
    return kernels.run('changesOf1', [now!, before!])[2]!
  }
  return (images, rows = [...Array(images.count).keys()], squares) => {
    const rounded: Images = { ...images, data: (floats ??= workroom.floats(length)) }
    if (isBall(bound)) {
      ball ??= { inside: { ...images, data: workroom.floats(length) }, bytes: new Uint8Array(length) }
      ball.inside.data.set(images.data)
      region.project(ball.inside)
      const { data } = roundInside(ball.inside, levels, bound, kernels, ball.bytes, rounded.data)
      if (squares) for (const row of rows) squares[row] = squaresOf(row, data)
      return rounded
    }
    for (const row of rows) {
      const [from, to] = [images, rounded].map((batch) => sliceImages(batch, row, row + 1).data)
      const clean = sliceImages(levels, row, row + 1).data
      const [moved] = kernels.run('roundFloats', [from!, clean, to!], [wholeRadius(bound)])
      if (squares) squares[row] = moved!
    }
    return rounded
  }
}
