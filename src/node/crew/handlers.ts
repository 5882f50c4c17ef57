import { attackOf } from '#core/attacks/index'
import type { AttackOutcome } from '#core/attacks/outcome'
import { runAttack } from '#core/attacks/run'
import type { GraphKind } from '#core/models/GraphKind'
import { OnnxModel } from '#core/models/OnnxModel'
import type { Workroom } from '#core/simd/Workroom'
import type { Images, Logits } from '#core/tensor/Images'
import { openPrepared, type PreparedGraph } from '../onnx/openPrepared'
import type { Context } from '../process/protocol'
import { FloatShelf } from './FloatShelf'
import { SpareWorkroom } from './SpareWorkroom'
import type {
  AttackCall,
  EndAttackCall,
  GradientCall,
  GradientReply,
  GraphCall,
  LogitsCall,
  ModelTerms,
} from './protocol'

/**
 * What a thread of the crew can be asked: all of it runs on that one thread.
 * @param graph asks the thread that started it for a graph
 */
export function createHandlers(graph: (call: GraphCall) => Promise<PreparedGraph>) {
  const models = new Map<number, OnnxModel>()
  const workrooms = new Map<number, Workroom>()
  const spare = new SpareWorkroom()
  const arrays = new FloatShelf((length) => new Float32Array(length))
  const modelOf = (id: number): OnnxModel => {
    const model = models.get(id)
    if (!model) throw new Error(`Model ${id} is not open in this thread.`)
    return model
  }
  /** Runs with a copy of the images in this thread's own memory. */
  const owned = async <R>(images: Images, run: (images: Images) => Promise<R>): Promise<R> => {
    const data = arrays.take(images.data.length)
    try {
      data.set(images.data)
      return await run({ ...images, data })
    } finally {
      arrays.giveBack(data)
    }
  }
  return {
    async open({ model, id, summary, memory }: ModelTerms): Promise<void> {
      const openGraph = (kind: GraphKind) =>
        openPrepared(async (refused) => inOwnMemory(await graph({ model, kind, refused })), 1)
      models.set(model, new OnnxModel(id, summary, openGraph, memory))
      return Promise.resolve()
    },

    async close({ model }: { model: number }): Promise<void> {
      const open = models.get(model)
      models.delete(model)
      spare.drop()
      await open?.[Symbol.asyncDispose]()
    },

    async logits({ model, images }: LogitsCall): Promise<Logits> {
      return await owned(images, (own) => modelOf(model).logits(own))
    },

    async gradient({ model, images, loss, gradient }: GradientCall): Promise<GradientReply> {
      const slopes = arrays.take(gradient.length)
      try {
        return await owned(images, async (own) => {
          const result = await modelOf(model).gradient(own, loss, slopes)
          gradient.set(result.gradient.data)
          return { loss: result.loss, logits: result.logits }
        })
      } finally {
        arrays.giveBack(slopes)
      }
    },

    /** Progress is the fraction that is done. */
    async attack(
      { model, attack, job, timed }: AttackCall,
      { signal, progress }: Context<number>,
    ): Promise<AttackOutcome> {
      const workroom = workrooms.get(attack) ?? spare.take(`${model} ${job.attack}`)
      workrooms.set(attack, workroom)
      return await runAttack(
        { ...job, attack: attackOf(job.attack), model: modelOf(model), workroom },
        {
          signal,
          onProgress: ({ fraction }) => {
            progress(fraction)
          },
          ...(timed && { now: () => performance.now() }),
        },
      )
    },

    /** No further parts of that attack will come. */
    async endAttack({ model, attack, name }: EndAttackCall): Promise<void> {
      const workroom = workrooms.get(attack)
      workrooms.delete(attack)
      if (workroom && models.has(model)) spare.giveBack(`${model} ${name}`, workroom)
      return Promise.resolve()
    },
  }
}

/** A graph that came in shared memory is copied. */
function inOwnMemory({ ports, graph }: PreparedGraph): PreparedGraph {
  return {
    ports,
    graph: { ...graph, model: typeof graph.model === 'string' ? graph.model : graph.model.slice() },
  }
}

export type CrewHandlers = ReturnType<typeof createHandlers>
