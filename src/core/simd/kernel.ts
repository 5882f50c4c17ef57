import {
  addIntegers,
  get,
  ifAny,
  integer,
  noteIf,
  repeat,
  repeatInBlocks,
  set,
  type Code,
  type Func,
  type Type,
} from './encode'
import {
  code,
  instructions,
  loadVector,
  promoteLower,
  promoteUpper,
  storeVector,
  zeroVector,
} from './instructions'
import { bytesOf, Lanes, type Element, type Locals, type Place, type Precision } from './Lanes'

/** How a kernel uses an array: what is only written is not copied in, what is only read not copied back. */
export type Use = 'read' | 'write' | 'change'

export interface ArrayOf {
  readonly use: Use
  readonly holds: Element
}

/** Arrays of 32-bit numbers. */
export const read: ArrayOf = { use: 'read', holds: 'single' }
export const write: ArrayOf = { use: 'write', holds: 'single' }
export const change: ArrayOf = { use: 'change', holds: 'single' }
/** Arrays of 64-bit numbers, for kernels of that precision. */
export const readDoubles: ArrayOf = { use: 'read', holds: 'double' }
export const writeDoubles: ArrayOf = { use: 'write', holds: 'double' }
export const changeDoubles: ArrayOf = { use: 'change', holds: 'double' }
/** Arrays of whole numbers 0..255. */
export const readBytes: ArrayOf = { use: 'read', holds: 'byte' }
export const writeBytes: ArrayOf = { use: 'write', holds: 'byte' }

/** A loop over arrays of equal length, written for some of their values at a time. */
export interface Kernel {
  readonly precision: Precision
  readonly arrays: readonly ArrayOf[]
  /** How many numbers it is given beside the arrays. */
  readonly scalars: number
  /** What it gives back: sums over all values or their maxima; zero to begin with. */
  readonly reductions: readonly Reduction[]
  /**
   * @param scalars their expressions
   * @returns the code for the values at hand; where it is in several parts, all values of one pass of the loop go through each of them
   * before the next, so that an array, a scalar or a sum is at hand for all of them
   */
  body(lanes: Lanes, scalars: readonly Code[]): Code | readonly Code[]
  /**
   * Set where sums of single precision may be taken in single precision over some {@link blockOf} values, and only those sums
   * in double: for many sums at once, which take up most of the instructions otherwise.
   */
  readonly inBlocks?: true
  /** Set where the body is a condition: the kernel then tells the indices at which it holds, and only reads. */
  readonly finds?: true
}

export type Reduction = 'sum' | 'greatest'

/** A kernel's function, and how many numbers of each reduction it leaves in memory, from address zero on, one after the other. */
export interface Compiled {
  readonly kernel: Kernel
  readonly func: Func
  readonly left: readonly number[]
}

/** Bytes at the start of the memory: the first half for what reductions leave, the second for those of a block. */
export const reservedBytes = 2048
/** Registers' worth of values in one pass of the loop; more where it mostly only looks. */
const groups = 2
const groupsThatLook = 4
/** With sums in blocks, which all groups share. */
const groupsInBlocks = 4
/** Values that are added up in single precision, a fourth of them in each lane. */
const blockOf = 256

/**
 * A function of the count of values, the addresses of the arrays, and the scalars; one that finds is also given an address to
 * write indices to and the index of the first value, and leaves at address zero where the indices end.
 */
export function compile(name: string, kernel: Kernel): Compiled {
  const { arrays, scalars, precision, reductions, finds } = kernel
  const blocks = kernel.inBlocks === true && precision === 'single'
  const integers = 1 + arrays.length + (finds ? 2 : 0)
  const params: Type[] = [...new Array<Type>(integers).fill('i32'), ...new Array<Type>(scalars).fill('f64')]
  const places = arrays.map(({ holds }, i): Place => ({ local: 1 + i, holds }))
  const locals = blocks ? new BlockLocals(params.length) : new FunctionLocals(params.length)
  const known = new Map<string, number>()
  const lanesOf = (wide: boolean, groups: number): Lanes[] =>
    Array.from(
      { length: groups },
      (_, group) => new Lanes({ precision, wide }, locals, places, known, group, groups),
    )
  const bodyOf = (lanes: Lanes): Code => partsOf(lanes).flat()
  const partsOf = (lanes: Lanes): readonly Code[] => {
    const given = Array.from({ length: scalars }, (_, i) => lanes.scalar(integers + i))
    const written = kernel.body(lanes, given)
    return isInParts(written) ? written : [written]
  }
  const advance = (step: number): Code =>
    places.flatMap(({ local, holds }) => set(local, addIntegers(get(local), integer(bytesOf[holds] * step))))
  const loop = (step: number, body: Code): Code => repeat(0, step, [...body, ...advance(step)])
  const stepOf = (lanes: readonly Lanes[]): number => lanes.length * lanes[0]!.count
  if (finds) {
    const [out, index] = [1 + arrays.length, 2 + arrays.length]
    const note = (count: number): Code => [
      ...lanesOf(false, count).flatMap((lanes, i) => noteIf(bodyOf(lanes), out, index, i)),
      ...set(index, addIntegers(get(index), integer(count))),
    ]
    const wide = lanesOf(true, groupsThatLook)
    const step = stepOf(wide)
    const skip = set(index, addIntegers(get(index), integer(step)))
    const loops = [
      ...loop(step, ifAny(wide.map(bodyOf), note(step), skip)),
      ...loop(1, note(1)),
      ...[...integer(0), ...get(out), 0x36, 2, 0],
    ]
    return {
      kernel,
      func: { name, params, locals: locals.types, body: [...locals.start, ...loops] },
      left: [],
    }
  }
  const [wide, narrow] = [lanesOf(true, blocks ? groupsInBlocks : groups), lanesOf(false, 1)]
  const step = stepOf(wide)
  const body = inTurn(wide.map(partsOf))
  const whole =
    locals instanceof BlockLocals
      ? [
          ...locals.startOfBlock,
          ...repeatInBlocks(
            0,
            step,
            { steps: blockOf / step, most: locals.add('i32'), after: locals.endOfBlock() },
            [...body, ...advance(step)],
          ),
        ]
      : loop(step, body)
  const loops = [...whole, ...loop(1, narrow.flatMap(bodyOf))]
  const { code: results, left } = locals.results(reductions.length)
  return {
    kernel,
    func: { name, params, locals: locals.types, body: [...locals.start, ...loops, ...results] },
    left,
  }
}

const isInParts = (code: Code | readonly Code[]): code is readonly Code[] => typeof code[0] === 'object'

/** The first part of each, then the second of each, and so on. */
const inTurn = (written: readonly (readonly Code[])[]): Code =>
  written[0]!.flatMap((_, part) => written.flatMap((parts) => parts[part]!))

class FunctionLocals implements Locals {
  readonly types: Type[] = []
  /** The code that sets what is set before the loops. */
  readonly start: number[] = []
  readonly #first: number
  readonly #accumulators: { reduction: number; type: 'v128' | 'f64'; local: number }[] = []

  constructor(params: number) {
    this.#first = params
  }

  add(type: Type): number {
    this.types.push(type)
    return this.#first + this.types.length - 1
  }

  before(type: Type, value: Code): number {
    const local = this.add(type)
    this.start.push(...set(local, value))
    return local
  }

  accumulate(reduction: number, type: 'v128' | 'f64'): number {
    const local = this.add(type)
    this.#accumulators.push({ reduction, type, local })
    return local
  }

  /** Code that writes the accumulators to memory, reduction by reduction, and how many numbers each has there. */
  results(reductions: number): { readonly code: Code; readonly left: readonly number[] } {
    const code: number[] = []
    const left: number[] = []
    let address = 0
    for (let reduction = 0; reduction < reductions; reduction++) {
      let numbers = 0
      for (const { type, local } of this.#accumulators.filter((each) => each.reduction === reduction)) {
        const store = type === 'v128' ? [0xfd, 0x0b, 3, 0] : [0x39, 3, 0]
        code.push(...integer(address), ...get(local), ...store)
        numbers += type === 'v128' ? 2 : 1
        address += type === 'v128' ? 16 : 8
      }
      left.push(numbers)
    }
    return { code, left }
  }
}

/**
 * With accumulators of single precision for one block at a time. They are in memory: the host's compiler leaves sums in locals to
 * the end of the loop, and what they are of goes to the stack and back.
 */
class BlockLocals extends FunctionLocals {
  readonly #blocks: { reduction: number; how: Reduction; address: number; part: number }[] = []

  accumulateInBlock(reduction: number, how: Reduction, place: number): { address: number; part: number } {
    const address = reservedBytes / 2 + 16 * place
    return (this.#blocks[place] ??= { reduction, how, address, part: this.add('v128') })
  }

  get startOfBlock(): Code {
    return this.#blocks.flatMap(({ address }) => storeVector(address, zeroVector))
  }

  /** Code that takes what a block has left into the reductions. */
  endOfBlock(): Code {
    const { add, max } = instructions.many.double
    const taken = this.#blocks.flatMap(({ reduction, how, address, part }) => [
      ...set(part, loadVector(address)),
      ...[promoteLower(get(part)), promoteUpper(get(part))].flatMap((half) => {
        const all = this.accumulate(reduction, 'v128')
        return set(all, [...get(all), ...half, ...code(how === 'sum' ? add : max)])
      }),
    ])
    return [...taken, ...this.startOfBlock]
  }
}
