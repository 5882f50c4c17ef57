import { cleanup, render } from '@testing-library/svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { Inspection } from '#contract/models'
import InspectionFacts from '../../../src/renderer/src/components/model/InspectionFacts.svelte'

afterEach(cleanup)

const found: Inspection = {
  name: 'model.json',
  sha256: '0',
  size: 1e6,
  inputs: [{ name: 'image', type: 'float32', shape: [null, 28, 28, 1] }],
  outputs: [],
  logits: { name: 'scores', classes: 2 },
  batch: 'free',
  opset: 0,
  ops: [{ op: 'Conv2D', count: 2 }],
  parameters: 1e6,
  flops: 1e9,
  metadata: {},
  input: { channels: 1, height: 28, width: 28 },
  classes: ['a', 'b'],
  provider: 'tfjs-wasm',
  passedOver: [],
  differentiable: { ok: true },
  profile: null,
  problem: null,
}

/** What stands beside "Not on", line by line. */
function notOn(inspection: Inspection): readonly string[] {
  const { container } = render(InspectionFacts, { inspection })
  const name = [...container.querySelectorAll('dt')].find(({ textContent }) => textContent === 'Not on')
  const lines: string[] = []
  for (let next = name?.nextElementSibling; next?.tagName === 'DD'; next = next.nextElementSibling) {
    lines.push(next.textContent)
  }
  return lines
}

describe('what is found of a model', () => {
  it('gives each back end that was passed over a line of its own, with the whole of its reason', () => {
    const passedOver = [
      'tfjs-node-gpu: not installed in /home/me',
      'tfjs-node: tfjs_binding.node: libtensorflow.so.2: cannot open shared object file',
    ]
    expect(notOn({ ...found, passedOver })).toEqual(passedOver)
  })

  it('says nothing of back ends where the best was taken, or where the settings tell it', () => {
    expect(notOn(found)).toEqual([])
    expect(notOn({ ...found, provider: 'cpu', passedOver: ['cuda: no library'] })).toEqual([])
  })
})
