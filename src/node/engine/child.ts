import { forkedPort } from '../process/forkedPort'
import { serveEngine } from './serveEngine'

/** The engine process: answers the lab over the channel it was forked with, and ends with it. */
serveEngine(forkedPort())
