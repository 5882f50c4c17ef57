import type { CrewMember } from './threads'

/** Items `start` to `end` (exclusive). */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Cuts items into as few pieces as there must be so that each of so many threads has as many, none above `most`, and all but
 * the last are whole units.
 */
export function cut(count: number, threads: number, most: number, unit = 1): readonly Range[] {
  const units = Math.ceil(count / unit)
  const rounds = Math.ceil(units / threads / Math.max(1, Math.floor(most / unit)))
  const pieces = Math.min(units, threads * rounds)
  return Array.from({ length: pieces }, (_, i) => ({
    start: Math.floor((i * units) / pieces) * unit,
    end: Math.min(Math.floor(((i + 1) * units) / pieces) * unit, count),
  }))
}

/**
 * Has the pieces done, each thread taking the next when it has done one. After a failure none is begun, and what is under way is
 * waited for.
 * @param onFailure called at once
 * @throws the first failure
 */
export async function share(
  members: readonly CrewMember[],
  pieces: readonly Range[],
  work: (member: CrewMember, piece: Range, index: number) => Promise<void>,
  onFailure: () => void = () => undefined,
): Promise<void> {
  let next = 0
  let failure: { readonly error: unknown } | undefined
  await Promise.all(
    members.map(async (member) => {
      while (!failure && next < pieces.length) {
        const index = next++
        try {
          await work(member, pieces[index]!, index)
        } catch (error) {
          failure ??= { error }
          onFailure()
        }
      }
    }),
  )
  if (failure) throw failure.error
}
