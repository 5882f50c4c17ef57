import { describe, expect, test } from 'vitest'
import { runPython, torchvision } from '../../support/torch'

describe.skipIf(!torchvision)(
  `tools/peers/decisions.py (${torchvision ? 'with' : 'there is no'} torchvision)`,
  () => {
    test(
      'PyTorch decides as it is told, and where it would not have is noted',
      { timeout: 240_000 },
      async () => {
        const printed = await runPython(`
import json
import numpy as np, torch, torch.nn.functional as F
import decisions
kept = F.relu, F.relu6, F.hardtanh, F.max_pool2d, torch.relu
told = {}

def check(name, x, rectifiers, pools, run):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    flips = []
    arrays = lambda lists, type: [np.array(values, type) for values in lists]
    with decisions.deciding(arrays(rectifiers, np.float32), arrays(pools, np.int64), flips):
        out = run(x)
    out.sum().backward()
    told[name] = {'out': out.tolist(), 'slope': x.grad.tolist(), 'flips': flips}

# The last two are decided otherwise: one image each.
check('relu', [[1., -2., 3e-9, 2.], [1., -2., 3., -1e-9]], [[[1, 0, 0, 2], [1, 0, 3, 1e-9]]], [], torch.nn.ReLU())
check('alike', [[1., -2.]], [[[1, 0]]], [], torch.relu)
check('relu6', [[-1., 5., 7., 6 - 1e-9]], [[[0, 5, 6, 6]]], [], torch.nn.ReLU6())
check('twice', [[-1., 2.]], [[[0, 2]], [[0, 4]]], [], lambda x: F.relu(2 * F.relu(x)))
image = [[[[1., 2., 5., 5 - 1e-9], [0., 1., 4., 4.], [0., 0., 0., 0.], [0., 0., 0., 0.]]]]
# Places as ONNX counts them; the second window is given its second best, and zeros that are all off are no decision.
check('pool', image, [], [[[[[1, 3], [13, 15]]]]], torch.nn.MaxPool2d(2))
# A second image's places go on counting.
check('batch', [image[0], image[0]], [], [[[[[1, 2], [8, 10]]], [[[17, 18], [24, 26]]]]], torch.nn.MaxPool2d(2))
try:
    check('shape', [[1., 2.]], [[[1]]], [], torch.nn.ReLU())
except ValueError as error:
    told['shape'] = str(error)
import torchvision_gradients as t
a = np.array([[[3., 4.]], [[1., 0.]]])
told['differences'] = t.differences(a * [[[1.]], [[1.5]]], a).tolist()
told['restored'] = kept == (F.relu, F.relu6, F.hardtanh, F.max_pool2d, torch.relu)
print(json.dumps(told))
`)
        const told = JSON.parse(printed) as Record<string, unknown>
        expect(told['relu']).toMatchObject({
          slope: [
            [1, 0, 0, 1],
            [1, 0, 1, 1],
          ],
          flips: [{ what: 'rectifier', units: [1, 1], distance: 3e-9 }],
        })
        expect(told['alike']).toMatchObject({ slope: [[1, 0]], flips: [] })
        expect(told['relu6']).toMatchObject({
          out: [[0, 5, 6, 6]],
          slope: [[0, 1, 0, 0]],
          flips: [{ units: [1] }],
        })
        expect(told['twice']).toMatchObject({ out: [[0, 4]], slope: [[0, 2]], flips: [] })
        expect(told['pool']).toMatchObject({
          out: [
            [
              [
                [2, 5 - 1e-9],
                [0, 0],
              ],
            ],
          ],
          flips: [{ what: 'pool', units: [1] }],
        })
        const { slope } = told['pool'] as { slope: number[][][][] }
        expect(slope[0]![0]!.flatMap((row) => row)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])
        expect(told['batch']).toMatchObject({ flips: [] })
        expect(told['shape']).toBe('Expected a rectifier of (1, 2), the file has (1, 1)')
        expect(told['restored']).toBe(true)
        // Relative, and each image by itself.
        expect(told['differences']).toEqual([0, 0.5])
      },
    )
  },
)
