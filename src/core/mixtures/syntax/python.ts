import { Interpreter } from '../python/interpreter';
import { Exhausted } from '../python/machine';
import { Nodes } from '../python/nodes';
import { parseStatements } from '../python/parse';
import type { Listener } from '../python/statements';
import type { Span, Statement } from '../python/tree';
import type { Scope, Value } from '../python/values';
import type { TextRange } from '../types';
import type { DataNode, ListNode, MapNode } from './node';
import type { PythonExcerpt } from './python-statements';

export interface PythonAssignment {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: DataNode;
}

/** What a Python file holds. Calls are maps with the function's name as tag and positions as keys of plain arguments. */
export interface PythonFile {
  /** `name = value`, wherever it stands; also attributes, entries, defaults of arguments and what functions give back. */
  readonly assignments: readonly PythonAssignment[];
  readonly calls: readonly MapNode[];
  /** Lists, tuples and sets. */
  readonly lists: readonly ListNode[];
  readonly maps: readonly MapNode[];
  /** The outermost literals, as the configs of other languages: what is assigned stands under its name. */
  readonly roots: readonly DataNode[];
}

const MOST_STEPS = 20_000;
/** Of one place in the file. */
const MOST_REPORTS = 100;

/** Reads a Python file; anything that only a running program knows stays text without a value. Never throws. */
export function parsePython(text: string): PythonFile {
  return parsePythonExcerpt({ text, offsetInFile: (offset) => offset, occurrences: () => 2 });
}

/** The same of some of a file's statements, with places in the file. */
export function parsePythonExcerpt(excerpt: PythonExcerpt): PythonFile {
  const statements = parseStatements(excerpt.text);
  for (const follow of [true, false]) {
    const recorder = new Recorder(excerpt);
    if (run(statements, excerpt, recorder, follow)) return recorder.file();
  }
  return { assignments: [], calls: [], lists: [], maps: [], roots: [] };
}

/** False when the program takes too many steps. */
function run(statements: readonly Statement[], excerpt: PythonExcerpt, recorder: Recorder, follow: boolean): boolean {
  const source = ({ from, to }: Span): string => excerpt.text.slice(from, to);
  const interpreter = new Interpreter(source, recorder, { steps: MOST_STEPS, follow }, excerpt.occurrences);
  try {
    interpreter.program(statements);
    return true;
  } catch (error) {
    if (error instanceof Exhausted || error instanceof RangeError) return false;
    throw error;
  }
}

interface Report {
  readonly kind: 'assigned' | 'called' | 'made';
  readonly value: Value;
  readonly name?: string;
  readonly at?: Span;
  /** A later value of the same name was made of this one. */
  replaced?: boolean;
  nodes?: readonly DataNode[];
}

/** Takes down what a program does, as nodes. */
class Recorder implements Listener {
  private readonly reports: Report[] = [];
  private readonly assignments = new Map<Scope, Map<string, Report[]>>();
  private readonly counts = new Map<string, number>();
  private readonly nodes: Nodes;
  private readonly place: (span: Span) => TextRange;

  constructor(excerpt: PythonExcerpt) {
    const { text, offsetInFile } = excerpt;
    this.place = ({ from, to }) => ({
      start: offsetInFile(from),
      end: to > from ? offsetInFile(to - 1) + 1 : offsetInFile(from),
    });
    this.nodes = new Nodes(({ from, to }) => text.slice(from, to), this.place);
  }

  get count(): number {
    return this.reports.length;
  }

  assigned(name: string, at: Span, value: Value, scope: Scope, replaces: boolean): void {
    let names = this.assignments.get(scope);
    if (!names) this.assignments.set(scope, (names = new Map()));
    const before = names.get(name) ?? [];
    if (replaces) for (const report of before.splice(0)) report.replaced = true;
    const report = this.note({ kind: 'assigned', name, at, value }, at);
    if (report) names.set(name, [...before, report]);
  }

  called(value: Value): void {
    this.note({ kind: 'called', value }, value.at);
  }

  made(value: Value): void {
    this.note({ kind: 'made', value }, value.at);
  }

  /** undefined when a loop has told of this place often enough. */
  private note(report: Report, { from }: Span): Report | undefined {
    const key = `${report.kind[0]}${from}`;
    const count = this.counts.get(key) ?? 0;
    if (count >= MOST_REPORTS) return undefined;
    this.counts.set(key, count + 1);
    this.reports.push(report);
    return report;
  }

  settle(from: number): void {
    const known = new Map<Value, DataNode>();
    for (let i = from; i < this.reports.length; i++) {
      const report = this.reports[i]!;
      const { value } = report;
      report.nodes ??=
        value.kind === 'call' || value.kind === 'instance'
          ? report.kind === 'called'
            ? this.nodes.ofCall(value)
            : [this.nodes.of(value, known)]
          : [this.nodes.of(value, known)];
    }
  }

  file(): PythonFile {
    this.settle(0);
    const order = this.reports
      .flatMap((report, i) => (report.nodes ?? []).map((node) => ({ report, node, i })))
      .sort((a, b) => a.node.range.start - b.node.range.start || b.node.range.end - a.node.range.end || a.i - b.i);
    const assignments = this.reports.flatMap(({ kind, name, at, nodes, replaced }) =>
      kind === 'assigned' && name !== undefined && at && !replaced
        ? (nodes ?? []).map((value) => ({ name, nameRange: this.place(at), value }))
        : [],
    );
    assignments.sort((a, b) => a.nameRange.start - b.nameRange.start);
    const calls: MapNode[] = [];
    const lists: ListNode[] = [];
    const maps: MapNode[] = [];
    const roots: DataNode[] = [];
    const names = new Map(assignments.map((assignment) => [assignment.value.range.start, assignment]));
    let covered = 0;
    for (const { report, node } of order) {
      if (report.kind === 'assigned') continue;
      if (node.kind === 'list') lists.push(node);
      else if (node.kind === 'map') (node.tag === undefined ? maps : calls).push(node);
      if (node.range.start < covered) continue;
      covered = Math.max(covered, node.range.end);
      roots.push(named(names.get(node.range.start), node));
    }
    return { assignments, calls, lists, maps, roots };
  }
}

/** `name = {…}` as `{name: {…}}`. */
function named(assignment: PythonAssignment | undefined, value: DataNode): DataNode {
  if (!assignment) return value;
  const { name, nameRange } = assignment;
  const range = { start: Math.min(nameRange.start, value.range.start), end: Math.max(nameRange.end, value.range.end) };
  return { kind: 'map', range, entries: [{ key: name, keyRange: nameRange, value }] };
}
