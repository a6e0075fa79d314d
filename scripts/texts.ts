import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Where texts are shown from. */
const ROOMS = ['src/core', 'src/features', 'src/worker', 'webview'];

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
  const complain = (node: ts.Node, why: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    problems.push(`${source.fileName}:${line + 1}: ${why}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const values = valueCount(node);
      for (const argument of textArguments(node)) {
        const found = literals(argument);
        for (const text of found ?? []) {
          texts.add(text);
          if (values !== undefined && placeholders(text).some((index) => index >= values))
            complain(argument, `“${text}” has more places than there are values`);
        }
        if (!found) complain(argument, 'not a literal, so no translation will be found for it');
      }
    }
    const kept = keptText(node);
    if (kept) for (const text of literals(kept) ?? []) texts.add(text);
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

/** What a law says of itself: kept in English, and shown through `translated`. */
function keptText(node: ts.Node): ts.Expression | undefined {
  const file = node.getSourceFile().fileName.split(path.sep).join('/');
  if (!file.includes('src/core/laws/') || !ts.isPropertyAssignment(node)) return undefined;
  return ['title', 'description'].includes(node.name.getText()) ? node.initializer : undefined;
}

/** Values given for the places of the text; undefined when their number cannot be told. */
function valueCount({ expression, arguments: given }: ts.CallExpression): number | undefined {
  if (given.some(ts.isSpreadElement)) return undefined;
  return expression.getText() === 'plural' ? 1 + Math.max(0, given.length - 4) : given.length - 1;
}

/** Numbers of the places in a text, each once, in order: of `{1} of {0}`, 0 and 1. */
export const placeholders = (text: string): number[] =>
  [...new Set([...text.matchAll(/\{(\d+)\}/g)].map(({ 1: index }) => Number(index)))].sort((a, b) => a - b);

/** The texts an expression can be; undefined when that cannot be told. */
function literals(expression: ts.Expression): readonly string[] | undefined {
  if (ts.isParenthesizedExpression(expression)) return literals(expression.expression);
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [literals(expression.left), literals(expression.right)];
    return left?.length === 1 && right?.length === 1 ? [left[0]! + right[0]!] : undefined;
  }
  if (!ts.isConditionalExpression(expression)) return undefined;
  const [whenTrue, whenFalse] = [literals(expression.whenTrue), literals(expression.whenFalse)];
  return whenTrue && whenFalse && [...whenTrue, ...whenFalse];
}

/** The bundle's file: each text is its own translation. */
export const bundleText = (texts: readonly string[]): string =>
  `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), undefined, 2)}\n`;
