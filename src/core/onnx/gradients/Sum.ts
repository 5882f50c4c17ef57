import { rule } from './rule'

export const Sum = rule((context, g) => context.node.inputs.map(() => g), { broadcasts: true })
