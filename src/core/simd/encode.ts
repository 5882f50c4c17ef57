/** Bytes of WebAssembly's binary format (core specification 2.0, chapter 5). */
export type Code = readonly number[]

/** LEB128 of a whole number that is not negative. */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return bytes
}

/** LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

export const double = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)]

export const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]

export const types = { i32: 0x7f, f64: 0x7c, f32: 0x7d, v128: 0x7b } as const
export type Type = keyof typeof types

/** A function without results, exported by its name. */
export interface Func {
  readonly name: string
  readonly params: readonly Type[]
  /** Further locals; their indices follow those of the parameters. */
  readonly locals: readonly Type[]
  readonly body: Code
}

/** A module of these functions over a memory that is imported as `env.memory`, of at least one page. */
export function moduleOf(functions: readonly Func[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, bytes: Code): number[] => [id, ...unsigned(bytes.length), ...bytes]
  const text = (value: string): number[] => [
    ...unsigned(value.length),
    ...Array.from(value, (c) => c.charCodeAt(0)),
  ]
  const typeOf = ({ params }: Func): Code => [0x60, ...vector(params.map((type) => [types[type]])), 0]
  const bodyOf = ({ locals, body }: Func): Code => {
    const code = [...vector(locals.map((type) => [1, types[type]])), ...body, end]
    return [...unsigned(code.length), ...code]
  }
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(functions.map(typeOf))),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, 0, 1]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]))),
    ...section(10, vector(functions.map(bodyOf))),
  ])
}

const end = 0x0b

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
export const integer = (value: number): Code => [0x41, ...signed(value)]
export const addIntegers = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
/** Runs the body again and again while at least `step` are left in a local, and takes them off. */
export const repeat = (left: number, step: number, body: Code): Code => [
  // Out of the block at once where there are fewer.
  ...[0x02, 0x40, ...get(left), ...integer(step), 0x48, 0x0d, 0],
  ...[0x03, 0x40, ...body, ...set(left, [...get(left), ...integer(step), 0x6b])],
  ...[...get(left), ...integer(step), 0x4e, 0x0d, 0, end, end],
]
/**
 * As {@link repeat}, in blocks: after each of at most so many steps something else is done.
 * @param most a local for the count that is left when a block ends
 */
export const repeatInBlocks = (
  left: number,
  step: number,
  { steps, most, after }: { readonly steps: number; readonly most: number; readonly after: Code },
  body: Code,
): Code => {
  const lessBlock = [...get(left), ...integer(steps * step), 0x6b]
  const lessStep = integer(step - 1)
  return [
    ...[0x02, 0x40, ...get(left), ...integer(step), 0x48, 0x0d, 0, 0x03, 0x40],
    // max(left - block, step - 1): where the greater of both lies, no further step fits into the block or the rest.
    ...set(most, [...lessBlock, ...lessStep, ...lessBlock, ...lessStep, 0x4a, 0x1b]),
    ...[0x03, 0x40, ...body, ...set(left, [...get(left), ...integer(step), 0x6b])],
    ...[...get(left), ...get(most), 0x4a, 0x0d, 0, end],
    ...[...after, ...get(left), ...integer(step), 0x4e, 0x0d, 0, end, end],
  ]
}
/** One of two bodies, by whether any lane of these vectors is set. */
export const ifAny = (masks: readonly Code[], body: Code, otherwise: Code): Code => [
  ...masks.flatMap((mask, i) => [...mask, ...(i > 0 ? [0xfd, 0x50] : [])]),
  ...[0xfd, 0x53, 0x04, 0x40, ...body, 0x05, ...otherwise, end],
]
/** Writes an index, with `more` added, to an address, which goes on by 4 bytes if the condition holds: no branch to foretell. */
export const noteIf = (condition: Code, address: number, index: number, more: number): Code => [
  ...[...get(address), ...addIntegers(get(index), integer(more)), 0x36, 2, 0],
  ...set(address, addIntegers(get(address), [...condition, ...integer(2), 0x74])),
]
