#!/usr/bin/env node
// Runs the tests, says what was skipped and why, and closes with one line: "N passed, N failed, N skipped".
// Arguments are file filters, as vitest takes them: npm test -- test/core/onnx
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)

const vitest = await startVitest('test', process.argv.slice(2), { watch: false, passWithNoTests: false })

const passed = []
const failed = []
const skipped = []
for (const module of vitest.state.getTestModules()) {
  const file = relative(root, module.moduleId)
  // A file that cannot even be collected has no tests to count, yet it is a failure.
  if (module.errors().length > 0) failed.push({ file, name: '(the file itself)' })
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) failed.push({ file, name: `${suite.fullName} (its hooks)` })
  }
  for (const test of module.children.allTests()) {
    const { state, note } = test.result()
    const list = state === 'passed' ? passed : state === 'failed' ? failed : skipped
    const unrun = state === 'pending' ? 'never ran' : 'no reason given'
    list.push({ file, name: test.fullName, why: note ?? unrun })
  }
}
const unhandled = vitest.state.getUnhandledErrors().length
await vitest.close()

if (skipped.length > 0) {
  console.log('\nSkipped:')
  for (const { file, name, why } of skipped) console.log(`  ${file} > ${name}: ${why}`)
}
if (failed.length > 0) {
  console.log('\nFailed:')
  for (const { file, name } of failed) console.log(`  ${file} > ${name}`)
}
if (unhandled > 0)
  console.log(`\n${unhandled} error${unhandled === 1 ? '' : 's'} outside any test: see above.`)
if (passed.length === 0 && failed.length === 0) console.log('\nNo test ran, and that is a failure.')
const failures = failed.length + unhandled
console.log(`\n${passed.length} passed, ${failures} failed, ${skipped.length} skipped`)
process.exit(failures > 0 || passed.length === 0 ? 1 : 0)
