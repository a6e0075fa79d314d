import type { Card } from '../components/card';
import { chartCard, plainCard } from '../components/card';
import { columns } from '../components/columns';
import { scaleFields } from '../components/scale';
import type { Chooser } from '../controls';
import { choose } from '../controls';
import { el } from '../dom';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { driftSpec } from './driftChart';
import { domainSpec, modelSizeSpec, tokensSpec } from './exploreCharts';
import { influenceTable } from './influence';
import { cornersOf, ternarySpec } from './ternary';
import { tradedTargets, tradeOffSpec } from './tradeOff';
import type { View } from './view';
import { openTables } from './view';

/** Where the loss goes when something moves: tokens, model size, one domain's weight, three of them, one target for another. */
export function exploreView(model: PanelModel): View {
  const { domains, targets } = model.session.predictor;
  const scale = scaleFields(model);
  const targetChoices = [
    { value: '-1', label: t('Target-weighted mean') },
    ...targets.map((label, i) => ({ value: String(i), label })),
  ];
  const domainChoices = domains.map((label, j) => ({ value: String(j), label }));
  const target = choose(t('Loss of'), targetChoices, String(model.exploredTarget), (value) =>
    model.set({ exploredTarget: Number(value) }),
  );
  const domain = choose(t('Domain'), domainChoices, String(model.exploredDomain), (value) =>
    model.set({ exploredDomain: Number(value) }),
  );
  const comparison = choose(t('Compared with'), [], '', (id) => model.set({ comparedWith: id }));
  const corners = domains.length < 3 ? [] : cornerChoosers(model, domainChoices);
  const traded = targets.length < 2 ? [] : tradeChoosers(model, targetChoices);
  const cards: Card[] = [
    chartCard({ ...domainSpec(model), controls: [domain.element] }, openTables(model)),
    chartCard({ ...ternarySpec(model), controls: corners.map(({ element }) => element) }, openTables(model)),
    chartCard({ ...tradeOffSpec(model), controls: traded.map(({ element }) => element) }, openTables(model)),
    chartCard(tokensSpec(model), openTables(model)),
    chartCard(modelSizeSpec(model), openTables(model)),
  ];
  const stacks = columns(cards.map((card) => card.element));
  // As wide as the page: a panel a domain.
  const drift = chartCard(driftSpec(model), openTables(model));
  const parts = [...cards, drift];
  const influence = el('div', { class: 'influence' });
  const element = el(
    'div',
    { class: 'view' },
    el('div', { class: 'controls' }, scale.element, target.element, comparison.element),
    stacks.element,
    drift.element,
    plainCard(
      t('Influence'),
      t(
        'Change of each target’s loss, in thousandths, when a domain gains one percentage point at the recommended mixture and the others give way in proportion. Negative is better.',
      ),
      influence,
    ),
  );
  let influenced = '';
  return {
    element,
    update() {
      scale.update();
      comparison.show(
        model.candidates.map((candidate) => ({ value: candidate.id, label: candidate.label })),
        model.comparison.id,
      );
      target.show(targetChoices, String(model.exploredTarget));
      domain.show(domainChoices, String(model.exploredDomain));
      const [a, b, c] = cornersOf(model);
      [a, b, c].forEach((corner, i) => corners[i]?.show(domainChoices, String(corner)));
      tradedTargets(model).forEach((one, i) => traded[i]?.show(targetChoices, String(one)));
      parts.forEach((part) => part.update());
      const now = JSON.stringify([model.at, model.recommendation.mixture]);
      if (now === influenced) return;
      influenced = now;
      influence.replaceChildren(influenceTable(model));
    },
    dispose: () => [...parts, stacks].forEach((part) => part.dispose()),
  };
}

type Choices = Parameters<typeof choose>[1];

/** One for each corner; a domain that is at another corner changes places with this one's. */
function cornerChoosers(model: PanelModel, choices: Choices): Chooser[] {
  const labels = [t('Left corner'), t('Right corner'), t('Upper corner')];
  return labels.map((label, i) =>
    choose(label, choices, String(cornersOf(model)[i]), (value) =>
      model.set({ corners: placed(cornersOf(model), i, Number(value)) }),
    ),
  );
}

function tradeChoosers(model: PanelModel, choices: Choices): Chooser[] {
  const labels = [t('Across: loss of'), t('Up: loss of')];
  return labels.map((label, i) =>
    choose(label, choices, String(tradedTargets(model)[i]), (value) =>
      model.set({ tradeOff: placed(tradedTargets(model), i, Number(value)) }),
    ),
  );
}

function placed(list: readonly number[], at: number, value: number): number[] {
  const before = list[at] as number;
  return list.map((other, i) => (i === at ? value : other === value ? before : other));
}
