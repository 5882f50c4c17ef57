import type { Output } from '#contract/commands'

/**
 * Removes for good what was put aside, or came, before a point of time, and is not used since.
 * @param before ISO 8601
 */
export type Tidy = (before: string) => Promise<Output<'tidy'>>
