/** The steps of an experiment, each a page. */
export const stepPages = ['setup', 'generate', 'print', 'capture', 'results', 'report'] as const
export type StepPage = (typeof stepPages)[number]

/** The pages that stand beside the experiments. */
export const sidePages = ['experiments', 'new', 'playground', 'models', 'settings'] as const
export type SidePage = (typeof sidePages)[number]

export type Route =
  | { readonly page: SidePage; readonly experiment: null }
  | { readonly page: StepPage; readonly experiment: string }

/** `#/experiments`, `#/e/demo/generate` */
export function hashOf(route: Route): string {
  return route.experiment === null ? `#/${route.page}` : `#/e/${route.experiment}/${route.page}`
}

/** The route of a hash; anything unknown leads to the experiments. */
export function routeOf(hash: string): Route {
  const [first, experiment, page] = hash.replace(/^#\/?/, '').split('/')
  if (first === 'e' && experiment) {
    return { page: stepPages.find((step) => step === page) ?? 'setup', experiment }
  }
  return { page: sidePages.find((side) => side === first) ?? 'experiments', experiment: null }
}

/** Where the window is: kept in the address, so that reloading and going back do what one expects. */
export class Router {
  #route = $state.raw<Route>({ page: 'experiments', experiment: null })
  readonly #window: Window

  constructor(window: Window) {
    this.#window = window
    this.#route = routeOf(window.location.hash)
    window.addEventListener('hashchange', () => {
      this.#route = routeOf(window.location.hash)
    })
  }

  get route(): Route {
    return this.#route
  }

  go(route: Route): void {
    this.#window.location.hash = hashOf(route)
    this.#route = route
  }
}
