import { listSupportedBackends } from 'onnxruntime-node'
import type { Provider } from '#core/models/ModelInfo'
import type { RunTensor } from '#core/onnx/facts'
import { forBackEnd } from './forBackEnd'
import { OrtSession } from './OrtSession'
import { profiledRun, type ProfiledRun } from './profile'

/** What a graph gave, and how long one run of it takes once everything is compiled and in place. */
export interface TimedRun {
  readonly outputs: Readonly<Record<string, RunTensor>>
  readonly milliseconds: number
}

/** How graphs are run to try a back end. Errors of ONNX Runtime are thrown as HalftoneErrors with their causes. */
export interface BackEndRunner {
  /** The back ends that ONNX Runtime was built with. */
  builtIn(): ReadonlySet<string>
  profiled(provider: Provider, bytes: Uint8Array, feeds: TimedRun['outputs']): Promise<ProfiledRun>
  timed(provider: Provider, bytes: Uint8Array, feeds: TimedRun['outputs']): Promise<TimedRun>
}

/** Runs that are timed, after one that is not; the shortest counts. */
const timedRuns = 2

export const ortRunner: BackEndRunner = {
  builtIn: () => new Set(listSupportedBackends().map(({ name }) => name)),
  profiled: (provider, bytes, feeds) => profiledRun(bytes, provider, feeds),
  async timed(provider, model, feeds) {
    const { bytes, executionProviders } = forBackEnd(model, provider)
    await using session = await OrtSession.create(bytes, { executionProviders, logSeverityLevel: 4 })
    let outputs = await session.run(feeds, session.outputNames)
    let milliseconds = Infinity
    for (let i = 0; i < timedRuns; i++) {
      const start = performance.now()
      outputs = await session.run(feeds, session.outputNames)
      milliseconds = Math.min(milliseconds, performance.now() - start)
    }
    return { outputs, milliseconds }
  },
}
