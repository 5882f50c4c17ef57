import { HalftoneError } from '#core/errors'
import { classLookup } from './classLookup'

/** A model as far as its classes go. */
interface Named {
  readonly name: string
  readonly classes: readonly string[]
}

interface SourceClasses {
  /** For messages: "drawn road signs". */
  readonly title: string
  readonly classes: readonly { readonly id: string; readonly name: string }[]
  /** True when the classes have no names of their own: then they go to a model of as many classes by their numbers. */
  readonly numbered: boolean
}

/**
 * The model's label of each class of a data set: by name, or, where one side has only numbers and both have equally many
 * classes, by number.
 * @throws HalftoneError `invalid-argument` when the data's classes are not the model's
 */
export function labelsOf(model: Named, { title, classes, numbered }: SourceClasses): readonly number[] {
  const found = classes.map(({ id, name }) => byName(model.classes, id) ?? byName(model.classes, name))
  if (found.every((label) => label !== undefined)) return found
  const modelNumbered = model.classes.every((name) => /^class \d+$/.test(name))
  if (model.classes.length === classes.length && (numbered || modelNumbered)) return classes.map((_, i) => i)
  const missing = classes[found.indexOf(undefined)]!
  throw new HalftoneError(
    'invalid-argument',
    `The model ${model.name} has no class "${missing.id}", so ${title} mean nothing to it: it knows ` +
      `${model.classes.slice(0, 4).join(', ')}${model.classes.length > 4 ? ' and others' : ''}. Give images of the classes that it knows.`,
  )
}

/** A class by id or name; never by its place, which would take a digit 7 for the eighth of anything. */
function byName(classes: readonly string[], label: string): number | undefined {
  if (!/^\d+$/.test(label)) return classLookup(classes)(label)
  const index = classes.indexOf(label)
  return index < 0 ? undefined : index
}
