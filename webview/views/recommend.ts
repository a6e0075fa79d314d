import type { GuardedMixture } from '../../src/core/recommend/guards';
import { guardsFor } from '../../src/core/recommend/guards';
import type { Card } from '../components/card';
import { chartCard } from '../components/card';
import { columns } from '../components/columns';
import { deferred } from '../components/deferred';
import type { Notice } from '../components/notices';
import { notices } from '../components/notices';
import { scaleFields } from '../components/scale';
import { choose } from '../controls';
import { el, fill, renew } from '../dom';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { agreementSpec } from './agreement';
import { basisNotice } from './basis';
import { decisionTiles } from './decision';
import { gainsSpec } from './gains';
import { limitsCard } from './limits';
import { lossSpec, mixtureSpec } from './recommendCharts';
import { leavingButtons } from './takeAlong';
import { targetWeightsCard } from './targetWeights';
import { trialCard } from './trial';
import type { View } from './view';
import { openTables } from './view';
import { whatIfCard } from './whatIfs';
import { isKnown } from './words';

/** The mixture to train on, against others, at a chosen scale, for chosen targets and within chosen limits. */
export function recommendView(model: PanelModel): View {
  const scale = scaleFields(model);
  const comparison = choose(t('Compared with'), comparisons(model), model.comparison.id, (id) =>
    model.set({ comparedWith: id }),
  );
  const tiles = el('div', { class: 'decision-tiles' });
  const guards = el('div');
  const charts: Card[] = [
    chartCard(gainsSpec(model), openTables(model)),
    chartCard(mixtureSpec(model), openTables(model)),
    chartCard(lossSpec(model), openTables(model)),
  ];
  const [gains, mixture, losses] = charts as [Card, Card, Card];
  const { consensus } = model.session.document;
  const agreement = consensus && chartCard(agreementSpec(model, consensus), openTables(model));
  const { domains, targets } = model.session.predictor;
  const trial = deferred(200 + 27 * domains.length, () => trialCard(model));
  const whatIfs = deferred(120, () => whatIfCard(model));
  const weights = deferred(120 + 20 * targets.length, () => targetWeightsCard(model));
  const limits = deferred(260 + 30 * domains.length, () => limitsCard(model));
  const parts: Card[] = [...charts, ...(agreement ? [agreement] : []), trial, whatIfs, weights, limits];
  const leaving = leavingButtons(() => ({ name: t('Recommended'), mixture: model.recommended.mixture }));
  const stacks = columns([
    mixture.element,
    trial.element,
    losses.element,
    whatIfs.element,
    ...(agreement ? [agreement.element, limits.element, weights.element] : [weights.element, limits.element]),
  ]);
  // What the laws say does not depend on the mixture under the reader's hand.
  let opinions: readonly unknown[] = [];
  const opinionsChanged = (): boolean => {
    const before = opinions;
    opinions = [model.recommendation, model.evidence.opinions(model.recommendation, model.madeWith)];
    return opinions.some((one, i) => one !== before[i]);
  };
  let guarded = '';
  const element = el(
    'div',
    { class: 'view' },
    el('div', { class: 'controls' }, scale.element, comparison.element),
    guards,
    el('div', { class: 'grid decision' }, el('div', { class: 'decision-side' }, tiles, leaving), gains.element),
    stacks.element,
  );
  return {
    element,
    update() {
      // Pictures first: they measure texts, for which the browser settles the styles of all that was written before.
      for (const part of parts) if (part !== agreement || opinionsChanged()) part.update();
      scale.update();
      comparison.show(comparisons(model), model.comparison.id);
      // The hull of the runs takes a while: not in every frame of a slider that changes nothing about it.
      const gains = gainsGuarded(model);
      const now = JSON.stringify([
        model.recommendation.mixture,
        model.problem?.message,
        model.at,
        model.limits.available,
        gains,
      ]);
      if (now !== guarded) {
        guarded = now;
        fill(guards, notices(guardNotices(model, gains), t('Before you use it')));
      }
      const fresh = decisionTiles(model);
      if (tiles.firstElementChild) renew(tiles.firstElementChild, fresh);
      else tiles.append(fresh);
    },
    dispose: () => [...parts, stacks].forEach((part) => part.dispose()),
  };
}

const comparisons = (model: PanelModel) =>
  model.candidates.map((candidate) => ({ value: candidate.id, label: candidate.label }));

/** Gains over what one would train on otherwise: the mixtures that come with the data, not those made up here. */
const gainsGuarded = (model: PanelModel): NonNullable<GuardedMixture['gains']> =>
  model.candidates
    .filter(({ id }) => ['current', 'uniform', 'proportional'].includes(id))
    .flatMap((candidate) => {
      const gain = model.evidence.gain(model.recommended, candidate, model.at);
      return isKnown(gain) ? [{ versus: candidate.label, ...gain }] : [];
    });

/** What speaks against using the recommendation as it is; read before the numbers. */
function guardNotices(model: PanelModel, gains: NonNullable<GuardedMixture['gains']>): Notice[] {
  const { runs, usesModelSize, usesTokens } = model.session;
  const moot = new Set<string>([
    ...(usesModelSize ? [] : ['model-size-extrapolation']),
    ...(usesTokens ? [] : ['tokens-extrapolation']),
    ...(!usesModelSize && !usesTokens ? ['scale-unknown'] : []),
  ]);
  const guards = guardsFor({
    runs,
    mixture: model.recommendation.mixture,
    modelSize: model.modelSize,
    tokens: model.tokens,
    available: model.limits.available.map((tokens) => tokens ?? NaN),
    gains,
  }).filter((guard) => !moot.has(guard.code));
  const said = new Set<string>(guards.map((guard) => guard.code));
  const warnings = model.recommendation.warnings.filter((warning) => !said.has(warning.code));
  return [
    ...(model.problem ? [`${model.problem.message} ${model.problem.hint}`] : []).map(warningNotice),
    ...warnings.map((warning) => warningNotice(warning.message)),
    ...guards.map(({ severity, message }): Notice => ({ severity: severity === 'info' ? 'info' : 'warning', message })),
    ...basisNotice(model),
  ];
}

const warningNotice = (message: string): Notice => ({ severity: 'warning', message });
