/** So many days lie in the trash, and uploads that nothing uses, before they are removed for good. */
export const keptDays = 30
