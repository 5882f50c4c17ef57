import { beforeEach, describe, expect, it, vi } from 'vitest'
import { paths } from '#contract/paths'
import type { CapturedSheet, Crop } from '#contract/steps'
import { FakeHost } from '#renderer/host/fake'
import { PhotoIntake } from '#renderer/pages/capture/photos/PhotoIntake.svelte'
import { gradeOf } from '#renderer/pages/capture/sheets/grade'
import { SheetBoard } from '#renderer/pages/capture/sheets/SheetBoard.svelte'
import type { ExperimentView } from '#renderer/state/experiment.svelte'

const crop = (quality: Partial<Crop['quality']> = {}, refused: string | null = null): Crop => ({
  setting: 'fgsm-eps16',
  image: 0,
  role: 'clean',
  files: {},
  refused,
  quality: { cameraPixels: 2.5, blur: 0.4, residual: 0.05, ...quality },
  error: null,
})

function captured(change: Partial<CapturedSheet> = {}): CapturedSheet {
  return {
    sheet: 1,
    pdf: 'now',
    photo: { file: 'photos/a.jpg', origin: 'a.jpg', width: 4032, height: 3024 },
    codes: 4,
    marks: { found: 60, visible: 60 },
    residual: 0.1,
    cameraPixels: 2.5,
    blur: 1,
    warnings: [],
    crops: [crop(), crop()],
    ...change,
  }
}

describe('gradeOf', () => {
  it('is good when nothing is near a limit', () => {
    expect(gradeOf(captured())).toEqual({ word: 'good', why: [] })
  })

  it.each([
    [{ warnings: ['The photo is soft: blurred by 1.7 image pixels.'], crops: [crop({ blur: 1.7 })] }, 1],
    [{ crops: [crop(), crop({ blur: 1.7 })] }, 1],
    [{ crops: [crop({ cameraPixels: 0.8 })] }, 1],
    [{ crops: [crop({ residual: 0.4 })] }, 1],
    [{ crops: [crop({ residual: 0.4, cameraPixels: 0.5 })] }, 2],
  ])('is fair when something is, and says what, once: %#', (change, reasons) => {
    const grade = gradeOf(captured(change))
    expect(grade.word).toBe('fair')
    expect(grade.why).toHaveLength(reasons)
  })

  it('is poor when crops were refused', () => {
    const grade = gradeOf(captured({ crops: [crop(), crop({}, 'Blurred.'), crop({}, 'Blurred.')] }))
    expect(grade).toEqual({ word: 'poor', why: ['2 of 3 crops cannot be used.', 'Blurred.'] })
  })
})

describe('SheetBoard', () => {
  const documents = new Map<number, CapturedSheet | null>()
  let intake: PhotoIntake
  let capture: { kind: 'simulator' | 'photos' }
  let board: SheetBoard
  let answer: (sheets: number[], reason: string | null) => void

  beforeEach(() => {
    documents.clear()
    capture = { kind: 'photos' }
    const host = new FakeHost({
      import: ({ paths: [file] }) =>
        new Promise((resolve) => {
          answer = (sheets, reason) =>
            resolve({ captured: 0, sheets: 3, refused: [], photos: [{ file: file!, sheets, reason }] })
        }),
    })
    // What the board reads of the experiment, without a folder behind it.
    const view = {
      sheets: { pdf: 'now', sheets: [1, 2, 3] },
      get experiment() {
        return { steps: { captured: { done: 1 } }, capture }
      },
      captured: (sheet: number) => documents.get(sheet) ?? undefined,
      isRead: (path: string) => [1, 2, 3].some((i) => path === paths.capturedSheet(i) && documents.has(i)),
    } as unknown as ExperimentView
    intake = new PhotoIntake(host, 'demo')
    board = new SheetBoard(view, intake)
  })

  const photograph = async (sheet: number): Promise<void> => {
    answer = () => undefined
    const before = answer
    intake.add([new File(['x'], `${sheet}.png`)], 'camera', sheet)
    await vi.waitFor(() => expect(answer).not.toBe(before))
  }

  it('does not take a sheet for wanted before its document was looked for', () => {
    expect(board.standing(1)).toBe('unknown')
    documents.set(1, null)
    expect(board.standing(1)).toBe('wanted')
    documents.set(1, captured())
    expect(board.standing(1)).toBe('captured')
    documents.set(1, captured({ pdf: 'another print' }))
    expect(board.standing(1)).toBe('wanted')
    expect(board.row(1).state).toBe('open')
  })

  it('goes from reading to captured without a gap in which it is wanted', async () => {
    documents.set(2, null)
    await photograph(2)
    expect(board.standing(2)).toBe('reading')
    expect(board.row(2).state).toBe('reading')
    answer([2], null)
    await vi.waitFor(() => expect(intake.isReading(2)).toBe(false))
    expect(board.standing(2)).toBe('captured')
    expect(board.row(2).state).toBe('reading')
    documents.set(2, captured({ sheet: 2 }))
    expect(board.row(2).state).toBe('captured')
  })

  it('wants a refused sheet again, with the reason', async () => {
    documents.set(3, null)
    await photograph(3)
    answer([], 'Too dark.')
    await vi.waitFor(() => expect(intake.isReading(3)).toBe(false))
    expect(board.standing(3)).toBe('wanted')
    expect(board.row(3)).toEqual({ state: 'refused', reason: 'Too dark.' })
  })

  it('leaves simulated sheets until it is told to start anew', () => {
    capture = { kind: 'simulator' }
    documents.set(1, captured())
    expect(board.standing(1)).toBe('captured')
    board.startAnew()
    expect(board.standing(1)).toBe('wanted')
    capture = { kind: 'photos' }
    expect(board.standing(1)).toBe('captured')
  })

  it('wants a captured sheet again when asked to', () => {
    documents.set(1, captured())
    board.retake(1)
    expect(board.standing(1)).toBe('wanted')
    expect(board.row(1).state).toBe('captured')
    board.retake(1, false)
    expect(board.standing(1)).toBe('captured')
  })
})
