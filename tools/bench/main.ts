import { benchAttacks } from './attacks'
import { benchEngine } from './engine'
import { benchSheets } from './sheets'
import { benchSimulator } from './simulator'
import { benchTable, type Row } from './table'
import { benchTraining } from './training'

/** What can be measured, by the name that follows `npm run bench --`; a new section is a line here. */
const sections: Readonly<Record<string, { title: string; run: () => Promise<readonly Row[]> }>> = {
  engine: { title: 'Engine: the input gradient beside the forward pass', run: benchEngine },
  training: { title: 'Training: whole steps beside the forward pass', run: benchTraining },
  attacks: { title: "Attacks: their own time over that of the model's runs", run: benchAttacks },
  sheets: { title: 'Sheets: a hundred pages as PDF', run: benchSheets },
  simulator: { title: 'Simulator: one photo on one thread, from the PDF to the JPEG', run: benchSimulator },
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(sections, name))
if (unknown !== undefined) {
  console.error(`There is no section "${unknown}". There are: ${Object.keys(sections).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const name of asked.length > 0 ? asked : Object.keys(sections)) {
    const { title, run } = sections[name]!
    console.log(`${benchTable(title, await run())}\n`)
  }
}
