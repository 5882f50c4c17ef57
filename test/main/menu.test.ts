import type { MenuItemConstructorOptions } from 'electron'
import { expect, it } from 'vitest'
import type { MenuCommand } from '#contract/host'
import { menuTemplate } from '../../src/main/menu'

const experiment = (id: string, problem: string | null = null) => ({
  id,
  name: id.toUpperCase(),
  created: '2026-01-01T00:00:00Z',
  steps: null,
  problem,
})

function menu(platform: NodeJS.Platform, experiments = [experiment('a'), experiment('b', 'damaged')]) {
  const sent: MenuCommand[] = []
  const template = menuTemplate(platform, experiments, {
    send: (command) => sent.push(command),
    openFolder: () => undefined,
    about: () => undefined,
  })
  const items = (label: string): MenuItemConstructorOptions[] =>
    template.find((entry) => entry.label === label)!.submenu as MenuItemConstructorOptions[]
  return { template, sent, items }
}

it('lists recent experiments that can be opened, and opens them', () => {
  const { items, sent } = menu('linux')
  const recent = items('File').find(({ label }) => label === 'Open Recent')!
    .submenu as MenuItemConstructorOptions[]
  expect(recent.map(({ label }) => label)).toEqual(['A'])
  recent[0]!.click!({} as never, undefined, {} as never)
  expect(sent).toEqual([{ kind: 'open-experiment', experiment: 'a' }])
})

it('says so when there is none yet', () => {
  const { items } = menu('linux', [])
  expect(items('File').find(({ label }) => label === 'Open Recent')!.enabled).toBe(false)
})

it('has Quit and About where the platform has them', () => {
  expect(menu('darwin').template[0]!.label).toBe('Halftone')
  expect(
    menu('darwin')
      .items('File')
      .some(({ role }) => role === 'quit'),
  ).toBe(false)
  expect(
    menu('linux')
      .items('File')
      .some(({ role }) => role === 'quit'),
  ).toBe(true)
  expect(
    menu('win32')
      .items('Help')
      .map(({ label }) => label),
  ).toEqual(['About Halftone'])
})
