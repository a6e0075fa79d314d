import * as vscode from 'vscode';

const KEY = 'mixlaw.chosenFits';

/** Which fit the user has chosen for a config, kept with the workspace; where nothing is chosen the nearest applies. */
export class FitChoice implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: vscode.Memento) {}

  dispose(): void {
    this.changed.dispose();
  }

  /** The fit's URI as text. */
  of(config: vscode.Uri): string | undefined {
    return this.read().get(config.toString());
  }

  /** Undefined: back to the nearest. */
  async choose(config: vscode.Uri, fit: vscode.Uri | undefined): Promise<void> {
    const chosen = this.read();
    if (fit) chosen.set(config.toString(), fit.toString());
    else chosen.delete(config.toString());
    await this.state.update(KEY, [...chosen]);
    this.changed.fire();
  }

  private read(): Map<string, string> {
    return new Map(this.state.get<readonly (readonly [string, string])[]>(KEY, []));
  }
}
