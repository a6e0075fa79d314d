import type { PartialParse, SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { children, ExpressionParser, isExpression, spanOf } from './parse-expressions';
import type { Branch, Expression, Statement } from './tree';

const DEEPEST = 60;

/** The statements of a Python text. Never throws: what is no Python is left out. */
export function parseStatements(text: string): Statement[] {
  return new StatementParser(text).block(treeOf(text).topNode);
}

const MOST_LOST = 3_000;

/** What is no Python takes the parser long, as it looks for the least that could be wrong: there it ends. */
function treeOf(text: string): Tree {
  // Says for how many tokens more it does so.
  const parse: PartialParse & { readonly recovering?: number } = parser.startParse(text);
  let lost = 0;
  for (let tree = parse.advance(); ; tree = parse.advance()) {
    if (tree) return tree;
    if ((parse.recovering ?? 0) > 0 && ++lost === MOST_LOST) parse.stopAt(parse.parsedPos);
  }
}

class StatementParser extends ExpressionParser {
  private level = 0;

  block(node: SyntaxNode): Statement[] {
    if (this.level > DEEPEST) return [];
    this.level++;
    const statements = children(node).flatMap((child) => this.statement(child));
    this.level--;
    return statements;
  }

  private statement(node: SyntaxNode): Statement[] {
    const parts = children(node);
    switch (node.name) {
      case 'StatementGroup':
        return parts.flatMap((part) => this.statement(part));
      case 'AssignStatement':
        return this.assignment(parts);
      case 'UpdateStatement': {
        const at = parts.findIndex(({ name }) => name === 'UpdateOp');
        const target = this.list(parts.slice(0, Math.max(0, at)));
        const value = this.list(parts.slice(at + 1));
        const operator = at < 0 ? '' : this.source(parts[at]!).slice(0, -1);
        return target && value ? [{ kind: 'augment', target, operator, value }] : [];
      }
      case 'ExpressionStatement':
        return this.expressionStatement(parts);
      case 'ReturnStatement': {
        const value = this.list(parts.slice(1));
        return [value ? { kind: 'return', value } : { kind: 'return' }];
      }
      case 'YieldStatement':
        return this.yielded(parts);
      case 'IfStatement':
        return [{ kind: 'if', branches: this.branches(parts) }];
      case 'ForStatement':
        return this.forLoop(parts);
      case 'WhileStatement': {
        const test = parts.find(isExpression);
        const body = parts.find(({ name }) => name === 'Body');
        return test && body ? [{ kind: 'while', test: this.expression(test), body: this.block(body) }] : [];
      }
      case 'FunctionDefinition':
      case 'ClassDefinition':
        return this.definition(node, []);
      case 'DecoratedStatement': {
        const inner = parts.find(({ name }) => /Definition$/.test(name));
        const decorators = parts.filter(({ name }) => name === 'Decorator').flatMap((each) => this.decorator(each));
        return inner ? this.definition(inner, decorators) : [];
      }
      case 'TryStatement':
        return [this.tryStatement(parts)];
      case 'WithStatement':
        return this.withStatement(parts);
      case 'MatchStatement':
        return this.match(parts);
      case 'DeleteStatement':
        return [{ kind: 'delete', targets: parts.filter(isExpression).map((part) => this.expression(part)) }];
      case 'ImportStatement':
        return [{ kind: 'import', names: this.imports(parts) }];
      case 'ScopeStatement':
        return [{ kind: 'global', names: parts.filter(isExpression).map((part) => this.source(part)) }];
      case 'BreakStatement':
        return [{ kind: 'break' }];
      case 'ContinueStatement':
        return [{ kind: 'continue' }];
      case 'RaiseStatement':
        return [{ kind: 'raise' }];
      default:
        return [];
    }
  }

  private assignment(parts: readonly SyntaxNode[]): Statement[] {
    const sides: SyntaxNode[][] = [[]];
    for (const part of parts) {
      if (part.name === 'AssignOp') sides.push([]);
      else sides[sides.length - 1]!.push(part);
    }
    const typed = parts.some(({ name }) => name === 'TypeDef');
    const right = sides.pop() ?? [];
    const [first] = right;
    if (sides.length === 0) {
      return typed && first?.name === 'VariableName' ? [{ kind: 'declare', name: this.source(first) }] : [];
    }
    const targets = sides.flatMap((side) => this.list(side.filter(({ name }) => name !== 'TypeDef')) ?? []);
    const value = this.list(right);
    return value && targets.length > 0 ? [{ kind: 'assign', targets, value, typed }] : [];
  }

  private expressionStatement(parts: readonly SyntaxNode[]): Statement[] {
    if (parts[0]?.name === 'YieldExpression') return this.yielded(children(parts[0]));
    const value = this.list(parts);
    return value ? [{ kind: 'expression', value }] : [];
  }

  private yielded(parts: readonly SyntaxNode[]): Statement[] {
    const value = this.list(parts.filter(({ name }) => name !== 'yield' && name !== 'from'));
    return value ? [{ kind: 'yield', value, from: parts.some(({ name }) => name === 'from') }] : [];
  }

  private branches(parts: readonly SyntaxNode[]): Branch[] {
    const branches: Branch[] = [];
    let test: Expression | undefined;
    for (const part of parts) {
      if (part.name === 'else') test = undefined;
      else if (part.name === 'Body') branches.push({ ...(test ? { test } : {}), body: this.block(part) });
      else if (isExpression(part)) test = this.expression(part);
    }
    return branches;
  }

  private forLoop(parts: readonly SyntaxNode[]): Statement[] {
    const inside = parts.findIndex(({ name }) => name === 'in');
    const bodyAt = parts.findIndex(({ name }) => name === 'Body');
    if (inside < 0 || bodyAt < inside) return [];
    const target = this.list(parts.slice(0, inside));
    const iterable = this.list(parts.slice(inside + 1, bodyAt));
    const otherwise = parts.filter(({ name }) => name === 'Body')[1];
    if (!target || !iterable) return [];
    return [
      {
        kind: 'for',
        target,
        iterable,
        body: this.block(parts[bodyAt]!),
        otherwise: otherwise ? this.block(otherwise) : [],
      },
    ];
  }

  private definition(node: SyntaxNode, decorators: readonly Expression[]): Statement[] {
    const parts = children(node);
    const name = parts.find((part) => part.name === 'VariableName');
    const body = parts.find((part) => part.name === 'Body');
    if (!name || !body) return [];
    if (node.name === 'ClassDefinition') {
      const list = parts.find((part) => part.name === 'ArgList');
      const bases = list ? this.arguments(list).flatMap((each) => (each.name ? [] : [each.value])) : [];
      return [{ kind: 'class', name: this.source(name), bases, body: this.block(body), decorators }];
    }
    return [
      {
        kind: 'function',
        name: this.source(name),
        at: spanOf(name),
        parameters: this.parameters(parts),
        body: this.block(body),
        decorators,
      },
    ];
  }

  /** `@a.b(c)` as the expression `a.b`; its arguments are looked at as well. */
  private decorator(node: SyntaxNode): Expression[] {
    const names = children(node).filter(({ name }) => name === 'VariableName' || name === 'PropertyName');
    const last = names[names.length - 1];
    return last ? [{ kind: 'name', name: this.source(last), ...spanOf(last) }] : [];
  }

  private tryStatement(parts: readonly SyntaxNode[]): Statement {
    const body: Statement[] = [];
    const handlers: Statement[][] = [];
    const after: Statement[] = [];
    let section = 'try';
    for (const part of parts) {
      if (['try', 'except', 'else', 'finally'].includes(part.name)) section = part.name;
      if (part.name !== 'Body') continue;
      const block = this.block(part);
      if (section === 'try') body.push(...block);
      else if (section === 'except') handlers.push(block);
      else after.push(...block);
    }
    return { kind: 'try', body, handlers, after };
  }

  private withStatement(parts: readonly SyntaxNode[]): Statement[] {
    const items: { value: Expression; target?: Expression }[] = [];
    let naming = false;
    for (const part of parts) {
      const last = items[items.length - 1];
      if (part.name === 'as') naming = true;
      else if (part.name === 'Body') return [{ kind: 'with', items, body: this.block(part) }];
      else if (!isExpression(part)) continue;
      else if (naming && last) {
        items[items.length - 1] = { ...last, target: this.expression(part) };
        naming = false;
      } else items.push({ value: this.expression(part) });
    }
    return [];
  }

  private match(parts: readonly SyntaxNode[]): Statement[] {
    const subject = parts.find(isExpression);
    const body = parts.find(({ name }) => name === 'MatchBody');
    if (!subject || !body) return [];
    const cases = children(body)
      .filter(({ name }) => name === 'MatchClause')
      .flatMap((clause) => children(clause).filter(({ name }) => name === 'Body'))
      .map((block) => this.block(block));
    return [{ kind: 'match', subject: this.expression(subject), cases }];
  }

  /** `import a.b as c` binds c to a.b, `from a import b as c` binds c to a.b, `import a.b` binds a. */
  private imports(parts: readonly SyntaxNode[]): { name: string; path: string }[] {
    const from = parts[0]?.name === 'from';
    const split = parts.findIndex(({ name }) => name === 'import');
    const prefix = from
      ? parts
          .slice(1, split)
          .map((part) => this.source(part))
          .join('') + '.'
      : '';
    const found: { name: string; path: string }[] = [];
    let path = '';
    let name = '';
    const close = (): void => {
      const bound = name || (from ? path : path.split('.')[0]!);
      if (path !== '') found.push({ name: bound, path: name || from ? prefix + path : bound });
      path = name = '';
    };
    let naming = false;
    for (const part of parts.slice(split + 1)) {
      if (part.name === ',') close();
      else if (part.name === 'as') naming = true;
      else if (naming) {
        name = this.source(part);
        naming = false;
      } else if (part.name === 'VariableName' || part.name === '.') path += this.source(part);
    }
    close();
    return found;
  }
}
