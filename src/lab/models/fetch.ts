import type { Checked, Output } from '#contract/commands'
import type { StepContext } from '../StepContext'
import { addModel } from './shelf'

/** Fetches an ONNX file, going on where a broken connection or an earlier try stopped, and puts it on the shelf. */
export async function fetchModel(
  { url, sha256 }: Checked<'model.fetch'>,
  context: StepContext,
): Promise<Output<'model.fetch'>> {
  const { ports, signal, progress } = context
  const { path } = await ports.modelFiles.fetch(
    { url, sha256 },
    {
      signal,
      onProgress: ({ done, total }) => {
        progress('bytes fetched', done, total ?? 0)
      },
    },
  )
  return addModel({ path }, context)
}
