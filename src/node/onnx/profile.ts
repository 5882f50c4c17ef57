import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunTensor } from '#core/onnx/facts'
import { OrtSession } from './OrtSession'

/**
 * How many nodes each back end really ran, by ONNX Runtime's own profile of one run: a session that was made with a back
 * end may still put every node on the CPU, and does not say so.
 * @returns counts by ONNX Runtime's names: `CPUExecutionProvider`, `CUDAExecutionProvider`, ...
 */
export async function nodesByProvider(
  model: Uint8Array,
  provider: string,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<ReadonlyMap<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'halftone-profile-'))
  try {
    {
      await using session = await OrtSession.create(model, {
        executionProviders: [provider],
        enableProfiling: true,
        profileFilePrefix: join(folder, 'profile'),
        logSeverityLevel: 4,
      })
      await session.run(feeds, session.outputNames)
      session.endProfiling()
    }
    const [file] = await readdir(folder)
    return countProviders(file ? await readFile(join(folder, file), 'utf8') : '[]')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Counts the node events of a profile by the back end that ran them. */
export function countProviders(profile: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const events = JSON.parse(profile) as readonly { cat?: string; args?: { provider?: string } }[]
  for (const { cat, args } of events) {
    if (cat !== 'Node' || !args?.provider) continue
    counts.set(args.provider, (counts.get(args.provider) ?? 0) + 1)
  }
  return counts
}
