import { describe, expect, it } from 'vitest'
import { problemOf, problemWords } from '#renderer/pages/capture/camera/problems'
import { aimWords } from '#renderer/pages/capture/scan/aimWords'
import { SheetWatch, type Aim } from '#renderer/pages/capture/scan/SheetWatch'
import { layout, look } from './seeing'

const context = { code: 'TEST01', sheets: 3, auto: true, givenUp: false, complete: false }

function aimOf(options: Parameters<typeof look>[0]): Aim {
  const watch = new SheetWatch({ code: 'TEST01', sheets: 3, layout })
  watch.see(look(options), 0)
  watch.see(look(options), 200)
  watch.see(look(options), 400)
  return watch.see(look(options), 600)
}

describe('aimWords', () => {
  it.each([
    ['move nearer', { fill: 0.4 }],
    ['turn it', { upright: true }],
    ['2 of 4 codes', { corners: ['top-left', 'top-right'] as const }],
    ['not sharp', { blur: 3 }],
    ['steady and sharp', {}],
    ['belongs to another experiment', { experiment: 'OTHER1' }],
    ['the experiment has 3', { sheet: 8 }],
  ])('says %s', (words, options) => {
    expect(aimWords(aimOf(options), 'wanted', context).text).toContain(words)
  })

  it('says to press the shutter when nobody else does', () => {
    expect(aimWords(aimOf({}), 'wanted', { ...context, auto: false }).text).toContain('Press the shutter')
  })

  it('says what became of the sheet before anything else', () => {
    expect(aimWords(aimOf({ fill: 0.4 }), 'captured', context).text).toContain('Show the next one')
    expect(aimWords(aimOf({}), 'captured', { ...context, complete: true }).text).toContain('all sheets')
    expect(aimWords(aimOf({}), 'reading', context).text).toContain('being read')
    expect(aimWords(aimOf({}), 'wanted', { ...context, givenUp: true }).text).toContain('corners by hand')
  })
})

describe('problemOf', () => {
  it.each([
    ['NotAllowedError', 'Permission denied', 'refused'],
    ['NotAllowedError', 'Permission denied by system', 'blocked-by-system'],
    ['NotFoundError', 'Requested device not found', 'missing'],
    ['OverconstrainedError', '', 'missing'],
    ['NotReadableError', 'Could not start video source', 'busy'],
    ['AbortError', 'Timeout starting video source', 'busy'],
    ['TypeError', 'odd', 'unknown'],
  ])('knows %s: %s', (name, message, problem) => {
    const error = Object.assign(new Error(message), { name })
    expect(problemOf(error)).toBe(problem)
    const words = problemWords(problemOf(error), message)
    expect(words.title).not.toBe('')
    if (problem === 'unknown') expect(words.text).toContain('odd')
  })
})
