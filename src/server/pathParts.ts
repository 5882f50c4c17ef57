/**
 * The parts of a path in a URL, decoded one by one, so that an encoded separator stays within its part and is seen.
 *
 * @param path as it came: `/blob/try/images%2Fx.png`
 * @returns null when a part is none that a path of ours can have: empty, `.`, `..`, hidden, with a separator, a colon
 *   (Windows' drives and streams) or a control character, not decodable
 */
export function pathParts(path: string): readonly string[] | null {
  const parts = path.replace(/^\//, '').split('/').map(decoded)
  return parts.every((part) => part !== null && isPlain(part)) ? (parts as string[]) : null
}

function isPlain(part: string): boolean {
  return part !== '' && !part.startsWith('.') && !/[/\\:\p{Cc}]/u.test(part)
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
