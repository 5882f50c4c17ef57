/** Named parameters, or anything of their shapes: gradients, moments, averages. */
export type ParameterValues = ReadonlyMap<string, Float32Array>

/** Updates parameters in place. Its state is plain arrays, so that a checkpoint can hold it. */
export interface Optimiser {
  readonly state: ParameterValues
  step(parameters: ParameterValues, gradients: ParameterValues, learningRate: number): void
}

function zerosLike(parameters: ParameterValues, prefix: string): Map<string, Float32Array> {
  return new Map(
    [...parameters].map(([name, values]) => [`${prefix}/${name}`, new Float32Array(values.length)]),
  )
}

export interface AdamWOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  /** Decoupled weight decay, a share of the learning rate. */
  readonly decay?: number
  /** Which parameters decay; weights of more than one axis by default elsewhere, so the caller says. */
  readonly decays?: (name: string) => boolean
}

/** Adam with decoupled weight decay (Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2). */
export class AdamW implements Optimiser {
  readonly state: Map<string, Float32Array>
  readonly #options: Required<AdamWOptions>

  constructor(parameters: ParameterValues, options: AdamWOptions = {}) {
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, decays: () => true, ...options }
    this.state = new Map([
      ...zerosLike(parameters, 'm'),
      ...zerosLike(parameters, 'v'),
      ['t', new Float32Array(1)],
    ])
  }

  step(parameters: ParameterValues, gradients: ParameterValues, learningRate: number): void {
    const { beta1, beta2, epsilon, decay, decays } = this.#options
    const t = this.state.get('t')!
    t[0] = t[0]! + 1
    const correction1 = 1 - beta1 ** t[0]
    const correction2 = Math.sqrt(1 - beta2 ** t[0])
    for (const [name, values] of parameters) {
      const gradient = gradients.get(name)
      if (!gradient) continue
      const m = this.state.get(`m/${name}`)!
      const v = this.state.get(`v/${name}`)!
      const keep = 1 - (decays(name) ? decay * learningRate : 0)
      const rate = learningRate / correction1
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]!
        const mi = beta1 * m[i]! + (1 - beta1) * g
        const vi = beta2 * v[i]! + (1 - beta2) * g * g
        m[i] = mi
        v[i] = vi
        values[i] = keep * values[i]! - (rate * mi) / (Math.sqrt(vi) / correction2 + epsilon)
      }
    }
  }
}

/** Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013). */
export class Momentum implements Optimiser {
  readonly state: Map<string, Float32Array>
  readonly #momentum: number

  constructor(parameters: ParameterValues, momentum = 0.9) {
    this.state = zerosLike(parameters, 'velocity')
    this.#momentum = momentum
  }

  step(parameters: ParameterValues, gradients: ParameterValues, learningRate: number): void {
    const mu = this.#momentum
    for (const [name, values] of parameters) {
      const gradient = gradients.get(name)
      if (!gradient) continue
      const velocity = this.state.get(`velocity/${name}`)!
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i]!
        const u = mu * velocity[i]! + g
        velocity[i] = u
        values[i] = values[i]! - learningRate * (g + mu * u)
      }
    }
  }
}

/** Scales all gradients so that their joint L2 norm is at most `limit`; returns the norm before. */
export function clipNorm(gradients: ParameterValues, limit: number): number {
  let squares = 0
  for (const values of gradients.values()) for (const g of values) squares += g * g
  const norm = Math.sqrt(squares)
  if (norm > limit) {
    const scale = limit / norm
    for (const values of gradients.values()) for (let i = 0; i < values.length; i++) values[i]! *= scale
  }
  return norm
}

/** Moves the averages towards the parameters: average = keep * average + (1 - keep) * parameter (Polyak averaging). */
export function moveAverage(averages: ParameterValues, parameters: ParameterValues, keep: number): void {
  for (const [name, values] of parameters) {
    const average = averages.get(name)!
    for (let i = 0; i < values.length; i++) average[i] = keep * average[i]! + (1 - keep) * values[i]!
  }
}

/** Linear warm-up, then half a cosine down to `floor` of the peak (Loshchilov and Hutter 2017). */
export function cosineSchedule(peak: number, steps: number, warmup: number, floor = 0.01) {
  return (step: number): number => {
    if (step < warmup) return (peak * (step + 1)) / warmup
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup))
    return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)))
  }
}
