import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeTensor } from '#core/onnx/elementTypes'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import type { ParameterValues } from '#core/training/Optimiser'
import { readParameters, withParameters } from '#core/training/parameters'

interface Contents {
  readonly graph: OnnxGraph
  readonly epoch: number
  readonly parameters: ParameterValues
  readonly averages: ParameterValues
  readonly state: ParameterValues
}

/** A stopped training run: the net as an ONNX file that also holds the averages and the optimiser's state. */
export class Checkpoint {
  readonly graph: OnnxGraph
  readonly epoch: number

  private constructor(graph: OnnxGraph, epoch: number) {
    this.graph = graph
    this.epoch = epoch
  }

  static start(net: OnnxGraph): Checkpoint {
    return new Checkpoint(net, 0)
  }

  static async read(path: string): Promise<Checkpoint | undefined> {
    if (!existsSync(path)) return undefined
    const graph = readModel(await readFile(path))
    return new Checkpoint(graph, Number(graph.metadata.get('epoch')))
  }

  static async write(path: string, contents: Contents): Promise<void> {
    const trained = withParameters(contents.graph, contents.parameters)
    const initializers = new Map(trained.initializers)
    const keep = (prefix: string, values: ParameterValues) => {
      for (const [name, data] of values) {
        initializers.set(`${prefix}/${name}`, makeTensor('float', [data.length], data))
      }
    }
    keep('average', contents.averages)
    keep('state', contents.state)
    const metadata = new Map([...trained.metadata, ['epoch', String(contents.epoch)]])
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.part`, writeModel({ ...trained, initializers, metadata }))
    await rename(`${path}.part`, path)
  }

  /** The averaged parameters; at the start the parameters themselves. */
  averages(names: readonly string[]): Map<string, Float32Array> {
    if (this.epoch === 0) return readParameters(this.graph, names)
    const stored = readParameters(
      this.graph,
      names.map((name) => `average/${name}`),
    )
    return new Map(names.map((name) => [name, stored.get(`average/${name}`)!]))
  }

  /** Fills the optimiser's state with what was kept. */
  restore(state: ParameterValues): void {
    if (this.epoch === 0) return
    for (const [name, values] of state) {
      values.set(readParameters(this.graph, [`state/${name}`]).get(`state/${name}`)!)
    }
  }
}
