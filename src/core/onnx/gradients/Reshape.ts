import { rule } from './rule'

/** For every operator that only renames places: Reshape, Flatten, Squeeze, Unsqueeze. */
export const Reshape = rule((context, g) => [context.reshapeLike(g, 0)])
