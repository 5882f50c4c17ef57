/** The embedded model's id on the shelf; the others are named by the SHA-256 of their files. */
export const embeddedModelId = 'embedded'
