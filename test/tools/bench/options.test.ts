import { describe, expect, test } from 'vitest'
import { nets } from '../../../tools/bench/peers/nets'
import { peersOptions } from '../../../tools/bench/peers/options'
import { tasks } from '../../../tools/bench/peers/tasks'

test('among all sections little is measured, by itself everything', () => {
  expect(peersOptions({}, false)).toEqual({
    nets: ['resnet18'],
    batches: [1],
    tasks: ['forward', 'gradient'],
    resources: [],
  })
  expect(peersOptions({}, true)).toEqual({
    nets: Object.keys(nets),
    batches: [1, 8],
    tasks: Object.keys(tasks),
    resources: ['memory', 'start'],
  })
})

test('lists have commas, with or without spaces; resources are told from timed tasks', () => {
  const flags = { nets: 'vit_b_16, resnet50', batches: '1, 4,16', tasks: 'start,pgd , forward', turns: '7' }
  expect(peersOptions(flags, false)).toEqual({
    nets: ['vit_b_16', 'resnet50'],
    batches: [1, 4, 16],
    tasks: ['pgd', 'forward'],
    resources: ['start'],
    turns: 7,
  })
})

test('memory alone is no timed task', () => {
  expect(peersOptions({ tasks: 'memory' }, true)).toMatchObject({ tasks: [], resources: ['memory'] })
})

describe('what is wrong is said with what there is', () => {
  test.each([
    [{ nets: 'resnet18,toString' }, /no net "toString" for --nets\. There are: inception_v3, resnet18,/],
    [{ nets: '' }, /no net "" for --nets/],
    [
      { tasks: 'forward,backward' },
      /no task "backward" for --tasks\. There are: forward, gradient,.*start\.$/,
    ],
    [{ tasks: 'constructor' }, /no task "constructor"/],
    [{ batches: '1,0' }, /Expected --batches to be whole numbers of at least 1, got "1,0"/],
    [{ batches: '1,,8' }, /--batches.*"1,,8"/],
    [{ batches: 'many' }, /--batches.*"many"/],
    [{ turns: '2.5' }, /Expected --turns to be a whole number of at least 1, got "2.5"/],
    [{ turns: '' }, /--turns.*""/],
  ])('%j', (flags, message) => {
    expect(peersOptions(flags, true)).toMatch(message)
  })
})
