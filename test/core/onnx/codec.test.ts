import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { learnFacts } from '#core/onnx/facts'
import { ModelProtoSchema, TensorProto_DataLocation } from '../../../src/core/onnx/gen/onnx_pb'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { pruneGraph, stripUnusedOpsets } from '#core/onnx/prune'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { runGraph } from '../../support/ort'
import { smallNet } from './smallNet'

const bytes = writeModel(smallNet())

/** A model with one node, changed at will before it is written. */
function withGraph(graph: object): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'g',
        input: [{ name: 'x' }],
        output: [{ name: 'y' }],
        node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
        ...graph,
      },
    }),
  )
}

const failure = (data: Uint8Array): HalftoneError => {
  try {
    readModel(data)
  } catch (error) {
    if (error instanceof HalftoneError) return error
    throw error
  }
  return expect.fail('the file was read')
}

describe('reading and writing ONNX', () => {
  it('brings back what was written, byte for byte', () => {
    expect(Buffer.from(writeModel(readModel(bytes))).equals(Buffer.from(bytes))).toBe(true)
  })

  it('keeps every kind of attribute and constant', () => {
    const builder = new GraphBuilder()
    const x = builder.input('x', 'float', ['n', null, 3])
    builder.output(
      builder.node('Whatever', [x, '', builder.scalar(2, 'double'), builder.ints([2 ** 40, -1])], {
        int: { kind: 'int', value: -7 },
        float: { kind: 'float', value: 0.5 },
        string: { kind: 'string', value: 'größe' },
        ints: { kind: 'ints', value: [1, 2 ** 40] },
        floats: { kind: 'floats', value: [0.25, -1] },
        strings: { kind: 'strings', value: ['a', ''] },
        tensor: { kind: 'tensor', value: { type: 'bool', shape: [2], data: Uint8Array.of(0, 1) } },
      }),
      'int64',
      [null, 'm', 4],
    )
    const graph = builder.build()
    const again = readModel(writeModel(graph))
    expect(again.nodes.map((node) => ({ ...node, attributes: { ...node.attributes } }))).toEqual(graph.nodes)
    expect(again.initializers).toEqual(graph.initializers)
    expect(again.inputs).toEqual(graph.inputs)
    expect(again.outputs).toEqual(graph.outputs)
  })

  it('shares aligned constants with the file', () => {
    const shared = [...readModel(bytes).initializers.values()].filter(
      ({ data }) => (data as Float32Array).buffer === bytes.buffer,
    )
    expect(shared.length).toBeGreaterThan(0)
  })

  it('turns Constant nodes into constants', () => {
    const graph = readModel(
      withGraph({
        node: [
          { opType: 'Constant', output: ['c'], attribute: [{ name: 'value_ints', type: 7, ints: [3n, 4n] }] },
          { opType: 'Reshape', input: ['x', 'c'], output: ['y'] },
        ],
      }),
    )
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Reshape'])
    expect(graph.initializers.get('c')).toMatchObject({ type: 'int64', shape: [2] })
  })

  it('puts nodes in order and leaves initializers out of the inputs', () => {
    const graph = readModel(
      withGraph({
        input: [{ name: 'x' }, { name: 'w' }],
        initializer: [{ name: 'w', dims: [1n], dataType: 1, floatData: [2] }],
        node: [
          { opType: 'Add', input: ['m', 'w'], output: ['y'] },
          { opType: 'Relu', input: ['x'], output: ['m'] },
        ],
      }),
    )
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu', 'Add'])
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x'])
  })

  it('prunes what no output needs and operator sets that no node uses', () => {
    const builder = new GraphBuilder(smallNet())
    builder.node('Neg', ['image'])
    const graph = builder.build()
    expect(pruneGraph(graph).nodes).toHaveLength(graph.nodes.length - 1)
    const opsets = new Map([...graph.opsets, ['com.microsoft', 1] as const])
    expect([...stripUnusedOpsets({ ...graph, opsets }).opsets.keys()]).toEqual([''])
  })
})

describe('files that are not as they should be', () => {
  it.each([
    ['an empty file', new Uint8Array()],
    ['text', new TextEncoder().encode('this is not a model, it is a line of text')],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)],
    ['zeros', new Uint8Array(4096)],
    ['protobuf without a graph', Uint8Array.of(8, 8)],
  ])('refuses %s', (_, data) => {
    expect(failure(data).code).toBe('unreadable-file')
  })

  it('refuses a file cut short anywhere', () => {
    for (let length = 0; length < bytes.length; length += 13) {
      expect(failure(bytes.slice(0, length)).code, `${length} bytes`).toBe('unreadable-file')
    }
  })

  it.each([
    [
      'a constant with too little data',
      { initializer: [{ name: 'w', dims: [4n], dataType: 1, rawData: new Uint8Array(8) }] },
      /expected 4 values.*holds 2/,
    ],
    [
      'a constant that claims to be huge',
      { initializer: [{ name: 'w', dims: [1n << 40n], dataType: 1, rawData: new Uint8Array(8) }] },
      /holds 2/,
    ],
    [
      'lengths beyond counting',
      { initializer: [{ name: 'w', dims: [1n << 62n, 1n << 62n], dataType: 1 }] },
      /impossible shape/,
    ],
    [
      'a negative length',
      { initializer: [{ name: 'w', dims: [-2n, -2n], dataType: 1, floatData: [1, 2, 3, 4] }] },
      /impossible shape/,
    ],
    [
      'raw data that end inside a value',
      { initializer: [{ name: 'w', dims: [1n], dataType: 1, rawData: new Uint8Array(5) }] },
      /holds 1.25/,
    ],
    [
      'an input that nothing makes',
      { node: [{ opType: 'Add', input: ['x', 'gone'], output: ['y'] }] },
      /nothing makes its input 'gone'/,
    ],
    ['an output that nothing makes', { output: [{ name: 'gone' }] }, /'gone' is made by no node/],
    ['no output', { output: [] }, /no output/],
    [
      'a cycle',
      {
        node: [
          { opType: 'Add', input: ['x', 'y'], output: ['a'] },
          { opType: 'Relu', input: ['a'], output: ['y'] },
        ],
      },
      /cycle/,
    ],
    [
      'a name made twice',
      {
        node: [
          { opType: 'Relu', input: ['x'], output: ['y'] },
          { opType: 'Relu', input: ['x'], output: ['y'] },
        ],
      },
      /more than once/,
    ],
  ])('refuses %s', (_, graph, message) => {
    const error = failure(withGraph(graph))
    expect(error.code).toBe('unreadable-file')
    expect(error.message).toMatch(message)
  })

  it('says what it does not support', () => {
    const outside = {
      name: 'w',
      dims: [1n],
      dataType: 1,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [{ key: 'location', value: 'w.bin' }],
    }
    expect(failure(withGraph({ initializer: [outside] })).message).toMatch(
      /beside the model, which did not come with it/,
    )
    expect(failure(withGraph({ initializer: [{ name: 'w', dims: [1n], dataType: 14 }] })).code).toBe(
      'unsupported',
    )
    expect(failure(withGraph({ sparseInitializer: [{}] })).message).toMatch(/sparse/)
  })

  it('survives random damage: a file is read or refused, nothing else', () => {
    const random = new Random('damage')
    let refused = 0
    for (let trial = 0; trial < 300; trial++) {
      const damaged = bytes.slice()
      const hits = 1 + random.int(6)
      for (let hit = 0; hit < hits; hit++) damaged[random.int(damaged.length)] = random.int(256)
      try {
        writeModel(readModel(damaged))
      } catch (error) {
        expect(error).toBeInstanceOf(HalftoneError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(20)
  })
})

describe('learnFacts', () => {
  it('tells what follows the batch from what is fixed', async () => {
    const graph = smallNet()
    const facts = await learnFacts(graph, runGraph)
    expect(facts.batch).toBe('free')
    expect(facts.tensors.get('scores')).toEqual({ type: 'float', shape: [null, 5] })
    expect(facts.tensors.get('MaxPool')?.shape).toEqual([null, 4, 4, 4])
  })

  it('keeps the number of images where the graph insists on it', async () => {
    const builder = new GraphBuilder()
    const x = builder.input('x', 'float', [4, 6])
    builder.output(builder.node('Reshape', [x, builder.ints([4, 3, 2])]))
    const facts = await learnFacts(builder.build(), runGraph)
    expect(facts.batch).toBe(4)
    expect(facts.tensors.get('Reshape')?.shape).toEqual([4, 3, 2])
  })

  it('refuses a free image size and a graph whose shapes do not fit', async () => {
    const free = new GraphBuilder()
    free.output(free.node('Relu', [free.input('x', 'float', ['n', 3, 'height', 'width'])]))
    await expect(learnFacts(free.build(), runGraph)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/'height' at axis 2/) as string,
    })
    const broken = new GraphBuilder()
    const x = broken.input('x', 'float', ['n', 3])
    broken.output(broken.node('MatMul', [x, broken.floats([1, 2], [2, 1])]))
    await expect(learnFacts(broken.build(), runGraph)).rejects.toMatchObject({ code: 'unreadable-file' })
  })
})
