import { HalftoneError } from '#core/errors'
import { checkClasses } from './checkClasses'
import type { Loss } from './DifferentiableModel'

/**
 * @param count images that the loss is of
 * @throws HalftoneError `invalid-argument` for labels, `shape-mismatch` for a cotangent that does not fit the images and classes
 */
export function checkLoss(loss: Loss, count: number, classes: number): void {
  if (loss.kind !== 'cotangent') {
    checkClasses('label', loss.labels, count, classes)
    return
  }
  const expected = count * classes
  if (loss.cotangent.length !== expected) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected a cotangent of ${expected} values (images x classes), got ${loss.cotangent.length}.`,
    )
  }
}
