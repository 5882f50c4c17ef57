import { describe, expect, it } from 'vitest'
import type { ImageResult } from '#contract/results'
import type { StoredPrediction } from '#lab/predictions'
import { accuracyCsv, destructionCsv, imagesCsv } from '#lab/resultTables'
import { csv } from '#lab/csv'
import { scoreOf } from '#lab/scoring'
import { settingOf } from '#lab/settings'

const setting = settingOf('fgsm', { epsilon: 8 })

/** "1" right, "5" among the five, "0" not: as a prediction. */
function said(mark: string): StoredPrediction {
  return {
    top: [{ label: mark === '1' ? 2 : 4, confidence: 0.9 }],
    trueConfidence: mark === '1' ? 0.9 : 0.05,
    top1: mark === '1',
    top5: mark !== '0',
  }
}

/** Four marks: clean, adversarial, clean photo, adversarial photo; "-" is no crop. */
function result(marks: string, image: number, cases: ImageResult['cases'] = ['average']): ImageResult {
  const crop = (mark: string): StoredPrediction | null => (mark === '-' ? null : said(mark))
  return {
    setting: setting.id,
    image,
    label: 2,
    cases,
    source: { clean: said(marks[0]!), adversarial: said(marks[1]!) },
    photo: { paper: { clean: crop(marks[2]!), adversarial: crop(marks[3]!) } },
  }
}

describe('a score', () => {
  const results = ['1011', '1010', '1015', '1111', '0011', '15-1', '101-', '5051'].map((marks, i) =>
    result(marks, i),
  )
  const score = scoreOf(setting, 'average', 'paper', results)

  it('counts only images whose adversarial crop was had', () => {
    expect(score).toMatchObject({ images: 8, photographed: 7 })
  })

  it('has the destruction rates that one counts by hand', () => {
    // Top-1, of the seven: right clean and wrong adversarial are 1011, 1010, 1015 and 15-1; right again 1011 and 15-1.
    expect(score.destruction.top1).toMatchObject({ images: 7, count: 2, of: 4, rate: 0.5 })
    // Top-5: 1011, 1010, 1015 and 5051 were had and lost their class; all but 1010 have it again.
    expect(score.destruction.top5).toMatchObject({ images: 7, count: 3, of: 4, rate: 0.75 })
  })

  it('has the accuracies that one counts by hand', () => {
    expect(score.accuracy.clean.source.top1).toMatchObject({ count: 5, of: 7 })
    expect(score.accuracy.clean.photo.top1).toMatchObject({ count: 5, of: 6 })
    expect(score.accuracy.clean.photo.top5).toMatchObject({ count: 6, of: 6 })
    expect(score.accuracy.adversarial.source.top1).toMatchObject({ count: 1, of: 7 })
    expect(score.accuracy.adversarial.photo.top1).toMatchObject({ count: 5, of: 7 })
    expect(score.accuracy.adversarial.photo.top5).toMatchObject({ count: 6, of: 7 })
  })

  it("stands beside the paper's rates, where the paper has them", () => {
    expect(score.paper).toEqual({ top1: 0.333, top5: 0.4 })
    expect(scoreOf(settingOf('fgsm', { epsilon: 5 }), 'average', 'paper', []).paper).toBeNull()
  })

  it('shows an empty denominator as such', () => {
    const none = scoreOf(setting, 'average', 'paper', [result('1111', 0), result('0000', 1)])
    expect(none.destruction.top1).toEqual({ images: 2, count: 0, of: 0, rate: null, low: null, high: null })
    const unseen = scoreOf(setting, 'prefiltered', 'refined', results)
    expect(unseen).toMatchObject({ images: 0, photographed: 0 })
    expect(unseen.accuracy.clean.photo.top1.rate).toBeNull()
    expect(JSON.stringify(unseen)).not.toContain('NaN')
  })

  it('keeps the cases apart', () => {
    const mixed = [
      result('1011', 0, ['average']),
      result('1010', 1, ['prefiltered']),
      result('1011', 2, ['average', 'prefiltered']),
    ]
    expect(scoreOf(setting, 'average', 'paper', mixed).destruction.top1).toMatchObject({ count: 2, of: 2 })
    expect(scoreOf(setting, 'prefiltered', 'paper', mixed).destruction.top1).toMatchObject({
      count: 1,
      of: 2,
    })
  })

  it('goes into tables without a number where there is none', () => {
    const none = scoreOf(setting, 'average', 'paper', [result('1111', 0)])
    const [head, line] = destructionCsv([none]).split('\r\n')
    const fields = Object.fromEntries(head!.split(',').map((name, i) => [name, line!.split(',')[i]]))
    expect(fields).toMatchObject({
      setting: 'fgsm-eps8',
      epsilon: '8',
      destruction_top1_count: '0',
      destruction_top1_of: '0',
      destruction_top1: '',
      paper_top1: '0.333',
    })
    expect(accuracyCsv([none]).split('\r\n')).toHaveLength(1 + 8 + 1)
    const [, row] = imagesCsv([result('101-', 0)], ['a', 'b', 'stop', 'd', 'yield']).split('\r\n')
    expect(row).toMatch(/^fgsm-eps8,0,stop,true,false,stop,0.9,true,true,yield,0.9,false,false,stop,/)
  })
})

describe('csv', () => {
  it('quotes what needs it, and defuses what a spreadsheet would run', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,y', 'say "no"'],
          [null, -1],
          ['=1+1', '-x'],
          [true, 'two\nlines'],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""no"""\r\n,-1\r\n\'=1+1,\'-x\r\ntrue,"two\nlines"\r\n')
  })
})

describe('a setting', () => {
  it('is named by its attack, its epsilon and what else is not as usual', () => {
    expect(settingOf('fgsm', { epsilon: 16 }).id).toBe('fgsm-eps16')
    expect(settingOf('leastLikely', { epsilon: 2.5 }).id).toBe('least-likely-eps2.5')
    expect(settingOf('bim', { epsilon: 8, alpha: 2, steps: 0 })).toEqual({
      id: 'bim-eps8-alpha2',
      attack: 'bim',
      params: { epsilon: 8, alpha: 2, steps: 0 },
    })
  })

  it('is of an attack that is bounded by an epsilon', () => {
    expect(settingOf('pgd', { epsilon: 8 }).id).toBe('pgd-eps8')
    expect(() => settingOf('pgdL2', {})).toThrow(
      /pgdL2 is not bounded by one.*fgsm, bim, leastLikely, pgd, un/,
    )
  })
})
