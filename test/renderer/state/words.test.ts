import { describe, expect, it } from 'vitest'
import { tidiedText } from '#renderer/state/words'

const tidied = { experiments: [] as string[], uploads: 0, bytes: 0, problems: [] }

describe('what was removed for good', () => {
  it('is named, counted and measured', () => {
    expect(tidiedText(tidied)).toBeNull()
    expect(tidiedText({ ...tidied, experiments: ['A'], bytes: 2e6 })).toBe(
      'Removed for good, after 30 days: “A” from the trash (2.0 MB).',
    )
    expect(tidiedText({ ...tidied, experiments: ['A', 'B', 'C', 'D', 'E'], uploads: 1, bytes: 12 })).toBe(
      'Removed for good, after 30 days: “A”, “B”, “C” and 2 more from the trash; 1 upload that nothing uses (12 B).',
    )
  })
})
