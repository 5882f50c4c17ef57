import { expect, it } from 'vitest'
import { signClasses, signDataset, signSize } from '#core/datasets/signs'
import { rasterOf } from '#core/tensor/Raster'
import { readLabelledFolder } from '#node/images/readLabelledFolder'

it('ships sample pictures that the data set still draws', async () => {
  const spec = { channels: 3, height: signSize, width: signSize }
  const { images, labels, names, skipped } = await readLabelledFolder('assets/samples', signClasses, spec)
  expect(skipped).toEqual([])
  expect(names).toHaveLength(12)
  expect(labels.map((label) => `${signClasses[label]!.id}.png`)).toEqual(names)
  const { picture } = signDataset({
    seed: 'samples',
    split: 'test',
    index: 6 * signClasses.length + labels[0]!,
  })
  const shipped = rasterOf(images, 0).data
  // Another machine's exp and pow may round otherwise, by a level.
  picture.data.forEach((level, i) => {
    if (Math.abs(level - shipped[i]!) > 1) expect.fail(`Value ${i} is ${level}, shipped as ${shipped[i]}.`)
  })
})
