import type { Loss } from './DifferentiableModel'

/** The loss of images `start` to `end` (exclusive), in memory of its own. @param classes of the model */
export function sliceLoss(loss: Loss, start: number, end: number, classes: number): Loss {
  if (loss.kind === 'cotangent') {
    return { ...loss, cotangent: loss.cotangent.slice(start * classes, end * classes) }
  }
  return { ...loss, labels: loss.labels.slice(start, end) }
}
