import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import { formatLoss } from '../../../src/core/quantity';
import type { Translate } from '../../../src/features/hover/text';
import { shareHints } from '../../../src/features/inlay/hints';
import { lensTitle } from '../../../src/features/lens/text';

const translate: Translate = (message, ...values) => message.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)]));

describe('lens text', () => {
  const title = (mean: number, recommended: number, state = { extrapolated: false, stale: false }): string =>
    lensTitle(mean, recommended, state, translate, { formatLoss });

  it('tells the loss and which side of the recommended one it is on', () => {
    assert.equal(title(2.5, 2.4), 'Predicted mean loss 2.500 · 0.100 above recommended');
    assert.equal(title(2.4, 2.5), 'Predicted mean loss 2.400 · 0.100 below recommended');
    assert.equal(title(2.4001, 2.4), 'Predicted mean loss 2.400 · as good as recommended');
  });

  it('says what weakens it', () => {
    assert.match(
      title(2.5, 2.4, { extrapolated: true, stale: true }),
      / · extrapolated · results changed since the fit$/,
    );
  });
});

describe('share hints', () => {
  const hintsIn = (fileName: string, text: string): string[] =>
    readMixtures(fileName, text)
      .mixtures.flatMap(shareHints)
      .map(({ offset, fraction }) => `${text.slice(0, offset).match(/\S+$/)?.[0]} ${fraction.toFixed(3)}`);

  it('stand behind percents and counts', () => {
    const text = 'python pretrain_gpt.py --data-path 30 /d/a_text_document 90 /d/b_text_document\n';
    assert.deepEqual(hintsIn('a.sh', text), ['30 0.250', '90 0.750']);
  });

  it('are not needed behind shares', () => {
    assert.deepEqual(hintsIn('a.json', '{"train_domain_weights": {"web": 0.25, "code": 0.75}}'), []);
  });
});
