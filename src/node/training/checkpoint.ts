import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HalftoneError } from '#core/errors'
import { makeTensor } from '#core/onnx/elementTypes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxTensor } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import type { ParameterValues } from '#core/training/Optimiser'

/** A stopped training run: arrays by name, and what else there is to know as text. */
export interface Checkpoint {
  readonly parameters: ParameterValues
  readonly averages: ParameterValues
  /** The optimiser's state. */
  readonly optimiser: ParameterValues
  readonly notes: ReadonlyMap<string, string>
}

const parts = ['parameters', 'averages', 'optimiser'] as const

/** Writes a checkpoint as an ONNX file of constants; a kill leaves the old file or the new one. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const initializers = new Map<string, OnnxTensor>()
  for (const part of parts) {
    for (const [name, data] of checkpoint[part]) {
      initializers.set(`${part}/${name}`, makeTensor('float', [data.length], data))
    }
  }
  // A model has an output: any of the constants will do.
  const outputs = [...initializers.keys()].slice(0, 1).map((name) => ({ name }))
  const graph = {
    ...new GraphBuilder().build('checkpoint'),
    outputs,
    initializers,
    metadata: checkpoint.notes,
  }
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.part`, writeModel(graph), { flush: true })
  await rename(`${path}.part`, path)
}

/**
 * @returns undefined when there is no such file
 * @throws HalftoneError `unreadable-file` when it is damaged
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HalftoneError('unreadable-file', `The checkpoint ${path} cannot be read: ${String(error)}`, {
      cause: error,
    })
  }
  const { initializers, metadata } = readModel(bytes)
  const read = (part: string): ParameterValues =>
    new Map(
      [...initializers].flatMap(([name, { data }]) =>
        name.startsWith(`${part}/`)
          ? [[name.slice(part.length + 1), Float32Array.from(data as Float32Array)] as const]
          : [],
      ),
    )
  return {
    parameters: read('parameters'),
    averages: read('averages'),
    optimiser: read('optimiser'),
    notes: metadata,
  }
}
