import { outline, type Contour } from '../vector/outline'
import { stroke } from '../vector/stroke'
import type { SignStyle } from './SignStyle'

/** The lines a pen follows, in the unit square, y down. */
interface Glyph {
  readonly open: readonly Contour[]
  readonly closed: readonly Contour[]
  /** Width relative to other glyphs. */
  readonly width: number
}

function glyph(open: string, closed = '', width = 1): Glyph {
  return { open: outline(open), closed: outline(closed), width }
}

const oval = 'M.5 0 C.86 0 1 .2 1 .5 C1 .8 .86 1 .5 1 C.14 1 0 .8 0 .5 C0 .2 .14 0 .5 0'
const six =
  'M.94 .17 C.86 .05 .7 0 .54 0 C.16 0 0 .24 0 .6 C0 .87 .17 1 .5 1 C.82 1 1 .88 1 .69 C1 .5 .82 .4 .53 .4 C.28 .4 .08 .5 .01 .66'

const glyphs: Readonly<Record<string, Glyph>> = {
  '0': glyph('', oval),
  '1': glyph('M.66 .04 L.66 1 M.66 .06 C.52 .19 .34 .27 .12 .3', '', 0.7),
  '2': glyph(
    'M.02 .29 C.04 .1 .24 0 .5 0 C.78 0 .97 .11 .97 .3 C.97 .52 .6 .64 .28 .8 C.12 .88 .04 .93 .03 1 L1 1',
  ),
  '3': glyph(
    'M.02 .22 C.09 .07 .27 0 .48 0 C.78 0 .95 .1 .95 .25 C.95 .41 .75 .48 .38 .48 M.38 .48 C.8 .48 1 .57 1 .74 C1 .91 .78 1 .48 1 C.24 1 .06 .93 0 .77',
  ),
  '4': glyph('M.74 1 L.74 0 M.68 .02 L.02 .72 L1 .72'),
  '5': glyph(
    'M.9 0 L.16 0 L.08 .47 C.2 .4 .34 .37 .5 .37 C.8 .37 1 .48 1 .68 C1 .88 .78 1 .48 1 C.24 1 .07 .93 0 .79',
  ),
  '6': glyph(six),
  '7': glyph('M0 0 L1 0 C.7 .3 .48 .6 .42 1'),
  '8': glyph(
    '',
    'M.5 0 C.79 0 .93 .1 .93 .24 C.93 .39 .77 .48 .5 .48 C.23 .48 .07 .39 .07 .24 C.07 .1 .21 0 .5 0 M.5 .48 C.82 .48 1 .58 1 .74 C1 .91 .81 1 .5 1 C.19 1 0 .91 0 .74 C0 .58 .18 .48 .5 .48',
  ),
  '9': { ...glyph(six), open: outline(six).map(upsideDown) },
  S: glyph(
    'M.95 .21 C.88 .06 .72 0 .5 0 C.22 0 .04 .1 .04 .26 C.04 .42 .22 .46 .5 .5 C.8 .55 .98 .6 .98 .76 C.98 .92 .78 1 .5 1 C.24 1 .07 .93 .01 .77',
  ),
  T: glyph('M0 0 L1 0 M.5 0 L.5 1'),
  O: glyph('', oval),
  P: glyph('M0 1 L0 0 L.55 0 C.88 0 1 .12 1 .29 C1 .46 .88 .58 .55 .58 L0 .58'),
  H: glyph('M0 0 L0 1 M1 0 L1 1 M0 .5 L1 .5'),
}

function upsideDown(contour: Contour): Contour {
  return contour.map((value) => 1 - value)
}

/** Where a line of text goes: its centre, the height of its capitals, and the most it may be wide. */
export interface TextBox {
  readonly x: number
  readonly y: number
  readonly height: number
  readonly maxWidth: number
}

/** Text as stroked outlines, shrunk in width where it would not fit. */
export function text(content: string, box: TextBox, style: SignStyle): Contour[] {
  const pen = box.height * style.weight
  const letters = [...content].map((letter) => {
    const found = glyphs[letter]
    if (!found) throw new RangeError(`No glyph for "${letter}".`)
    return found
  })
  const gap = pen * 0.75
  const gaps = gap * (letters.length - 1)
  const natural = letters.reduce((sum, { width }) => sum + width, 0) * box.height * style.condensed
  const squeeze = Math.min(1, (box.maxWidth - gaps) / natural)
  const unit = box.height * style.condensed * squeeze
  let left = box.x - (natural * squeeze + gaps) / 2
  const top = box.y - box.height / 2
  const out: Contour[] = []
  for (const { open, closed, width } of letters) {
    const w = unit * width
    const into = (contour: Contour): Contour =>
      contour.map((value, i) =>
        i % 2 === 0 ? left + pen / 2 + value * (w - pen) : top + pen / 2 + value * (box.height - pen),
      )
    out.push(...stroke(open.map(into), { width: pen, cap: 'square' }))
    out.push(...closed.map(into).flatMap((line) => stroke([line], { width: pen, closed: true })))
    left += w + gap
  }
  return out
}
