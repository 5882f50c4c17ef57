import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Provider } from '#core/models/ModelInfo'
import type { RunTensor } from '#core/onnx/facts'
import { forBackEnd } from './forBackEnd'
import { OrtSession } from './OrtSession'

/** One run, and how many nodes each back end really ran. */
export interface ProfiledRun {
  readonly outputs: Readonly<Record<string, RunTensor>>
  /** Counts by ONNX Runtime's names: `CPUExecutionProvider`, `CUDAExecutionProvider`, ... */
  readonly nodes: ReadonlyMap<string, number>
}

/**
 * Runs a graph once, and takes from ONNX Runtime's own profile where its nodes ran: a session that was made with a back end
 * may still put every node on the CPU, and does not say so.
 */
export async function profiledRun(
  model: Uint8Array,
  provider: Provider,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<ProfiledRun> {
  const folder = await mkdtemp(join(tmpdir(), 'halftone-profile-'))
  try {
    let outputs: ProfiledRun['outputs']
    {
      const { bytes, executionProviders } = forBackEnd(model, provider)
      await using session = await OrtSession.create(bytes, {
        executionProviders,
        enableProfiling: true,
        profileFilePrefix: join(folder, 'profile'),
        logSeverityLevel: 4,
      })
      outputs = await session.run(feeds, session.outputNames)
      session.endProfiling()
    }
    const [file] = await readdir(folder)
    return { outputs, nodes: countProviders(file ? await readFile(join(folder, file), 'utf8') : '[]') }
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
