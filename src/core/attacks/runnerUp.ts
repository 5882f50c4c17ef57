import { topK, rowOf } from '#core/metrics/classification'
import type { Logits } from '#core/tensor/Images'

/**
 * The second likeliest class of each clean image: where attacks that always steer to a class go when the caller names none.
 * For an image that is classified right it is the wrong class that the model thinks nearest.
 */
export function runnersUp(clean: Logits): number[] {
  return Array.from({ length: clean.count }, (_, i) => topK(rowOf(clean, i), 2)[1] ?? 0)
}
