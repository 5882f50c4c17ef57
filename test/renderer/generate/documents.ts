import type { Generated, ImageList } from '#contract/steps'

const prediction = (label: number, confidence: number, truth: number) => ({
  top: [
    { label, confidence },
    { label: (label + 1) % 3, confidence: 1 - confidence },
  ],
  trueConfidence: label === truth ? confidence : 1 - confidence,
  top1: label === truth,
  top5: true,
})

/** Five images of class 0: three that the attack fools, one that holds, one that was wrong from the start. */
export const images: ImageList = {
  images: [0, 1, 2, 3, 4].map((image) => ({
    image,
    label: 0,
    className: 'red',
    origin: `sign ${image}`,
    file: `images/clean/${image}.png`,
    prediction: prediction(image === 4 ? 2 : 0, 0.9, 0),
  })),
  refused: [],
}

const answers = [1, 1, 0, 2, 2]
const confidences = [0.6, 0.9, 0.7, 0.95, 0.8]
const distortions = [4, 2, 8, 6, 1]

export const generated: Generated = {
  setting: 'fgsm-eps8',
  attack: 'fgsm',
  params: { epsilon: 8 },
  cases: {
    average: { images: [4, 3, 2, 1, 0], wanted: 5, searched: 5 },
    prefiltered: { images: [3], wanted: 4, searched: 12 },
  },
  images: [0, 1, 2, 3, 4].map((image) => ({
    image,
    file: `images/fgsm-eps8/${image}.png`,
    target: null,
    prediction: prediction(answers[image]!, confidences[image]!, 0),
    linf: 8,
    rms: distortions[image]!,
  })),
}
