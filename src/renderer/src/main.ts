import { mount } from 'svelte'
import App from './App.svelte'
import { openHost } from './host/openHost'
import { AppState } from './state/AppState.svelte'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

const app = new AppState(openHost(), window)
mount(App, { target: document.getElementById('app')!, props: { app } })
void app.tidy()
