import { z } from 'zod'
import { SharedJson } from '#node/store/SharedJson'

/** Adds its name to the list in a shared file so many times, or for ever, and says "ready" once it has begun. */
const [path, name, times] = process.argv.slice(2)
const file = new SharedJson(path!, z.object({ names: z.array(z.string()) }), { names: [] })
for (let i = 0; i < Number(times); i++) {
  await file.change(({ names }) => ({ names: [...names, name!] }))
  if (i === 0) console.log('ready')
}
