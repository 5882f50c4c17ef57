import { double as doubleBytes, get, set, unsigned, type Code, type Type } from './encode'
import {
  code,
  instructions,
  loadVector,
  promoteLower,
  promoteUpper,
  simd,
  storeVector,
  type Instructions,
} from './instructions'

/** Floats of 32 or 64 bits. */
export type Precision = 'single' | 'double'

/** What an array holds: floats, or whole numbers 0..255, which kernels calculate with as floats. */
export type Element = Precision | 'byte'

export const bytesOf: Readonly<Record<Element, number>> = { byte: 1, single: 4, double: 8 }

/** An array: the local with its address, and what it holds; doubles only in kernels that calculate in them. */
export interface Place {
  readonly local: number
  readonly holds: Element
}

/** Where the code of a kernel's body puts its locals. */
export interface Locals {
  /** A new local. @returns its index */
  add(type: Type): number
  /** A local that is set once, before the loops. */
  before(type: Type, value: Code): number
  /** A local that starts at zero and is written out at the end as part of a reduction. */
  accumulate(reduction: number, type: 'v128' | 'f64'): number
  /**
   * In kernels that reduce in blocks: where a vector of single precision is kept in memory, which is taken into the reduction and set
   * to zero at the end of each block, and a local for what one pass of the loop adds to it.
   * @param place which of the reductions in the code
   */
  accumulateInBlock?(
    reduction: number,
    how: 'sum' | 'greatest',
    place: number,
  ): { readonly address: number; readonly part: number }
}

/**
 * What the body of a kernel is written with: each method gives the code of an expression over some neighbouring values of the
 * arrays, as many as a vector register holds, or one of those that are left over. The same body serves for both.
 */
export class Lanes {
  /** Values worked on together. */
  readonly count: number
  readonly #precision: Precision
  readonly #wide: boolean
  readonly #with: Instructions
  readonly #locals: Locals
  readonly #arrays: readonly Place[]
  readonly #known: Map<string, number>
  readonly #group: number
  readonly #groups: number
  #reductions = 0

  /**
   * @param known locals of constants and scalars, shared by all lanes of one width
   * @param group which of so many groups of lanes in one pass
   */
  constructor(
    { precision, wide }: { readonly precision: Precision; readonly wide: boolean },
    locals: Locals,
    arrays: readonly Place[],
    known: Map<string, number>,
    group: number,
    groups: number,
  ) {
    this.count = !wide ? 1 : precision === 'single' ? 4 : 2
    this.#precision = precision
    this.#wide = wide
    this.#with = instructions[wide ? 'many' : 'one'][precision]
    this.#locals = locals
    this.#arrays = arrays
    this.#known = known
    this.#group = group
    this.#groups = groups
  }

  /** The values of an array, by its number. */
  load(array: number): Code {
    const { local, holds } = this.#arrays[array]!
    const at = get(local)
    const from = this.#offsetIn(holds)
    const double = this.#precision === 'double'
    if (holds === 'byte') return this.#loadBytes(at, from)
    if (holds === 'double') return this.#wide ? [...at, 0xfd, 0x00, 3, ...from] : [...at, 0x2b, 3, ...from]
    if (!this.#wide) return [...at, 0x2a, 2, ...from, ...(double ? [0xbb] : [])]
    // Two floats and their promotion, or four.
    return double ? [...at, 0xfd, 0x5d, 2, ...from, 0xfd, 0x5f] : [...at, 0xfd, 0x00, 2, ...from]
  }

  /** Writes values into an array; into one of bytes only whole numbers 0..255. */
  store(array: number, value: Code): Code {
    const { local, holds } = this.#arrays[array]!
    const at = [...get(local), ...value]
    const to = this.#offsetIn(holds)
    const double = this.#precision === 'double'
    if (holds === 'byte') return this.#storeBytes(get(local), value, to)
    if (holds === 'double') return this.#wide ? [...at, 0xfd, 0x0b, 3, ...to] : [...at, 0x39, 3, ...to]
    if (!this.#wide) return [...at, ...(double ? [0xb6] : []), 0x38, 2, ...to]
    return double ? [...at, 0xfd, 0x5e, 0xfd, 0x5b, 2, ...to, 0] : [...at, 0xfd, 0x0b, 2, ...to]
  }

  /** A number known beforehand. */
  constant(value: number): Code {
    return this.#everywhere(`constant ${value}`, [0x44, ...doubleBytes(value)])
  }

  /** A parameter of the kernel, from its local, a 64-bit float. */
  scalar(local: number): Code {
    return this.#everywhere(`scalar ${local}`, get(local))
  }

  /**
   * Takes values into a sum or a maximum over all values, in double precision either way (but for the blocks of kernels that
   * have them). Each place in the code that does has an accumulator of its own, so that none waits for another.
   */
  reduce(reduction: number, how: 'sum' | 'greatest', value: Code): Code {
    if (this.#wide && this.#precision === 'single' && this.#locals.accumulateInBlock) {
      const { address, part } = this.#locals.accumulateInBlock(reduction, how, this.#reductions++)
      const operator = code(how === 'sum' ? this.#with.add : this.#with.max)
      if (this.#group === 0) return set(part, value)
      const sum = [...get(part), ...value, ...operator]
      if (this.#group < this.#groups - 1) return set(part, sum)
      return storeVector(address, [...loadVector(address), ...sum, ...operator])
    }
    const { max, add } = instructions[this.#wide ? 'many' : 'one'].double
    const operator = code(how === 'sum' ? add : max)
    const into = (part: Code): Code => {
      const local = this.#locals.accumulate(reduction, this.#wide ? 'v128' : 'f64')
      return set(local, [...get(local), ...part, ...operator])
    }
    if (this.#precision === 'double') return into(value)
    if (!this.#wide) return into([...value, 0xbb])
    const { first, again } = this.keep(value)
    return [...first, ...into(promoteLower(again)), ...into(promoteUpper(again))]
  }

  /** Evaluates an expression once, for use more than once. */
  keep(value: Code): { readonly first: Code; readonly again: Code } {
    const local = this.#locals.add(this.#with.type)
    return { first: set(local, value), again: get(local) }
  }

  add = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.add)]
  sub = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.sub)]
  mul = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.mul)]
  div = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.div)]
  min = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.min)]
  max = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.max)]
  abs = (a: Code): Code => [...a, ...code(this.#with.abs)]
  sqrt = (a: Code): Code => [...a, ...code(this.#with.sqrt)]
  /** To the nearest whole number, to the even one of two. */
  nearest = (a: Code): Code => [...a, ...code(this.#with.nearest)]
  floor = (a: Code): Code => [...a, ...code(this.#with.floor)]
  /** To what a float of 32 bits holds. */
  rounded = (a: Code): Code =>
    this.#precision === 'single' ? a : this.#wide ? [...a, 0xfd, 0x5e, 0xfd, 0x5f] : [...a, 0xb6, 0xbb]
  /** Where a < b: a condition, as {@link where} and {@link both} take it. */
  less = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.less)]
  atMost = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.atMost)]
  equal = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.equal)]
  unequal = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.unequal)]
  /** Where two conditions hold. */
  both = (a: Code, b: Code): Code => [...a, ...b, ...code(this.#with.both)]
  /** `a` where the condition holds, else `b`; both are evaluated. */
  where = (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, ...code(this.#with.select)]

  /** `a` where the condition holds, else zero: one instruction. */
  only = (condition: Code, a: Code): Code =>
    this.#wide ? [...a, ...condition, ...code(simd(0x4e))] : this.where(condition, a, this.constant(0))

  /** As many bytes as there are lanes, made wide: to 16, to 32 bits, to floats. */
  #loadBytes(at: Code, from: Code): Code {
    const double = this.#precision === 'double'
    if (!this.#wide) return [...at, 0x2d, 0, ...from, double ? 0xb7 : 0xb2]
    const together = double ? [0x08, 1] : [0x5c, 2]
    return [
      ...[...at, 0xfd, ...together, ...from],
      ...[...code(simd(0x89)), ...code(simd(0xa9)), ...code(simd(double ? 0xfe : 0xfa))],
    ]
  }

  #storeBytes(at: Code, value: Code, to: Code): Code {
    const double = this.#precision === 'double'
    if (!this.#wide) return [...at, ...value, 0xfc, double ? 2 : 0, 0x3a, 0, ...to]
    const whole = this.keep([...value, ...code(simd(double ? 0xfc : 0xf8))])
    const short = this.keep([...whole.again, ...whole.again, ...code(simd(0x85))])
    const narrow = [...whole.first, ...short.first, ...short.again, ...short.again, ...code(simd(0x66))]
    return [...at, ...narrow, 0xfd, ...(double ? [0x59, 1] : [0x5a, 2]), ...to, 0]
  }

  #offsetIn(holds: Element): Code {
    return unsigned(this.#group * this.count * bytesOf[holds])
  }

  #everywhere(name: string, value: Code): Code {
    const single = this.#precision === 'single'
    const key = `${this.#wide ? 'wide' : 'one'} ${name}`
    let local = this.#known.get(key)
    if (local === undefined) {
      const narrowed = single ? [...value, 0xb6] : value
      const spread = this.#wide ? [...narrowed, 0xfd, single ? 0x13 : 0x14] : narrowed
      local = this.#locals.before(this.#with.type, spread)
      this.#known.set(key, local)
    }
    return get(local)
  }
}
