import { learnFacts, type GraphRunner } from '#core/onnx/facts'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { Random } from '#core/tensor/Random'
import type { LabelledImages } from '../datasets/files/LabelledImages'
import { predictedLabels } from '../metrics/classification'
import type { CurveRow } from './curve'
import { AdamW, cosineSchedule, type ParameterValues } from './Optimiser'
import { copied, initialParameters, picked, restrictedTo, withParameters } from './parameters'
import type { Plan, Stage } from './recipes/Recipe'
import { stepBatch } from './stepBatch'
import { buildLossStepGraph, buildStepGraph, type StepGraph } from './stepGraph'
import { Trainer, type StepRunner } from './Trainer'

/** A step graph ready to run. */
export interface StepSession extends AsyncDisposable {
  readonly run: StepRunner
}

/** What a run needs of the world. */
export interface TrainingPorts {
  /** @param weighting whether parts of a batch give sums of what the whole would give, or means */
  readonly openSteps: (step: StepGraph, weighting: 'sum' | 'mean') => Promise<StepSession>
  readonly runGraph: GraphRunner
  /** Accuracy of a net on pictures that it is not trained on. */
  readonly judge: (net: OnnxGraph) => Promise<number>
}

/** All that a stopped run needs to go on as if it had not stopped. */
export interface TrainingState {
  /** Index of the stage under way; the number of stages when all is done. */
  readonly stage: number
  /** Steps of that stage that are done. */
  readonly step: number
  readonly parameters: ParameterValues
  readonly averages: ParameterValues
  /** Of the stage under way; empty at its start. */
  readonly optimiser: ParameterValues
  readonly rows: readonly CurveRow[]
  /** Sums of the row under way. */
  readonly partial: RowSums
}

interface RowSums {
  readonly loss: number
  readonly right: number
  readonly steps: number
}

export interface TrainingProgress {
  readonly stage: string
  /** From 1. */
  readonly epoch: number
  readonly epochs: number
  /** Steps of all stages together. */
  readonly done: number
  readonly total: number
  /** Loss of the last step. */
  readonly loss: number
}

const clip = 1
/** Share of the old average kept per step, once there is something to average. */
const keep = 0.995
const rowsPerStage = 100
const emptyRow: RowSums = { loss: 0, right: 0, steps: 0 }

/** Trains the stages of a plan one after another, step by step; between steps its state can be taken and kept. */
export class TrainingRun {
  readonly #plan: Plan
  readonly #data: LabelledImages
  readonly #seed: string
  readonly #ports: TrainingPorts
  readonly #parameters: ParameterValues
  readonly #averages: ParameterValues
  readonly #rows: CurveRow[]
  #optimiser: ParameterValues
  #partial: RowSums
  #stage: number
  #step: number

  constructor(plan: Plan, data: LabelledImages, seed: string, ports: TrainingPorts, from?: TrainingState) {
    this.#plan = plan
    this.#data = data
    this.#seed = seed
    this.#ports = ports
    this.#parameters = from?.parameters ?? initialParameters(plan.stages.map(({ graph }) => graph))
    this.#averages = from?.averages ?? copied(this.#parameters)
    this.#optimiser = from?.optimiser ?? new Map()
    this.#rows = [...(from?.rows ?? [])]
    this.#partial = from?.partial ?? emptyRow
    this.#stage = from?.stage ?? 0
    this.#step = from?.step ?? 0
  }

  /** Shares memory with the run: write it down before the next step. */
  get state(): TrainingState {
    return {
      stage: this.#stage,
      step: this.#step,
      parameters: this.#parameters,
      averages: this.#averages,
      optimiser: this.#optimiser,
      rows: [...this.#rows],
      partial: this.#partial,
    }
  }

  /** The trained net, of averaged parameters. */
  get net(): OnnxGraph {
    return withParameters(this.#plan.net, restrictedTo(this.#averages, this.#plan.net))
  }

  /** Numbers that the shipped net has learned. */
  get parameterCount(): number {
    const values = [...restrictedTo(this.#averages, this.#plan.net).values()]
    return values.reduce((sum, { length }) => sum + length, 0)
  }

  /** Runs what is left to do; yields after every step. */
  async *run(): AsyncGenerator<TrainingProgress, void> {
    while (this.#stage < this.#plan.stages.length) {
      yield* this.#runStage(this.#plan.stages[this.#stage]!)
      this.#stage++
      this.#step = 0
      this.#optimiser = new Map()
      // The next stage stands on what was averaged, and so does the net that is shipped.
      for (const [name, values] of this.#parameters) values.set(this.#averages.get(name)!)
    }
  }

  async *#runStage(stage: Stage): AsyncGenerator<TrainingProgress, void> {
    const { epochs } = stage.schedule
    const { batch, perEpoch, steps } = this.#lengths(stage)
    if (this.#step >= steps) return
    const graph = withParameters(stage.graph, restrictedTo(this.#parameters, stage.graph))
    const facts = await learnFacts(graph, this.#ports.runGraph)
    const build = stage.loss === 'classes' ? buildStepGraph : buildLossStepGraph
    const step = build(graph, facts, stage.parameters)
    await using session = await this.#ports.openSteps(step, stage.loss === 'classes' ? 'sum' : 'mean')
    const trainer = this.#trainer(stage, step, session.run)
    const rateAt = cosineSchedule(stage.schedule.rate, steps, Math.min(100, Math.ceil(steps / 20)))
    const rowLength = Math.max(1, Math.round(steps / rowsPerStage))
    let order: readonly number[] = []
    let ordered = -1
    while (this.#step < steps) {
      const epoch = Math.floor(this.#step / perEpoch)
      if (epoch !== ordered) order = this.#order(epoch)
      ordered = epoch
      const at = (this.#step % perEpoch) * batch
      const indices = order.slice(at, at + batch)
      const place = { seed: this.#seed, stage: this.#stage, step: this.#step }
      const data = stepBatch(this.#data, indices, stage.loss, step.graph, place)
      const warm = Math.min(keep, (1 + this.#step) / (10 + this.#step))
      const { loss, logits } = await trainer.step(data, rateAt(this.#step), warm)
      const right = logits
        ? predictedLabels(logits).filter((label, n) => label === this.#data.labels[indices[n]!]).length
        : 0
      const sums = this.#partial
      this.#partial = { loss: sums.loss + loss, right: sums.right + right, steps: sums.steps + 1 }
      this.#step++
      const ended = this.#step % perEpoch === 0
      if (ended || this.#partial.steps >= rowLength) {
        const heldOut = ended && stage.loss === 'classes' ? await this.#ports.judge(this.net) : null
        this.#closeRow(stage, { batch, perEpoch }, heldOut)
      }
      yield { stage: stage.title, epoch: epoch + 1, epochs, ...this.#progress(), loss }
    }
  }

  #trainer(stage: Stage, step: StepGraph, run: StepRunner): Trainer {
    const trained = picked(this.#parameters, stage.parameters)
    const optimiser = new AdamW(trained, {
      decay: stage.decay,
      decays: (name) => name.endsWith('.weight'),
    })
    for (const [name, values] of this.#optimiser) optimiser.state.get(name)?.set(values)
    this.#optimiser = optimiser.state
    const averages = picked(this.#averages, stage.parameters)
    return new Trainer({
      step,
      run,
      parameters: trained,
      averages,
      optimiser,
      clip,
      keep,
      penalties: stage.penalties,
    })
  }

  /** The pictures' order in an epoch, the same whenever it is asked for. */
  #order(epoch: number): readonly number[] {
    const random = new Random(`${this.#seed}/order/${this.#stage}/${epoch}`)
    return random.shuffle([...this.#data.labels.keys()])
  }

  #closeRow(
    stage: Stage,
    { batch, perEpoch }: { batch: number; perEpoch: number },
    heldOut: number | null,
  ): void {
    const { loss, right, steps } = this.#partial
    this.#rows.push({
      stage: stage.title,
      step: this.#step,
      epoch: this.#step / perEpoch,
      loss: loss / steps,
      accuracy: stage.loss === 'classes' ? right / (steps * batch) : null,
      heldOut,
    })
    this.#partial = emptyRow
  }

  #lengths({ schedule }: Stage): { batch: number; perEpoch: number; steps: number } {
    const batch = Math.min(schedule.batch, this.#data.images.count)
    const perEpoch = Math.floor(this.#data.images.count / batch)
    return { batch, perEpoch, steps: perEpoch * schedule.epochs }
  }

  #progress(): { done: number; total: number } {
    const lengths = this.#plan.stages.map((stage) => this.#lengths(stage).steps)
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
    return { done: sum(lengths.slice(0, this.#stage)) + this.#step, total: sum(lengths) }
  }
}
