/** Threads of either side. */
export const threads = 2

/** A net of torchvision, by its name there. */
export interface Net {
  readonly title: string
  /** Side of its square images in pixels. */
  readonly side: number
  /** How many times as fast as PyTorch the forward pass and the gradient should be. */
  readonly aim: number
}

/** Convolutions without groups have the higher aim: their backward pass is where most can be won. */
export const nets: Readonly<Record<string, Net>> = {
  inception_v3: { title: 'Inception v3 299', side: 299, aim: 1.7 },
  resnet18: { title: 'ResNet-18 224', side: 224, aim: 1.7 },
  resnet50: { title: 'ResNet-50 224', side: 224, aim: 1.7 },
  mobilenet_v3_large: { title: 'MobileNet v3 224', side: 224, aim: 1.2 },
  vit_b_16: { title: 'ViT-B/16 224', side: 224, aim: 1.2 },
}
