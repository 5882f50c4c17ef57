import { beforeEach, describe, expect, it } from 'vitest'
import type { CodeReader, ReadCode } from '#core/capture/CodeReader'
import { CodeTracker } from '#core/capture/CodeTracker'
import type { Gray } from '#core/capture/Gray'

/** Codes are single bright pixels here, their value being their text; each is 20 pixels wide. */
class DotReader implements CodeReader {
  readonly looks: string[] = []

  read({ width, height, data }: Gray): ReadCode[] {
    this.looks.push(`${width}x${height}`)
    return [...data.entries()].flatMap(([i, value]) => {
      if (value === 0) return []
      const [x, y] = [i % width, Math.floor(i / width)]
      const at = (dx: number, dy: number) => ({ x: x + dx, y: y + dy })
      return [
        {
          text: String(value),
          corners: [at(-10, -10), at(10, -10), at(10, 10), at(-10, 10)] as ReadCode['corners'],
          mirrored: false,
        },
      ]
    })
  }
}

function picture(dots: Readonly<Record<number, readonly [number, number]>>): Gray {
  const data = new Uint8Array(320 * 200)
  for (const [value, [x, y]] of Object.entries(dots)) data[y * 320 + x] = Number(value)
  return { width: 320, height: 200, data }
}

let reader: DotReader
let tracker: CodeTracker

beforeEach(() => {
  reader = new DotReader()
  tracker = new CodeTracker(reader)
})

const places = (codes: readonly ReadCode[]) =>
  codes.map(({ text, corners: [a] }) => [text, a.x + 10, a.y + 10])

describe('CodeTracker', () => {
  it('follows codes in windows round their last places, to the edge of the picture', () => {
    tracker.read(picture({ 7: [60, 50], 9: [310, 190] }), 0)
    const codes = tracker.read(picture({ 7: [68, 45], 9: [312, 186] }), 30)
    expect(places(codes)).toEqual([
      ['7', 68, 45],
      ['9', 312, 186],
    ])
    expect(reader.looks).toEqual(['320x200', '44x44', '32x32'])
  })

  it('looks at the whole picture when a code has left its window', () => {
    tracker.read(picture({ 7: [60, 50] }), 0)
    expect(places(tracker.read(picture({ 7: [200, 50] }), 30))).toEqual([['7', 200, 50]])
    expect(reader.looks.at(-1)).toBe('320x200')
    // Another code in the window is not the one that was there.
    expect(places(tracker.read(picture({ 8: [200, 50] }), 60))).toEqual([['8', 200, 50]])
  })

  it('looks at the whole picture every now and then, for codes that have come', () => {
    tracker.read(picture({ 7: [60, 50] }), 0)
    expect(tracker.read(picture({ 7: [60, 50], 9: [250, 150] }), 100)).toHaveLength(1)
    expect(tracker.read(picture({ 7: [60, 50], 9: [250, 150] }), 260)).toHaveLength(2)
  })

  it('starts anew for a picture of another size, and while there is nothing to follow', () => {
    tracker.read(picture({}), 0)
    tracker.read(picture({}), 30)
    tracker.read({ width: 100, height: 100, data: new Uint8Array(10_000) }, 60)
    expect(reader.looks).toEqual(['320x200', '320x200', '100x100'])
  })
})
