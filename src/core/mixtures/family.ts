import type { Script } from './shell/evaluate';
import type { DataNode } from './syntax/node';
import type { PythonFile } from './syntax/python';
import type { MixtureProblem, NumberToken, TextRange, WeightUnit } from './types';

export type FileKind = 'yaml' | 'json' | 'toml' | 'python' | 'shell' | 'text';

/** What the reader knows beyond the file. */
export interface ReadOptions {
  /** Domains of the fit in use: a map under a vague key (`weights`) is a mixture when its names are these. */
  readonly domains?: readonly string[];
  /** Where the user says that mixtures are, for this file. */
  readonly locations?: readonly MixtureLocation[];
  /** What to take where the file does not say. */
  readonly assumed?: AssumedScale;
}

/** What configs often leave to the command line (setting `mixlaw.assumedScale`). */
export interface AssumedScale {
  /** Replicas that each take a part of the batch. */
  readonly dataParallelSize?: number;
  /** Millions of parameters. */
  readonly modelSize?: number;
  /** Billions of tokens. */
  readonly tokens?: number;
}

/** A place the user has told us about (setting `mixlaw.mixtureLocations`). */
export interface MixtureLocation {
  /** Path from the root to the weights, `data.mix` or `stages[*].weights`. */
  readonly path: string;
  readonly unit?: WeightUnit;
}

/** A file to be read. The trees are parsed when first asked for. */
export interface Source {
  readonly fileName: string;
  readonly kind: FileKind;
  readonly text: string;
  readonly options: ReadOptions;
  /** Roots of YAML, JSON or TOML, and the outermost literals of Python; empty for other kinds. */
  readonly trees: readonly DataNode[];
  /** What a shell script's variables and commands hold; empty for other kinds. */
  readonly script: Script;
  /** Literals of a Python file; empty for other kinds. */
  readonly python: PythonFile;
  /** The same file, and of a program also what says how large the model is and how long it is trained. */
  withScale(): Source;
}

/** What a framework does with the weights. */
export interface Format {
  /** Stable id, as in `MixtureReading.format`. */
  readonly id: string;
  /** As users know it. */
  readonly name: string;
  /** The framework stops when the weights do not sum to one. */
  readonly sumMustBeOne?: boolean;
  /** The framework stops at a weight of zero. */
  readonly zeroForbidden?: boolean;
  /** Names are paths, shown by their shortest telling suffix. */
  readonly namesArePaths?: boolean;
  /** What the parser at the other end makes of a repeated name: the last one (maps) or all of them (lists). */
  readonly repeatedNames?: 'last' | 'added';
}

export interface FoundWeight {
  readonly name: string;
  readonly nameRange?: TextRange;
  readonly token: NumberToken;
  /** Weights of the enclosing groups, outermost first. */
  readonly factors?: readonly NumberToken[];
  /** Sums of the inner levels, multiplied, where the framework normalises each level. */
  readonly divisor?: number;
}

export interface FoundMixture {
  readonly label: string;
  readonly weights: readonly FoundWeight[];
  readonly range: TextRange;
  /** When it is known rather than inferred from the sum. */
  readonly unit?: WeightUnit;
}

export interface Finding {
  readonly format: Format;
  readonly mixtures: readonly FoundMixture[];
  readonly problems: readonly MixtureProblem[];
}

/** One way of writing mixtures down. Adding one is a file with such an object and a line in the registry. */
export interface Family {
  readonly id: string;
  readonly fileKinds: readonly FileKind[];
  /** Sets of words: a file without all words of one set has nothing for this family. Plain text search, so it is cheap. */
  readonly candidateKeys: readonly (readonly string[])[];
  /** Other keys that `read` asks for beside those: of a long file, what has none of all these words is not parsed. */
  readonly companions?: readonly string[];
  /**
   * Names that the file sets or calls, of which one is in every mixture of this family; none: it has nothing for it. For
   * programs, whose words say little: only what has to do with these names is followed.
   */
  anchors?(text: string): readonly string[];
  /** Families that need more than the file: asked only when this holds. */
  applies?(options: ReadOptions, fileName: string): boolean;
  /** undefined: nothing of this family here. No mixtures but problems: recognised, and explained why it is none. */
  read(source: Source): Finding | undefined;
}
