import { rule } from './rule'

/** The mean of several tensors: each gets its share. */
export const Mean = rule(
  (context, g) => {
    const { inputs } = context.node
    const share = context.add('Div', [g, context.scalar(inputs.length)])
    return inputs.map(() => share)
  },
  { broadcasts: true },
)
