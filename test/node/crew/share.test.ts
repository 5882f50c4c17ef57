import { describe, expect, it } from 'vitest'
import { cut, share } from '#node/crew/share'
import type { CrewMember } from '#node/crew/threads'

const sizes = (pieces: readonly { start: number; end: number }[]): number[] =>
  pieces.map(({ start, end }) => end - start)

describe('cutting images into pieces', () => {
  it.each([
    [
      [16, 2, 100],
      [8, 8],
    ],
    [
      [16, 2, 4],
      [4, 4, 4, 4],
    ],
    [
      [10, 2, 4],
      [2, 3, 2, 3],
    ],
    [[12, 16, 1], Array.from({ length: 12 }, () => 1)],
    [
      [3, 2, 8],
      [1, 2],
    ],
    [[1, 2, 8], [1]],
    [[0, 2, 8], []],
    [
      [5, 2, 0],
      [1, 1, 1, 1, 1],
    ],
  ])('%j gives %j', ([count, threads, most], expected) => {
    const pieces = cut(count!, threads!, most!)
    expect(sizes(pieces)).toEqual(expected)
    expect(
      pieces.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
    ).toEqual(Array.from({ length: count! }, (_, i) => i))
  })

  it('cuts between whole runs of a model that takes so many images', () => {
    expect(sizes(cut(11, 2, 4, 4))).toEqual([4, 4, 3])
    expect(sizes(cut(16, 2, 2, 4))).toEqual([4, 4, 4, 4])
    expect(sizes(cut(3, 2, 8, 4))).toEqual([3])
  })
})

describe('sharing pieces out', () => {
  const members = ['a', 'b'] as unknown as CrewMember[]
  const pieces = cut(6, 2, 1)

  it('gives whoever is done the next one', async () => {
    const done: string[] = []
    await share(members, pieces, async (member, piece, index) => {
      expect(piece.start).toBe(index)
      // The first is slow, so the second does the others.
      const who = member as unknown as string
      if (who === 'a') await new Promise((resolve) => setTimeout(resolve, 200))
      done.push(`${who}${index}`)
    })
    expect(done).toEqual(['b1', 'b2', 'b3', 'b4', 'b5', 'a0'])
  })

  it('begins nothing after a failure, waits for what is under way, and tells the first', async () => {
    const begun: number[] = []
    let ended = false
    let told = 0
    const sharing = share(
      members,
      pieces,
      async (_, __, index) => {
        begun.push(index)
        if (index === 1) throw new Error('the first')
        await new Promise((resolve) => setTimeout(resolve, 20))
        ended = true
        throw new Error('the second')
      },
      () => {
        told++
      },
    )
    await expect(sharing).rejects.toThrow('the first')
    expect({ begun, ended, told }).toEqual({ begun: [0, 1], ended: true, told: 2 })
  })
})
