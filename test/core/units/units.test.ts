import { describe, expect, it } from 'vitest'
import { nameOf, randomDirections, randomUnits, responseOf } from '#core/units/directions'
import { featureLayer, layersOf } from '#core/units/findLayer'
import { layerUnits } from '#core/units/layerUnits'
import { Maximisers } from '#core/units/Maximisers'
import { Random } from '#core/tensor/Random'
import { convNet } from '../../support/onnxNets'

describe('directions', () => {
  it('are of unit length, seeded, and the same whatever their number', () => {
    const three = randomDirections(3, 40, new Random('d'))
    const five = randomDirections(5, 40, new Random('d'))
    expect(five.slice(0, 3)).toEqual(three)
    expect(randomDirections(3, 40, new Random('e'))).not.toEqual(three)
    for (const direction of five) {
      if (direction.kind !== 'random') throw new Error('expected a random direction')
      expect(Math.hypot(...direction.vector)).toBeCloseTo(1, 6)
    }
  })

  it('spread evenly: no coordinate and no sign is preferred', () => {
    const all = randomDirections(400, 10, new Random('even')).flatMap((direction) =>
      direction.kind === 'random' ? [direction.vector] : [],
    )
    for (let i = 0; i < 10; i++) {
      const values = all.map((vector) => vector[i]!)
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 400)).toBeLessThan(0.06)
      expect(values.reduce((sum, value) => sum + value * value, 0) / 400).toBeCloseTo(0.1, 1)
    }
  })

  it('takes different units, all where there are no more', () => {
    const units = randomUnits(6, 50, new Random('u')).map((d) => (d.kind === 'unit' ? d.unit : -1))
    expect(new Set(units).size).toBe(6)
    expect(units).toEqual([...units].sort((a, b) => a - b))
    expect(randomUnits(9, 3, new Random('u')).map(nameOf)).toEqual(['unit 0', 'unit 1', 'unit 2'])
  })

  it('responds with the unit itself, or the inner product', () => {
    const activations = Float32Array.of(1, -2, 3)
    expect(responseOf({ kind: 'unit', unit: 1 }, activations)).toBe(-2)
    const vector = Float32Array.of(0.5, 0.25, -1)
    expect(responseOf({ kind: 'random', number: 0, vector }, activations)).toBe(-3)
  })
})

describe('units of a layer', () => {
  // Two images, two channels, three places.
  const maps = { data: Float32Array.of(1, 2, 3, 4, 5, 9, -1, -2, -3, 0, 0, 6), shape: [2, 2, 3] }

  it('are its values, or its channels by greatest or mean value', () => {
    expect(layerUnits(maps, 2, 'each')).toEqual({ data: maps.data, shape: [2, 6] })
    expect(layerUnits(maps, 2, 'greatest')).toEqual({ data: Float32Array.of(3, 9, -1, 6), shape: [2, 2] })
    expect(layerUnits(maps, 2, 'mean')).toEqual({ data: Float32Array.of(2, 6, -2, 2), shape: [2, 2] })
  })

  it("are a dense layer's values however its positions are taken", () => {
    const layer = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }
    for (const positions of ['each', 'greatest', 'mean'] as const) {
      expect(layerUnits(layer, 2, positions)).toEqual(layer)
    }
  })

  it('cannot be had of a tensor that has no row for each image', () => {
    expect(() => layerUnits(maps, 3, 'each')).toThrow(/each of 3 images.*got \[2, 2, 3\]/)
    expect(() => layerUnits({ data: new Float32Array(2), shape: [2] }, 2, 'each')).toThrow(/got \[2\]/)
  })
})

describe('the images that maximise a direction', () => {
  it('are the greatest of all, greatest first, the earlier among equals', () => {
    const random = new Random('max')
    const rows = Array.from({ length: 60 }, () => new Float32Array(4).map(() => random.int(9)))
    const directions = [...randomUnits(2, 4, random), ...randomDirections(3, 4, random)]
    const maximisers = new Maximisers(directions, 7)
    rows.forEach((row, image) => {
      maximisers.offer(image, row)
    })
    directions.forEach((direction, n) => {
      const wanted = rows
        .map((row, image) => ({ image, value: responseOf(direction, row) }))
        .sort((a, b) => b.value - a.value || a.image - b.image)
      expect(maximisers.of(n)).toEqual(wanted.slice(0, 7))
    })
  })

  it('puts NaN below every number', () => {
    const maximisers = new Maximisers([{ kind: 'unit', unit: 0 }], 3)
    ;[NaN, -5, NaN, 2].forEach((value, image) => {
      maximisers.offer(image, Float32Array.of(value))
    })
    expect(maximisers.of(0).map(({ image }) => image)).toEqual([3, 1, 0])
  })
})

describe('layers of a model', () => {
  it('are listed, and what the last dense layer reads is found', () => {
    const graph = convNet()
    const feature = featureLayer(graph)!
    expect(layersOf(graph).find(({ name }) => name === feature)?.op).toBe('Flatten')
    expect(layersOf(graph).map(({ op }) => op)).toContain('Conv')
    expect(featureLayer({ ...graph, nodes: graph.nodes.filter(({ op }) => op === 'Conv') })).toBeUndefined()
  })
})
