import type { Launcher } from './launcher';
import { plainCount } from './launcher';
import { shellQuoted } from './shell-words';

/** A Python string literal: printable ASCII as it is, everything else by its code point. */
export function pythonString(text: string): string {
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0)!;
    if (character === '"' || character === '\\') return `\\${character}`;
    if (code >= 0x20 && code < 0x7f) return character;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

/** A Ray job: one task a run, as many at a time as the cluster has room for. */
export const ray: Launcher = {
  id: 'ray',
  fileName: 'ray_design.py',
  write: ({ runs, command, script }) =>
    `${[
      '#!/usr/bin/env python3',
      '# Runs proposed by mixlaw design, a task each. From the folder where it was called:',
      '#',
      `#   ray job submit --working-dir . -- python ${shellQuoted(script)} --gpus 1`,
      'import argparse',
      'import re',
      'import subprocess',
      'import sys',
      '',
      'RUNS = [',
      ...runs.map(({ id, config, modelSize, tokens }, i) => {
        const entries = {
          id,
          config,
          index: String(i + 1),
          model_size: plainCount(modelSize, 1e6),
          tokens: plainCount(tokens, 1e9),
        };
        const text = Object.entries(entries).map(([name, value]) => `"${name}": ${pythonString(value)}`);
        return `    {${text.join(', ')}},`;
      }),
      ']',
      'COMMAND = [',
      ...command.map((word) => `    ${pythonString(word)},`),
      ']',
      '',
      '',
      'def command_of(run):',
      '    """The words of the command for one run; no shell looks at them."""',
      '    return [re.sub(r"\\{(config|id|index|model_size|tokens)\\}", lambda part: run[part[1]], word) for word in COMMAND]',
      '',
      '',
      'def launch(run):',
      '    return subprocess.run(command_of(run), check=False).returncode',
      '',
      '',
      'def main():',
      '    parser = argparse.ArgumentParser()',
      '    parser.add_argument("--cpus", type=float, default=1, help="processors of a run")',
      '    parser.add_argument("--gpus", type=float, default=0, help="GPUs of a run")',
      '    parser.add_argument("--only", type=int, nargs="*", help="numbers of the runs to make, from 1 (default all)")',
      '    given = parser.parse_args()',
      '',
      '    import ray',
      '',
      '    ray.init(ignore_reinit_error=True)',
      '    task = ray.remote(max_retries=0)(launch).options(num_cpus=given.cpus, num_gpus=given.gpus)',
      '    wanted = [run for run in RUNS if not given.only or int(run["index"]) in given.only]',
      '    codes = ray.get([task.remote(run) for run in wanted])',
      '    for run, code in zip(wanted, codes):',
      '        if code != 0:',
      '            print(f"{run[\'id\']} failed with exit code {code}", file=sys.stderr)',
      '    return 1 if any(codes) else 0',
      '',
      '',
      'if __name__ == "__main__":',
      '    sys.exit(main())',
    ].join('\n')}\n`,
};
