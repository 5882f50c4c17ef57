#!/usr/bin/env node
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildIfStale } from './build-if-stale.js'

const root = buildIfStale()
await import(pathToFileURL(join(root, 'out', 'cli.js')).href)
