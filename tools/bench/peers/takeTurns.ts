import { median } from '../table'
import type { Machine } from './Machine'

/** Ours: runs a block of some calls in this process. @returns ms a call */
export type Ours = (calls: number) => Promise<number>

/** Theirs: the same in another process. */
export type Theirs = (calls: number) => Promise<Spent>

export interface Spent {
  /** ms a call. */
  readonly each: number
  /** ms of processor time that its process took for the whole block. */
  readonly processor: number
}

export interface Turns {
  /** Medians, in ms a call. */
  readonly ours: number
  readonly theirs: number
  /** Median over the turns of theirs over ours: a turn's two blocks lie side by side, so that what slows the machine slows both. */
  readonly ratio: number
  readonly count: number
  /** Share of the machine's processors that other programs took, in the worst turn that counts. */
  readonly others: number
}

/** Threads go on spinning for a while after a run, and would take the processors from the other side. */
const pauseMs = 100
/** Shorter calls are repeated until a block takes about this long. */
const blockMs = 300
/** From here on one turn must do. */
const longMs = 20_000
/** A turn is taken again when other programs took more than this: PyTorch's threads, which wait for each other, suffer more of it. */
export const quiet = 0.05

/** How many turns of how many calls. */
export interface Plan {
  /** ms that a call of ours and of theirs take, about. */
  readonly expected: readonly [number, number]
  /** How many turns unless one is asked for or one takes long. */
  readonly usual: number
  /** How many turns all the same. */
  readonly asked?: number | undefined
}

interface Turn {
  readonly ours: number
  readonly theirs: number
  readonly others: number
}

/**
 * Blocks in turn, ours and theirs. Of disturbed turns as many are taken again as were to be had, and the quietest count;
 * a long turn is not taken again.
 */
export async function takeTurns(
  ours: Ours,
  theirs: Theirs,
  { expected, usual, asked }: Plan,
  machine: Machine,
): Promise<Turns> {
  const calls = Math.min(64, Math.max(1, Math.round(blockMs / Math.min(...expected))))
  const long = calls * Math.max(...expected) > longMs
  const count = asked ?? (long ? 1 : usual)
  const turns: Turn[] = []
  while (
    turns.filter(({ others }) => others <= quiet).length < count &&
    turns.length < (long ? 1 : 2) * count
  ) {
    turns.push(await takeTurn(ours, theirs, calls, machine))
  }
  const counted = turns.toSorted((a, b) => a.others - b.others).slice(0, count)
  return {
    ours: median(counted.map((turn) => turn.ours)),
    theirs: median(counted.map((turn) => turn.theirs)),
    ratio: median(counted.map((turn) => turn.theirs / turn.ours)),
    count,
    others: counted.at(-1)!.others,
  }
}

async function takeTurn(ours: Ours, theirs: Theirs, calls: number, machine: Machine): Promise<Turn> {
  const [start, busy, own] = [machine.now(), machine.busy(), machine.own()]
  await machine.pause(pauseMs)
  const mine = await ours(calls)
  await machine.pause(pauseMs)
  const their = await theirs(calls)
  const others = machine.busy() - busy - (machine.own() - own) - their.processor
  const share = others / ((machine.now() - start) * machine.processors)
  return { ours: mine, theirs: their.each, others: Math.max(0, share) }
}

/** For a task with steps: all of them, or as many as take the slower side a quarter of a minute. */
export function stepsWithin(steps: number, msPerStep: number): number {
  return steps * msPerStep <= longMs
    ? steps
    : Math.max(2, Math.min(steps, Math.floor((0.75 * longMs) / msPerStep)))
}
