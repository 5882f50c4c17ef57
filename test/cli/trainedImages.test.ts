import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainedImages } from '#cli/trainedImages'
import { writeModel } from '#core/onnx/writeModel'
import { convNet } from '../support/onnxNets'
import { temporaryFolder } from '../support/temporary'

async function taken(recipe: string | undefined, images?: string) {
  const path = join(await temporaryFolder(), 'net.onnx')
  const metadata = new Map(recipe === undefined ? [] : [['recipe', recipe]])
  await writeFile(path, writeModel({ ...convNet(), metadata }))
  let said = ''
  const found = await trainedImages(images, path, { write: (text) => (said += text) })
  return { found, said }
}

describe('the images of an attack without --images', () => {
  it("are what the net's recipe says it was trained on, and this is told", async () => {
    const { found, said } = await taken('{"net":"allconv","data":"colours"}')
    expect(found).toBe('colours')
    expect(said).toMatch(/^Images: colours, what the model was trained on/)
  })

  it('are left to the caller where there is another choice, or nothing is known', async () => {
    expect(await taken('{"data":"colours"}', 'digits')).toEqual({ found: 'digits', said: '' })
    for (const recipe of [undefined, 'null', '3', 'no JSON', '{"data":7}', '{"data":"/no/such/folder"}']) {
      expect(await taken(recipe)).toEqual({ found: undefined, said: '' })
    }
    const quiet = { write: () => expect.unreachable() }
    expect(await trainedImages(undefined, undefined, quiet)).toBeUndefined()
    expect(await trainedImages(undefined, import.meta.dirname, quiet)).toBeUndefined()
    expect(await trainedImages(undefined, 'no such file', quiet)).toBeUndefined()
  })
})
