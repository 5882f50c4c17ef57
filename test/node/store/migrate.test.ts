import { describe, expect, it } from 'vitest'
import { migrate } from '#node/store/migrate'
import { anExperiment } from '../../support/experiment'

describe('experiment.json', () => {
  it('of this version stays as it is', () => {
    expect(migrate(anExperiment(), 'it')).toEqual(anExperiment())
  })

  it('of version 0 gets the state of the study and the new name of its images', () => {
    const { images, steps, ...rest } = anExperiment()
    const { studied: _, ...older } = steps
    const old = { ...rest, schema: 0, data: images, steps: older }
    expect(migrate(old, 'it')).toEqual(anExperiment())
  })

  it('of a newer version is refused with what to do', () => {
    expect(() => migrate({ ...anExperiment(), schema: 99 }, 'a/experiment.json')).toThrow(
      'a/experiment.json was written by a newer Halftone (schema 99; this one knows up to 1). Update Halftone to open it.',
    )
  })

  it.each([[null], [[]], ['text'], [{}], [{ schema: 'one' }], [{ schema: -1 }], [{ schema: 0.5 }]])(
    'is not %j',
    (json) => {
      expect(() => migrate(json, 'it')).toThrow(expect.objectContaining({ code: 'unreadable-file' }))
    },
  )

  it('that is damaged names what is wrong', () => {
    expect(() => migrate({ ...anExperiment(), count: 'many' }, 'it')).toThrow(/it is damaged:.*count/)
  })
})
