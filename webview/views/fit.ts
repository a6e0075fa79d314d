import type { Card } from '../components/card';
import { chartCard, plainCard, tableCard } from '../components/card';
import { notices } from '../components/notices';
import { columns } from '../components/columns';
import { table } from '../components/table';
import { choose } from '../controls';
import { el, fill } from '../dom';
import { t } from '../l10n';
import type { PanelModel } from '../model';
import { sharesText, titleOfLaw } from './agreement';
import { errorSpec, scatterSpec } from './fitCharts';
import type { Against } from './fitRuns';
import { againstChoices, outlierNotices, runErrorSpec } from './fitRuns';
import { metricsTable, runsTable } from './fitTables';
import { parameterCards } from './parameterTables';
import type { View } from './view';
import { openTables } from './view';

/** How well the law describes the runs, and with which parameters. */
export function fitView(model: PanelModel): View {
  let against: Against = 'row';
  const choices = againstChoices(model);
  const chooser = choose(t('Errors against'), choices, against, (value) => {
    against = choices.find((choice) => choice.value === value)?.value ?? 'row';
    byRun.update();
  });
  const byRun = chartCard(
    { ...runErrorSpec(model, () => against), ...(choices.length > 1 ? { controls: [chooser.element] } : {}) },
    openTables(model),
  );
  const cards: Card[] = [
    chartCard(scatterSpec(model), openTables(model)),
    chartCard(errorSpec(model), openTables(model)),
    byRun,
  ];
  const runs = el('div');
  const outliers = el('div');
  const drawRuns = (): void => {
    fill(outliers, notices(outlierNotices(model), t('Runs that stand out')));
    runs.replaceChildren(
      tableCard(
        'runs',
        t('Runs the law misses most'),
        t('Mean relative error (MRE) over the targets of a run; worst first.'),
        runsTable(model),
      ),
    );
  };
  let shownMask: string | undefined;
  const mask = choose(
    t('Entries'),
    [
      { value: 'all', label: t('All entries') },
      { value: 'positive', label: t('Only entries whose domain has a weight above 0') },
    ],
    model.mask,
    (value) => model.set({ mask: value === 'positive' ? 'positive' : 'all' }),
  );
  const metrics = plainCard(
    t('Errors'),
    t(
      'Errors of the predicted losses, on the runs fitted on and on those held out: mean relative (MRE), mean absolute (MAE) and root mean square error (RMSE), over n losses.',
    ),
    table(metricsTable(model)),
  );
  const stacks = columns([...cards.map((card) => card.element), runs, metrics]);
  const { consensus } = model.session.document;
  const element = el(
    'div',
    { class: 'view' },
    consensus &&
      notices(
        [
          {
            severity: 'info',
            message: t(
              'This view is about {0}. The recommendation rests on {1}.',
              titleOfLaw(model.session.document.fit.law),
              sharesText(consensus),
            ),
          },
        ],
        t('The law that is shown'),
      ),
    el('div', { class: 'controls' }, mask.element),
    outliers,
    stacks.element,
    ...parameterCards(model),
  );
  return {
    element,
    update() {
      // Nothing here depends on the chosen scale: only the mask can change it.
      if (shownMask === model.mask) return;
      shownMask = model.mask;
      cards.forEach((card) => card.update());
      drawRuns();
    },
    dispose: () => [...cards, stacks].forEach((part) => part.dispose()),
  };
}
