import { plural } from '../format'
import type { Block } from '../Report'
import type { ReportFact, ReportInput } from '../ReportInput'

/** What was done and with what. */
export function methodSection(input: ReportInput): Block[] {
  const { experiment, model, images, sheets, capture } = input
  const { channels, height, width } = model.input
  const facts: ReportFact[] = [
    {
      name: 'Model',
      value: `${model.name}: ${model.classes} classes, input ${width} × ${height} × ${channels}`,
    },
    { name: 'Model SHA-256', value: model.sha256 },
    {
      name: 'Images',
      value:
        `${images.source}; ${images.perCase} for each setting and case` +
        (images.skipped > 0 ? `; ${plural(images.skipped, 'file')} could not be read` : ''),
    },
    { name: 'Cases', value: input.cases.map((name) => caseText(name, input.prefilterConfidence)).join('; ') },
    { name: 'Seed', value: experiment.seed },
    {
      name: 'Sheets',
      value:
        `${plural(sheets.sheets, 'page')}, ${sheets.paper} ${sheets.orientation}, ${plural(sheets.pairs, 'pair')}; images ` +
        `${sheets.imageMm.toFixed(1)} mm wide, ${sheets.dotsPerPixel} dots of 1/600 inch to a pixel`,
    },
    ...(capture.kind === 'simulator'
      ? [
          {
            name: 'Print and photo',
            value: `simulated: ${capture.level}, ${capture.resolution}, seed ${capture.seed}`,
          },
          ...capture.params,
        ]
      : [
          {
            name: 'Print and photo',
            value: capture.devices.length > 0 ? capture.devices.join('; ') : 'devices not recorded',
          },
        ]),
  ]
  return [
    { kind: 'heading', text: 'What was done' },
    { kind: 'facts', facts },
    {
      kind: 'paragraph',
      text:
        'Pixels are integers from 0 to 255 and ε is the greatest change of a pixel in that unit. What is printed is the 8-bit ' +
        'image, so every verdict on the source is of that image. Each photo is located by the codes on its sheet and cropped ' +
        'in two ways: the paper’s way, by one homography through the four code centres, and refined, by all codes and marks ' +
        'with lens distortion and the curl of the paper.',
    },
  ]
}

function caseText(name: ReportInput['cases'][number], confidence: number): string {
  return name === 'average'
    ? 'average (images at random)'
    : `prefiltered (clean right and adversarial wrong, both with confidence above ${confidence})`
}
