import { FolderStore } from '#node/store/FolderStore'

/**
 * Writes generations of two things for ever: a large file whose bytes are all the generation's number, and the
 * experiment's name. Says "ready" once it has begun.
 */
const store = new FolderStore(process.argv[2]!)
const writer = await store.edit('try')
const from = Number(writer.experiment.name.replace(/\D/g, '')) || 0
console.log('ready')
for (let generation = from + 1; ; generation++) {
  await writer.write('large.bin', new Uint8Array(2_000_000).fill(generation % 256))
  await writer.update((experiment) => ({ ...experiment, name: `generation ${generation}` }))
}
