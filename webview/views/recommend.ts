import { guardsFor } from '../../src/core/recommend/guards';
import { formatLoss, formatModelSize, formatTokens } from '../../src/core/quantity';
import type { MixtureFormat } from '../compute/mixtureText';
import { mixtureText } from '../compute/mixtureText';
import type { Card } from '../components/card';
import { chartCard, plainCard } from '../components/card';
import type { Notice } from '../components/notices';
import { notices } from '../components/notices';
import { isExtrapolated, scaleFields } from '../components/scale';
import { statTiles } from '../components/stats';
import { choose, toolButton } from '../controls';
import { el, fill } from '../dom';
import { lossUnit, signedPercentText, signedText } from '../format';
import { post } from '../host';
import type { PanelModel } from '../model';
import { lossSpec, mixtureSpec } from './recommendCharts';
import { limitsCard } from './limits';
import { trialCard } from './trial';
import { targetWeightsCard } from './targetWeights';
import type { View } from './view';
import { openTables } from './view';

/** The mixture to train on, against another one, at a chosen scale and for chosen targets. */
export function recommendView(model: PanelModel): View {
  const scale = scaleFields(model);
  const comparison = choose('Compared with', comparisons(model), model.comparison.id, (id) =>
    model.set({ comparedWith: id }),
  );
  const summary = el('div');
  const guards = el('div');
  const optimality = el('div');
  const charts: Card[] = [
    chartCard({ ...mixtureSpec(model), controls: [copyButtons(model)] }, openTables(model)),
    chartCard(lossSpec(model), openTables(model)),
  ];
  const weights = targetWeightsCard(model);
  const trial = trialCard(model);
  let recommended: unknown;
  let problem: unknown;
  const element = el(
    'div',
    { class: 'view' },
    el('div', { class: 'controls' }, scale.element, comparison.element),
    guards,
    summary,
    el('div', { class: 'grid' }, ...charts.map((card) => card.element)),
    el('div', { class: 'grid' }, weights.element, trial.element, limitsCard(model), optimality),
  );
  return {
    element,
    update() {
      scale.update();
      comparison.show(comparisons(model), model.comparison.id);
      if (recommended !== model.recommended || problem !== model.problem) {
        recommended = model.recommended;
        problem = model.problem;
        fill(optimality, optimalityCard(model));
        fill(guards, notices(guardNotices(model), 'Before you use it'));
      }
      fill(summary, summaryTiles(model));
      for (const part of [...charts, weights, trial]) part.update();
    },
    dispose: () => charts.forEach((card) => card.dispose()),
  };
}

const comparisons = (model: PanelModel) =>
  model.candidates.map((candidate) => ({ value: candidate.id, label: candidate.label }));

function summaryTiles(model: PanelModel): HTMLElement {
  const { recommended, comparison } = model;
  const unit = lossUnit(model.session.document.data.lossKind);
  const difference = recommended.mean - comparison.mean;
  return statTiles([
    { label: 'Predicted mean loss', value: formatLoss(recommended.mean, 4), detail: `${unit}, ${scaleText(model)}` },
    { label: comparison.label, value: formatLoss(comparison.mean, 4), detail: unit },
    {
      label: 'Difference',
      value: signedText(difference, 4),
      detail: `${signedPercentText(difference / comparison.mean)} against ${comparison.label}`,
    },
  ]);
}

function scaleText(model: PanelModel): string {
  const { law, modelSizeRange, tokensRange } = model.session;
  const flag = (extrapolated: boolean): string => (extrapolated ? ' (extrapolated)' : '');
  const parts = [
    (law?.usesModelSize ?? true) &&
      modelSizeRange &&
      `${formatModelSize(model.modelSize)} parameters${flag(isExtrapolated(model.modelSize, modelSizeRange))}`,
    (law?.usesTokens ?? true) &&
      tokensRange &&
      `${formatTokens(model.tokens)} tokens${flag(isExtrapolated(model.tokens, tokensRange))}`,
  ].filter((part) => typeof part === 'string');
  return parts.length > 0 ? `at ${parts.join(', ')}` : 'at the measured scale';
}

/** What speaks against using the recommendation as it is; read before the numbers. */
function guardNotices(model: PanelModel): Notice[] {
  const { runs, law } = model.session;
  const moot = new Set<string>([
    ...((law?.usesModelSize ?? true) ? [] : ['model-size-extrapolation']),
    ...((law?.usesTokens ?? true) ? [] : ['tokens-extrapolation']),
    ...(law && !law.usesModelSize && !law.usesTokens ? ['scale-unknown'] : []),
  ]);
  const guards = guardsFor({
    runs,
    mixture: model.recommendation.mixture,
    modelSize: model.modelSize,
    tokens: model.tokens,
  }).filter((guard) => !moot.has(guard.code));
  const said = new Set<string>(guards.map((guard) => guard.code));
  const warnings = model.recommendation.warnings.filter((warning) => !said.has(warning.code));
  return [
    ...(model.problem ? [`${model.problem.message} ${model.problem.hint}`] : []).map(warningNotice),
    ...warnings.map((warning) => warningNotice(warning.message)),
    ...guards.map(({ severity, message }): Notice => ({ severity: severity === 'info' ? 'info' : 'warning', message })),
  ];
}

const warningNotice = (message: string): Notice => ({ severity: 'warning', message });

function optimalityCard(model: PanelModel): HTMLElement {
  const { kktResidual, bindings } = model.recommendation;
  const exact = kktResidual <= 1e-6;
  return plainCard(
    'Optimality',
    'How exact the optimum is, and which limits hold it.',
    el(
      'p',
      {},
      `KKT residual ${kktResidual === 0 ? '0' : kktResidual.toExponential(1).replace('-', '−')} nats per unit of weight: `,
      exact ? 'an exact optimum of the law.' : 'not an exact optimum; another scale or law may do better.',
    ),
    bindings.length === 0
      ? el('p', {}, 'No limit holds it back.')
      : el(
          'ul',
          { class: 'plain' },
          ...bindings.map((binding) =>
            el(
              'li',
              {},
              el('strong', {}, binding.constraint),
              ` binds: relaxing it by one percentage point would gain ${(binding.multiplier / 100).toPrecision(2)} in mean loss.`,
            ),
          ),
        ),
  );
}

const FORMATS: readonly (readonly [MixtureFormat, string])[] = [
  ['json', 'JSON'],
  ['yaml', 'YAML'],
  ['cli', 'a=…,b=…'],
];

function copyButtons(model: PanelModel): HTMLElement {
  return el(
    'div',
    { class: 'tools', attributes: { role: 'group', 'aria-label': 'Copy the recommended mixture' } },
    el('span', { class: 'muted' }, 'Copy mixture as'),
    ...FORMATS.map(([format, label]) =>
      toolButton(label, `Copy the recommended mixture as ${label}`, () =>
        post({
          type: 'copy',
          text: mixtureText(model.session.predictor.domains, model.recommended.mixture, format),
        }),
      ),
    ),
  );
}
