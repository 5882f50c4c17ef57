import type { Scores } from '#core/metrics/classification'

/** What an attack wants of one image: to reach a class, or only to leave the true one. */
export interface Goal {
  readonly label: number
  readonly targeted: boolean
}

/** One goal per image: the targets where there are any, else leaving the true labels. */
export function goalsOf(task: {
  readonly labels: readonly number[]
  readonly targets: readonly number[]
}): Goal[] {
  const targeted = task.targets.length > 0
  return (targeted ? task.targets : task.labels).map((label) => ({ label, targeted }))
}

/**
 * By how many logits the goal is exceeded: z_t - max_{i != t} z_i for a target, max_{i != y} z_i - z_y without one. Greater
 * than zero exactly when the goal is reached; a constant added to all scores changes nothing.
 */
export function gapOf(scores: Scores, { label, targeted }: Goal): number {
  let rival = -Infinity
  for (let i = 0; i < scores.length; i++) if (i !== label && scores[i]! > rival) rival = scores[i]!
  return targeted ? scores[label]! - rival : rival - scores[label]!
}
