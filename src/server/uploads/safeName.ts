/** Longest part of a path, in UTF-16 units; file systems take 255 bytes. */
const longest = 80
const deepest = 8
/** Names that Windows keeps for devices, whatever their extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * The parts of a relative path that any file system takes, as like the given name as can be. Whatever is given, the
 * result stays within its folder: no separator, no part that starts with a dot, none that is empty.
 *
 * @param name `signs/stop/IMG 1.png`
 */
export function safeName(name: string): readonly string[] {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  return parts.length === 0 ? ['file'] : parts.slice(-deepest).map(safePart)
}

function safePart(part: string): string {
  const plain = part
    .normalize('NFC')
    .replace(/[<>:"|?*\p{Cc}\p{Cf}\p{Cs}]/gu, '_')
    .replace(/^[.\s]+/, '_')
    .replace(/[.\s]+$/, '')
  const usable = reserved.test(plain) ? `_${plain}` : plain
  return shortened(usable) || 'file'
}

/** Keeps the extension. */
function shortened(name: string): string {
  if (name.length <= longest) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : ''
  return name.slice(0, longest - extension.length) + extension
}
