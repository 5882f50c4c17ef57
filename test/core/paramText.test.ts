import { describe, expect, it } from 'vitest'
import type { ParamSpecs } from '#core/paramValues'
import { paramsFromText } from '#core/paramText'

const specs: ParamSpecs = {
  size: { kind: 'number', title: '', help: '', default: 1, min: 0, max: 9 },
  count: { kind: 'integer', title: '', help: '', default: 2, min: 0, max: 9 },
  fast: { kind: 'boolean', title: '', help: '', default: false },
  way: { kind: 'choice', title: '', help: '', default: 'up', choices: ['up', 'down'] },
}
const read = (...texts: string[]) => paramsFromText('Attack a', specs, texts)

describe('parameters as text', () => {
  it('are read by their kind', () => {
    expect(read()).toEqual({ size: 1, count: 2, fast: false, way: 'up' })
    expect(read('size=2.5', 'fast=true', ' way = down ')).toEqual({
      size: 2.5,
      count: 2,
      fast: true,
      way: 'down',
    })
  })

  it.each([
    ['size', /name=value, got "size"/],
    ['size=', /size must be a number from 0 to 9, got ""/],
    ['size=x', /got "x"/],
    ['count=1.5', /whole number from 0 to 9, got 1.5/],
    ['fast=yes', /fast must be true or false, got "yes"/],
    ['way=left', /one of up, down, got "left"/],
    ['depth=1', /no parameter "depth"; it has: size, count, fast, way/],
    ['toString=1', /no parameter "toString"/],
  ])('%s is refused', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})
