import { describe, expect, it } from 'vitest'
import type { LayerJson } from '#core/models/tfjs/tfjsTopology'
import { layersWithoutSoftmax, scoresBefore } from '#core/models/tfjs/withoutSoftmax'

const layer = (kind: string, name: string, config: object = {}, inbound?: string): LayerJson => ({
  class_name: kind,
  name,
  config: { name, ...config },
  ...(inbound !== undefined && { inbound_nodes: [[[inbound, 0, 0, {}]]] }),
})

const sequence = (...layers: LayerJson[]): LayerJson => ({
  class_name: 'Sequential',
  config: { name: 'net', layers },
})

describe('layersWithoutSoftmax', () => {
  it.each([
    ['a dense layer', layer('Dense', 'd', { activation: 'softmax' }), 'Softmax'],
    ['an activation', layer('Activation', 'a', { activation: 'softmax' }), 'Softmax'],
    ['a softmax layer', layer('Softmax', 's', { axis: -1 }), 'Softmax'],
    ['sigmoids', layer('Dense', 'd', { activation: 'sigmoid' }), 'Sigmoid'],
    ['a model as last layer', sequence(layer('Dense', 'd', { activation: 'softmax' })), 'Softmax'],
  ])('takes it off %s', (_, last, name) => {
    const { model, squeezedBy } = layersWithoutSoftmax(sequence(layer('Flatten', 'f'), last))
    expect(squeezedBy).toBe(name)
    expect(JSON.stringify(model)).toContain('"activation":"linear"')
    expect(JSON.stringify(model)).not.toMatch(/softmax"|sigmoid"|"Softmax"/)
  })

  it.each([
    ['a linear end', layer('Dense', 'd', { activation: 'linear' })],
    ['a relu', layer('Dense', 'd', { activation: 'relu' })],
    ['a softmax over another axis', layer('Softmax', 's', { axis: 2 })],
    [
      'a softmax further inside',
      sequence(layer('Dense', 'd', { activation: 'softmax' }), layer('Dense', 'e')),
    ],
  ])('leaves %s', (_, last) => {
    const before = sequence(layer('Flatten', 'f'), last)
    expect(layersWithoutSoftmax(before)).toEqual({ model: before, squeezedBy: null })
  })

  it('goes by the output of a functional model, not by the last of its layers', () => {
    const layers = [
      layer('InputLayer', 'in'),
      layer('Dropout', 'drop', {}, 'scores'),
      layer('Dense', 'scores', { activation: 'softmax' }, 'in'),
    ]
    const model = {
      class_name: 'Functional',
      config: { name: 'net', layers, output_layers: [['drop', 0, 0]] },
    }
    expect(layersWithoutSoftmax(model).squeezedBy).toBe('Softmax')
    const two = {
      ...model,
      config: {
        ...model.config,
        output_layers: [
          ['drop', 0, 0],
          ['scores', 0, 0],
        ],
      },
    }
    expect(layersWithoutSoftmax(two)).toEqual({ model: two, squeezedBy: null })
  })
})

describe('scoresBefore', () => {
  const nodes = [
    { name: 'x', op: 'Placeholder', input: [] },
    { name: 's', op: 'BiasAdd', input: ['x', 'b'] },
    { name: 'p', op: 'Softmax', input: ['s:0'] },
    { name: 'r', op: 'Reshape', input: ['p', 'shape'] },
    { name: 'Identity', op: 'Identity', input: ['r'] },
    { name: 'round', op: 'Identity', input: ['round'] },
  ]

  it('finds what an output squeezes', () => {
    expect(scoresBefore(nodes, 'Identity:0')).toEqual({ name: 's', squeezedBy: 'Softmax' })
  })

  it('finds nothing where nothing is squeezed, and ends where a graph goes round', () => {
    for (const name of ['s', 'x', 'nowhere', 'round']) expect(scoresBefore(nodes, name)).toBeNull()
  })
})
