import { formatTokens, parseTokens } from '../../src/core/quantity';
import type { GroupLimit } from '../../src/core/recommend/types';
import { plainCard } from '../components/card';
import type { NumberField } from '../controls';
import { button, checkbox, choose, numberField } from '../controls';
import { clippedName, el, fill } from '../dom';
import { lossUnit } from '../format';
import { t } from '../l10n';
import { DEFAULT_EPOCHS, isSameStock, noLimits } from '../limits';
import type { PanelModel } from '../model';

/** What the reader lets the recommendation do, and what it costs: all limits as direct controls. */
export function limitsCard(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { domains } = model.session.predictor;
  const fields: NumberField[] = [];
  const stocks: NumberField[] = [];
  const { stock: told } = model.session;
  const kept = <F extends NumberField>(field: F): F => {
    fields.push(field);
    return field;
  };
  const bound = (name: 'lower' | 'upper', label: string, j: number): HTMLElement =>
    kept(
      numberField(label, percentText(model.limits[name][j]), (text) =>
        acceptPercent(text, (limit) => model.setLimits({ [name]: model.limits[name].with(j, limit) })),
      ),
    ).element;
  const stock = (domain: string, j: number): HTMLElement => {
    const field = numberField(t('Tokens that exist of {0}', domain), stockText(model.limits.available[j]), (text) =>
      acceptTokens(text, (tokens) => model.setLimits({ available: model.limits.available.with(j, tokens) })),
    );
    stocks.push(field);
    return field.element;
  };
  const table = el(
    'div',
    { class: 'limits' },
    el('span', { class: 'muted' }, t('Domain')),
    el('span', { class: 'muted' }, t('Least, %')),
    el('span', { class: 'muted' }, t('Greatest, %')),
    el('span', { class: 'muted', title: t('How many tokens of it there are, such as 12B') }, t('Exists, tokens')),
    ...domains.flatMap((domain, j) => [
      clippedName(domain),
      bound('lower', t('Least weight of {0}, percent', domain), j),
      bound('upper', t('Greatest weight of {0}, percent', domain), j),
      stock(domain, j),
    ]),
  );
  const overall = overallFields(model, kept);
  const groups = groupsEditor(model);
  const binding = el('div', { class: 'bindings' });
  const clear = button(told ? t('Limits of the settings') : t('No limits'), () => {
    model.clearLimits();
    fields.forEach((field) => field.show(''));
    stocks.forEach((field, j) => field.show(stockText(model.limits.available[j])));
    overall.epochs.show(String(model.limits.maxEpochs));
    groups.update();
  });
  const fromSettings = el('p', { class: 'note from-settings' });
  const element = plainCard(
    t('Limits'),
    t('The recommendation keeps to all of them; an empty field sets none.'),
    binding,
    told && fromSettings,
    el('div', { class: 'card-controls' }, clear),
    table,
    overall.element,
    groups.element,
  );
  let shown: unknown;
  return {
    element,
    update() {
      overall.update();
      if (told) fromSettings.textContent = settingsText(model);
      if (shown === model.recommendation && binding.childNodes.length > 0) return;
      shown = model.recommendation;
      fill(binding, ...bindingTexts(model));
    },
  };
}

const STOCK_SETTINGS = ['mixlaw.availableTokens', 'mixlaw.maxEpochs'] as const;

/** Whether the tokens that exist are those of the settings, and where to change them for good. */
function settingsText({ session, limits }: PanelModel): string {
  const otherwise = noLimits(limits.available.length, session.stock);
  return isSameStock(limits, otherwise) && limits.maxEpochs === otherwise.maxEpochs
    ? t('The tokens that exist and the epochs are those of the settings {0} and {1}.', ...STOCK_SETTINGS)
    : t(
        'The tokens that exist or the epochs were changed here, for this panel alone; the settings {0} and {1} say otherwise.',
        ...STOCK_SETTINGS,
      );
}

const stockText = (billions: number | undefined): string => (billions === undefined ? '' : formatTokens(billions, 4));

/** Which limits hold the optimum, and what a point more would buy. */
function bindingTexts(model: PanelModel): HTMLElement[] {
  const { kktResidual, bindings } = model.recommendation;
  const unit = lossUnit(model.session.document.data.lossKind);
  const exact = kktResidual <= 1e-6;
  const residual = kktResidual === 0 ? '0' : kktResidual.toExponential(1).replace('-', '−');
  const certificate = el(
    'p',
    { class: 'note', title: t('KKT residual {0} {1} per unit of weight', residual, unit) },
    exact
      ? t('An exact optimum of the law (KKT residual {0}).', residual)
      : t('Not an exact optimum (KKT residual {0}); another scale or law may do better.', residual),
  );
  if (bindings.length === 0) return [el('p', {}, t('No limit holds the recommendation back.')), certificate];
  const items = bindings.map(({ constraint, multiplier }) =>
    el(
      'li',
      {},
      el('strong', {}, constraint),
      ` – ${t('relaxing it by 1 point buys {0} {1}', (multiplier / 100).toPrecision(2), unit)}`,
    ),
  );
  return [
    el('p', {}, t('Limits that hold the recommendation back:')),
    el('ul', { class: 'plain binding-list' }, ...items),
    certificate,
  ];
}

interface OverallFields {
  readonly element: HTMLElement;
  readonly epochs: NumberField;
  update(): void;
}

function overallFields(model: PanelModel, kept: <F extends NumberField>(field: F) => F): OverallFields {
  const { limits } = model;
  const epochs = numberField(
    t('Epochs at most'),
    String(limits.maxEpochs),
    (text) => acceptNumber(text, (value) => model.setLimits({ maxEpochs: value ?? DEFAULT_EPOCHS }), 0.01, 1e6),
    true,
  );
  epochs.remark(t('where the tokens that exist are known'));
  const near = choose(t('Stay near to'), nearChoices(model), model.near.id, (id) => model.setLimits({ near: id }));
  const most = kept(
    numberField(
      t('Largest change, points'),
      percentText(limits.maxChange),
      (text) => acceptPercent(text, (maxChange) => model.setLimits({ maxChange })),
      true,
    ),
  );
  most.remark(t('of any one weight'));
  const kl = kept(
    numberField(
      t('Pull, nats per nat of KL'),
      limits.kl === undefined ? '' : String(limits.kl),
      (text) => acceptNumber(text, (value) => model.setLimits({ kl: value }), 0, 1e6),
      true,
    ),
  );
  kl.remark(t('0.01 is gentle, 1 is strong'));
  return {
    element: el('div', { class: 'fields overall' }, epochs.element, near.element, most.element, kl.element),
    epochs,
    update: () => near.show(nearChoices(model), model.near.id),
  };
}

const nearChoices = (model: PanelModel) =>
  model.candidates.filter(({ id }) => id !== 'trial').map(({ id, label }) => ({ value: id, label }));

/** Limits on the sum of several domains. */
function groupsEditor(model: PanelModel): { readonly element: HTMLElement; update(): void } {
  const { domains } = model.session.predictor;
  const list = el('ul', { class: 'groups' });
  const change = (at: number, part: Partial<GroupLimit>): void => {
    const groups = model.limits.groups.map((group, i) => (i === at ? without({ ...group, ...part }) : group));
    model.setLimits({ groups });
  };
  const row = (group: GroupLimit, at: number): HTMLElement => {
    const members = el('span', { class: 'muted' }, membersText(group, domains));
    const boxes = domains.map((domain, j) => {
      const box = checkbox(domain, group.domains.includes(j), (checked) => {
        const now = model.limits.groups[at]?.domains ?? [];
        const next = checked ? [...new Set([...now, j])].sort((a, b) => a - b) : now.filter((other) => other !== j);
        // A group of nothing limits nothing.
        if (next.length === 0) box.checked = true;
        else change(at, { domains: next });
        members.textContent = membersText(model.limits.groups[at] ?? group, domains);
      });
      box.classList.add('group-domain');
      return box;
    });
    const side = (name: 'min' | 'max', label: string): HTMLElement =>
      numberField(
        label,
        percentText(group[name]),
        (text) => acceptPercent(text, (limit) => change(at, { [name]: limit } as Partial<GroupLimit>)),
        true,
      ).element;
    const remove = button(t('Remove'), () => {
      model.setLimits({ groups: model.limits.groups.filter((_, i) => i !== at) });
      draw();
    });
    return el(
      'li',
      { class: 'group' },
      el(
        'details',
        {},
        el('summary', {}, group.label, ' – ', members),
        el('div', { class: 'group-domains' }, ...boxes),
      ),
      el(
        'div',
        { class: 'group-limits' },
        side('min', t('{0}: least, %', group.label)),
        side('max', t('{0}: greatest, %', group.label)),
        remove,
      ),
    );
  };
  const draw = (): void => fill(list, ...model.limits.groups.map(row));
  const add = button(t('Add a group'), () => {
    const taken = new Set(model.limits.groups.map(({ label }) => label));
    let n = taken.size + 1;
    while (taken.has(t('Group {0}', n))) n++;
    model.setLimits({ groups: [...model.limits.groups, { label: t('Group {0}', n), domains: [0] }] });
    draw();
    list.querySelector<HTMLDetailsElement>('li:last-child details')?.setAttribute('open', '');
    list.querySelector<HTMLElement>('li:last-child summary')?.focus();
  });
  draw();
  const element = el(
    'div',
    { class: 'groups-holder' },
    el('p', { class: 'subtitle' }, t('Groups: limits on the sum of several domains.')),
    list,
    el('div', { class: 'card-controls' }, add),
  );
  return { element, update: draw };
}

function membersText({ domains: members }: GroupLimit, domains: readonly string[]): string {
  const names = members.map((j) => domains[j] ?? '');
  return names.length <= 3 ? names.join(', ') : t('{0} and {1} more', names.slice(0, 2).join(', '), names.length - 2);
}

/** A bound that was emptied is none. */
function without({ min, max, ...rest }: GroupLimit): GroupLimit {
  return { ...rest, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

const percentText = (limit: number | undefined): string =>
  limit === undefined ? '' : String(Number((limit * 100).toPrecision(6)));

/** What is wrong with a text in words, after giving on what is right: a number, or nothing for an empty text. */
function acceptNumber(
  text: string,
  take: (value: number | undefined) => void,
  least: number,
  most: number,
): string | undefined {
  const bare = text.trim().replace(/\s*%$/, '').replace(',', '.');
  const value = Number(bare);
  if (bare !== '' && !(value >= least && value <= most)) return t('A number from {0} to {1}.', least, most);
  take(bare === '' ? undefined : value);
  return undefined;
}

const acceptPercent = (text: string, take: (fraction: number | undefined) => void): string | undefined =>
  acceptNumber(text, (value) => take(value === undefined ? undefined : value / 100), 0, 100);

function acceptTokens(text: string, take: (billions: number | undefined) => void): string | undefined {
  if (text.trim() === '') {
    take(undefined);
    return undefined;
  }
  const tokens = parseTokens(text);
  if (!(tokens > 0 && Number.isFinite(tokens))) return t('Write a number of tokens such as 30B or 1.5T.');
  take(tokens);
  return undefined;
}
