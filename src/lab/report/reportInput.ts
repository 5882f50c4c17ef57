import { median } from '#core/metrics/median'
import type { Experiment } from '#contract/experiment'
import { imageResultListSchema, scoreListSchema, studySchema } from '#contract/results'
import {
  generatedSchema,
  imageListSchema,
  refusedPhotosSchema,
  sheetListSchema,
  type CapturedSheet,
  type SheetList,
} from '#contract/steps'
import { attackOf } from '#core/attacks/index'
import { describeSource } from '#core/datasets/describeSource'
import type { ReportFact, ReportInput, ReportSheetQuality } from '#core/report/ReportInput'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { capturedSheet } from '../captured'
import { findDocument, readDocument } from '../documents'
import { paths } from '#contract/paths'
import { epsilonOf } from '../settings'
import type { ExperimentFolder } from '../ports/ExperimentStore'
import type { LabPorts } from '../ports/LabPorts'
import { commandsOf } from './commandsOf'
import { examplesOf } from './examples'

/** Photos shown in the report, and the pixels of their longer side. */
const photosShown = 2
const photoSide = 900

/** Everything that the report says, read from the experiment's folder. */
export async function reportInput(
  folder: ExperimentFolder,
  { pictures }: Pick<LabPorts, 'pictures'>,
): Promise<ReportInput> {
  const { experiment } = folder
  const list = await readDocument(folder, paths.sheets, sheetListSchema)
  const images = await readDocument(folder, paths.images, imageListSchema)
  const results = (await readDocument(folder, paths.imageResults, imageResultListSchema)).images
  const generated = await Promise.all(
    experiment.settings.map(({ id }) => readDocument(folder, paths.setting(id), generatedSchema)),
  )
  const captured: CapturedSheet[] = []
  for (const { sheet } of list.sheets) {
    const found = await capturedSheet(folder, list, sheet)
    if (found) captured.push(found)
  }
  const refused = await findDocument(folder, paths.refusedPhotos, refusedPhotosSchema)
  const { id, name, created, seed, model } = experiment
  return {
    experiment: { id, name, created, seed },
    model: { name: model.name, sha256: model.sha256, classes: model.classes.length, input: model.input },
    images: {
      source: describeSource(experiment.images),
      perCase: experiment.count,
      skipped: images.refused.length,
    },
    cases: experiment.cases,
    prefilterConfidence: experiment.prefilter.confidence,
    settings: experiment.settings.map((setting) => ({
      ...setting,
      title: attackOf(setting.attack).title,
      epsilon: epsilonOf(setting),
    })),
    sheets: sheetFacts(list),
    capture: captureFacts(experiment),
    scores: (await readDocument(folder, paths.scores, scoreListSchema)).scores,
    study: (await findDocument(folder, paths.study, studySchema)) ?? null,
    quality: captured.map(qualityOf),
    refusedPhotos: refused?.refused ?? [],
    photos: await Promise.all(
      captured.slice(0, photosShown).map(async ({ sheet, photo }) => ({
        caption: `Sheet ${sheet}: ${photo.origin}, ${photo.width} x ${photo.height} pixels`,
        image: await pictures.thumbnail(await folder.read(photo.file), photoSide),
      })),
    ),
    examples: await examplesOf(folder, { results, images: images.images, generated, captured }),
    environment: environmentFacts(experiment),
    commands: commandsOf(experiment),
  }
}

function sheetFacts({ layout, sheets }: SheetList): ReportInput['sheets'] {
  const laid = layoutSheet(layout)
  return {
    paper: layout.paper,
    orientation: layout.orientation,
    sheets: sheets.length,
    pairs: sheets.reduce((sum, { pairs }) => sum + pairs.length, 0),
    imageMm: laid.template.slots[0]!.box.width,
    dotsPerPixel: laid.dotsPerPixel,
  }
}

function captureFacts({ capture }: Experiment): ReportInput['capture'] {
  if (capture.kind === 'photos') return { kind: 'photos', devices: [] }
  const { level, resolution, seed } = capture
  return { kind: 'simulator', level, resolution, seed, params: [] }
}

function qualityOf({ sheet, photo, codes, residual, crops }: CapturedSheet): ReportSheetQuality {
  const errors = crops.flatMap(({ error }) => (error ? [error] : []))
  return {
    sheet,
    photo: photo.origin,
    width: photo.width,
    height: photo.height,
    codes,
    residual,
    cameraPixels: median(crops.map(({ quality }) => quality.cameraPixels)) ?? null,
    error:
      errors.length > 0
        ? {
            paper: median(errors.map(({ paper }) => paper)) ?? null,
            refined: median(errors.map(({ refined }) => refined)) ?? null,
          }
        : null,
    crops: crops.filter(({ refused }) => refused === null).length,
    refused: crops.filter(({ refused }) => refused !== null).length,
  }
}

function environmentFacts({ environment }: Experiment): ReportFact[] {
  const { halftone, node, os, cpu, provider, onnxruntime } = environment
  return [
    { name: 'Halftone', value: halftone },
    { name: 'Node.js', value: node },
    { name: 'ONNX Runtime', value: `${onnxruntime}, ${provider}` },
    { name: 'Operating system', value: os },
    { name: 'Processor', value: cpu },
  ]
}
