import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A CSV file of one line per epoch; its columns come from the first line. */
export async function openLog(path: string, resumed: boolean) {
  await mkdir(dirname(path), { recursive: true })
  let started = resumed
  return async (row: Readonly<Record<string, number>>): Promise<void> => {
    if (!started) await writeFile(path, `${Object.keys(row).join(',')}\n`)
    started = true
    await appendFile(
      path,
      `${Object.values(row)
        .map((value) => Number(value.toPrecision(6)))
        .join(',')}\n`,
    )
    console.log(
      Object.entries(row)
        .map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`)
        .join('  '),
    )
  }
}
