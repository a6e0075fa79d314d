/** One run to launch. */
export interface LaunchedRun {
  readonly id: string;
  /** Path of its config, as the user's command is to see it. */
  readonly config: string;
  /** Millions of parameters, billions of tokens; absent where the results do not say. */
  readonly modelSize?: number;
  readonly tokens?: number;
}

export interface LaunchPlan {
  readonly runs: readonly LaunchedRun[];
  /** The user's command, word by word, with placeholders (see `placeholders`). */
  readonly command: readonly string[];
  /** Path of the script from where it is submitted. */
  readonly script: string;
}

/** Writes what starts the user's command once for each run. Adding one = one file + one line in `launchers`. */
export interface Launcher {
  readonly id: string;
  readonly fileName: string;
  write(plan: LaunchPlan): string;
}

/** What stands for a run in a command. Sizes are plain numbers: parameters and tokens. */
export const placeholders = ['config', 'id', 'index', 'model_size', 'tokens'] as const;
export type Placeholder = (typeof placeholders)[number];

/** A word cut at its placeholders: text and placeholders in turn. */
export function partsOf(word: string): readonly (string | { readonly placeholder: Placeholder })[] {
  return word
    .split(/(\{(?:config|id|index|model_size|tokens)\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const placeholder = placeholders.find((name) => part === `{${name}}`);
      return placeholder ? { placeholder } : part;
    });
}

/** Plain digits of a quantity, empty where it is not known. */
export const plainCount = (value: number | undefined, unit: number): string =>
  value === undefined ? '' : BigInt(Math.round(value * unit)).toString();
