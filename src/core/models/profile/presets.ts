import type { ProfileInput } from '#contract/profile'

/** Mean and standard deviation of ImageNet's training pictures, in 0..1, as torchvision and most others use them. */
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const

/** A way of preprocessing that many published models share. */
export interface ProfilePreset {
  readonly title: string
  readonly profile: ProfileInput
}

/** The known ways, by the name that a person types. Layout and size come from the file. */
export const profilePresets = {
  plain: {
    title: 'pixels from 0 to 1, nothing else',
    profile: { range: '0..1', mean: [0], std: [1], channelOrder: 'RGB' },
  },
  torchvision: {
    title: "ImageNet's mean and deviation, as torchvision, most of timm and Hugging Face",
    profile: { range: '0..1', ...imagenet, channelOrder: 'RGB' },
  },
  inception: {
    title: 'pixels from -1 to 1, as Keras calls "tf": Inception, MobileNet, Xception, many ViT',
    profile: { range: '-1..1', mean: [0], std: [1], channelOrder: 'RGB' },
  },
  bytes: {
    title: 'pixels from 0 to 255: graphs that scale them themselves, such as Keras EfficientNet',
    profile: { range: '0..255', mean: [0], std: [1], channelOrder: 'RGB' },
  },
  caffe: {
    title: 'BGR from 0 to 255 less ImageNet\'s mean, as Keras calls "caffe": its ResNet and VGG',
    profile: { range: '0..255', mean: [103.939, 116.779, 123.68], std: [1], channelOrder: 'BGR' },
  },
  clip: {
    title: "CLIP's mean and deviation",
    profile: {
      range: '0..1',
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
      channelOrder: 'RGB',
    },
  },
  'torchvision-bytes': {
    title: "ImageNet's mean and deviation on pixels from 0 to 255",
    profile: {
      range: '0..255',
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
      channelOrder: 'RGB',
    },
  },
  mnist: {
    title: "MNIST's mean and deviation, as PyTorch's examples",
    profile: { range: '0..1', mean: [0.1307], std: [0.3081], channelOrder: 'RGB' },
  },
  cifar10: {
    title: "CIFAR-10's mean and deviation",
    profile: {
      range: '0..1',
      mean: [0.4914, 0.4822, 0.4465],
      std: [0.247, 0.2435, 0.2616],
      channelOrder: 'RGB',
    },
  },
} as const satisfies Record<string, ProfilePreset>

export type ProfilePresetName = keyof typeof profilePresets
