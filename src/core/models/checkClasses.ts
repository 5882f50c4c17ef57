import { HalftoneError } from '#core/errors'

/** @throws HalftoneError `invalid-argument` unless there is one class index below `classes` for each image */
export function checkClasses(what: string, labels: readonly number[], count: number, classes: number): void {
  if (labels.length !== count) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected ${count} ${what}s, one per image, got ${labels.length}.`,
    )
  }
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes)
  if (wrong >= 0) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected each ${what} to be a class index from 0 to ${classes - 1}, got ${labels[wrong]} for image ${wrong}.`,
    )
  }
}
