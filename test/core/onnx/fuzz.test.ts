import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { prepareModel } from '#core/models/prepareModel'
import { float, int, ints, string, tensorAttribute } from '#core/onnx/attributes'
import { makeTensor } from '#core/onnx/elementTypes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { collectGarbage } from '../../support/collectGarbage'
import { mutated } from '../../support/mutate'
import { convNetBytes } from '../../support/onnxNets'
import { halved, profiledNet } from '../../support/profiledNets'
import { smallNet } from './smallNet'

/** Every kind of thing that a file may hold: types, attributes, metadata, an operator of another domain. */
function oddments(): Uint8Array {
  const b = new GraphBuilder()
  const x = b.input('x', 'float', ['n', null, 4, 4])
  const kinds = b.nodeWithOutputs('Odd', [x, ''], 2, {
    int: int(-3),
    float: float(0.5),
    text: string('ß'),
    ints: ints([1, 2 ** 40]),
    tensor: tensorAttribute(makeTensor('int64', [2], BigInt64Array.of(1n, -1n))),
  })
  const bytes = b.initializer(makeTensor('uint8', [3], Uint8Array.of(1, 2, 3)))
  const words = b.initializer(makeTensor('string', [2], ['a', 'b']))
  b.output(b.node('Even', [kinds[1]!, bytes, words]))
  const graph = b.build()
  return writeModel({
    ...graph,
    opsets: new Map([...graph.opsets, ['com.example', 3]]),
    metadata: new Map([['halftone.profile', '{"range":"0..255"}']]),
  })
}

const seeds = [
  convNetBytes({ channels: 2, size: 4, classes: 3, metadata: [['classes', '["a","b","c"]']] }),
  writeModel(smallNet('softmax')),
  writeModel(halved(smallNet())),
  writeModel(
    profiledNet({ layout: 'NHWC', range: '0..255', mean: [1, 2, 3], std: [1], channelOrder: 'BGR' }, 'uint8'),
  ),
  oddments(),
]

/** All of it takes some ten seconds; HALFTONE_FUZZ asks for more. */
const mutants = Number(process.env['HALFTONE_FUZZ'] ?? 10_000)

describe('reading damaged files', () => {
  it(`takes or refuses each of ${mutants} mutants, with a reason`, { timeout: 600_000 }, () => {
    const random = new Random('fuzz')
    const outcomes = new Map<string, number>()
    const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    collectGarbage()
    const before = process.memoryUsage()
    let most = 0
    for (let i = 0; i < mutants; i++) {
      const own = random.fork(i)
      const bytes = mutated(seeds[i % seeds.length]!, own)
      try {
        const { graph } = prepareModel(bytes)
        // What was taken can be written and read again.
        readModel(writeModel(graph))
        count('taken')
      } catch (error) {
        if (!(error instanceof HalftoneError)) {
          throw new Error(`Mutant ${i} was refused by an error of another kind.`, { cause: error })
        }
        expect(error.message.length, `mutant ${i}`).toBeLessThan(20_000)
        count(error.code)
      }
      if (i % 500 === 0) most = Math.max(most, process.memoryUsage().rss)
    }
    collectGarbage()
    const after = process.memoryUsage()
    // The seeds are all well: the mutations have hit what matters, and not everything.
    expect(outcomes.get('taken')).toBeGreaterThan(mutants / 50)
    expect(outcomes.get('unreadable-file')).toBeGreaterThan(mutants / 10)
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(2e7)
    expect(most - before.rss).toBeLessThan(6e8)
  })

  it('refuses a file that nests deeper than any stack', () => {
    const field = (number: number, content: Uint8Array): Uint8Array => {
      const length: number[] = []
      for (let left = content.length; ; left >>>= 7) {
        length.push(left > 127 ? (left & 127) | 128 : left)
        if (left <= 127) break
      }
      const whole = new Uint8Array(1 + length.length + content.length)
      whole.set([(number << 3) | 2, ...length])
      whole.set(content, 1 + length.length)
      return whole
    }
    // A graph in an attribute of a node in a graph, and so on (onnx.proto: GraphProto.node 1, NodeProto.attribute 5, AttributeProto.g 6).
    let graph: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 3000; depth++) graph = field(1, field(5, field(6, graph)))
    const head = Uint8Array.of(0x08, 8)
    const opset = field(8, Uint8Array.of(0x10, 17))
    const model = Uint8Array.from([...head, ...opset, ...field(7, graph)])
    expect(() => readModel(model)).toThrow(HalftoneError)
  })
})
