import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Where texts are shown from. */
const ROOMS = ['src/features', 'webview'];

export interface Texts {
  /** Sorted, each once. */
  readonly texts: readonly string[];
  /** Calls whose text cannot be read off the code, as `file:line: why`. */
  readonly problems: readonly string[];
}

/** Every text that the sources show in the reader's language. */
export function collectTexts(root = '.'): Texts {
  const texts = new Set<string>();
  const problems: string[] = [];
  for (const room of ROOMS) {
    for (const name of readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.ts') || name === 'l10n.ts') continue;
      const file = path.join(root, room, name);
      collect(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true), texts, problems);
    }
  }
  return { texts: [...texts].sort(), problems };
}

function collect(source: ts.SourceFile, texts: Set<string>, problems: string[]): void {
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const argument of textArguments(node)) {
        const found = literals(argument);
        for (const text of found ?? []) texts.add(text);
        if (!found) {
          const { line } = source.getLineAndCharacterOfPosition(argument.getStart());
          problems.push(`${source.fileName}:${line + 1}: not a literal, so no translation will be found for it`);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** The arguments of a call that are texts to be translated. */
function textArguments({ expression, arguments: given }: ts.CallExpression): readonly ts.Expression[] {
  const called = expression.getText();
  if (called === 't' || called === 'vscode.l10n.t') return given.slice(0, 1);
  return called === 'plural' ? given.slice(1, 3) : [];
}

/** The texts an expression can be; undefined when that cannot be told. */
function literals(expression: ts.Expression): readonly string[] | undefined {
  if (ts.isParenthesizedExpression(expression)) return literals(expression.expression);
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (!ts.isConditionalExpression(expression)) return undefined;
  const [whenTrue, whenFalse] = [literals(expression.whenTrue), literals(expression.whenFalse)];
  return whenTrue && whenFalse && [...whenTrue, ...whenFalse];
}

/** The bundle's file: each text is its own translation. */
export const bundleText = (texts: readonly string[]): string =>
  `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), undefined, 2)}\n`;
