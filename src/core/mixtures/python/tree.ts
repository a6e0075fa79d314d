/** Half-open range of offsets in what was parsed. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Expression = Span &
  (
    | { readonly kind: 'number'; readonly value: number; readonly whole: boolean }
    /** `text` without quotes, `inner` where it stands; `verbatim` when the source there is the text letter by letter. */
    | { readonly kind: 'text'; readonly text: string; readonly inner: Span; readonly verbatim: boolean }
    | { readonly kind: 'format'; readonly parts: readonly FormatPart[] }
    | { readonly kind: 'constant'; readonly value: boolean | null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'sequence'; readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly Item[] }
    | { readonly kind: 'dict'; readonly items: readonly DictItem[] }
    | {
        readonly kind: 'comprehension';
        readonly type: 'list' | 'set' | 'dict' | 'generator';
        readonly element: Expression;
        /** Of a dictionary; `element` is its key. */
        readonly value?: Expression;
        readonly clauses: readonly Clause[];
      }
    | { readonly kind: 'call'; readonly callee: Expression; readonly arguments: readonly Argument[] }
    | {
        readonly kind: 'attribute';
        readonly object: Expression;
        readonly name: string;
        /** Where the name stands. */
        readonly at: Span;
      }
    | { readonly kind: 'subscript'; readonly object: Expression; readonly index: Expression }
    | { readonly kind: 'slice'; readonly parts: readonly (Expression | undefined)[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'conditional';
        readonly test: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
    | { readonly kind: 'named'; readonly target: Expression; readonly value: Expression }
    /** What only a running program could tell; its parts are looked at all the same. */
    | { readonly kind: 'opaque'; readonly parts: readonly Expression[] }
  );

export interface Item {
  readonly value: Expression;
  /** `*value` */
  readonly spread: boolean;
}
/** Without a key: `**value`. */
export interface DictItem {
  readonly key?: Expression;
  readonly value: Expression;
}
export type FormatPart =
  | { readonly text: string }
  | { readonly value: Expression; readonly conversion: string; readonly spec: readonly FormatPart[] };
export type Clause =
  | { readonly kind: 'for'; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: 'if'; readonly test: Expression };
export interface Argument {
  readonly value: Expression;
  readonly name?: { readonly text: string } & Span;
  readonly spread?: '*' | '**';
}
export interface Parameter {
  readonly name: string;
  readonly at: Span;
  readonly initial?: Expression;
  readonly spread?: '*' | '**';
}

export type Statement =
  | {
      readonly kind: 'assign';
      readonly targets: readonly Expression[];
      readonly value: Expression;
      readonly typed: boolean;
    }
  /** `name: Type` without a value: a field of a dataclass. */
  | { readonly kind: 'declare'; readonly name: string }
  | { readonly kind: 'augment'; readonly target: Expression; readonly operator: string; readonly value: Expression }
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'return'; readonly value?: Expression }
  | { readonly kind: 'yield'; readonly value: Expression; readonly from: boolean }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'for';
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[] }
  | FunctionStatement
  | ClassStatement
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly (readonly Statement[])[];
      /** `else` and `finally`. */
      readonly after: readonly Statement[];
    }
  | {
      readonly kind: 'with';
      readonly items: readonly { readonly value: Expression; readonly target?: Expression }[];
      readonly body: readonly Statement[];
    }
  /** Branches of a `match`: which one is taken is not looked at. */
  | { readonly kind: 'match'; readonly subject: Expression; readonly cases: readonly (readonly Statement[])[] }
  | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
  | { readonly kind: 'import'; readonly names: readonly { readonly name: string; readonly path: string }[] }
  | { readonly kind: 'global'; readonly names: readonly string[] }
  | { readonly kind: 'break' | 'continue' | 'raise' | 'pass' };

/** Without a test: `else`. */
export interface Branch {
  readonly test?: Expression;
  readonly body: readonly Statement[];
}
export interface FunctionStatement {
  readonly kind: 'function';
  readonly name: string;
  readonly at: Span;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}
export interface ClassStatement {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}
