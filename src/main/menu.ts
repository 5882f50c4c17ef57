import type { MenuItemConstructorOptions } from 'electron'
import type { ExperimentSummary } from '#contract/commands'
import type { MenuCommand } from '#contract/host'

export interface MenuActions {
  send(command: MenuCommand): void
  openFolder(): void
  about(): void
}

/** Experiments that the File menu lists. */
const recent = 10

/** The window's menus, as the platform has them. */
export function menuTemplate(
  platform: NodeJS.Platform,
  experiments: readonly ExperimentSummary[],
  { send, openFolder, about }: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const page = (label: string, name: Extract<MenuCommand, { kind: 'page' }>['page'], key: number) => ({
    label,
    accelerator: `CmdOrCtrl+${key}`,
    click: () => {
      send({ kind: 'page', page: name })
    },
  })
  const recentItems: MenuItemConstructorOptions[] = experiments
    .filter(({ problem }) => problem === null)
    .slice(0, recent)
    .map(({ id, name }) => ({
      label: name,
      click: () => {
        send({ kind: 'open-experiment', experiment: id })
      },
    }))
  const aboutItem: MenuItemConstructorOptions = { label: 'About Halftone', click: about }
  const appMenu: MenuItemConstructorOptions = {
    label: 'Halftone',
    submenu: [aboutItem, { type: 'separator' }, { role: 'hide' }, { role: 'quit' }],
  }
  const end: MenuItemConstructorOptions[] = mac ? [] : [{ type: 'separator' }, { role: 'quit' }]
  return [
    ...(mac ? [appMenu] : []),
    {
      label: 'File',
      submenu: [
        {
          label: 'New Experiment…',
          accelerator: 'CmdOrCtrl+N',
          click: () => {
            send({ kind: 'new-experiment' })
          },
        },
        {
          label: 'Open Recent',
          enabled: recentItems.length > 0,
          submenu: recentItems.length > 0 ? recentItems : [{ label: 'No experiments yet', enabled: false }],
        },
        { type: 'separator' },
        { label: 'Show the Experiments Folder', click: openFolder },
        ...end,
      ],
    },
    { role: 'editMenu' },
    {
      label: 'Go',
      submenu: [
        page('Experiments', 'experiments', 1),
        page('Playground', 'playground', 2),
        page('Models', 'models', 3),
        page('Settings', 'settings', 4),
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    ...(mac ? [] : [{ label: 'Help', submenu: [aboutItem] }]),
  ]
}
