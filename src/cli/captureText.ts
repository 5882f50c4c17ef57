import type { CaptureReply } from '#contract/commands'

/** What a capture gave, in lines. */
export function captureText({ captured, sheets, refused }: CaptureReply, experiment: string): string {
  const lines = [`${captured} of ${sheets} sheets have their crops.`]
  for (const { file, reason } of refused) lines.push(`  refused: ${file}: ${reason}`)
  lines.push(
    captured > 0 ? `Next: halftone score ${experiment}` : 'No sheet was read: see the reasons above.',
  )
  return lines.join('\n')
}
