import { elementwise } from './rule'

/** y = x t, t = tanh(softplus(x)): dy/dx = t + x (1 - t^2) sigmoid(x). */
export const Mish = elementwise((context, g) => {
  const x = context.must(0)
  const t = context.add('Tanh', [context.add('Softplus', [x])])
  const bend = context.add('Sub', [context.scalar(1), context.add('Mul', [t, t])])
  const steep = context.add('Mul', [context.add('Mul', [x, bend]), context.add('Sigmoid', [x])])
  return context.add('Mul', [g, context.add('Add', [t, steep])])
})
