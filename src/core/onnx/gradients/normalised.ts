import { reduceMean } from '../ops'
import type { RuleContext } from './rule'

/** x^ = (x - mean) / sqrt(variance + epsilon) over some axes, and the way back through it. */
export interface Normalised {
  readonly value: string
  /** d loss / d x from d loss / d x^: (g - mean(g) - x^ mean(g x^)) / deviation. */
  back(g: string): string
}

/** Mean and variance are taken again: the node need not give them. */
export function normalised(
  context: RuleContext,
  x: string,
  axes: readonly number[],
  epsilon: number,
): Normalised {
  const { builder } = context
  const mean = (of: string): string => reduceMean(builder, of, axes, true)
  const centred = context.add('Sub', [x, mean(x)])
  const variance = mean(context.add('Mul', [centred, centred]))
  const deviation = context.add('Sqrt', [context.add('Add', [variance, context.scalar(epsilon)])])
  const value = context.add('Div', [centred, deviation])
  return {
    value,
    back: (g) => {
      const along = context.add('Mul', [value, mean(context.add('Mul', [g, value]))])
      const across = context.add('Sub', [context.add('Sub', [g, mean(g)]), along])
      return context.add('Div', [across, deviation])
    },
  }
}
