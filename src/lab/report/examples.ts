import type { ImageResult } from '#contract/results'
import type { CapturedSheet, Crop, Generated, ImageRecord, Role } from '#contract/steps'
import type { ReportAnswer, ReportExample } from '#core/report/ReportInput'
import type { StoredPrediction } from '../predictions'
import type { ExperimentFolder } from '../ports/ExperimentStore'

interface Material {
  readonly results: readonly ImageResult[]
  readonly images: readonly ImageRecord[]
  readonly generated: readonly Generated[]
  readonly captured: readonly CapturedSheet[]
}

/** Examples are seen through this crop: the best that the photo gives. */
const kind = 'refined'

/**
 * Two pairs for each attack: one whose perturbation outlived the photo and one whose did not, each at the attack's
 * first setting that has one. Only images that were right before and wrong after the attack are taken.
 */
export async function examplesOf(folder: ExperimentFolder, material: Material): Promise<ReportExample[]> {
  const attacks = [...new Set(material.generated.map(({ attack }) => attack))]
  const chosen: ImageResult[] = []
  for (const attack of attacks) {
    const settings = material.generated.filter((one) => one.attack === attack).map(({ setting }) => setting)
    const fooled = settings.flatMap((setting) =>
      material.results.filter((result) => result.setting === setting && wasFooled(result)),
    )
    for (const destroyed of [false, true]) {
      const found = fooled.find((result) => result.photo[kind]!.adversarial!.top1 === destroyed)
      if (found) chosen.push(found)
    }
  }
  return Promise.all(chosen.map((result) => exampleOf(folder, result, material)))
}

function wasFooled({ source, photo }: ImageResult): boolean {
  return source.clean.top1 && !source.adversarial.top1 && (photo[kind]?.adversarial ?? null) !== null
}

async function exampleOf(
  folder: ExperimentFolder,
  { setting, image, source, photo }: ImageResult,
  { images, generated, captured }: Material,
): Promise<ReportExample> {
  const record = images.find((one) => one.image === image)!
  const made = generated.find((one) => one.setting === setting)!.images.find((one) => one.image === image)!
  const { classes } = folder.experiment.model
  const crops = captured.flatMap((sheet) => sheet.crops)
  const shown = async (file: string, prediction: StoredPrediction): Promise<ReportExample['clean']> => ({
    image: await folder.read(file),
    answer: answerOf(prediction, classes),
  })
  const crop = async (role: Role): Promise<ReportExample['cleanCrop']> => {
    const prediction = photo[kind]?.[role]
    const file = crops.find(
      (one: Crop) => one.setting === setting && one.image === image && one.role === role,
    )?.files[kind]
    return prediction && file !== undefined ? shown(file, prediction) : null
  }
  return {
    setting,
    image,
    label: record.className,
    clean: await shown(record.file, source.clean),
    adversarial: await shown(made.file, source.adversarial),
    cleanCrop: await crop('clean'),
    adversarialCrop: await crop('adversarial'),
  }
}

function answerOf({ top, top1 }: StoredPrediction, classes: readonly string[]): ReportAnswer {
  const best = top[0]!
  return { label: classes[best.label] ?? `class ${best.label}`, confidence: best.confidence, right: top1 }
}
