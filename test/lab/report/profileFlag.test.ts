import { describe, expect, it } from 'vitest'
import type { ModelProfile, ProfileSource } from '#contract/profile'
import { plainProfile } from '#core/models/profile/plainProfile'
import { readProfile } from '#core/models/profile/readProfile'
import { profileFlag } from '#lab/report/profileFlag'

const size = { height: 32, width: 48 }
const source = (origin: ProfileSource['origin']): ProfileSource => ({ origin, reason: 'test' })

function profile(
  values: Partial<Omit<ModelProfile, 'sources'>>,
  origin: ProfileSource['origin'],
): ModelProfile {
  const plain = plainProfile(size)
  const said = Object.fromEntries(Object.keys(values).map((field) => [field, source(origin)]))
  return { ...plain, ...values, sources: { ...plain.sources, ...said } }
}

describe('the profile in a command line', () => {
  it('is left out where nothing is known but what the file fixes', () => {
    expect(profileFlag(plainProfile(size))).toBeNull()
    expect(profileFlag(profile({ layout: 'NHWC', size, element: 'uint8' }, 'detected'))).toBeNull()
  })

  it('says what a person said, as --profile reads it', () => {
    const said = { mean: [0.485, 0.456, 0.406], resize: { fit: 'crop', shortSide: 256 } } as const
    expect(readProfile(profileFlag(profile(said, 'given'))!, '--profile')).toEqual(said)
    expect(readProfile(profileFlag(profile({ size }, 'given'))!, '--profile')).toEqual({ size })
  })

  it('says what lay beside the file, which may be gone, with the size', () => {
    const found = { range: '-1..1', size } as const
    expect(readProfile(profileFlag(profile(found, 'detected'))!, '--profile')).toEqual(found)
  })
})
