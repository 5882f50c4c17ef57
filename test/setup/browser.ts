import type { TestProject } from 'vitest/node'
import { chromiumForTests, type FoundChromium } from '../e2e/support/chromium'

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: FoundChromium
  }
}

/** Looks for a browser once, before the browser tests; without one they say why they are skipped. */
export default function setup(project: TestProject): void {
  project.provide('chromium', chromiumForTests())
}
