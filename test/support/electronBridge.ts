import type { Bridge } from '#contract/bridge'
import { eventNames } from '#contract/events'
import type { LabClient } from '#node/lab/LabClient'
import { Answers, type AnswerOptions } from '../../src/main/answers'

/**
 * The bridge between page and main process with nothing of Electron between them: what crosses is copied as Electron
 * copies it, by the structured clone algorithm, and the answers are the main process's own.
 */
export function electronBridge(lab: LabClient, options: Omit<AnswerOptions, 'lab'>): Bridge {
  const answers = new Answers({ ...options, lab })
  const crossed = async <T>(answer: (...values: unknown[]) => Promise<T>, ...values: unknown[]): Promise<T> =>
    structuredClone(await answer(...structuredClone(values)))
  return {
    send: (name, input) => crossed((...given) => answers.send(given[0], given[1]), name, input),
    onEvent(listener) {
      const ends = eventNames.map((name) =>
        lab.listen(name, (value: unknown) => {
          listener(name, structuredClone(value))
        }),
      )
      return () => {
        for (const end of ends) end()
      }
    },
    onConnection(listener) {
      const tell = (): void => {
        listener(lab.state === 'running' ? 'connected' : 'lost')
      }
      tell()
      return lab.watch(tell)
    },
    onMenu: () => () => undefined,
    pathOf: (file) => (file as { readonly path?: string }).path ?? '',
    upload: (files) => crossed((given) => answers.upload(given), files),
    pick: (kind) => crossed((given) => answers.pick(given), kind),
    save: (...values) => crossed((...given) => answers.save(given[0], given[1], given[2]), ...values),
    print: (...values) => crossed((...given) => answers.print(given[0], given[1]), ...values),
    reveal: (experiment) => crossed((given) => answers.reveal(given), experiment),
  }
}
