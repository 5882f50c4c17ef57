import { moduleOf } from './encode'
import { compile, reservedBytes, type Compiled, type Kernel, type Use } from './kernel'

/** As much of WebAssembly as is used here: every engine has it, but it belongs to no edition of the language. */
interface Host {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports }
}
type Values = Uint8Array | Float32Array | Float64Array
interface Slot {
  readonly bytes: Uint8Array
  readonly integers: Int32Array
  readonly floats: Float32Array
  readonly doubles: Float64Array
}
type Exports = Readonly<Record<string, (...values: number[]) => void>>

const pageBytes = 65536
/** Values of each array that are worked on at a time where arrays have to be copied: few enough to stay in the cache. */
const chunk = 16384
/** A cache line or more beside a power of two: arrays that lie whole powers apart would push each other out of the cache. */
const skew = 17 * 64
const slotBytes = 8 * chunk + skew
/** The most that {@link Kernels.floats} gives out: WebAssembly's memory ends at 4 GiB, and not all hosts grant that. */
const greatestRoom = 2 ** 31
const alignment = 64

/**
 * Loops over arrays that run in WebAssembly, some five times as fast as in JavaScript: it works on several values at once. Any
 * arrays will do, and are copied through the memory of WebAssembly piece by piece; those from {@link floats} lie there.
 */
export class Kernels<K extends string> {
  readonly #compiled: Readonly<Record<K, Compiled>>
  readonly #buffer: ArrayBuffer
  readonly #exports: Exports
  readonly #results: Float64Array
  /** The same place, where kernels that find leave an address. */
  readonly #ends: Int32Array
  /** Where parts of arrays are copied to; each slot as numbers of either kind. */
  readonly #slots: readonly Slot[]
  readonly #start: number
  #free: number

  /** @param room bytes for {@link floats} and {@link doubles} */
  constructor({ module, compiled, arrays }: Program<K>, room = 0) {
    const { Memory, Instance } = host()
    this.#start = reservedBytes + slotBytes * arrays
    this.#free = this.#start
    const bytes = this.#free + Math.min(room, greatestRoom)
    const memory = new Memory({ initial: Math.ceil(bytes / pageBytes) })
    this.#compiled = compiled
    this.#buffer = memory.buffer
    this.#exports = new Instance(module, { env: { memory } }).exports
    this.#results = new Float64Array(this.#buffer, 0, reservedBytes / 8)
    this.#ends = new Int32Array(this.#buffer, 0, 1)
    this.#slots = Array.from({ length: arrays }, (_, i) => {
      const at = reservedBytes + i * slotBytes
      return {
        bytes: new Uint8Array(this.#buffer, at, chunk),
        integers: new Int32Array(this.#buffer, at, chunk),
        floats: new Float32Array(this.#buffer, at, chunk),
        doubles: new Float64Array(this.#buffer, at, chunk),
      }
    })
  }

  /** Bytes that an array of floats takes. */
  static roomFor(length: number): number {
    return 4 * length + alignment + skew
  }

  static roomForDoubles(length: number): number {
    return 8 * length + alignment + skew
  }

  /** Bytes that there were room for when nothing was given out. */
  get room(): number {
    return this.#buffer.byteLength - this.#start
  }

  /** Takes back all arrays given out: they will be given out again, with what is in them. */
  reclaim(): void {
    this.#free = this.#start
  }

  /**
   * An array in the memory of WebAssembly, or anywhere once the room is used up: zeros, unless arrays were reclaimed. It is freed
   * with these kernels.
   */
  floats(length: number): Float32Array<ArrayBuffer> {
    const at = this.#take(4 * length)
    return at === undefined ? new Float32Array(length) : new Float32Array(this.#buffer, at, length)
  }

  /** As {@link floats}, of 64 bits. */
  doubles(length: number): Float64Array<ArrayBuffer> {
    const at = this.#take(8 * length)
    return at === undefined ? new Float64Array(length) : new Float64Array(this.#buffer, at, length)
  }

  /**
   * Runs a kernel over arrays of one length, of the kinds it says. No two overlap, unless they are the very same and both
   * only read.
   * @returns its reductions over all values
   */
  run(name: K, arrays: readonly Values[], scalars: readonly number[] = []): readonly number[] {
    const { kernel, left } = this.#compiled[name]
    const call = this.#exports[name]!
    const length = arrays[0]!.length
    // Of short arrays, and of many calls, what is made for a call counts: one list and no closures.
    const told = [length]
    let here = true
    for (const array of arrays) {
      here &&= array.buffer === this.#buffer
      told.push(array.byteOffset)
    }
    if (here) {
      for (const scalar of scalars) told.push(scalar)
      call(...told)
      return this.#reduced(kernel, left)
    }
    let totals: readonly number[] | undefined
    for (let start = 0; start < length; start += chunk) {
      const end = Math.min(start + chunk, length)
      const addresses = arrays.map((array, i) => this.#bring(array, start, end, kernel.arrays[i]!.use, i))
      call(end - start, ...addresses, ...scalars)
      arrays.forEach((array, i) => {
        if (array.buffer === this.#buffer || kernel.arrays[i]!.use === 'read') return
        const slot = this.#slotFor(array, i)
        array.set(end - start < chunk ? slot.subarray(0, end - start) : slot, start)
      })
      const part = this.#reduced(kernel, left)
      totals = totals?.map((total, i) => combine(kernel, i, total, part[i]!)) ?? part
    }
    return totals ?? kernel.reductions.map(() => 0)
  }

  /**
   * Looks with a kernel that finds.
   * @param out as long as the arrays; the indices are written to its start, in order
   * @returns how many there are
   */
  find(name: K, arrays: readonly Values[], scalars: readonly number[], out: Int32Array): number {
    let count = 0
    for (const indices of this.#look(name, arrays, scalars)) {
      out.set(indices, count)
      count += indices.length
    }
    return count
  }

  /** The first index that a kernel finds. */
  first(name: K, arrays: readonly Values[], scalars: readonly number[] = []): number | undefined {
    for (const indices of this.#look(name, arrays, scalars)) if (indices.length > 0) return indices[0]
    return undefined
  }

  /** What a kernel finds, piece by piece, each to be read before the next. */
  *#look(name: K, arrays: readonly Values[], scalars: readonly number[]): Generator<Int32Array> {
    const { kernel } = this.#compiled[name]
    const call = this.#exports[name]!
    const found = this.#slots.at(-1)!.integers
    const length = arrays[0]!.length
    for (let start = 0; start < length; start += chunk) {
      const end = Math.min(start + chunk, length)
      const addresses = arrays.map((array, i) => this.#bring(array, start, end, kernel.arrays[i]!.use, i))
      call(end - start, ...addresses, found.byteOffset, start, ...scalars)
      yield found.subarray(0, (this.#ends[0]! - found.byteOffset) / 4)
    }
  }

  #take(bytes: number): number | undefined {
    const at = this.#free
    if (at + bytes > this.#buffer.byteLength) return undefined
    this.#free = Math.ceil((at + bytes) / alignment) * alignment + skew
    return at
  }

  /** The address of a part of an array in the memory of WebAssembly, of itself or of a copy. */
  #bring(array: Values, start: number, end: number, use: Use, slot: number): number {
    if (array.buffer === this.#buffer) return array.byteOffset + start * array.BYTES_PER_ELEMENT
    const copy = this.#slotFor(array, slot)
    if (use !== 'write') copy.set(end - start < array.length ? array.subarray(start, end) : array)
    return copy.byteOffset
  }

  #slotFor(array: Values, slot: number): Values {
    const { bytes, floats, doubles } = this.#slots[slot]!
    return array instanceof Float32Array ? floats : array instanceof Float64Array ? doubles : bytes
  }

  #reduced(kernel: Kernel, left: readonly number[]): readonly number[] {
    const totals: number[] = []
    let at = 0
    for (let reduction = 0; reduction < left.length; reduction++) {
      let total = 0
      for (let i = left[reduction]!; i > 0; i--)
        total = combine(kernel, reduction, total, this.#results[at++]!)
      totals.push(total)
    }
    return totals
  }
}

function combine({ reductions }: Kernel, reduction: number, a: number, b: number): number {
  return reductions[reduction] === 'sum' ? a + b : Math.max(a, b)
}

/** Compiled kernels, which any number of {@link Kernels} may share. */
export interface Program<K extends string> {
  readonly module: object
  readonly compiled: Readonly<Record<K, Compiled>>
  /** The most arrays that one of them takes, what it finds among them. */
  readonly arrays: number
}

/** Compiles kernels at their first use: what imports a module with kernels may never run them. */
export function programOf<K extends string>(kernels: Readonly<Record<K, Kernel>>): () => Program<K> {
  let program: Program<K> | undefined
  return () => (program ??= build(kernels))
}

function build<K extends string>(kernels: Readonly<Record<K, Kernel>>): Program<K> {
  const entries = Object.entries<Kernel>(kernels).map(
    ([name, kernel]) => [name, compile(name, kernel)] as const,
  )
  const { Module } = host()
  return {
    module: new Module(moduleOf(entries.map(([, { func }]) => func))),
    compiled: Object.fromEntries(entries) as Record<K, Compiled>,
    arrays: Math.max(...entries.map(([, { kernel }]) => kernel.arrays.length + (kernel.finds ? 1 : 0))),
  }
}

const host = (): Host => (globalThis as unknown as { readonly WebAssembly: Host }).WebAssembly
