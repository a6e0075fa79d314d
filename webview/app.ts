import type { ToPage, ViewId } from '../src/core/contract/panel';
import { VIEW_IDS } from '../src/core/contract/panel';
import { MixlawError } from '../src/core/errors';
import { header } from './components/header';
import type { Tabs } from './components/tabs';
import { tabs } from './components/tabs';
import { el, fill } from './dom';
import { loadState, reportError, saveState } from './host';
import { PanelModel } from './model';
import { openSession } from './session';
import { dataView } from './views/data';
import { exploreView } from './views/explore';
import { fitView } from './views/fit';
import { lawsView } from './views/laws';
import { recommendView } from './views/recommend';
import type { View, ViewFactory } from './views/view';

const VIEWS: Readonly<Record<ViewId, { readonly label: string; readonly make: ViewFactory }>> = {
  data: { label: 'Data', make: dataView },
  laws: { label: 'Laws', make: lawsView },
  fit: { label: 'Fit', make: fitView },
  recommend: { label: 'Recommend', make: recommendView },
  explore: { label: 'Explore', make: exploreView },
};

const isView = (id: unknown): id is ViewId => VIEW_IDS.some((known) => known === id);

/** The page: shows what the host sends, one document at a time. */
export class App {
  private page: Page | undefined;
  private readonly live = el('p', { class: 'visually-hidden', attributes: { role: 'status' } });
  private readonly main = el('main', {}, el('p', { class: 'waiting' }, 'Waiting for the fit…'));

  constructor(root: HTMLElement) {
    root.append(this.main, this.live);
  }

  receive(message: ToPage): void {
    switch (message.type) {
      case 'show':
        this.show(message);
        break;
      case 'view':
        if (isView(message.view)) this.page?.open(message.view);
        break;
      case 'failed':
        this.fail(message.message, message.hint);
        break;
    }
  }

  private show(message: Extract<ToPage, { type: 'show' }>): void {
    const before = this.page;
    before?.dispose();
    try {
      const top = window.scrollY;
      this.page = new Page(message);
      fill(this.main, this.page.element);
      this.page.start(before);
      // The same document again, because it or its data changed: the reader stays where they were.
      if (before && message.view === undefined) window.scrollTo(0, top);
      this.live.textContent = `Fit of ${message.fileName} is shown.`;
    } catch (error) {
      // A document the core refuses is the reader's to mend; anything else is a defect of ours.
      if (error instanceof MixlawError) return this.fail(error.message, error.hint);
      reportError(error);
      this.fail('The fit could not be shown.', 'This is a defect of Mixlaw; its log says more.');
    }
  }

  private fail(message: string, hint: string): void {
    this.page?.dispose();
    this.page = undefined;
    fill(
      this.main,
      el('div', { class: 'failed', attributes: { role: 'alert' } }, el('h1', {}, message), el('p', {}, hint)),
    );
  }
}

/** One document with its header, tabs and views. Views are made when first opened. */
class Page {
  readonly element: HTMLElement;
  private readonly model: PanelModel;
  private readonly views = new Map<ViewId, View>();
  /** Views that have not been drawn since the last change. */
  private readonly stale = new Set<ViewId>(VIEW_IDS);
  private readonly panels: Readonly<Record<ViewId, HTMLElement>>;
  private readonly tabs: Tabs<ViewId>;
  private readonly first: ViewId;
  private opening = false;

  constructor(message: Extract<ToPage, { type: 'show' }>) {
    const session = openSession(message.document, message.fileName, message.freshness, message.current);
    const state = loadState();
    this.first = [message.view, state.view].find(isView) ?? 'recommend';
    this.model = new PanelModel(session, state, saveState, this.first);
    const panel = (): HTMLElement => el('div', { class: 'panel' });
    this.panels = { data: panel(), laws: panel(), fit: panel(), recommend: panel(), explore: panel() };
    this.tabs = tabs(
      'Views of the fit',
      VIEW_IDS.map((id) => ({ id, label: VIEWS[id].label, panel: this.panels[id] })),
      (id) => this.opened(id),
    );
    this.element = el(
      'div',
      { class: 'page' },
      header(session, (id) => this.open(id)),
      this.tabs.list,
      ...VIEW_IDS.map((id) => this.panels[id]),
    );
    this.model.onChange(() => this.changed());
  }

  /** Draws the first view; charts need the page to be in the document by then. */
  start(before: Page | undefined): void {
    const { model } = this;
    const trial = before?.model.trial;
    const same = before?.model.session.predictor.domains.join('\0') === model.session.predictor.domains.join('\0');
    if (trial && same) model.setTrial(trial.mixture);
    this.open(this.first);
  }

  open(id: ViewId): void {
    this.tabs.select(id);
  }

  dispose(): void {
    for (const view of this.views.values()) view.dispose();
    this.views.clear();
  }

  private opened(id: ViewId): void {
    this.opening = true;
    this.model.set({ view: id });
    this.opening = false;
    let view = this.views.get(id);
    if (!view) {
      view = VIEWS[id].make(this.model);
      this.views.set(id, view);
      this.panels[id].append(el('h2', { class: 'visually-hidden' }, VIEWS[id].label), view.element);
    }
    this.draw(id);
  }

  private changed(): void {
    if (this.opening) return;
    for (const id of VIEW_IDS) this.stale.add(id);
    this.draw(this.model.view);
  }

  private draw(id: ViewId): void {
    const view = this.views.get(id);
    if (!view || !this.stale.delete(id)) return;
    try {
      view.update();
    } catch (error) {
      reportError(error);
      fill(
        this.panels[id],
        el(
          'p',
          { class: 'empty', attributes: { role: 'alert' } },
          'This view could not be drawn; the log of Mixlaw says why.',
        ),
      );
      view.dispose();
      this.views.delete(id);
    }
  }
}
