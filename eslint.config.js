import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** The layers from the bottom up. A layer may import itself and what stands in `sees`, nothing else. */
const layers = {
  contract: { sees: [] },
  core: { sees: ['contract'] },
  lab: { sees: ['contract', 'core'] },
  node: { sees: ['contract', 'core', 'lab'] },
  server: { sees: ['contract', 'core', 'lab', 'node'] },
  main: { sees: ['contract', 'core', 'lab', 'node', 'server'] },
  cli: { sees: ['contract', 'core', 'lab', 'node', 'server'] },
  preload: { sees: ['contract'] },
  renderer: { sees: ['contract', 'core'] },
}
const pure = new Set(['contract', 'core', 'lab'])
/** What the page may hold of the core's packages: nothing that only runs on Node. */
const inPage = new Set(['renderer'])

const direction = Object.entries(layers).map(([layer, { sees }]) => {
  const unseen = Object.keys(layers).filter((other) => other !== layer && !sees.includes(other))
  const patterns = unseen.map((other) => ({
    group: [`#${other}/**`, `**/../${other}/**`, `**/src/${other}/**`],
    message: `src/${layer} may import ${sees.length > 0 ? `only ${sees.join(', ')}` : 'no other layer'}.`,
  }))
  if (pure.has(layer)) {
    patterns.push({
      group: ['node:*', 'fs', 'path', 'electron', 'svelte', 'onnxruntime-node', 'pdfkit', 'sharp'],
      message: `src/${layer} runs anywhere: it gets what touches the world handed in.`,
    })
  }
  if (inPage.has(layer)) {
    patterns.push({
      group: ['node:*', '/electron', 'onnxruntime-node', 'pdfkit', 'sharp', '@techstark/*', 'zod'],
      message: `src/${layer} runs in a sandboxed page: it asks its host.`,
    })
  }
  return {
    files: [`src/${layer}/**/*.{ts,svelte}`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  }
})

export default ts.config(
  { ignores: ['out/', 'dist/', 'coverage/', 'experiments/', 'runs/', '.cache/', '**/gen/'] },
  js.configs.recommended,
  ts.configs.strict,
  ts.configs.stylistic,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['src/{contract,core,lab}/**/*.ts'],
    languageOptions: { globals: globals.es2021 },
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/renderer/**/*.{ts,svelte}', 'src/server/phone/page/**/*.ts'],
    languageOptions: { globals: { ...globals.browser, ...globals.es2021 } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    // The compiler tells of these itself, with better words.
    rules: {
      'no-undef': 'off',
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      // Some maps are bookkeeping that nothing is to follow.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  ...direction,
)
