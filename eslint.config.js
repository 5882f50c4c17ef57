import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import globals from 'globals'
import ts from 'typescript-eslint'

/** The layers from the bottom up. A layer may import itself and what stands in `sees`, nothing else. */
const layers = {
  contract: { sees: [] },
  core: { sees: ['contract'] },
  lab: { sees: ['contract', 'core'] },
  node: { sees: ['contract', 'core', 'lab'] },
  cli: { sees: ['contract', 'core', 'lab', 'node'] },
}
const pure = new Set(['contract', 'core', 'lab'])

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
  return {
    files: [`src/${layer}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  }
})

export default ts.config(
  { ignores: ['out/', 'coverage/', 'experiments/', 'runs/', '.cache/', '**/gen/'] },
  js.configs.recommended,
  ts.configs.strict,
  ts.configs.stylistic,
  prettier,
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
  ...direction,
)
