import { serveLab } from '#node/lab/serveLab'
import { forkedPort } from '#node/process/forkedPort'

/** The lab process: answers its host over the channel it was forked with, and ends with it. */
serveLab(forkedPort())
