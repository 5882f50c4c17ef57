import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary'
import { noBrowser, openBrowser } from '../support/openBrowser'
import { startServer } from '../support/startServer'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, in words. */
async function violations(page: Page): Promise<string[]> {
  // By the debugger's way in, which the page's own policy does not bind.
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } })
      .axe
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (await run.run({ runOnly: { type: 'tag', values: tags } })).violations
  })
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

const sidePages = [
  ['experiments', /survive the physical world/],
  ['new', /New experiment/],
  ['playground', /Playground/],
  ['models', /Models/],
  ['settings', /Settings/],
] as const

const stepPages = [
  ['setup', /Setup|First experiment|A long/],
  ['generate', /Generate/],
  ['print', /Print/],
  ['capture', /Capture/],
  ['results', /Results/],
  ['report', /Report/],
] as const

beforeEach((context) => {
  const reason = noBrowser()
  if (reason) context.skip(reason)
})

describe.each(['light', 'dark'] as const)('every page, %s', (theme) => {
  it('passes axe, writes no errors and fits a small window, before there is anything', async () => {
    const server = await startServer(join(await temporaryFolder(), 'experiments'))
    const { page, problems } = await openBrowser({ theme, width: 1024, height: 700 })
    await page.goto(server.url)
    await page.getByRole('button', { name: /Set up your own/ }).waitFor()
    const found: string[] = []
    for (const [route, heading] of sidePages) {
      await page.evaluate((hash) => (location.hash = hash), `#/${route}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      found.push(...(await flaws(page)).map((flaw) => `${route}: ${flaw}`))
    }
    expect([...found, ...problems]).toEqual([])
  })

  it('passes axe, writes no errors and fits a small window, for an experiment with a long name', async () => {
    const server = await startServer(join(await temporaryFolder(), 'experiments'))
    const { page, problems } = await openBrowser({ theme, width: 1024, height: 700 })
    await page.goto(server.url)
    await page.getByRole('button', { name: /Set up your own/ }).click()
    await page
      .getByLabel('Name', { exact: true })
      .fill('A long name such as people give: signs of the inner city, wet, at dusk, second try')
    await page.getByRole('button', { name: /Make the experiment|Create/ }).click()
    await page.waitForURL(/#\/e\//)
    const base = page.url().replace(/\/[^/]*$/, '')
    const found: string[] = []
    for (const [step, heading] of stepPages) {
      await page.goto(`${base}/${step}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      found.push(...(await flaws(page)).map((flaw) => `${step}: ${flaw}`))
    }
    expect([...found, ...problems]).toEqual([])
  })
})

/** What is wrong with the page as it stands, in words. */
async function flaws(page: Page): Promise<string[]> {
  const wide = await sideways(page)
  return [...(await violations(page)), ...(wide > 0 ? [`${wide} pixels wider than the window`] : [])]
}

/** Pixels that the page is wider than the window. */
async function sideways(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const main = document.querySelector('main')!
    return Math.max(0, main.scrollWidth - main.clientWidth)
  })
}
