import assert from 'node:assert/strict';
import { parseFitDocument, serializeFitDocument, withWhatIfs } from '../../../src/core/fitfile/document';
import { FitDocumentError } from '../../../src/core/errors';
import { fitDocument } from '../../fixtures/fitDocument';

const document = fitDocument({ domains: 3 });
const text = serializeFitDocument(document);
const some = [
  { name: 'more web', mixture: [0.2, 0.7, 0.1] },
  { name: 'say "__proto__"\n', mixture: [1 / 3, 1 / 3, 1 / 3] },
];

describe('what-if mixtures of a fit document', () => {
  it('are kept as a whole serialisation would keep them', () => {
    const kept = withWhatIfs(text, 'r.mixlaw.json', some);
    assert.equal(kept, serializeFitDocument({ ...document, whatIfs: some }));
    assert.deepEqual(parseFitDocument(kept, 'r.mixlaw.json').whatIfs, some);
  });

  it('change nothing else, whatever the layout and whatever else is in the file', () => {
    const compact = `${JSON.stringify({ ...document, byHand: { a: [1, 2] } })} \r\n`;
    const kept = withWhatIfs(compact, 'r.mixlaw.json', some);
    assert.ok(kept.startsWith(compact.slice(0, compact.lastIndexOf('}'))));
    assert.deepEqual((JSON.parse(kept) as { whatIfs: unknown }).whatIfs, some);
    assert.equal(withWhatIfs(kept, 'r.mixlaw.json', []), compact);
  });

  it('are replaced where they stand, and gone without a trace', () => {
    const kept = withWhatIfs(text, 'r.mixlaw.json', some);
    const one = withWhatIfs(kept, 'r.mixlaw.json', some.slice(0, 1));
    assert.deepEqual(parseFitDocument(one, 'r.mixlaw.json').whatIfs, some.slice(0, 1));
    assert.equal(withWhatIfs(one, 'r.mixlaw.json', []), text);
    const first = `{"whatIfs":[],${JSON.stringify({ a: 1 }).slice(1)}`;
    assert.equal(withWhatIfs(first, 'r', []), '{"a":1}');
  });

  it('are refused by a file that is no object, and by a document of other domains', () => {
    assert.throws(() => withWhatIfs('[1]', 'r.mixlaw.json', some), FitDocumentError);
    const wrong = withWhatIfs(text, 'r.mixlaw.json', [{ name: 'two', mixture: [0.5, 0.5] }]);
    assert.throws(() => parseFitDocument(wrong, 'r.mixlaw.json'), /whatIfs\.0\.mixture/);
  });
});
