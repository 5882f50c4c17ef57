import { AIM } from '#core/sheet/recommend'
import type { Standing } from './AutoShutter'
import type { Aim } from './SheetWatch'

/** What to tell the person at the camera. */
export interface AimWords {
  /** `good`: nothing to do; `wait`: almost; `act`: something is to be done. */
  readonly tone: 'good' | 'wait' | 'act' | 'bad'
  readonly text: string
}

/** Below this share of the picture a sheet can come nearer. */
const roomy = 0.75

/** In one sentence: what is seen, and what to do for a good photo. */
export function aimWords(
  aim: Aim,
  standing: Standing,
  context: {
    readonly code: string
    readonly sheets: number
    readonly givenUp: boolean
    readonly auto: boolean
    /** Every sheet is captured. */
    readonly complete: boolean
  },
): AimWords {
  switch (aim.kind) {
    case 'nothing':
      return { tone: 'wait', text: 'Hold a sheet before the camera so that all four corner codes are seen.' }
    case 'foreign':
      return { tone: 'wait', text: 'A code is seen, but it is not one of a Halftone sheet.' }
    case 'newer':
      return {
        tone: 'bad',
        text: 'This sheet was made by a newer version of Halftone. Update Halftone to read it.',
      }
    case 'other-experiment':
      return {
        tone: 'bad',
        text: `This sheet belongs to another experiment: it says Halftone ${aim.code} at its top, this one’s say ${context.code}.`,
      }
    case 'unknown-sheet':
      return {
        tone: 'bad',
        text: `This is sheet ${aim.sheet}, but the experiment has ${context.sheets}. It may be from an earlier print.`,
      }
    case 'sheet':
      return sheetWords(aim, standing, context)
  }
}

function sheetWords(
  { sheet, codes, checks, fill, pose }: Extract<Aim, { kind: 'sheet' }>,
  standing: Standing,
  {
    givenUp,
    auto,
    complete,
  }: { readonly givenUp: boolean; readonly auto: boolean; readonly complete: boolean },
): AimWords {
  const name = `Sheet ${sheet}`
  if (standing === 'captured' && complete) {
    return { tone: 'good', text: `${name} is captured, and with it all sheets.` }
  }
  if (standing === 'captured') return { tone: 'good', text: `${name} is captured. Show the next one.` }
  if (standing === 'reading')
    return { tone: 'good', text: `${name} is being read. You can show the next one.` }
  if (givenUp) {
    return {
      tone: 'act',
      text: `${name} was refused several times. Change light or distance and press the shutter, or mark its corners by hand.`,
    }
  }
  if (!checks.complete) {
    return {
      tone: 'act',
      text: `${name}: ${codes} of 4 codes seen. Bring the whole sheet into the picture, codes uncovered.`,
    }
  }
  if (!checks.large) {
    const least =
      pose && pose.cameraPx < 1 ? ` (${pose.cameraPx.toFixed(2)} camera pixels to an image pixel)` : ''
    return fill < roomy
      ? { tone: 'act', text: `${name}: move nearer until it fills the picture${least}.` }
      : { tone: 'act', text: `${name}: turn it, so that its long side lies along the picture’s${least}.` }
  }
  if (!checks.steady) return { tone: 'wait', text: `${name}: hold still.` }
  if (!checks.sharp) {
    return { tone: 'wait', text: `${name}: not sharp yet. Wait for the focus, or give it more light.` }
  }
  const enough = pose && pose.cameraPx < AIM ? '' : ', well resolved'
  return auto
    ? { tone: 'good', text: `${name}: steady and sharp${enough}.` }
    : { tone: 'good', text: `${name}: steady and sharp${enough}. Press the shutter.` }
}
