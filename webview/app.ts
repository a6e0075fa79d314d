import type { ToPage, ViewId } from '../src/core/contract/panel';
import { VIEW_IDS } from '../src/core/contract/panel';
import { MixlawError } from '../src/core/errors';
import { header } from './components/header';
import type { Tabs } from './components/tabs';
import { tabs } from './components/tabs';
import { el, fill } from './dom';
import { loadState, post, reportError, saveState } from './host';
import { t } from './l10n';
import { PanelModel } from './model';
import { isSame } from './same';
import { openSession } from './session';
import { dataView } from './views/data';
import { exploreView } from './views/explore';
import { fitView } from './views/fit';
import { lawsView } from './views/laws';
import { previousNotice } from './views/previous';
import { recommendView } from './views/recommend';
import type { View, ViewFactory } from './views/view';

const VIEWS: Readonly<Record<ViewId, { readonly label: string; readonly make: ViewFactory }>> = {
  data: { label: t('Data'), make: dataView },
  laws: { label: t('Laws'), make: lawsView },
  fit: { label: t('Fit'), make: fitView },
  recommend: { label: t('Recommend'), make: recommendView },
  explore: { label: t('Explore'), make: exploreView },
};

const isView = (id: unknown): id is ViewId => VIEW_IDS.some((known) => known === id);

/** The page: shows what the host sends, one document at a time. */
export class App {
  private page: Page | undefined;
  private readonly live = el('p', { class: 'visually-hidden', attributes: { role: 'status' } });
  private readonly main = el('main', {}, el('p', { class: 'waiting' }, t('Waiting for the fit…')));

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
    // Only the what-if mixtures differ: what the reader just did here. Nothing moves under their hands.
    if (before?.adopts(message)) return;
    before?.dispose();
    try {
      const top = window.scrollY;
      this.page = new Page(message);
      fill(this.main, this.page.element);
      this.page.start(before);
      // The same document again, because it or its data changed: the reader stays where they were.
      if (before && message.view === undefined) window.scrollTo(0, top);
      this.live.textContent = t('The fit of {0} is shown.', message.fileName);
    } catch (error) {
      // A document the core refuses is the reader's to mend; anything else is a defect of ours.
      if (error instanceof MixlawError) return this.fail(error.message, error.hint);
      reportError(error);
      this.fail(t('The fit could not be shown.'), t('This is a defect of Mixlaw; its log says more.'));
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
  private frame = 0;

  constructor(private readonly message: Extract<ToPage, { type: 'show' }>) {
    const session = openSession(message.document, message.fileName, message.freshness, message.current, message.stock);
    const state = loadState();
    this.first = [message.view, state.view].find(isView) ?? 'recommend';
    this.model = new PanelModel(session, state, { persist: saveState, failed: reportProblem }, this.first);
    const panel = (): HTMLElement => el('div', { class: 'panel' });
    this.panels = { data: panel(), laws: panel(), fit: panel(), recommend: panel(), explore: panel() };
    this.tabs = tabs(
      t('Views of the fit'),
      VIEW_IDS.map((id) => ({ id, label: VIEWS[id].label, panel: this.panels[id] })),
      (id) => this.opened(id),
    );
    this.element = el(
      'div',
      { class: 'page' },
      header(
        session,
        (id) => this.open(id),
        () => this.report(),
      ),
      previousNotice(session, message.previous),
      this.tabs.list,
      ...VIEW_IDS.map((id) => this.panels[id]),
    );
    this.model.onChange(() => this.changed());
  }

  /** Draws the first view; charts need the page to be in the document by then. */
  start(before: Page | undefined): void {
    const { model } = this;
    const then = before?.model;
    if (then && then.session.predictor.domains.join('\0') === model.session.predictor.domains.join('\0')) {
      if (then.trial) model.setTrial(then.trial.mixture);
      // Another fit of the same file: what it recommended is one of the mixtures to compare with.
      const old = then.session.document.recommendation.mixture;
      if (String(old) !== String(model.session.document.recommendation.mixture))
        model.setEarlier(Float64Array.from(old));
    }
    this.open(this.first);
  }

  /** Of what the reader has chosen, or of the document's own recommendation where that is the same. */
  private report(): void {
    const { model } = this;
    post({ type: 'report', ...(model.moved() ? { options: model.recommendOptions() } : {}) });
  }

  open(id: ViewId): void {
    this.tabs.select(id);
  }

  /** The message brings nothing new but what-if mixtures, and those are shown. */
  adopts(message: Extract<ToPage, { type: 'show' }>): boolean {
    if (!isSame(unchanging(message), unchanging(this.message))) return false;
    const { whatIfs = [] } = message.document;
    if (JSON.stringify(whatIfs) !== JSON.stringify(this.model.whatIfs)) this.model.setWhatIfs(whatIfs);
    if (message.view) this.open(message.view);
    return true;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.model.dispose();
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
    // Once a frame, however many changes there were.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw(this.model.view);
    });
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
          t('This view could not be drawn; the log of Mixlaw says why.'),
        ),
      );
      view.dispose();
      this.views.delete(id);
    }
  }
}

/** Everything that a page is made from but the what-if mixtures. */
const unchanging = ({ document, fileName, freshness, current, stock }: Extract<ToPage, { type: 'show' }>): unknown => [
  { ...document, whatIfs: undefined },
  fileName,
  freshness,
  current,
  stock,
];

const known = new Set<string>();
/** What the page's thread could not compute is a defect of ours; each is told once. */
function reportProblem(problem: string): void {
  if (known.has(problem)) return;
  known.add(problem);
  reportError(new Error(problem));
}
