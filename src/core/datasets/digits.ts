import type { DrawnSet } from './DrawnSet'
import { DigitDrawer, digitSize } from './digits/DigitDrawer'

const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** Digits in the form of MNIST: 28 x 28, grey, white on black; ids '0' to '9', so that MNIST's labels fit. */
export const digits: DrawnSet = {
  title: 'digits drawn by Halftone',
  picture: 'digit',
  stream: 'digits',
  spec: { channels: 1, height: digitSize, width: digitSize },
  classes: names.map((name, digit) => ({ id: String(digit), name })),
  drawer: () => new DigitDrawer(),
}
