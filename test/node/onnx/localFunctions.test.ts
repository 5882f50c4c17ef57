import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
} from '../../../src/core/onnx/gen/onnx_pb'
import type { Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes } from '../../support/onnxNets'

const node = (op: string, domain: string, input: string[], output: string[]) =>
  create(NodeProtoSchema, { opType: op, domain, input, output, name: `${op} of ${output.join()}` })
const sets = [
  create(OperatorSetIdProtoSchema, { domain: '', version: 18n }),
  create(OperatorSetIdProtoSchema, { domain: 'pkg.net', version: 1n }),
]

/**
 * The net with its rectifiers written as exporters of PyTorch modules write them: as calls of a function of the file, which
 * calls another one, with an attribute handed through.
 */
function asFunctions(bytes: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes)
  model.irVersion = 8n
  model.opsetImport = sets
  const leaky = node('LeakyRelu', '', ['x'], ['y'])
  leaky.attribute = [
    create(AttributeProtoSchema, {
      name: 'alpha',
      refAttrName: 'slope',
      type: AttributeProto_AttributeType.FLOAT,
    }),
  ]
  const inner = create(FunctionProtoSchema, {
    name: 'Bend',
    domain: 'pkg.net',
    input: ['x'],
    output: ['y'],
    attribute: ['slope'],
    opsetImport: sets,
    node: [leaky],
  })
  const bend = node('Bend', 'pkg.net', ['x'], ['z'])
  bend.attribute = [
    create(AttributeProtoSchema, { name: 'slope', type: AttributeProto_AttributeType.FLOAT, f: 0 }),
  ]
  const outer = create(FunctionProtoSchema, {
    name: 'Activation',
    domain: 'pkg.net',
    input: ['x'],
    output: ['y'],
    opsetImport: sets,
    node: [bend, node('Identity', '', ['z'], ['y'])],
  })
  model.functions = [inner, outer]
  for (const one of model.graph!.node) {
    if (one.opType !== 'Relu') continue
    one.opType = 'Activation'
    one.domain = 'pkg.net'
  }
  return toBinary(ModelProtoSchema, model)
}

async function answers(bytes: Uint8Array) {
  const random = new Random('functions')
  const images: Images = {
    channels: 3,
    height: 12,
    width: 12,
    count: 3,
    data: Float32Array.from({ length: 3 * 432 }, () => random.uniform()),
  }
  const hash = createHash('sha256').update(bytes).digest('hex')
  const { info, model } = await openModel({ bytes, name: 'net.onnx', hash }, { provider: 'cpu' })
  expect(info.differentiable).toMatchObject({ ok: true })
  const { gradient, logits } = await model.gradient(images, { kind: 'cross-entropy', labels: [1, 2, 3] })
  await model[Symbol.asyncDispose]()
  return { gradient: gradient.data, logits: logits.data }
}

describe('a model with functions of its own', () => {
  it('has the scores and the gradient of the same model written out', async () => {
    const plain = await answers(convNetBytes())
    const called = await answers(asFunctions(convNetBytes()))
    const far = (a: Float32Array, b: Float32Array): number =>
      a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
    expect(far(called.logits, plain.logits)).toBeLessThan(1e-5)
    expect(far(called.gradient, plain.gradient)).toBeLessThan(1e-5)
    expect(plain.gradient.some((value) => Math.abs(value) > 1e-3)).toBe(true)
  })
})
