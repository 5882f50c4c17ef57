import { expect, test } from 'vitest'
import { quiet, stepsWithin, takeTurns, type Plan } from '../../../tools/bench/peers/takeTurns'
import { FakeMachine } from '../../support/FakeMachine'

/** What a turn is to be like: ms a call of either side, and ms of work of other programs in it. */
interface Script {
  readonly ours: number
  readonly theirs: number
  readonly others?: number
}

/** Plays turns, the last one again and again, and notes the order in which the sides were called. */
async function play(turns: readonly Script[], plan: Plan) {
  const machine = new FakeMachine()
  const order: string[] = []
  let played = 0
  const now = (): Script => turns[Math.min(played, turns.length - 1)]!
  const ours = (calls: number): Promise<number> => {
    order.push(`ours ${calls}`)
    const time = now().ours * calls
    machine.pass(time, { own: 2 * time })
    return Promise.resolve(now().ours)
  }
  const theirs = (calls: number): Promise<{ each: number; processor: number }> => {
    order.push(`theirs ${calls}`)
    const { theirs: each, others = 0 } = now()
    const time = each * calls
    // Their work is other programs' as the system counts it.
    machine.pass(time, { others: 2 * time + others })
    played++
    return Promise.resolve({ each, processor: 2 * time })
  }
  return { turns: await takeTurns(ours, theirs, plan, machine), order, machine }
}

test('the sides take turns, with a pause before each block', async () => {
  const { turns, order, machine } = await play([{ ours: 300, theirs: 600 }], {
    expected: [300, 600],
    usual: 2,
  })
  expect(order).toEqual(['ours 1', 'theirs 1', 'ours 1', 'theirs 1'])
  expect(machine.pauses).toEqual([100, 100, 100, 100])
  expect(turns).toEqual({ ours: 300, theirs: 600, ratio: 2, count: 2, others: 0 })
})

test('calls are repeated until the quicker side takes about 300 ms, 64 times at most', async () => {
  const callsFor = async (expected: [number, number]) =>
    (await play([{ ours: expected[0], theirs: expected[1] }], { expected, usual: 1 })).order
  expect(await callsFor([30, 100])).toEqual(['ours 10', 'theirs 10'])
  expect(await callsFor([100, 30])).toEqual(['ours 10', 'theirs 10'])
  expect(await callsFor([0.1, 1])).toEqual(['ours 64', 'theirs 64'])
  expect(await callsFor([5000, 400])).toEqual(['ours 1', 'theirs 1'])
})

test('figures are medians, and the ratio is the median of the ratios of each turn', async () => {
  const { turns } = await play(
    [
      { ours: 100, theirs: 200 },
      // The machine is three times slower for both.
      { ours: 300, theirs: 600 },
      { ours: 110, theirs: 330 },
    ],
    { expected: [300, 300], usual: 3 },
  )
  expect(turns).toMatchObject({ ours: 110, theirs: 330, ratio: 2, count: 3 })
})

test('a disturbed turn is taken again and does not count', async () => {
  // A turn takes 200 ms of pauses and 300 of each side: on two processors a share of 5 % is 80 ms.
  const { turns, order } = await play(
    [
      { ours: 900, theirs: 900, others: 800 },
      { ours: 300, theirs: 300, others: 40 },
      { ours: 300, theirs: 360, others: 20 },
    ],
    { expected: [300, 300], usual: 2 },
  )
  expect(order).toHaveLength(6)
  expect(turns.ours).toBe(300)
  expect(turns.theirs).toBe(330)
  expect(turns.ratio).toBeCloseTo(1.1)
  expect(turns.count).toBe(2)
  expect(turns.others).toBeCloseTo(40 / (800 * 2))
})

test('on a busy machine twice as many turns are taken, the quietest count and the worst of them is told', async () => {
  const disturbed = [400, 100, 300, 200].map((others) => ({ ours: 300, theirs: 300 + others, others }))
  const { turns, order } = await play(disturbed, { expected: [300, 300], usual: 2 })
  expect(order).toHaveLength(8)
  expect(turns.theirs).toBe((400 + 500) / 2)
  expect(turns.others).toBeCloseTo(200 / (1000 * 2))
  expect(turns.others).toBeGreaterThan(quiet)
})

test('a clock of whole ticks, which may lag behind, never makes other programs work less than nothing', async () => {
  const { turns } = await play([{ ours: 300, theirs: 300, others: -30 }], { expected: [300, 300], usual: 1 })
  expect(turns.others).toBe(0)
})

test('one turn must do where it takes long, however disturbed, unless more are asked for', async () => {
  const long = [{ ours: 25_000, theirs: 30_000, others: 30_000 }]
  const one = await play(long, { expected: [25_000, 30_000], usual: 5 })
  expect(one.order).toEqual(['ours 1', 'theirs 1'])
  expect(one.turns.count).toBe(1)
  expect(one.turns.others).toBeGreaterThan(quiet)
  const asked = await play(long, { expected: [25_000, 30_000], usual: 5, asked: 3 })
  expect(asked.order).toHaveLength(6)
  expect(asked.turns.count).toBe(3)
})

test('the asked number of turns wins over the usual one', async () => {
  const { order } = await play([{ ours: 300, theirs: 300 }], { expected: [300, 300], usual: 5, asked: 1 })
  expect(order).toHaveLength(2)
})

test('of a task with steps as many are run as take a quarter of a minute, two at least', () => {
  expect(stepsWithin(40, 100)).toBe(40)
  expect(stepsWithin(40, 500)).toBe(40)
  expect(stepsWithin(40, 1000)).toBe(15)
  expect(stepsWithin(10, 2500)).toBe(6)
  expect(stepsWithin(40, 60_000)).toBe(2)
})
