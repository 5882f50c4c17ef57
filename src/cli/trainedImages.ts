import { readFile, stat } from 'node:fs/promises'
import { isDrawnSet } from '#core/datasets/drawnSets'
import { readModel } from '#core/onnx/readModel'
import { findDataFiles } from '#node/datasets/dataFolder'
import type { Terminal } from './ProgressLine'

/** Nets that `halftone train` makes are far smaller; larger files are not read twice for this. */
const largest = 64 * 2 ** 20

/**
 * What --images is where it was not given: the data that the model says it was trained on (the `recipe` that `halftone train`
 * writes into its nets), which is told. Undefined, for road signs, where the file says nothing of the kind.
 * @param images as given. @param model path of the model file; undefined for the embedded one
 */
export async function trainedImages(
  images: string | undefined,
  model: string | undefined,
  terminal: Pick<Terminal, 'write'>,
): Promise<string | undefined> {
  if (images !== undefined || model === undefined) return images
  const data = await trainingData(model)
  if (data === undefined || !(isDrawnSet(data) || findDataFiles(data))) return undefined
  terminal.write(`Images: ${data}, what the model was trained on (--images takes others).\n`)
  return data
}

/** The `--data` of the training; undefined for a model of another make. Files that cannot be read are whoever opens them to tell of. */
async function trainingData(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size > largest) return undefined
    const recipe: unknown = JSON.parse(readModel(await readFile(path)).metadata.get('recipe') ?? 'null')
    const data = recipe !== null && typeof recipe === 'object' && 'data' in recipe ? recipe.data : undefined
    return typeof data === 'string' ? data : undefined
  } catch {
    return undefined
  }
}
