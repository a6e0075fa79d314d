import { formatLoss, formatPercent } from '../../src/core/quantity';
import type { NamedMixture } from '../../src/core/fitfile/types';
import type { Candidate } from '../candidates';
import { linearAxis, namedRows } from '../charts/axes';
import type { Drawing } from '../charts/chart';
import type { Card, ChartCardSpec } from '../components/card';
import { chartCard, plainCard } from '../components/card';
import { button } from '../controls';
import { clipped, el, fill } from '../dom';
import { lossUnit, signedText } from '../format';
import { post } from '../host';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { DOTS, dots, rowsHeight } from './dots';
import { number } from './fitCharts';
import { leavingItems, moreButton } from './takeAlong';
import { openTables } from './view';
import { COVERAGE_TEXT, isKnown, lossWithRange, signedRangeText } from './words';

/** Mixtures with a name: kept in the fit document, compared side by side. */
export function whatIfCard(model: PanelModel): Card {
  const list = el('ul', { class: 'what-ifs' });
  const name = el('input', {
    class: 'name-field',
    attributes: {
      type: 'text',
      placeholder: t('Name, such as “more code”'),
      'aria-label': t('Name of the what-if mixture'),
    },
  });
  const keep = (): void => {
    const mixture = model.trial?.mixture ?? model.recommended.mixture;
    const kept = uniqueName(name.value.trim() || t('What if'), model.whatIfs);
    name.value = '';
    save(model, [...model.whatIfs, { name: kept, mixture: Array.from(mixture) }]);
  };
  name.addEventListener('keydown', (event) => event.key === 'Enter' && keep());
  const side = chartCard(sideBySideSpec(model), openTables(model));
  side.element.classList.add('inner');
  const element = plainCard(
    t('What-if mixtures'),
    t('Name a mixture to compare it with others. They are kept in the fit document.'),
    el('div', { class: 'card-controls' }, name, button(t('Keep your mixture'), keep)),
    list,
    side.element,
  );
  let renaming: string | undefined;
  const draw = (): void => {
    const rows = model.whatIfs.map((whatIf) =>
      renaming === whatIf.name
        ? renameRow(whatIf.name, (next) => {
            renaming = undefined;
            const others = model.whatIfs.filter((other) => other !== whatIf);
            if (next === undefined || next === '' || next === whatIf.name) return draw();
            const unique = uniqueName(next, others);
            save(
              model,
              model.whatIfs.map((other) => (other === whatIf ? { ...other, name: unique } : other)),
            );
          })
        : whatIfRow(model, whatIf, () => {
            renaming = whatIf.name;
            draw();
          }),
    );
    fill(list, ...rows);
    list.hidden = rows.length === 0;
    list.querySelector<HTMLInputElement>('.name-field')?.select();
  };
  let drawn = '';
  return {
    element,
    update() {
      // Rows hold menus and a field: they are made anew only when what they say has changed.
      const now = JSON.stringify(
        model.whatIfs.map((whatIf) => [whatIf.name, describe(model, whatIf), model.comparedWith]),
      );
      if (now !== drawn) {
        drawn = now;
        const focused = list.contains(document.activeElement)
          ? document.activeElement?.getAttribute('data-focus')
          : null;
        draw();
        if (focused) list.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
      }
      side.element.hidden = shownSideBySide(model).length < 2;
      if (!side.element.hidden) side.update();
    },
    dispose: () => side.dispose(),
  };
}

/** Shows them at once and has the host keep them. */
function save(model: PanelModel, whatIfs: readonly NamedMixture[]): void {
  model.setWhatIfs(whatIfs);
  post({ type: 'save-what-ifs', whatIfs });
}

function uniqueName(name: string, taken: readonly NamedMixture[]): string {
  let unique = name;
  for (let i = 2; taken.some((other) => other.name === unique); i++) unique = `${name} ${i}`;
  return unique;
}

const candidateOf = (model: PanelModel, { name }: NamedMixture): Candidate | undefined =>
  model.candidates.find(({ id }) => id === `what-if ${name}`);

function describe(model: PanelModel, whatIf: NamedMixture): string {
  const candidate = candidateOf(model, whatIf);
  if (!candidate) return '';
  const gain = model.evidence.gain(model.recommended, candidate, model.at);
  const unit = lossUnit(model.session.document.data.lossKind);
  const difference = signedText(candidate.mean - model.recommended.mean, 4);
  return isKnown(gain)
    ? t(
        '{0} {1}; {2} to the recommended one, {3}: {4}',
        formatLoss(candidate.mean, 4),
        unit,
        difference,
        COVERAGE_TEXT,
        signedRangeText(gain),
      )
    : t('{0} {1}; {2} to the recommended one', formatLoss(candidate.mean, 4), unit, difference);
}

function whatIfRow(model: PanelModel, whatIf: NamedMixture, rename: () => void): HTMLLIElement {
  const { name, mixture } = whatIf;
  const id = `what-if ${name}`;
  const compared = model.comparedWith === id;
  const remove = (): void =>
    save(
      model,
      model.whatIfs.filter((other) => other !== whatIf),
    );
  return el(
    'li',
    {},
    el(
      'div',
      { class: 'what-if-text' },
      clipped(name, 'what-if-name'),
      el('span', { class: 'muted' }, describe(model, whatIf)),
    ),
    el(
      'div',
      { class: 'tools' },
      el(
        'button',
        {
          class: 'tool',
          title: t('Compare the recommended mixture with {0}', name),
          attributes: { type: 'button', 'aria-pressed': String(compared), 'data-focus': `compare ${name}` },
          on: { click: () => model.set({ comparedWith: id }) },
        },
        t('Compare'),
      ),
      el(
        'button',
        {
          class: 'tool',
          title: t('Set the sliders to {0}', name),
          attributes: { type: 'button', 'data-focus': `edit ${name}` },
          on: { click: () => model.setTrial(Float64Array.from(mixture)) },
        },
        t('To sliders'),
      ),
      moreButton(t('More for {0}', name), [
        ...leavingItems(() => ({ name, mixture })),
        { label: t('Rename'), run: rename },
        { label: t('Delete'), run: remove },
      ]),
    ),
  );
}

function renameRow(name: string, done: (name: string | undefined) => void): HTMLLIElement {
  let over = false;
  const end = (value: string | undefined): void => {
    if (over) return;
    over = true;
    done(value);
  };
  const field = el('input', {
    class: 'name-field',
    attributes: { type: 'text', value: name, 'aria-label': t('New name of {0}', name) },
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') end(field.value.trim());
    if (event.key === 'Escape') end(undefined);
  });
  field.addEventListener('blur', () => end(field.value.trim()));
  return el('li', {}, field);
}

interface SideRow {
  readonly name: string;
  readonly weights: readonly number[];
}

/** As many as can be told apart. */
const shownSideBySide = (model: PanelModel): readonly Candidate[] => {
  const own = model.candidates.filter(({ id }) => id.startsWith('what-if ') || id === 'trial');
  const { comparison } = model;
  const others = own.includes(comparison) || own.length === 0 ? own : [comparison, ...own];
  return own.length === 0 ? [] : [model.recommended, ...others].slice(0, DOTS.length);
};

/** Weights of the named mixtures beside each other. */
function sideBySideSpec(model: PanelModel): ChartCardSpec<SideRow> {
  let shown: readonly Candidate[] = [];
  const rowsOf = (): SideRow[] =>
    model.session.predictor.domains.map((name, j) => ({
      name,
      weights: shownSideBySide(model).map(({ mixture }) => mixture[j] as number),
    }));
  return {
    id: 'side-by-side',
    title: t('Side by side'),
    subtitle: () => t('Share of the training tokens by domain in each mixture.'),
    legend: () =>
      shown.map(({ label }, i) => ({ mark: (DOTS[i] ?? DOTS[0]).mark, series: (i % 3) as 0 | 1 | 2, label })),
    draw(theme): Drawing {
      shown = shownSideBySide(model);
      const rows = rowsOf();
      return {
        kind: 'scatter',
        datasets: shown.map((_, i) =>
          dots(
            rows.map((row) => (row.weights[i] ?? NaN) * 100),
            i,
            theme,
            4.5,
          ),
        ),
        x: linearAxis(theme, { title: t('share of tokens, %'), min: 0 }),
        y: namedRows(
          theme,
          rows.map((row) => row.name),
        ),
        height: rowsHeight(rows.length),
        tooltip: (_set, index) => {
          const row = rows[index];
          return row
            ? [row.name, ...shown.map(({ label }, i) => `${label} ${formatPercent(row.weights[i] ?? NaN, 2)}`)]
            : [];
        },
      };
    },
    table: () => ({
      caption: t('Mixtures side by side'),
      rows: [...rowsOf(), ...lossRows(model)],
      columns: [
        { header: t('Domain'), text: (row) => row.name },
        ...shownSideBySide(model).map(({ label }, i) => ({
          ...number<SideRow>(
            label,
            (row) => row.weights[i] ?? NaN,
            (v) => formatPercent(v, 2),
          ),
          text: (row: SideRow) =>
            'texts' in row ? ((row as LossesRow).texts[i] ?? '') : formatPercent(row.weights[i] ?? NaN, 2),
        })),
      ],
    }),
  };
}

interface LossesRow extends SideRow {
  readonly texts: readonly string[];
}

/** Losses of the mixtures, and what they differ by from the recommended one. */
function lossRows(model: PanelModel): LossesRow[] {
  const shown = shownSideBySide(model);
  return [
    {
      name: t('Mean loss'),
      weights: [],
      texts: shown.map((candidate) => lossWithRange(candidate.mean, model.evidence.losses(candidate, model.at)?.mean)),
    },
    {
      name: t('To the recommended one'),
      weights: [],
      texts: shown.map((candidate) => {
        if (candidate === model.recommended) return '';
        const gain = model.evidence.gain(model.recommended, candidate, model.at);
        const difference = signedText(candidate.mean - model.recommended.mean, 4);
        return isKnown(gain) ? `${difference} (${signedRangeText(gain)})` : difference;
      }),
    },
  ];
}
