import { HalftoneError } from '#core/errors'
import { convolutionalRecipes } from './convolutional'
import type { Recipe } from './Recipe'
import { szegedyRecipes } from './szegedy'

/** Every net that `halftone train` makes. */
export const recipes: readonly Recipe[] = [...szegedyRecipes, ...convolutionalRecipes]

/** @throws HalftoneError `not-found` */
export function recipeOf(id: string): Recipe {
  const found = recipes.find((recipe) => recipe.id === id.toLowerCase())
  if (found) return found
  throw new HalftoneError(
    'not-found',
    `There is no net "${id}" to train. There are: ${recipes.map((recipe) => recipe.id).join(', ')}.`,
  )
}
