import { describe, expect, it } from 'vitest'
import { minimise, usualSettings, type Minimum } from '#core/attacks/lbfgs/minimise'
import { Random } from '#core/tensor/Random'

type Objective = (x: Float64Array) => { readonly value: number; readonly gradient: ArrayLike<number> }

function solve(
  objective: Objective,
  start: readonly number[],
  lower: readonly number[] | number = -Infinity,
  upper: readonly number[] | number = Infinity,
  settings = usualSettings,
): Minimum & { seen: Float64Array[] } {
  const side = (bound: readonly number[] | number) =>
    typeof bound === 'number' ? new Float64Array(start.length).fill(bound) : Float64Array.from(bound)
  const seen: Float64Array[] = []
  const search = minimise(Float64Array.from(start), { lower: side(lower), upper: side(upper) }, settings)
  let next = search.next()
  while (!next.done) {
    const { point, gradient } = next.value
    seen.push(point.slice())
    const answer = objective(point)
    gradient.set(answer.gradient)
    next = search.next(answer.value)
  }
  return { ...next.value, seen }
}

/** Rosenbrock's valley in any even number of variables. */
const rosenbrock: Objective = (x) => {
  const gradient = new Float64Array(x.length)
  let value = 0
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i]!, x[i + 1]!]
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2
    gradient[i] = -400 * a * (b - a * a) - 2 * (1 - a)
    gradient[i + 1] = 200 * (b - a * a)
  }
  return { value, gradient }
}

/** x' A x / 2 - b' x with A = Q diag Q', Q a product of reflections. */
function quadratic(n: number, condition: number): { objective: Objective; solution: Float64Array } {
  const random = new Random('quadratic')
  const axes = Array.from({ length: 3 }, () => {
    const v = Float64Array.from({ length: n }, () => random.normal())
    const length = Math.hypot(...v)
    return v.map((value) => value / length)
  })
  const reflect = (x: Float64Array, order: readonly Float64Array[]) =>
    order.reduce((y, axis) => {
      const along = 2 * axis.reduce((sum, value, i) => sum + value * y[i]!, 0)
      return y.map((value, i) => value - along * axis[i]!)
    }, x)
  const scales = Float64Array.from({ length: n }, (_, i) => condition ** (i / (n - 1)))
  const solution = Float64Array.from({ length: n }, () => random.uniform(-3, 3))
  const times = (x: Float64Array) =>
    reflect(
      reflect(x, axes).map((value, i) => value * scales[i]!),
      [...axes].reverse(),
    )
  return {
    solution,
    objective: (x) => {
      const delta = x.map((value, i) => value - solution[i]!)
      const gradient = times(delta)
      return { value: delta.reduce((sum, value, i) => sum + (value * gradient[i]!) / 2, 0), gradient }
    },
  }
}

describe('L-BFGS-B', () => {
  it("finds the end of Rosenbrock's valley", () => {
    const { point, value, iterations } = solve(rosenbrock, [-1.2, 1, -1.2, 1])
    expect(Math.max(...point.map((x) => Math.abs(x - 1)))).toBeLessThan(1e-4)
    expect(value).toBeLessThan(1e-8)
    expect(iterations).toBeLessThan(60)
  })

  it('stops at the side of the box where the valley goes through it', () => {
    // On x_1 = 0.5 the least value over x_2 is (1 - 0.5)^2, at x_2 = 0.25.
    const { point, value, reason } = solve(rosenbrock, [-1.2, 1], [-2, -2], [0.5, 2])
    expect(point[0]).toBe(0.5)
    expect(point[1]).toBeCloseTo(0.25, 5)
    expect(value).toBeCloseTo(0.25, 8)
    expect(['gradient', 'value']).toContain(reason)
  })

  it.each([1, 3, 10])('solves a badly scaled quadratic with %d pairs', (memory) => {
    const { objective, solution } = quadratic(40, 1000)
    const settings = { ...usualSettings, memory, gradientTolerance: 1e-8, valueTolerance: 0 }
    const { point } = solve(objective, new Array<number>(40).fill(0), -Infinity, Infinity, settings)
    point.forEach((value, i) => {
      expect(value).toBeCloseTo(solution[i]!, 5)
    })
  })

  it('meets the conditions of Karush, Kuhn and Tucker in a box that cuts', () => {
    const { objective } = quadratic(60, 300)
    const settings = { ...usualSettings, gradientTolerance: 1e-5, valueTolerance: 0 }
    const { point, reason } = solve(objective, new Array<number>(60).fill(0.5), 0, 1, settings)
    const { gradient } = objective(point)
    expect(reason).toBe('gradient')
    let cut = 0
    point.forEach((value, i) => {
      if (value === 0) expect(gradient[i]).toBeGreaterThan(-1e-5)
      else if (value === 1) expect(gradient[i]).toBeLessThan(1e-5)
      else expect(Math.abs(gradient[i]!)).toBeLessThan(1e-5)
      if (value === 0 || value === 1) cut++
    })
    expect(cut).toBeGreaterThan(20)
    expect(cut).toBeLessThan(60)
  })

  it('never asks for a point outside the box, and never ends higher than it began', () => {
    const random = new Random('walls')
    for (let run = 0; run < 20; run++) {
      const start = Array.from({ length: 8 }, () => random.uniform(-3, 3))
      const lower = Array.from({ length: 8 }, () => random.uniform(-2, 0.5))
      const upper = lower.map((value) => value + random.uniform(0, 2))
      const { seen, value } = solve(rosenbrock, start, lower, upper)
      for (const point of seen) {
        point.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(lower[i]!)
          expect(x).toBeLessThanOrEqual(upper[i]!)
        })
      }
      expect(value).toBeLessThanOrEqual(rosenbrock(seen[0]!).value)
    }
  })

  it('keeps a variable whose bounds meet, and ends at once where nothing can move', () => {
    expect(solve(rosenbrock, [0, 0], [0.3, -5], [0.3, 5]).point[0]).toBe(0.3)
    const fixed = solve(rosenbrock, [0, 0], [0.3, 0.2], [0.3, 0.2])
    expect(fixed).toMatchObject({ reason: 'gradient', evaluations: 1, iterations: 0 })
  })

  it('takes a first step no longer than it is told', () => {
    const steep: Objective = (x) => ({
      value: 1e6 * x[0]! ** 2,
      gradient: Float64Array.of(2e6 * x[0]!),
    })
    const { seen } = solve(steep, [3], -10, 10, { ...usualSettings, firstStep: 0.125 })
    expect(seen[1]![0]).toBeCloseTo(2.875, 12)
  })

  it('ends where the function has no value, with the last point that had one', () => {
    const cliff: Objective = ([x]) => ({
      value: x! > 1 ? NaN : -x!,
      gradient: Float64Array.of(x! > 1 ? NaN : -1),
    })
    const { point, value, reason } = solve(cliff, [0], -10, 10)
    expect(reason).toBe('stuck')
    expect(value).toBe(-point[0]!)
  })

  it('says what is wrong with a box', () => {
    expect(() => solve(rosenbrock, [0, 0], [1, 0], [0, 1])).toThrow(
      /not above the upper ones, got 1 and 0 for variable 0/,
    )
    expect(() => solve(rosenbrock, [0, 0], [1], [0, 1])).toThrow(/2 lower and upper bounds.*got 1 and 2/)
  })
})
