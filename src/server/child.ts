import { forkedPort } from '#node/process/forkedPort'
import { startLab } from './startLab'

/** The lab process: answers its host over the channel it was forked with, and ends with it. */
startLab(forkedPort())
