import './styles/theme.css';
import './styles/layout.css';
import './styles/components.css';
import './styles/data.css';
import type { ToPage } from '../src/core/contract/panel';
import { App } from './app';
import { post, reportError } from './host';

window.addEventListener('error', (event) => reportError(event.error ?? event.message));
window.addEventListener('unhandledrejection', (event) => reportError(event.reason));

const app = new App(document.body);
window.addEventListener('message', (event: MessageEvent<ToPage>) => app.receive(event.data));
post({ type: 'ready' });
