import type { Card } from '../components/card';
import { chartCard, plainCard } from '../components/card';
import { scaleFields } from '../components/scale';
import { choose } from '../controls';
import { el } from '../dom';
import type { PanelModel } from '../model';
import { domainSpec, modelSizeSpec, tokensSpec } from './exploreCharts';
import { driftSpec } from './driftChart';
import { influenceTable } from './influence';
import type { View } from './view';
import { openTables } from './view';

/** Where the loss goes when one thing moves: tokens, model size, one domain's weight. */
export function exploreView(model: PanelModel): View {
  const { domains, targets } = model.session.predictor;
  const scale = scaleFields(model);
  const targetChoices = [
    { value: '-1', label: 'Target-weighted mean' },
    ...targets.map((label, i) => ({ value: String(i), label })),
  ];
  const target = choose('Loss of', targetChoices, String(model.exploredTarget), (value) =>
    model.set({ exploredTarget: Number(value) }),
  );
  const domain = choose(
    'Domain',
    domains.map((label, j) => ({ value: String(j), label })),
    String(model.exploredDomain),
    (value) => model.set({ exploredDomain: Number(value) }),
  );
  const comparison = choose('Compared with', [], '', (id) => model.set({ comparedWith: id }));
  const cards: Card[] = [
    chartCard({ ...domainSpec(model), controls: [domain.element] }, openTables(model)),
    chartCard(tokensSpec(model), openTables(model)),
    chartCard(modelSizeSpec(model), openTables(model)),
    chartCard(driftSpec(model), openTables(model)),
  ];
  const influence = el('div', { class: 'influence' });
  const element = el(
    'div',
    { class: 'view' },
    el('div', { class: 'controls' }, scale.element, target.element, comparison.element),
    el('div', { class: 'grid' }, ...cards.map((card) => card.element)),
    plainCard(
      'Influence',
      'Change of each target’s loss, in thousandths, when a domain gains one percentage point at the recommended mixture and the others give way in proportion. Negative is better.',
      influence,
    ),
  );
  return {
    element,
    update() {
      scale.update();
      comparison.show(
        model.candidates.map((candidate) => ({ value: candidate.id, label: candidate.label })),
        model.comparison.id,
      );
      target.show(targetChoices, String(model.exploredTarget));
      cards.forEach((card) => card.update());
      influence.replaceChildren(influenceTable(model));
    },
    dispose: () => cards.forEach((card) => card.dispose()),
  };
}
