import type { Checked, Output } from '#contract/commands'
import { drawnPicture, type DrawnSet } from '#core/datasets/DrawnSet'
import { drawnSets } from '#core/datasets/drawnSets'
import { labelsOf } from '#core/datasets/labels/labelsOf'
import { HalftoneError } from '#core/errors'
import type { ModelInfo } from '#core/models/ModelInfo'
import { imagesOf } from '#core/tensor/Raster'
import type { LabContext } from '../LabContext'
import { pictureOf } from './picture'

/**
 * Picture `number` of what Halftone draws and the model knows: signs, digits or things in colour. A model that knows none
 * of these gets signs, without a label. The same number gives the same picture.
 */
export async function drawSample(
  { model: id, number }: Checked<'playground.sample'>,
  { ports, models }: LabContext,
): Promise<Output<'playground.sample'>> {
  return models.use(id, async ({ info }) => {
    const { set, labels } = setFor(info)
    const { picture, label } = drawnPicture(set, { split: 'test', seed: 'playground' }, number)
    const { width, height } = info.input
    const fitted = await ports.pictures.fit(picture, width, height, 'stretch')
    return {
      picture: pictureOf(imagesOf([fitted], info.input.channels === 1 ? 1 : 3)),
      label: labels?.[label] ?? null,
      name: set.classes[label]!.name,
    }
  })
}

/** The first set all of whose classes are the model's, with the model's label of each. */
function setFor(info: ModelInfo): { readonly set: DrawnSet; readonly labels: readonly number[] | null } {
  for (const set of Object.values<DrawnSet>(drawnSets)) {
    try {
      return { set, labels: labelsOf(info, { title: set.title, classes: set.classes, numbered: false }) }
    } catch (error) {
      if (!(error instanceof HalftoneError)) throw error
    }
  }
  return { set: drawnSets.signs, labels: null }
}
