import type { Checked } from '#contract/commands'
import type { LabSettings } from '#contract/settings'

/** The settings for all experiments of a folder. */
export interface SettingsFile {
  /** As they were last written; the defaults before. @throws HalftoneError `unreadable-file` */
  read(): Promise<LabSettings>
  /** Changes what is given. @throws HalftoneError `storage`, `unreadable-file` */
  change(change: Checked<'settings.write'>): Promise<LabSettings>
}
