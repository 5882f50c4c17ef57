import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { setWeightsAside } from '#core/onnx/setAside'
import { writeModel } from '#core/onnx/writeModel'
import { OrtSession } from './OrtSession'

/**
 * ONNX Runtime's basic optimisation written back as a model: constants and batch normalisation folded, Dropout and
 * Identity gone, standard operators only (the stronger levels give private ones, which have no gradient).
 * @throws HalftoneError `unreadable-file` when ONNX Runtime does not take the model
 */
export function foldModel(model: Uint8Array): Promise<Uint8Array> {
  return optimisedModel(model, 'basic')
}

/** The same for a graph. The weights of dense layers stay as they are, and are not handed over. */
export async function foldGraph(graph: OnnxGraph): Promise<OnnxGraph> {
  const aside = setWeightsAside(graph)
  return aside.restore(readModel(await foldModel(writeModel(aside.graph))))
}

/**
 * What ONNX Runtime makes of a model for this machine's CPU, written back as a model.
 * @param level `all` gives operators that only ONNX Runtime has, in the layout that suits this processor
 * @throws HalftoneError `unreadable-file` when ONNX Runtime does not take the model
 */
export async function optimisedModel(model: Uint8Array, level: 'basic' | 'all'): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'halftone-fold-'))
  try {
    const path = join(folder, 'optimised.onnx')
    {
      await using _session = await OrtSession.create(model, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: level,
        optimizedModelFilePath: path,
        logSeverityLevel: 4,
        // It is never run: its weights need not be laid out for that, a second time beside the model.
        extra: { session: { disable_prepacking: '1' } },
      })
    }
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
