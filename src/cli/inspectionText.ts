import type { ModelInfo } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { TensorSummary } from '#core/onnx/inspectGraph'
import { profileRows } from './profileText'

/** What `halftone model inspect` prints for people. */
export function inspectionText(found: ModelInspection): string {
  const { graph, model } = found
  const rows: [string, string][] = [
    ['Model', `${found.name}, ${bytesText(found.size)}, SHA-256 ${found.id}`],
    ['Input', found.fileInputs.map(inputText).join('; ')],
    ['Output', graph.outputs.map(tensorText).join('; ')],
    [
      'Scores',
      graph.logits ? `taken from '${graph.logits.name}'` : 'none: no output looks like class scores',
    ],
    ['Classes', classesText(found)],
    ['Batch', graph.batch === 'free' ? 'any number of images' : `${graph.batch} at once, no other number`],
    ['Operators', graph.ops.map(({ op, count }) => `${op} ${count}`).join(', ') + opsetText(graph.opset)],
    ['Parameters', graph.parameters.toLocaleString('en')],
    ['Compute', `${(graph.flops / 1e9).toPrecision(3)} GFLOP for one image`],
    ...(found.profile ? profileRows(found.profile) : []).map(([name, value], i): [string, string] => [
      i === 0 ? 'Profile' : '',
      `${name} ${value}`,
    ]),
    ...Object.entries(found.metadata).map(([key, value]): [string, string] => [key, shorten(value)]),
  ]
  if (model) {
    rows.push(['Runs on', backEndText(model)])
    for (const line of model.passedOver) rows.push(['', `not ${shorten(line)}`])
    for (const note of model.notes) rows.push(['Note', note])
    rows.push(['Gradient', model.differentiable.ok ? 'yes' : `no. ${model.differentiable.reason}`])
  } else {
    rows.push(['Usable', `no. ${found.problem ?? ''}`])
  }
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}`).join('\n')
}

/** A back end by its name, with its threads where the processor computes. */
export function backEndText({ provider, threads }: Pick<ModelInfo, 'provider' | 'threads'>): string {
  const onProcessor = provider === 'cpu' || (provider.startsWith('tfjs-') && provider !== 'tfjs-node-gpu')
  return onProcessor ? `${provider}, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : provider
}

function tensorText({ name, type, shape }: TensorSummary): string {
  return `${name}: ${type} [${shape.map((length) => length ?? 'n').join(', ')}]`
}

function inputText({ name, type, shape }: ModelInspection['fileInputs'][number]): string {
  return `${name}: ${type ?? 'unknown'} [${(shape ?? []).map((length) => length ?? '?').join(', ')}]`
}

function classesText({ graph, model }: ModelInspection): string {
  if (!model) return graph.logits ? String(graph.logits.classes) : 'unknown'
  const shown = model.classes.slice(0, 6).join(', ')
  return `${model.classes.length}: ${shown}${model.classes.length > 6 ? ', ...' : ''}`
}

function bytesText(size: number): string {
  return size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 157)}...` : line
}

/** Only ONNX has a set of operators with a number. */
function opsetText(opset: number): string {
  return opset > 0 ? ` (opset ${opset})` : ''
}
