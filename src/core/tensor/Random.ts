/**
 * Seeded random numbers, the same on every machine: sfc32 (Chris Doty-Humphrey, PractRand), its state filled from a
 * text seed by FNV-1a and a splitmix finaliser. `fork` gives an independent stream by name, so that adding one draw to
 * one part of a program leaves the other parts' draws as they were.
 */
export class Random {
  readonly seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spare: number | undefined

  constructor(seed: string | number) {
    this.seed = String(seed)
    let hash = 0x811c9dc5
    for (let i = 0; i < this.seed.length; i++) {
      hash = Math.imul(hash ^ this.seed.charCodeAt(i), 0x01000193)
    }
    const next = (): number => {
      hash = (hash + 0x9e3779b9) | 0
      let z = hash
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return (z ^ (z >>> 16)) | 0
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    for (let i = 0; i < 12; i++) this.bits()
  }

  /** An independent stream named by this seed and the label. */
  fork(label: string | number): Random {
    return new Random(`${this.seed}/${label}`)
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + t) | 0
    return t >>> 0
  }

  /** Uniform in [low, high); [0, 1) by default. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 4294967296)
  }

  /** A whole number in [0, below), without modulo bias worth speaking of for below << 2^32. */
  int(below: number): number {
    return Math.floor(this.uniform() * below)
  }

  /** Gaussian by the polar method of Marsaglia. */
  normal(mean = 0, deviation = 1): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return mean + deviation * spare
    }
    for (;;) {
      const u = this.uniform(-1, 1)
      const v = this.uniform(-1, 1)
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * scale
        return mean + deviation * u * scale
      }
    }
  }

  /** Fills an array as that many calls of {@link uniform} would, in less than half of the time. */
  uniforms(out: Float32Array, low: number, high: number): void {
    let [a, b, c, counter] = [this.#a, this.#b, this.#c, this.#counter]
    const range = high - low
    for (let i = 0; i < out.length; i++) {
      // What bits() does, with the state in locals.
      const t = (((a + b) | 0) + counter) | 0
      counter = (counter + 1) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + t) | 0
      out[i] = low + range * ((t >>> 0) / 4294967296)
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
  }

  /** Fills an array as that many calls of {@link normal} would, in three quarters of the time. */
  normals(out: Float32Array): void {
    let at = 0
    if (this.#spare !== undefined && out.length > 0) out[at++] = this.normal()
    let [a, b, c, counter] = [this.#a, this.#b, this.#c, this.#counter]
    while (at + 1 < out.length) {
      // Twice what uniform(-1, 1) does, with the state in locals.
      const first = (((a + b) | 0) + counter) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + first) | 0
      const second = (((a + b) | 0) + ((counter + 1) | 0)) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + second) | 0
      counter = (counter + 2) | 0
      const u = -1 + 2 * ((first >>> 0) / 4294967296)
      const v = -1 + 2 * ((second >>> 0) / 4294967296)
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s)
        out[at++] = u * scale
        out[at++] = v * scale
      }
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
    if (at < out.length) out[at] = this.normal()
  }

  chance(probability: number): boolean {
    return this.uniform() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)]!
  }

  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const held = out[i]!
      out[i] = out[j]!
      out[j] = held
    }
    return out
  }
}
