import type { ModelProfile, ProfileField } from '#contract/profile'
import type { ProfileCheck, ProfileFit } from '#core/models/profile/checkProfile'

/** One row for each value of a profile: what it is and where it came from. */
export function profileRows(profile: ModelProfile): [string, string][] {
  const values: Record<ProfileField, string> = {
    layout: profile.layout,
    element: profile.element,
    range: profile.range,
    mean: profile.mean.join(', '),
    std: profile.std.join(', '),
    channelOrder: profile.channelOrder,
    size: `${profile.size.height} x ${profile.size.width}`,
    resize:
      profile.resize.fit +
      (profile.resize.shortSide === null ? '' : ` of short side ${profile.resize.shortSide}`),
    output: profile.output ?? 'the likeliest',
  }
  return (Object.keys(values) as ProfileField[]).map((field) => {
    const { origin, reason } = profile.sources[field]
    return [titles[field], `${values[field]}  (${origin}: ${reason})`]
  })
}

const titles: Record<ProfileField, string> = {
  layout: 'layout',
  element: 'numbers',
  range: 'range',
  mean: 'mean',
  std: 'std',
  channelOrder: 'channels',
  size: 'size',
  resize: 'resize',
  output: 'scores from',
}

/** The profiles that were tried, best first, and what to make of them. */
export function profileCheckText({ ranked, advice }: ProfileCheck): string {
  const lines = ranked.map(
    (fit) =>
      `${fit.chosen ? '*' : ' '} ${share(fit.right, fit.of)}  top-5 ${share(fit.rightTop5, fit.of)}  loss ${fit.logLoss
        .toFixed(2)
        .padStart(5)}  ${fit.title}${fit.chosen ? ` (${inWords(fit)})` : ''}`,
  )
  return [...lines, '', advice].join('\n')
}

const share = (right: number, of: number): string => `${String(right).padStart(String(of).length)}/${of}`

function inWords({ profile: { range, mean, std, channelOrder } }: ProfileFit): string {
  return `${channelOrder}, ${range}, mean ${mean.join(' ')}, std ${std.join(' ')}`
}
