import { settingsSchema } from '#contract/settings'
import type { SettingsFile } from '#lab/ports/SettingsFile'
import { SharedJson } from '../store/SharedJson'

/** The settings as a JSON file. */
export function settingsFile(path: string): SettingsFile {
  const file = new SharedJson(path, settingsSchema, { provider: null, threads: null })
  return {
    read: () => file.read(),
    change: (change) =>
      file.change((settings) => ({
        provider: change.provider === undefined ? settings.provider : change.provider,
        threads: change.threads === undefined ? settings.threads : change.threads,
      })),
  }
}
