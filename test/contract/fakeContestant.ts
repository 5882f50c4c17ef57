import type { Experiment } from '#contract/experiment'
import { HostError } from '#contract/host'
import { FakeHost, type FakeTools } from '#renderer/host/fake'
import { anExperiment } from '../support/experiment'
import type { Contestant } from './contestants'

/** The fake with a script that does in small what the contract's list asks of a lab. */
export function fakeContestant(): Contestant {
  const made = new Map<string, Experiment>()
  const host: FakeHost = new FakeHost({
    'attack.list': () => [
      {
        id: 'fgsm',
        title: 'Fast gradient sign',
        paper: 'Goodfellow, Shlens, Szegedy, 2014',
        norm: 'linf',
        access: 'gradient',
        targets: 'optional',
        params: {},
        experiment: true,
      },
    ],
    'experiment.create': ({ name, count }) => {
      const experiment = anExperiment({ id: name.toLowerCase(), name, count })
      made.set(experiment.id, experiment)
      return experiment
    },
    'experiment.read': ({ experiment }) => {
      const found = made.get(experiment)
      if (found) return found
      throw new HostError('not-found', `There is no experiment "${experiment}".`)
    },
    'phone.close': () => {
      throw new HostError(
        'internal',
        'This is a bug in Halftone. Please report it with these lines:\nTypeError: oops',
      )
    },
    'playground.sample': () => ({
      picture: { width: 2, height: 1, rgb: Uint8Array.of(0, 1, 2, 253, 254, 255) },
      label: 0,
      name: 'stop',
    }),
    'playground.classify': ({ picture, seen }) => ({
      top: [{ label: 0, name: 'stop', confidence: 0.9 }],
      latency: 1,
      picture: seen && 'rgb' in picture ? picture : null,
    }),
    generate: async ({ experiment }, tools) => {
      await inSteps(tools)
      host.tell('changed', { experiment })
      return { settings: [] }
    },
  })
  return {
    host,
    read: async (ref, side) => {
      const response = await fetch(host.blobUrl(ref, side)).catch(() => null)
      return response && new Uint8Array(await response.arrayBuffer())
    },
    place: ({ experiment, path }, bytes) => {
      host.blobs.set(`${experiment}/${path}`, bytes)
      return Promise.resolve()
    },
    uploaded: async (path) => {
      const file = host.uploaded.find(({ name, webkitRelativePath }) =>
        path.endsWith(webkitRelativePath ?? name),
      )
      return new Uint8Array(await file!.arrayBuffer())
    },
    close: () => Promise.resolve(),
  }
}

async function inSteps({ signal, progress }: FakeTools): Promise<void> {
  for (let done = 0; done <= 8 && !signal.aborted; done++) {
    progress('fgsm', done, 8)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
