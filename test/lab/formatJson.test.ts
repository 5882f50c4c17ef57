import { expect, it } from 'vitest'
import { formatJson } from '#lab/formatJson'

it('puts what fits on one line, and says the same as JSON', () => {
  const value = { a: 1, list: [{ b: 'x', c: [1, 2, null] }, {}, []], long: 'y'.repeat(40), gone: undefined }
  const text = formatJson(value, 40)
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
  expect(text).toBe(
    `{\n  "a": 1,\n  "list": [\n    { "b": "x", "c": [1, 2, null] },\n    {},\n    []\n  ],\n  "long": "${'y'.repeat(40)}"\n}\n`,
  )
  expect(formatJson([1, 2])).toBe('[1, 2]\n')
})
