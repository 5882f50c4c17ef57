import { parseArgs } from 'node:util'
import { attackOf, type AttackId } from '#core/attacks/index'
import { benchAttacks } from './attacks'
import { benchCapture } from './capture'
import { benchEngine } from './engine'
import { benchPeers } from './peers'
import { peersOptions } from './peers/options'
import { benchSheets } from './sheets'
import { benchSimulator } from './simulator'
import { benchTable, type Row } from './table'
import { benchTraining } from './training'
import { benchWindow } from './window'

/** Options for sections that can be made shorter; see the section for what they mean. */
const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    photos: { type: 'string' },
    'keep-photos': { type: 'string' },
    nets: { type: 'string' },
    batches: { type: 'string' },
    tasks: { type: 'string' },
    turns: { type: 'string' },
    model: { type: 'string' },
    batch: { type: 'string' },
    threads: { type: 'string' },
    attacks: { type: 'string' },
  },
})
/** Photos in each of nine cells: 67 make 200 a level; among all sections a few must do. */
const photos = Number(values.photos ?? (asked.includes('capture') ? 67 : 4))
const kept = values['keep-photos']
const peers = peersOptions(values, asked.includes('peers'))

const whole = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value)

/** What can be measured, by the name that follows `npm run bench --`; a new section is a line here. */
const sections: Readonly<Record<string, { title: string; run: () => Promise<readonly Row[]> }>> = {
  engine: { title: 'Engine: the input gradient beside the forward pass', run: benchEngine },
  peers: {
    title: 'Peers: Halftone beside PyTorch',
    run: () => (typeof peers === 'string' ? Promise.resolve([]) : benchPeers(peers)),
  },
  training: { title: 'Training: whole steps beside the forward pass', run: benchTraining },
  attacks: {
    title: "Attacks: their own time over that of the model's runs",
    run: () =>
      benchAttacks({
        model: values.model,
        batch: whole(values.batch),
        threads: whole(values.threads),
        turns: whole(values.turns),
        attacks: values.attacks?.split(',').map((id) => attackOf(id).id as AttackId),
      }),
  },
  sheets: { title: 'Sheets: a hundred pages as PDF', run: benchSheets },
  capture: {
    title: `Capture: the bars over ${photos} simulated photos in each cell`,
    run: () => benchCapture({ photos, ...(kept === undefined ? {} : { cache: kept }) }),
  },
  window: { title: 'Window: what one waits for, and how smooth it is', run: benchWindow },
  simulator: { title: 'Simulator: one photo on one thread, from the PDF to the JPEG', run: benchSimulator },
}

const unknown = asked.find((name) => !Object.hasOwn(sections, name))
if (unknown !== undefined) {
  console.error(`There is no section "${unknown}". There are: ${Object.keys(sections).join(', ')}.`)
  process.exitCode = 2
} else if (!Number.isInteger(photos) || photos < 1) {
  console.error(`Expected --photos to be a whole number of at least 1, got "${values.photos ?? ''}".`)
  process.exitCode = 2
} else if (typeof peers === 'string') {
  console.error(peers)
  process.exitCode = 2
} else {
  for (const name of asked.length > 0 ? asked : Object.keys(sections)) {
    const { title, run } = sections[name]!
    console.log(`${benchTable(title, await run())}\n`)
  }
}
