import type { CaptureReply } from '#contract/commands'
import { plural } from '#core/report/format'
import type { Cli, CommonOptions } from './Cli'
import { CommandFailure } from './Cli'

/** Prints what a capture gave. @throws CommandFailure when the experiment still has no crop at all. */
export function tellCapture(cli: Cli, options: CommonOptions, reply: CaptureReply, experiment: string): void {
  const { captured, sheets, refused } = reply
  const lines = [
    `${captured} of ${plural(sheets, 'sheet')} ${sheets === 1 ? 'has its' : 'have their'} crops.`,
  ]
  for (const { file, reason } of refused) lines.push(`  refused: ${file}: ${reason}`)
  if (captured > 0) lines.push(`Next: halftone score ${experiment}`)
  cli.result(options, reply, lines.join('\n'))
  if (captured > 0) return
  throw new CommandFailure({
    ok: false,
    code: 'unreadable-file',
    message:
      'No sheet was read from any photo: the reasons stand above. Photograph the sheets again, or give corners by hand.',
  })
}
