import { plainCard } from '../components/card';
import type { NumberField } from '../controls';
import { button, numberField } from '../controls';
import { clipped, el } from '../dom';
import type { PanelModel } from '../model';

type Bound = 'lower' | 'upper';
const NAMES: Readonly<Record<Bound, string>> = { lower: 'Least', upper: 'Greatest' };

/** Least and greatest weight of each domain, in percent; an empty field leaves it to the law. */
export function limitsCard(model: PanelModel): HTMLElement {
  const { domains } = model.session.predictor;
  const fields: NumberField[] = [];
  const field = (bound: Bound, domain: string, j: number): HTMLElement => {
    const limit = model.limits[bound][j];
    const made = numberField(
      `${NAMES[bound]} weight of ${domain}, percent`,
      limit === undefined ? '' : String(Number((limit * 100).toPrecision(6))),
      (text) => accept(model, bound, j, text),
      true,
    );
    fields.push(made);
    return made.element;
  };
  const list = el(
    'div',
    { class: 'limits' },
    el('span', { class: 'muted' }, 'Domain'),
    el('span', { class: 'muted' }, 'Least, %'),
    el('span', { class: 'muted' }, 'Greatest, %'),
    ...domains.flatMap((domain, j) => [clipped(domain), field('lower', domain, j), field('upper', domain, j)]),
  );
  const clear = button('No limits', () => {
    fields.forEach((made) => made.show(''));
    model.clearLimits();
  });
  return plainCard(
    'Limits',
    'The recommendation keeps every weight within them; an empty field sets none.',
    el('div', { class: 'card-controls' }, clear),
    list,
  );
}

function accept(model: PanelModel, bound: Bound, j: number, text: string): string | undefined {
  const bare = text.trim().replace(/\s*%$/, '').replace(',', '.');
  if (bare === '') {
    model.setLimit(bound, j, undefined);
    return undefined;
  }
  const limit = Number(bare) / 100;
  if (!(limit >= 0 && limit <= 1)) return 'A number from 0 to 100.';
  model.setLimit(bound, j, limit);
  return undefined;
}
