import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signClasses, signDataset } from '#core/datasets/signs'
import { encodePng } from '#node/images/encodePicture'

/**
 * Writes the sample pictures under assets/samples: `npm run build && node out/samples.js [folder]`. They come from
 * the test split of a seed of their own, so no training run has seen them.
 */
const seed = 'samples'

/** Class ids, and which of the class's pictures to take. */
const chosen: readonly (readonly [string, number])[] = [
  ['stop', 6],
  ['yield', 2],
  ['speed-limit-30', 4],
  ['speed-limit-100', 1],
  ['no-overtaking', 5],
  ['priority-road', 8],
  ['roundabout', 2],
  ['children', 6],
  ['wild-animals', 5],
  ['snow-or-ice', 7],
  ['pedestrian-crossing', 8],
  ['motorway', 3],
]

const folder = process.argv[2] ?? join('assets', 'samples')
await mkdir(folder, { recursive: true })
const rows = ['file,label']
for (const [id, turn] of chosen) {
  const label = signClasses.findIndex((item) => item.id === id)
  const { picture } = signDataset({ seed, split: 'test', index: turn * signClasses.length + label })
  await writeFile(join(folder, `${id}.png`), await encodePng(picture))
  rows.push(`${id}.png,${id}`)
}
await writeFile(join(folder, 'labels.csv'), `${rows.join('\n')}\n`)
console.log(`${chosen.length} pictures in ${folder}`)
