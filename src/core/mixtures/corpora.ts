import { canonicalDomain } from './names';

/** Text corpora that nothing but a language-model data mixture would list side by side. */
let corpora: ReadonlySet<string> | undefined;
const knownCorpora = (): ReadonlySet<string> =>
  (corpora ??= new Set(
    [
      ...[
        'arxiv',
        'book',
        'c4',
        'commoncrawl',
        'github',
        'stackexchange',
        'wikipedia',
        'openwebtext',
        'openwebtext2',
        'owt2',
      ],
      ...[
        'pubmed',
        'pubmed_central',
        'pubmed_abstracts',
        'freelaw',
        'uspto_backgrounds',
        'uspto',
        'hackernews',
        'europarl',
        'enron_emails',
      ],
      ...[
        'philpapers',
        'nih_exporter',
        'ubuntu_irc',
        'dm_mathematics',
        'opensubtitles',
        'youtube_subtitles',
        'bookcorpus2',
        'books2',
      ],
      ...[
        'pes2o',
        'dclm',
        'dclm_baseline',
        'fineweb',
        'fineweb_edu',
        'starcoder',
        'starcoderdata',
        'the_stack',
        'stack_edu',
      ],
      ...[
        'openwebmath',
        'open_web_math',
        'finemath',
        'proofpile',
        'proof_pile_2',
        'algebraic_stack',
        'cosmopedia',
        'cosmopedia_v2',
      ],
      ...[
        'python_edu',
        'flan',
        'reddit',
        'gutenberg',
        'refinedweb',
        'falcon_refinedweb',
        'slimpajama',
        'mc4',
        'oscar',
        'culturax',
      ],
      ...[
        'tulu_flan',
        'cc_news',
        'ccnews',
        'madlad',
        'dolma',
        'megawika',
        'nemotron_cc',
        'wikibooks',
        'wiktionary',
        'wikihow',
      ],
    ].map(canonicalDomain),
  ));

export function isKnownCorpus(name: string): boolean {
  return knownCorpora().has(canonicalDomain(name.slice(name.lastIndexOf('/') + 1)));
}

/** What domains of text are called where they are no corpora of a name. */
const DOMAIN_WORDS = new Set(
  (
    'web webtext crawl commoncrawl cc code coding books book textbooks science scientific conversation conversations dialogue dialog ' +
    'knowledge math maths mathematics news newspaper newspapers academic papers social forum forums legal law medical biomedical ' +
    'encyclopedia encyclopedic wiki wikipedia qa instruction instructions instruct sft chat reasoning stem patents arxiv github ' +
    'stackexchange reddit c4 pile fineweb dclm cosmopedia synthetic multilingual translation python subtitles fiction poetry ' +
    'general english chinese blogs reviews documentation tutorials stories'
  ).split(' '),
);

/** A corpus everyone knows, or a name with a word for a kind of text in it: `web_en`, `code`, `math-proofs`. */
export function isNamedLikeDomain(name: string): boolean {
  return (
    isKnownCorpus(name) ||
    name
      .replace(/([a-z])(?=[A-Z])/g, '$1 ')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word) => DOMAIN_WORDS.has(word))
  );
}

/** The file is about data for language models, as far as words tell. */
export const isAboutText = (text: string): boolean =>
  /\b(?:tokeni[sz]\w*|pre-?train\w*|corpus|corpora|language[ -]models?|vocab_size|LLMs?|interleave\w*|load_dataset|train(?:ing)?[_ ]data\w*|data[_ ]?(?:sets?|loaders?|mix\w*))/i.test(
    text,
  );

/** The file is about training language models on data, not only about data of some kind. */
export const isAboutTraining = (text: string): boolean =>
  /tokeni[sz]|pre-?train|\bcorp(?:us|ora)\b|load_dataset|interleave|language[ _-]?model|\bLLMs?\b|data(?:set)?s?[ _-]?mix|huggingface/i.test(
    text,
  );
